"""One place for the memory of all threads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import kg
from kg.http import malloc

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks glibc")

COUNTED = """
import ctypes, sys, threading
from kg.http import malloc as arenas

libc = ctypes.CDLL(None)
if "shared" in sys.argv:
    arenas.share()
libc.malloc.restype = libc.fdopen.restype = ctypes.c_void_p
held, going = threading.Barrier(5), threading.Barrier(5)

def take():
    libc.malloc(ctypes.c_size_t(1 << 12))
    held.wait()
    going.wait()

threads = [threading.Thread(target=take) for _ in range(4)]
for thread in threads:
    thread.start()
held.wait()
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
going.wait()
"""


@pytest.mark.parametrize(("how", "is_one"), [("shared", True), ("as it is", False)])
def test_threads_take_memory_from_one_place(how: str, is_one: bool) -> None:
    """As the C library itself counts the places; without, they are several."""
    done = subprocess.run([sys.executable, "-c", COUNTED, how], capture_output=True, text=True, check=True)
    assert (done.stdout.count("<heap nr=") == 1) == is_one


def test_server_shares_before_the_store_is_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The storage engine has threads of its own, which take memory as soon as it is open."""
    called: list[bool] = []
    monkeypatch.setattr(malloc, "share", lambda: called.append(True))
    result = CliRunner().invoke(kg, ["serve", "--store", str(tmp_path / "none")])
    assert (result.exit_code != 0, called) == (True, [True])
