"""The ``kg`` command, run and finished: in the process of the tests, or in one of its own as a user has it."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

from kg import cli

ROOT = Path(__file__).parents[2]
Done = subprocess.CompletedProcess[str]


def kg(*arguments: str | Path, cwd: Path, **env: str) -> Done:
    """``kg ARGUMENTS`` in a folder, in this process, which has imported and loaded what it needs already.

    What only a process shows is asked of :func:`kg_process`: exit codes, streams and imports of an interpreter's own.
    """
    words = ["kg", *map(str, arguments)]
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2)]
    code: object = 0
    with (
        contextlib.chdir(cwd),
        patch.dict(os.environ, env),
        patch.object(sys, "argv", words),
        contextlib.redirect_stdout(streams[0]),
        contextlib.redirect_stderr(streams[1]),
    ):
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code
    said = [stream.detach().getvalue().decode() for stream in streams]
    return Done(words, int(str(code or 0)), said[0], said[1])


def kg_process(*arguments: str | Path, cwd: Path, **env: str) -> Done:
    """The same in a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "kg", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
    )


def refused(done: Done, code: int, *said: str) -> None:
    """An error as users should get it: that exit code, the words on stderr, no traceback, nothing on stdout."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    for words in said:
        assert words in done.stderr
