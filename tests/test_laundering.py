"""The number this project exists for: rows of what somebody said among the facts, under every way to merge graphs."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import vocab
from tests import laundering

FIGURES = Path(__file__).parent.parent / "docs" / "figures.md"


@pytest.fixture(scope="module")
def measured() -> dict[str, list[int]]:
    """The table, measured anew."""
    return laundering.rows(laundering.records())


def test_no_claim_is_laundered_under_any_merge(measured: dict[str, list[int]]) -> None:
    """Strict, union, flat Turtle, RDFS and OWL RL: nothing of what was said is among the facts."""
    ours = next(numbers for name, numbers in measured.items() if "ours" in name)
    assert ours == [0] * len(laundering.MERGES)


def test_table_is_measured_on_a_graph_with_links() -> None:
    """A denial and a contradiction join claims there."""
    quads = laundering.in_one_graph(laundering.disputed())
    kinds = {quad.object.value for quad in quads if quad.predicate.value == vocab.LINK_TYPE}  # type: ignore[union-attr]
    assert kinds == {vocab.REL + "denies", vocab.REL + "contradicts"}


def test_measure_can_be_other_than_zero(measured: dict[str, list[int]]) -> None:
    """The same content in ordinary terms leaks as soon as graphs are merged: the check can fail."""
    plain = next(numbers for name, numbers in measured.items() if "ordinary" in name)
    assert plain[0] == 0
    assert min(plain[1:]) > 0


def test_page_of_figures_shows_the_table_as_measured(measured: dict[str, list[int]]) -> None:
    """``make test`` writes it; what is committed is what was measured."""
    assert laundering.between_markers(FIGURES.read_text("utf-8")) == laundering.table(measured)
