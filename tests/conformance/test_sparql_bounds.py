"""Fewer passing tests of the SPARQL suite than before are a failure."""

from __future__ import annotations

from tests.conformance.sparql import BOUNDS, shortfalls

REACHED = {
    "1.0 query eval": {"pass": 900, "a_pass": 855},
    "1.1 protocol": {"pass": 34, "a_pass": 34},
    "1.1 graph store http": {"pass": 13, "a_pass": 0},
    "1.1 service description": {"pass": 3, "a_pass": 3},
    "1.2 query eval": {"pass": 64},
    "1.2 query syntax": {"pass": 200},
}


def test_reached_bounds_are_no_shortfall() -> None:
    """Exactly as many as before."""
    assert list(shortfalls(REACHED)) == []


def test_each_lost_test_is_a_shortfall() -> None:
    """One less in any group that is bounded, and a group that was not run at all."""
    for group, counts in REACHED.items():
        fewer = {name: number - 1 for name, number in counts.items()}
        assert len(list(shortfalls({**REACHED, group: fewer}))) >= 1
    assert len(list(shortfalls({}))) == len(BOUNDS)
