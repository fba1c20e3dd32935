"""Results as tables: each column has the type that its datatypes say."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

import kg
from kg.errors import MissingExtra, QueryError
from kg.session import Result, Session
from tests.session.graphs import dump_of, session_of

XSD = "http://www.w3.org/2001/XMLSchema#"
TYPED = """
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT * { VALUES (?whole ?gap ?number ?truth ?moment ?local ?day ?month ?mixed ?iri ?none) {
  (1 7 2.5 true "2025-04-03T12:00:00+02:00"^^xsd:dateTime "2025-04-03T12:00:00"^^xsd:dateTime
   "2025-04-03"^^xsd:date "2025-04"^^xsd:gYearMonth 1 <a:b> UNDEF)
  (2 UNDEF 1e3 false UNDEF UNDEF "1066-10-14"^^xsd:date "2025-05"^^xsd:gYearMonth "two" "x"@en UNDEF) } }
"""
TYPES = {
    "whole": "Int64",
    "gap": "Int64",
    "number": "Float64",
    "truth": "boolean",
    "moment": "datetime64[us, UTC]",
    "local": "datetime64[us]",
    "day": "datetime64[us, UTC]",
    "month": "string",
    "mixed": "string",
    "iri": "string",
    "none": "string",
}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """The sample, at hand."""
    return session_of(tmp_path_factory.mktemp("graph"))


def test_columns_of_a_data_frame_are_typed_by_datatype(session: Session) -> None:
    """An integer column with a gap stays an integer column; a partial date stays text."""
    frame = session.query(TYPED).to_dataframe()
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == TYPES
    assert frame["gap"].isna().tolist() == [False, True]
    assert frame["day"][0].isoformat() == "2025-04-03T00:00:00+00:00"
    assert frame["moment"][0].isoformat() == "2025-04-03T10:00:00+00:00"
    assert frame["month"].tolist() == ["2025-04", "2025-05"]


def test_arrow_table_has_the_same_types(session: Session) -> None:
    """Days are days there."""
    table = session.query(TYPED).to_arrow()
    names = {field.name: str(field.type) for field in table.schema}
    assert names["gap"] == "int64"
    assert names["day"] == "date32[day]"
    assert names["moment"] == "timestamp[us, tz=UTC]"
    assert names["month"] == names["none"] == "string"
    assert table.column("gap").to_pylist() == [7, None]


def test_dictionaries_hold_python_values(session: Session) -> None:
    """Unbound is None."""
    first, second = session.query(TYPED).to_dicts()
    assert first["moment"] == datetime(2025, 4, 3, 10, tzinfo=UTC)
    assert second["day"] == date(1066, 10, 14)
    assert (first["whole"], second["gap"], first["truth"], second["iri"]) == (1, None, True, "x")


def test_csv_keeps_what_was_written(session: Session, tmp_path: Path) -> None:
    """A comma, a quotation mark and a line break survive the way through the file."""
    import pandas as pd

    result = session.query('SELECT ?a ?b { VALUES (?a ?b) { ("x, \\"y\\"\\nz" 1) (UNDEF 2) } }')
    assert result.to_csv(tmp_path / "rows.csv") is None
    frame = pd.read_csv(tmp_path / "rows.csv")
    assert frame["a"][0] == 'x, "y"\nz'
    assert result.to_csv() == 'a,b\n"x, ""y""\nz",1\n,2\n'


@pytest.mark.parametrize(
    ("value", "datatype"),
    [
        ("99999999999999999999", "integer"),
        ("2025-04-03Z", "date"),
        ("12024-04-03", "date"),
        ("INFINITE", "double"),
        ("24:00", "dateTime"),
    ],
)
def test_what_cannot_be_read_as_its_type_stays_text(value: str, datatype: str) -> None:
    """One such value, and the column is text: nothing is rounded, cut off or lost."""
    frame = Result(["v"], [[Literal(value, datatype=NamedNode(XSD + datatype))]]).to_dataframe()
    assert str(frame["v"].dtype) == "string"
    assert frame["v"][0] == value


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)), min_size=1))
def test_integers_come_back_exactly(values: list[int | None]) -> None:
    """Whatever gaps there are, no integer goes through a float."""
    result = Result(["n"], [[None if value is None else Literal(value)] for value in values])
    assert [row["n"] for row in result] == values
    assert [None if v is None else int(v) for v in result.to_arrow().column("n").to_pylist()] == values
    frame = result.to_dataframe()
    assert [None if missing else int(v) for v, missing in zip(frame["n"], frame["n"].isna(), strict=True)] == values


def test_yes_or_no_is_a_truth_value(session: Session) -> None:
    """``if session.query("ASK ...")`` does what it says."""
    yes = session.query("ASK { ?s ?p ?o }")
    no = session.query("ASK { ?s <a:none> ?o }")
    assert yes
    assert not no
    assert no.to_dicts() == [{"answer": False}]
    assert "not a verdict" in yes._repr_html_()


def test_graph_results_have_three_columns(session: Session) -> None:
    """A CONSTRUCT gives its triples as rows."""
    result = session.query("CONSTRUCT { ?s a ?t } WHERE { ?s a ?t }")
    assert result.columns == ("subject", "predicate", "object")
    assert len(result) > 5


def test_bad_query_gives_the_parsers_message(session: Session) -> None:
    """And what would write is no query."""
    for text in ("SELECT", "DELETE WHERE { ?s ?p ?o }"):
        with pytest.raises(QueryError, match=r"line 1|begins an update"):
            session.query(text)


@pytest.mark.parametrize(("package", "call"), [("pandas", "to_dataframe"), ("pyarrow", "to_arrow")])
def test_missing_extra_is_named_with_the_command_that_installs_it(
    session: Session, monkeypatch: pytest.MonkeyPatch, package: str, call: str
) -> None:
    """Without the package the error says how to get it, for a clone as for an installed wheel."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra, match=rf"python -m pip install '{package}>="):
        getattr(session.claims(), call)()


def test_table_marks_claims_and_facts(session: Session) -> None:
    """Words and IRIs of a claim are dashed and called a claim, those of a fact solid; also by whom it was said."""
    html = session.query(
        "PREFIX cg: <https://w3id.org/claimgraph/ns#> SELECT ?x ?words { ?x cg:text ?words } ORDER BY ?x"
    )._repr_html_()
    assert '<span class="tag claim" title="claim">claim</span><span class="claim">' in html
    assert '<span class="tag fact" title="fact">fact</span><span class="fact">' in html


def test_table_that_cannot_look_words_up_says_so(tmp_path: Path) -> None:
    """After the session is closed a result can still be shown: nothing is marked as fact by default."""
    session = kg.open(dump_of(tmp_path))
    result = session.query("PREFIX cg: <https://w3id.org/claimgraph/ns#> SELECT ?words { ?x cg:text ?words }")
    session.close()
    html = result._repr_html_()
    assert "could not be looked up" in html
    assert 'class="fact"' not in html.partition("</style>")[2]


def test_long_result_says_that_it_is_cut_off(session: Session) -> None:
    """The table is short, the result whole."""
    result = session.query("SELECT * { ?s ?p ?o }")
    assert f"of {len(result):,}; the result itself has them all" in result._repr_html_()
    assert json.dumps(len(result.to_dicts())) == str(len(result))
