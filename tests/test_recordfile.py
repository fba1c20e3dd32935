"""The one strict door for records."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import recordfile
from kg.errors import InputError, RecordError
from kg.records import Document, Evidence, Fact, Record, Run, Span, Unclear
from tests.samples import framed, sample

DOCS = Path(__file__).parent.parent / "docs"


def broken(path: list[Any], value: object) -> str:
    """The sample as JSON with one place changed; ``...`` as value takes the key out."""
    data: Any = copy.deepcopy(recordfile.to_json(sample()))
    place = data
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(data)


def decided(feature: str, *spans: list[int]) -> dict[str, Any]:
    """Evidence as it is written."""
    return {"feature": feature, "spans": list(spans)}


def test_written_record_reads_back_the_same() -> None:
    """Encoding and decoding is the identity."""
    assert recordfile.loads(recordfile.dumps(sample())) == sample()


def test_what_decided_reads_back_the_same_and_may_be_missing() -> None:
    """A file written before evidence was kept is still a records file."""
    record = sample()
    decided = (Evidence(feature="act", spans=record.claims[0].cue),)
    kept = replace(record, claims=(replace(record.claims[0], evidence=decided), *record.claims[1:]))
    assert recordfile.loads(recordfile.dumps(kept)) == kept
    data = json.loads(recordfile.dumps(record))
    for statement in (*data["facts"], *data["claims"]):
        del statement["evidence"]
    assert recordfile.from_json(data) == record


def test_context_and_adjuncts_read_back_the_same_and_may_be_missing() -> None:
    """A file written before there was context is still a records file."""
    assert recordfile.loads(recordfile.dumps(framed())) == framed()
    data = json.loads(recordfile.dumps(sample()))
    del data["context"]
    for claim in data["claims"]:
        del claim["adjuncts"]
    assert recordfile.from_json(data) == sample()


def test_same_record_is_written_with_the_same_bytes() -> None:
    """One record has one text."""
    again = recordfile.loads(recordfile.dumps(sample()))
    assert recordfile.dumps(again) == recordfile.dumps(sample())


_TEXTS = st.text(min_size=1, max_size=80).filter(lambda t: t.strip() and not any("\ud800" <= c <= "\udfff" for c in t))


@given(_TEXTS, st.data())
def test_any_text_survives_the_file(text: str, data: st.DataObject) -> None:
    """Whatever the text holds, spans read the same words after writing and reading."""
    cut = data.draw(st.integers(1, len(text)))
    unclear = (Unclear(span=Span(cut - 1, cut), reason=text),)
    facts = (Fact(id="f", anchor=(Span(0, cut),), rule="r", confidence=data.draw(st.floats(0, 1))),)
    record = Record(
        document=Document(id="d", text=text), facts=facts, unclear=unclear, run=Run(extractor="x", version="1")
    )
    assert recordfile.loads(recordfile.dumps(record)) == record


@pytest.mark.parametrize(
    ("path", "value", "where", "problem"),
    [
        (["claims", 0, "speakers"], [], "$.claims[0].speakers", "needs a speaker"),
        (["claims", 0, "speakers"], ["nobody"], "$.claims[0].speakers[0]", "no entity 'nobody'"),
        (["claims", 0, "speech_act"], "mumble", "$.claims[0].speech_act", "'mumble' is not one of"),
        (["claims", 0, "quote_form"], 3, "$.claims[0].quote_form", "3 is not one of"),
        (["claims", 0, "content"], [], "$.claims[0].content", "needs content"),
        (["claims", 0, "content", 0], [5], "$.claims[0].content[0]", "too short"),
        (["claims", 0, "content", 0], [7, 7], "$.claims[0].content[0]", "is empty"),
        (["claims", 0, "content", 0, 1], 99999, "$.claims[0].content", "ends after the text"),
        (["claims", 0, "content", 0, 0], "5", "$.claims[0].content[0][0]", "is not of type 'integer'"),
        (["claims", 0, "mood"], "sad", "$.claims[0]", "'mood' was unexpected"),
        (["claims", 0, "said_at"], {"text": "May", "earliest": "2025-05-32"}, "$.claims[0].said_at.earliest", "date"),
        (["claims", 0, "evidence"], [decided("act", [0, 99999])], "$.claims[0].evidence[0].spans", "after the text"),
        (["claims", 0, "evidence"], [decided("act")], "$.claims[0].evidence[0].spans", "needs the words"),
        (["claims", 0, "evidence"], [decided("act", [5, 2])], "$.claims[0].evidence[0].spans[0]", "is empty"),
        (
            ["claims", 0, "evidence"],
            [decided("mood", [0, 2])],
            "$.claims[0].evidence[0].feature",
            "'mood' is not one of",
        ),
        (["claims", 0, "evidence"], [{"feature": "act"}], "$.claims[0].evidence[0]", "'spans' is a required property"),
        (["facts", 0, "evidence"], [decided("act", [0, 2])], "$.facts[0].evidence[0].feature", "'act' is not one of"),
        (
            ["facts", 0, "evidence"],
            [decided("frame", [123, 130])],
            "$.facts[0].evidence[0].spans",
            "a claim is not a fact",
        ),
        (["claims", 2, "parent"], "c9", "$.claims[2].parent", "no claim 'c9'"),
        (["facts", 0, "events", 0, "type"], "party", "$.facts[0].events[0].type", "'party' is not one of"),
        (["facts", 0, "speakers"], ["arvonia"], "$.facts[0]", "'speakers' was unexpected"),
        (["facts", 0, "confidence"], 1.5, "$.facts[0].confidence", "greater than the maximum"),
        (["facts", 0, "anchor", 0], [123, 130], "$.facts[0].anchor", "a claim is not a fact"),
        (["entities", 0, "type"], "planet", "$.entities[0].type", "'planet' is not one of"),
        (["entities", 1, "id"], "arvonia", "$.entities[1].id", "used twice"),
        (["document", "text"], "other words", "$.document.sha256", "is not the hash of the text"),
        (["document", "text"], ..., "$.document", "'text' is a required property"),
        (["document", "published"], "soon", "$.document.published", "is not a date"),
        (["links", 0, "to"], "c9", "$.links[0].to", "no statement 'c9'"),
        (["unclear", 0, "span"], [9, 2], "$.unclear[0].span", "is empty"),
        (["context"], [{"span": [0, 9], "kind": "footer"}], "$.context[0].kind", "'footer' is not one of"),
        (["context"], [{"span": [0, 9999], "kind": "heading"}], "$.context[0].span", "ends after the text"),
        (["context"], [{"span": [123, 130], "kind": "heading"}], "$.context[0].span", "a claim is no context"),
        (
            ["claims", 0, "adjuncts"],
            [{"kind": "mood", "spans": [[0, 2]]}],
            "$.claims[0].adjuncts[0].kind",
            "'mood' is not one of",
        ),
        (
            ["claims", 0, "adjuncts"],
            [{"kind": "time", "spans": []}],
            "$.claims[0].adjuncts[0].spans",
            "needs its words",
        ),
        (
            ["claims", 0, "adjuncts"],
            [{"kind": "time", "spans": [[0, 2]]}] * 2,
            "$.claims[0].adjuncts[1].kind",
            "used twice",
        ),
        (["run"], ..., "$", "'run' is a required property"),
    ],
)
def test_broken_record_is_an_error_naming_document_and_path(
    path: list[Any], value: object, where: str, problem: str
) -> None:
    """What is wrong is said with the document's id and the JSON path."""
    with pytest.raises(RecordError) as caught:
        recordfile.loads(broken(path, value), "records.jsonl:1")
    assert caught.value.path == where
    assert problem in caught.value.problem
    assert "document sample" in str(caught.value)
    assert "records.jsonl:1" in str(caught.value)


@pytest.mark.parametrize("line", ["", "{", '{"document": {"id": "a"', "[]", "7", '{"a":1,"a":2}', "NaN", "[" * 100_000])
def test_line_that_is_no_record_is_an_error_naming_the_line(line: str) -> None:
    """A line cut off, or not an object at all, is refused and named."""
    with pytest.raises(RecordError, match=r"records\.jsonl:7: \$"):
        recordfile.loads(line, "records.jsonl:7")


def test_records_file_names_the_line_that_is_wrong(tmp_path: Path) -> None:
    """The second line cut in the middle is the one that is named."""
    line = recordfile.dumps(sample())
    path = tmp_path / "records.jsonl"
    path.write_text(f"{line}\n{line[: len(line) // 2]}")
    records = recordfile.read_records(path)
    assert next(records) == sample()
    with pytest.raises(RecordError, match=r"records\.jsonl:2"):
        next(records)


def test_records_file_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are refused where they stand."""
    path = tmp_path / "records.jsonl"
    path.write_bytes(b"\n" + b'{"document": "\xff"}')
    with pytest.raises(InputError, match=r"records\.jsonl:2: not UTF-8"):
        list(recordfile.read_records(path))


def test_schema_in_docs_is_the_one_that_is_enforced() -> None:
    """docs/records.schema.json is what ``kg schema`` prints."""
    assert json.loads((DOCS / "records.schema.json").read_text()) == recordfile.SCHEMA


def test_sample_conforms_to_the_published_schema() -> None:
    """A validator that knows nothing of us accepts what we write."""
    import jsonschema

    jsonschema.validate(recordfile.to_json(sample()), json.loads((DOCS / "records.schema.json").read_text()))
