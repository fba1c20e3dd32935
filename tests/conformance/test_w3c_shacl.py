"""The W3C SHACL suite through our engines: every report as the suite expects it.

``make conformance SHACL_SUITE=FOLDER`` runs it; without the variable there is nothing to run, and one line says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from kg.errors import InputError
from kg.validate.engines import ENGINES
from tests.conformance.w3c_shacl import VARIABLE, Case, cases, report_of, suite

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
