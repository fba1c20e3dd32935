"""The W3C SHACL suite through our engines: every report as the suite expects it.

``make conformance SHACL_SUITE=FOLDER`` runs it; without the variable there is nothing to run, and one line says so.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from kg import cli
from kg.errors import InputError
from kg.validate.engines import ENGINES
from tests.conformance.w3c_shacl import VARIABLE, Case, cases, read_report, report_of, suite

# By the name of the case, and why. A case that passes does not belong here.
KNOWN_FAILURES: Mapping[str, str] = MappingProxyType(
    {"pre-binding/shapesGraph-001": "$shapesGraph is optional (SHACL 5.3.1) and pySHACL does not have it"}
)
_FOLDER = suite()
_PARTS = {"core": 98, "sparql": 22}


def _cases(part: str) -> list[Case]:
    return [] if _FOLDER is None else list(cases(_FOLDER / part / "manifest.ttl"))


_ALL = [case for part in _PARTS for case in _cases(part)]


def test_the_suite_is_whole() -> None:
    """98 core and 22 SPARQL cases; no suite is named on a machine that has none."""
    if _FOLDER is None:
        pytest.skip(f"{VARIABLE} names no folder: make conformance {VARIABLE}=FOLDER runs the W3C SHACL suite")
    assert {part: len(_cases(part)) for part in _PARTS} == _PARTS
    assert KNOWN_FAILURES.keys() <= {case.name for case in _ALL}


@pytest.mark.skipif(_FOLDER is None, reason=f"{VARIABLE} names no folder")
@pytest.mark.parametrize("case", _ALL or [None], ids=str)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_report_is_the_expected_one(engine: str, case: Case) -> None:
    """Isomorphic in all that the suite compares; an error where it expects one. A known failure must fail."""
    try:
        report = report_of(case, ENGINES[engine])
    except InputError:
        report = None
    passes = report == case.expected
    assert passes != (case.name in KNOWN_FAILURES), "a known failure passes: take it off the list"


@pytest.mark.skipif(_FOLDER is None, reason=f"{VARIABLE} names no folder")
@pytest.mark.parametrize("case", _ALL or [None], ids=str)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_command_reports_the_expected(
    engine: str, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``kg validate DATA --shapes SHAPES`` from end to end: the lint, the limits, the report written as Turtle.

    Exit code 0 or 1 with the expected report, 3 and no report where an error is expected. A known failure must fail.
    """
    path = tmp_path / "report.ttl"
    words = ("validate", case.data, "--shapes", case.shapes, "--engine", engine, "--format", "turtle", "-o", path)
    monkeypatch.setattr(sys, "argv", ["kg", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    report = read_report(path) if path.exists() else None
    passes = report == case.expected
    assert passes != (case.name in KNOWN_FAILURES), "a known failure passes: take it off the list"
    assert (ended.value.code or 0) in ((3,) if report is None else (0, 1))
