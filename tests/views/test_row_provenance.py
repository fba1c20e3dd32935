"""The graph that an IRI of what was said names."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.iri import content_graph

PATTERN = re.compile(r".*/doc/[0-9a-f]{16}/claim/.*?/content(?=/|$)(?!.*/content(?:/|$))")
PARTS = ("x:", "/doc/0123456789abcdef", "/claim/", "/claim", "/content", "/contents", "/", "1-2", "content")


@given(st.lists(st.sampled_from(PARTS), max_size=9).map("".join))
@example("/doc/0123456789abcdef/claim//content")
@example("/doc/0123456789abcdef/claim/content")
def test_graph_is_that_of_the_innermost_claim(iri: str) -> None:
    """As a pattern would find it that takes as long as it likes."""
    found = PATTERN.match(iri)
    assert content_graph(iri) == (None if found is None else found[0])


@pytest.mark.parametrize("parts", [("/doc/0123456789abcdef/claim", ""), ("/doc/0123456789abcdef/claim/", "/content")])
def test_long_iri_is_gone_through_once(parts: tuple[str, str]) -> None:
    """A page shows what a query makes, and that may have a million characters."""
    begin = time.thread_time()
    content_graph("x:" + parts[0] * 30_000 + parts[1] * 100_000 + "s")
    assert time.thread_time() - begin < 1.0
