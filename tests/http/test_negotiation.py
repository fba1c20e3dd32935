"""Reading ``Accept`` (RFC 9110, 12.5.1)."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.http.negotiation import Offer, negotiate, parse_accept

JSON = Offer("application/sparql-results+json")
XML = Offer("application/sparql-results+xml")
CSV = Offer("text/csv", MappingProxyType({"charset": "utf-8", "header": "present"}))
OFFERS = (JSON, XML, CSV)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("TEXT/CSV", CSV),
        ("text/*", CSV),
        ("application/*", JSON),
        ("application/sparql-results+xml, text/csv", XML),
        ("text/csv, application/sparql-results+xml", XML),
        ("application/sparql-results+xml;q=0.8, text/csv;q=0.9", CSV),
        ("text/csv;q=0.1, */*;q=0.01", CSV),
        ("*/*, application/sparql-results+json;q=0", XML),
        ("*/*;q=0.5, text/csv;q=0.4", JSON),
        ("application/*;q=0.2, application/sparql-results+xml", XML),
        ("text/csv;charset=utf-8", CSV),
        ('text/csv;charset="UTF-8"', CSV),
        ("text/csv; header=present", CSV),
        ("text/csv;charset=iso-8859-1, */*;q=0.1", JSON),
        ("text/csv;q=0.5, text/csv;header=present;q=0, application/sparql-results+xml;q=0.1", XML),
        ("application/sparql-results+json;version=1.2", JSON),
        ("text/csv ; q=1.000", CSV),
        ('text/csv;x="a,b;q=0", application/sparql-results+xml', XML),
        ("image/png, text/csv;q=0.001", CSV),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", JSON),
        ("text/csv;q=.5, */*;q=.1", CSV),
        ("*", JSON),
        ("text/csv;q=.9, *", JSON),
        ("application/sparql-results+json; charset=utf-8", JSON),
        ('application/sparql-results+json;x=1;y="2"', JSON),
        ("text/csv;charset=iso-8859-1;x=1, application/sparql-results+xml;q=.1", XML),
        ("text/csv;;q=0.5;", CSV),
    ],
)
def test_best_offer_is_chosen(accept: str | None, chosen: Offer) -> None:
    """Weight decides, then the server's order; the most specific range speaks for an offer."""
    assert negotiate(accept, OFFERS) is chosen


@pytest.mark.parametrize(
    "accept",
    [
        "image/png",
        "*/*;q=0",
        "text/csv;q=0",
        "text/html, application/xhtml+xml",
        "text/csv;charset=iso-8859-1",
        "text/csv;q=0.000, image/*",
    ],
)
def test_nothing_acceptable_is_nothing(accept: str) -> None:
    """None when every offer is excluded or unnamed."""
    assert negotiate(accept, OFFERS) is None


@pytest.mark.parametrize(
    "accept", ["nonsense", ",,,", "*/csv", "text/csv;q=2", "text/csv;q=0.1234", "text/csv q=1", ";"]
)
def test_members_that_break_the_grammar_are_left_out(accept: str) -> None:
    """A header with no well-formed member is as good as absent."""
    assert parse_accept(accept) == []
    assert negotiate(accept, OFFERS) is JSON
    assert negotiate(f"{accept}, text/csv;q=0.2", OFFERS) is CSV


def test_weight_is_read_in_any_case() -> None:
    """``Q=`` is ``q=``."""
    assert parse_accept("text/csv;Q=0.5")[0].weight == 0.5


def test_no_offers_is_nothing() -> None:
    """With nothing to offer there is nothing to choose."""
    assert negotiate("*/*", ()) is None


@given(st.text(alphabet=st.sampled_from('ab*/;q=0.1 ,"\\\t'), max_size=60))
def test_any_header_gets_an_offer_or_none(accept: str) -> None:
    """No header makes it fail, and what it gives back is one of the offers."""
    assert negotiate(accept, OFFERS) in (*OFFERS, None)


@given(st.permutations(["text/csv;q=0.9", "*/*;q=0.1", "text/*;q=0.5", "application/sparql-results+xml;q=0.8"]))
def test_order_of_members_does_not_matter(members: list[str]) -> None:
    """Precedence comes from weight and specificity alone."""
    assert negotiate(", ".join(members), OFFERS) is CSV
