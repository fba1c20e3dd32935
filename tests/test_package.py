"""The package as others install it: everything it needs is inside."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kg import recordfile
from kg.pages import query_editor
from tests.samples import sample

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files, unpacked away from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--quiet",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True)
    (wheel,) = folder.glob("claimgraph-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_installed_package_brings_its_data(installed: Path) -> None:
    """Shapes, ontology and questions are inside, and nothing of the tests is."""
    names = {path.relative_to(installed).as_posix() for path in installed.rglob("*") if path.is_file()}
    for name in (
        "kg/py.typed",
        "kg/_data/ontology/claimgraph.ttl",
        "kg/_data/shapes/claim.ttl",
        "kg/_data/questions/CQ1.rq",
    ):
        assert name in names
    assert not [name for name in names if name.startswith("tests/")]
    if query_editor.is_here():
        assert {f"kg/pages/static/yasgui/{name}" for name in query_editor.FILES} <= names


def test_installed_package_works_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    """Build, validate and ask, with nothing but what was installed."""
    (tmp_path / "r.jsonl").write_text(recordfile.dumps(sample()) + "\n", "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    for arguments in (["build", "r.jsonl"], ["validate"], ["query", "ASK {}"]):
        command = [sys.executable, "-P", "-m", "kg", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
