"""Terms put into queries: escaped in one place, and only where a query has a place for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Store

from kg.views import query_files
from kg.views.query_files import bind, own_query, terms


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_literal_is_the_text_that_was_given(text: str) -> None:
    """Whatever it is made of: quotation marks, backslashes, line ends, a placeholder."""
    (row,) = Store().query(bind('SELECT ("urn:text" AS ?t) {}', text=Literal(text)))  # type: ignore[misc]
    assert row["t"] == Literal(text)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_text_that_is_no_iri_reaches_no_query(text: str) -> None:
    """It is refused, or stands in the query as one IRI."""
    try:
        query = bind("SELECT ?s { VALUES ?s { <urn:it> } }", it=f"urn:{text}")
    except ValueError:
        return
    (row,) = Store().query(query)  # type: ignore[misc]
    assert row["s"] == NamedNode(f"urn:{text}")


def test_several_iris_stand_in_values_and_in_a_list() -> None:
    """A list has commas, VALUES has none."""
    assert (
        bind("{ VALUES ?s { <urn:nodes> } }", nodes=["urn:a", NamedNode("urn:b")])
        == "{ VALUES ?s { <urn:a> <urn:b> } }"
    )
    assert bind("FILTER(?s IN (<urn:nodes>))", nodes=["urn:a", "urn:b"]) == "FILTER(?s IN (<urn:a>, <urn:b>))"


def test_value_is_not_searched_for_placeholders() -> None:
    """What is put in stays as it is."""
    assert bind('<urn:one> "urn:two"', one="urn:two", two=Literal("urn:one")) == '<urn:two> "urn:one"'


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({}, KeyError),
        ({"it": "urn:x", "other": "urn:x"}, ValueError),
        ({"it": "urn:x> ?p ?o } #"}, ValueError),
        ({"it": Literal("x")}, TypeError),
    ],
)
def test_wrong_value_is_refused(values: dict[str, str], error: type[Exception]) -> None:
    """A missing one, one too many, one that is no IRI, a literal for an IRI."""
    with pytest.raises(error):
        bind("ASK { <urn:it> ?p ?o }", **values)


def test_every_placeholder_of_our_queries_is_known() -> None:
    """A query file has no other placeholder than those that are bound."""
    files = sorted((Path(query_files.__file__).parent / "queries").glob("*.rq"))
    assert len(files) > 30
    for file in files:
        text = file.read_text("utf-8")
        known = {
            name: name for name in ("version", "versions", "nodes", "others", "statements", "events", "about", "act")
        }
        used = {name: "urn:x" for name in known if f"<urn:{name}>" in text}
        literals = {name: Literal("x") for name in ("entities", "name") if f'"urn:{name}"' in text}
        assert "urn:" not in own_query(file.stem, **used, **literals).replace("<urn:x>", "").replace("urn:x", "")


def test_terms_of_nothing_are_nothing() -> None:
    """So that VALUES is empty."""
    assert terms([]) == ""
