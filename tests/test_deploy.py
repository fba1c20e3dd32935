"""The files under deploy/: what they name exists, and what can be checked of them without a daemon is."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from kg import config
from kg.cli import COMMANDS

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
UNIT = (ROOT / "deploy" / "claimgraph.service").read_text("utf-8")


def instructions(name: str) -> list[str]:
    """The arguments of each instruction of that name, continued lines joined."""
    joined = re.sub(r"\\\n", " ", DOCKERFILE)
    return re.findall(rf"^{name} (.*)$", joined, flags=re.M)


def test_every_file_that_the_image_copies_exists() -> None:
    """A COPY of something that is not there fails only where an image is built."""
    copied = [part for line in instructions("COPY") if "--from" not in line for part in shlex.split(line)[:-1]]
    assert len(copied) >= 8
    for name in copied:
        assert (ROOT / name).exists(), name


def test_image_has_all_that_the_package_is_built_from() -> None:
    """What pyproject.toml takes into the wheel is copied before it is built."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *(name.partition("/")[0] for name in wheel["force-include"])}
    needed |= {project["project"]["readme"], *project["project"]["license-files"]}
    copied = {part.removeprefix("./") for line in instructions("COPY") for part in shlex.split(line)[:-1]}
    assert needed <= copied


def test_image_runs_as_nobody_special_and_says_whether_it_is_ready() -> None:
    """Not root, in a stage of its own, with a health check of the route that there is."""
    assert len(instructions("FROM")) == 2
    (user,) = instructions("USER")
    assert user not in ("root", "0")
    assert "/readyz" in instructions("HEALTHCHECK")[0]
    assert instructions("ENTRYPOINT") == ['["kg"]']
    assert '"serve"' in instructions("CMD")[0]
    assert "serve" in COMMANDS


@pytest.mark.parametrize("text", [DOCKERFILE, UNIT], ids=["Dockerfile", "unit"])
def test_settings_that_are_set_exist(text: str) -> None:
    """A variable that nobody reads would be ignored in silence."""
    known = {f"KG_{origin.name.upper()}" for origin in config.load(environ={})[1]}
    named = set(re.findall(r"\b(KG_[A-Z_]+)=", text))
    assert named
    assert named <= known


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_unit_is_one(tmp_path: Path) -> None:
    """Checked by systemd itself, with a command that is on this machine."""
    unit = tmp_path / "claimgraph.service"
    unit.write_text(UNIT.replace("/opt/claimgraph/bin/kg", "/bin/true"), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_unit_gives_requests_time_to_end() -> None:
    """systemd waits longer than the server does."""
    from kg.http.server import STOP_SECONDS

    (seconds,) = re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, flags=re.M)
    assert int(seconds) >= 2 * STOP_SECONDS
    assert "KillSignal=SIGTERM" in UNIT
