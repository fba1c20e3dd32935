"""Questions with fields."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store

from kg.app import create_app
from kg.config import Settings
from kg.store import EmbeddedStore
from kg.views.competency_questions import Question
from kg.views.question_filters import MOST_CHOICES, fields, narrowed
from kg.views.result_table import Table
from kg.views.terms import Cell
from tests.pages.test_pages import BROWSER, Page
from tests.served.small_app import BASE

QUERY = """PREFIX x: <urn:x:>
# who says what
SELECT ?who ?what WHERE { ?who x:says ?what }
ORDER BY ?what # in order
"""


def table(*rows: tuple[str, ...]) -> Table:
    """A table of these texts."""
    columns = ("who", "what", "more")[: len(rows[0])]
    return Table(columns=columns, rows=tuple(tuple(Cell(text=text) for text in row) for row in rows))


def test_column_with_few_values_is_a_field() -> None:
    """Its choices are in order, each once; a column of which every value is another is none."""
    (field,) = fields(table(("b", "1"), ("a", "2"), ("b", "3")), {"who": "a"})
    assert (field.name, list(field.choices), field.chosen) == ("who", ["a", "b"], "a")


@pytest.mark.parametrize(
    "rows",
    [
        [("a", "1"), ("a", "2")],
        [("a" * 61, "1"), ("b", "2"), ("b", "3")],
        [(str(n % (MOST_CHOICES + 1)), str(n)) for n in range(90)],
    ],
    ids=["one value", "long values", "many values"],
)
def test_column_that_nobody_chooses_from_is_no_field(rows: list[tuple[str, ...]]) -> None:
    """One value, long ones, too many."""
    assert fields(table(*rows), {}) == ()


def test_nothing_chosen_leaves_the_query_as_it_is() -> None:
    """To the letter."""
    assert narrowed(QUERY, ("who", "what"), {"who": ""}) == QUERY


@pytest.mark.parametrize("said", ["plain", 'with "quotes" and \\ and }', "a\nline", "*/ # } UNION { ?s ?p ?o"])
def test_narrowed_query_gives_the_rows_of_the_choice(said: str) -> None:
    """Whatever the value is: it is a value and never a part of the query."""
    says = NamedNode("urn:x:says")
    store = Store()
    for who, what in (("urn:a", said), ("urn:a", "other"), ("urn:b", said)):
        store.add(Quad(NamedNode(who), says, Literal(what)))
    found = store.query(narrowed(QUERY, ("who", "what"), {"who": "urn:a", "what": said}))
    assert isinstance(found, QuerySolutions)
    assert [tuple(row) for row in found] == [(NamedNode("urn:a"), Literal(said))]


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """A client of an app with one question over three statements."""
    store = EmbeddedStore.in_memory()
    triples = tmp_path / "said.nt"
    triples.write_text(
        '<urn:x:a> <urn:x:says> "one" .\n<urn:x:a> <urn:x:says> "two" .\n<urn:x:b> <urn:x:says> "three" .\n'
    )
    store.load(triples, RdfFormat.N_TRIPLES, BASE)
    question = Question(name="Q1", title="Who says what?", description="", query=QUERY)
    return create_app(Settings(base=BASE), store, questions=(question,)).test_client()


def test_page_of_a_question_has_its_fields(client: FlaskClient) -> None:
    """A list for who says it, with any of them chosen; none for what is said."""
    text = client.get("/questions/Q1", headers=BROWSER).text
    assert '<select name="who">' in text
    assert '<select name="what">' not in text
    assert "selected" not in text


def test_chosen_value_narrows_rows_query_and_data(client: FlaskClient) -> None:
    """The page's rows, the query on it and what its data links ask are the same."""
    read = Page(client.get("/questions/Q1?who=urn:x:a", headers=BROWSER).text)
    rows = [text for text in ("one", "two", "three") if text in read.text.split("The query")[0]]
    assert rows == ["one", "two"]
    assert 'FILTER(STR(?who) = "urn:x:a")' in read.text
    (csv,) = [link for link in read.links if link.endswith("format=csv")]
    assert client.get(csv).text.split() == ["who,what", "urn:x:a,one", "urn:x:a,two"]


def test_value_that_is_no_choice_finds_nothing_and_says_so(client: FlaskClient) -> None:
    """Not everything, and no error: the fields are there to choose anew."""
    text = client.get("/questions/Q1?who=nobody", headers=BROWSER).text
    assert "Nothing found" in text
    assert '<select name="who">' in text
