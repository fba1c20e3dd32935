"""Nothing phones home: what the product does on the network and on the disk, as the system sees it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg import telemetry
from tests.served.serving import address_of

ROOT = Path(__file__).parents[1]
SEED = ROOT / "seeds" / "000_068e5d5fd9c3841e.txt"
TEXT = "Talks\n\nRuritania's minister said on Monday that Sylvania had attacked a border post. Sylvania denied it."

_CALLS = "connect,sendto,sendmsg,sendmmsg,bind,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat"
_AT_HOME = re.compile(r"sa_family=AF_(UNIX|NETLINK)|127\.0\.0\.1|\"::1\"|msg_name=NULL|NULL, 0\)")
_PORT_OF_NAMES = re.compile(r"_port=htons\((53|5353|853)\)")
_PATH = re.compile(r'(?:(?:AT_FDCWD|\d+)<(?P<folder>[^>]*)>, )?"(?P<name>[^"]*)"')
_ELSEWHERE = ("/dev/", "/proc/self/")


class Trace:
    """What ``strace`` saw of a command and all the processes that it started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home, self.temporary, self.log = folder / "home", folder / "temporary", folder / "trace"
        for path in (self.home, self.temporary):
            path.mkdir()
        kept = {name: value for name, value in os.environ.items() if name not in telemetry.SWITCHES}
        places = {"HOME": str(self.home), "XDG_CACHE_HOME": str(self.home / ".cache"), "TMPDIR": str(self.temporary)}
        self.environment = kept | places | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)}

    def command(self, *words: str) -> list[str]:
        """The ``kg`` command under ``strace``."""
        tracing = ["strace", "-f", "-y", "--seccomp-bpf", "-s", "300", "-e", f"trace={_CALLS}", "-o", str(self.log)]
        return [*tracing, sys.executable, "-m", "kg", *words]

    def run(self, *words: str) -> None:
        """The command to its end."""
        subprocess.run(self.command(*words), cwd=self.folder, env=self.environment, check=True, capture_output=True)

    @contextmanager
    def serving(self, store: str) -> Iterator[str]:
        """The address of ``kg serve``."""
        command = self.command("serve", "--store", store, "--port", "0")
        with subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stderr=subprocess.PIPE, text=True
        ) as process:
            address = address_of(process)
            served = int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])
            try:
                yield address
            finally:
                os.kill(served, signal.SIGTERM)  # strace itself passes nothing on
                assert process.wait(timeout=60) == 0

    def calls_away(self) -> list[str]:
        """Every call that reaches for another machine, or asks for its address."""
        lines = self.log.read_text(errors="replace").splitlines()
        sent = [line for line in lines if re.search(r"\b(connect|sendto|sendmsg|sendmmsg|bind)\(", line)]
        named = [line for line in sent if "sa_family" in line]
        return [line for line in named if not _AT_HOME.search(line) or _PORT_OF_NAMES.search(line)]

    def strange_files(self) -> list[str]:
        """Files written outside of the folder of the test."""
        found = []
        for line in self.log.read_text(errors="replace").splitlines():
            if " = -1 " in line or "O_RDONLY" in line or not re.search(r"\b(open|creat|mkdir|rename|link)", line):
                continue
            for folder, name in _PATH.findall(line):
                path = os.path.normpath(Path(folder or self.folder) / name)
                if not path.startswith((str(self.folder), *_ELSEWHERE)):
                    found.append(line)
        return found

    def assert_clean(self) -> None:
        """No socket but at home, no file but in the folders that were named."""
        assert self.log.stat().st_size > 0
        assert self.calls_away() == []
        assert self.strange_files() == []
        assert list(self.home.rglob("*")) == []
        assert [path for path in self.temporary.rglob("*") if path.suffix == ".ses" or path.name == ".ses"] == []


@pytest.fixture
def trace(tmp_path: Path) -> Trace:
    """An empty home and an empty folder for temporary files. CI has ``strace`` (see .ci/run)."""
    if shutil.which("strace") is None and "CI" not in os.environ:
        pytest.skip("strace is not installed: apt-get install strace")
    return Trace(tmp_path)


def test_extraction_calls_nobody_and_writes_only_its_output(trace: Trace) -> None:
    """`kg extract` with two processes."""
    trace.run("extract", str(SEED), "-o", "records.jsonl", "--workers", "2")
    assert (trace.folder / "records.jsonl").stat().st_size > 0
    trace.assert_clean()


def test_building_serving_and_trying_call_nobody_and_write_only_into_the_store(trace: Trace) -> None:
    """`kg build`, then `kg serve` with a text pasted at /try, which loads the network in a process of its own."""
    trace.run("build", str(SEED), "--store", "store")
    trace.assert_clean()
    with trace.serving("store") as address:
        form = urllib.parse.urlencode({"text": TEXT, "format": "record"}).encode()
        with urllib.request.urlopen(f"{address}/try", form, timeout=240) as response:
            assert b'"claims"' in response.read()
        for path in ("/", "/sparql?query=ASK%7B%7D"):
            urllib.request.urlopen(f"{address}{path}", timeout=60).close()
    trace.assert_clean()


def test_the_watch_sees_a_call_and_a_file(trace: Trace) -> None:
    """The check itself: without the switch, and for a lookup of a name, it finds something."""
    program = (
        "import socket, pathlib; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('192.0.2.1', 443));"
        f"pathlib.Path({str(ROOT)!r}, '.telemetry-check').touch()"
    )
    left = ROOT / ".telemetry-check"
    try:
        command = trace.command()
        subprocess.run([*command[: command.index("-m")], "-c", program], env=trace.environment, check=True)
    finally:
        left.unlink(missing_ok=True)
    assert len(trace.calls_away()) == 1
    assert len(trace.strange_files()) == 1


@pytest.mark.parametrize("before", [None, "0"])
def test_every_part_of_the_package_switches_telemetry_off(before: str | None) -> None:
    """Whichever module comes first, and whatever the environment says."""
    environment = {name: value for name, value in os.environ.items() if name not in telemetry.SWITCHES}
    if before is not None:
        environment |= dict.fromkeys(telemetry.SWITCHES, before)
    for module in ("kg", "kg.extract.attribution_model", "kg.cli.extraction_process", "kg.extract.workers", "training"):
        program = f"import {module}, os, sys; print(os.environ['ORT_DISABLE_TELEMETRY'], 'onnxruntime' in sys.modules)"
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert done.stdout.split() == ["1", "False"], done.stderr


def test_only_packages_that_switch_telemetry_off_import_onnxruntime() -> None:
    """A script beside them would import it without the switch."""
    files = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    importing = re.compile(r"^\s*(?:import|from) onnxruntime", re.MULTILINE)
    for name in files.stdout.split():
        if importing.search((ROOT / name).read_text("utf-8")):
            assert name.startswith(("kg/", "training/")), name
