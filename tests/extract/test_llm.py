"""The ``llm`` extractor against a server on a socket: answers that are good, bad, late, invented, or none."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kg import recordfile
from kg.errors import InputError
from kg.extract.llm import LlmExtractor, answers
from kg.extract.llm.kept import KeptAnswers
from kg.extract.llm.server import ATTEMPTS, Server
from kg.records import Document, Record
from tests.extract.chat_server import (
    ChatServer,
    Json,
    Says,
    answer,
    claim,
    entity,
    event,
    evidence,
    fact,
    passage_of,
    serving,
)

TEXT = (
    "Norvania closes the port\n\n"
    "Norvania closed the port of Maren on Friday. The envoy said that “nothing will change” before the summit.\n\n"
    "Minister Ada Quill said that the envoy had told her that Belmark shelled the border. Belmark denied it. "
    "The envoy said that he was tired. The envoy said that he was tired.\n"
)
ENTITIES = [
    entity("n", "political_actor", "Norvania", "Norvania"),
    entity("b", "political_actor", "Belmark", "Belmark"),
    entity("q", "person", "Ada Quill", "Minister Ada Quill"),
    entity("e", "unnamed_source", "The envoy", "The envoy", "the envoy"),
    entity("m", "place", "Maren", "Maren"),
]
SHELLED = event("bombing", agents=["b"])
CLAIMS = [
    claim("The envoy", "said", 'that "nothing will change" before the summit', "e"),
    claim("Minister Ada Quill", "said", "that the envoy had told her that Belmark shelled the border", "q"),
    claim("the envoy", "had told", "that Belmark shelled the border", "e", stated_events=[SHELLED]),
    claim("Belmark", "denied", "it", "b", polarity="negative", speech_act="deny"),
    claim("The envoy", "said", "that he was tired", "e"),
    claim("The envoy", "said", "that he was tired", "e"),
]
CLOSED = fact(
    "Norvania closed the port of Maren on Friday",
    event("blockade", agents=["n"], places=["m"], when={"text": "on Friday"}, topic="the port"),
)
GOOD = answer(entities=ENTITIES, claims=CLAIMS, facts=[CLOSED])
KEY = "sk-secret-of-the-test"


def extractor(
    server: ChatServer, folder: Path, *, budget: int = 0, timeout: float = 5, doubted: str = ""
) -> LlmExtractor:
    """The extractor of the tests; words that hold ``doubted`` are likely somebody's."""
    return LlmExtractor(
        Server(server.url, "test-model", key=KEY, timeout=timeout, pause=0.01),
        KeptAnswers(folder / "kept"),
        budget=budget,
        doubt_of=lambda text: lambda anchor: bool(doubted) and any(doubted in span.of(text) for span in anchor),
        gate=0.5,
    )


def read(server: ChatServer, folder: Path, text: str = TEXT, **settings: Any) -> Record:
    """The record of the text."""
    return extractor(server, folder, **settings).extract(Document(id="brief", text=text))


def contents(record: Record) -> list[str]:
    """What is said, claim by claim."""
    return [" | ".join(span.of(record.document.text) for span in c.content) for c in record.claims]


def uncovered(record: Record) -> list[str]:
    """Words in no statement and no unclear passage."""
    inside = {i for u in record.unclear for i in range(u.span.start, u.span.end)}
    inside |= {i for f in record.facts for s in f.anchor for i in range(s.start, s.end)}
    for c in record.claims:
        inside |= {i for s in (*c.source, *c.cue, *c.content) for i in range(s.start, s.end)}
    return [m.group() for m in re.finditer(r"\w+", record.document.text) if not inside.issuperset(range(*m.span()))]


def test_a_good_answer_becomes_a_record(tmp_path: Path) -> None:
    """Claims where they stand, the nested one inside its parent, the fact with its event, everything else unclear."""
    with serving(Says(GOOD)) as server:
        record = read(server, tmp_path)
    assert contents(record) == [
        "that “nothing will change” before the summit",
        "that the envoy had told her that Belmark shelled the border",
        "that Belmark shelled the border",
        "it",
        "that he was tired",
        "that he was tired",
    ]
    assert [c.quote_form for c in record.claims][:2] == ["mixed", "indirect"]
    assert [c.parent for c in record.claims] == [None, None, "c2", None, None, None]
    (closed,) = record.facts
    assert closed.events[0].when is not None
    assert (closed.events[0].type, closed.events[0].when.text, closed.events[0].when.earliest) == (
        *("blockade", "on Friday"),
        None,
    )
    assert {e.name for e in record.entities} == {"Norvania", "Belmark", "Ada Quill", "The envoy", "Maren"}
    assert [u.span.of(TEXT) for u in record.unclear] == ["Norvania closes the port"]
    assert uncovered(record) == []
    assert recordfile.loads(recordfile.dumps(record)) == record


def test_the_same_words_said_twice_are_two_places_each_with_its_own_source(tmp_path: Path) -> None:
    """A quote that stands several times is not always the first one."""
    with serving(Says(GOOD)) as server:
        *_, one, other = read(server, tmp_path).claims
    assert one.source[0].end < one.cue[0].start < one.content[0].start
    assert one.content[0].end < other.source[0].start < other.cue[0].start < other.content[0].start


INVENTED = [
    claim("The envoy", "said", "that everything will change", "e"),
    claim("The spokesman", "said", "that he was tired", "e"),
    claim("The envoy", "swore", "that he was tired", "e"),
    claim("The envoy", "said", "that he was tired", "x"),
    claim("The envoy", "said", "that he wa", "e"),
    claim("The envoy", "said", [], "e"),
    claim("The envoy", "said", "that he was tired"),
    claim("The envoy", "said", ["that he was tired", "before the summit"], "e"),
    claim("The envoy", "said", "that he was tired", "e", evidence=[evidence("act", "swore")]),
]


def test_the_words_that_decided_are_found_where_they_stand_nearest(tmp_path: Path) -> None:
    """ "said" stands four times: the one of this claim is meant; a fact's evidence in somebody's words is left out."""
    said = claim("The envoy", "said", "that he was tired", "e", evidence=[evidence("act", "said")])
    decided = [evidence("polarity", "closed"), evidence("certainty", "nothing")]
    told = answer(entities=ENTITIES, claims=[CLAIMS[0], said], facts=[{**CLOSED, "evidence": decided}])
    with serving(Says(told)) as server:
        record = read(server, tmp_path)
    _, tired = record.claims
    assert [(e.feature, e.spans) for e in tired.evidence] == [("act", tired.cue)]
    assert [(e.feature, [s.of(TEXT) for s in e.spans]) for e in record.facts[0].evidence] == [("polarity", ["closed"])]


@pytest.mark.parametrize("invented", INVENTED, ids=range(len(INVENTED)))
def test_a_claim_with_invented_words_or_speakers_is_dropped_and_counted(
    invented: Json, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The others stay; the record says how many went, and stderr why."""
    told = answer(entities=ENTITIES, claims=[CLAIMS[3], invented])
    with serving(Says(told)) as server, caplog.at_level(logging.WARNING):
        record = read(server, tmp_path)
    assert contents(record) == ["it"]
    assert dict(record.run.settings)["dropped"] == 1
    assert "brief: dropped of what the language model said (2 statements): 1 " in caplog.text
    assert uncovered(record) == []


def test_an_entity_that_the_text_does_not_name_is_dropped_with_its_statements(tmp_path: Path) -> None:
    """A name the model knows and the text does not."""
    told = answer(
        entities=[*ENTITIES, entity("x", "person", "Ivo Marr")],
        claims=[claim("The envoy", "said", "that he was tired", "x"), CLAIMS[3]],
    )
    with serving(Says(told)) as server:
        record = read(server, tmp_path)
    assert contents(record) == ["it"]
    assert not any(e.name == "Ivo Marr" for e in record.entities)


@pytest.mark.parametrize(
    "laundered",
    [
        "Belmark shelled the border",
        "nothing will change",
        "the envoy had told her that Belmark shelled the border. Belmark denied it",
        "The envoy said that “nothing will change” before the summit",
    ],
)
def test_no_fact_is_taken_from_what_somebody_said(laundered: str, tmp_path: Path) -> None:
    """Whatever else the answer holds."""
    with serving(Says(answer(entities=ENTITIES, claims=CLAIMS, facts=[fact(laundered, SHELLED), CLOSED]))) as server:
        record = read(server, tmp_path)
    assert [span.of(TEXT) for f in record.facts for span in f.anchor] == ["Norvania closed the port of Maren on Friday"]


def test_no_fact_is_taken_from_a_dropped_claim_or_one_inside_it(tmp_path: Path) -> None:
    """The speaker is invented; what was said is still no fact, and the claim inside of it is no claim of its own."""
    lost = claim("Minister Ada Quill", "said", "that the envoy had told her that Belmark shelled the border", "x")
    told = answer(
        entities=ENTITIES,
        claims=[lost, CLAIMS[2]],
        facts=[fact("Belmark shelled the border", SHELLED), CLOSED],
    )
    with serving(Says(told)) as server:
        record = read(server, tmp_path)
    assert record.claims == ()
    assert len(record.facts) == 1
    assert any("was dropped" in u.reason and "shelled" in u.span.of(TEXT) for u in record.unclear)


def test_the_gate_holds_for_a_model_that_finds_no_claim(tmp_path: Path) -> None:
    """Everything a fact, says the answer: what is likely somebody's words is unclear."""
    told = answer(entities=ENTITIES, facts=[fact("Belmark denied it"), CLOSED])
    with serving(Says(told)) as server:
        record = read(server, tmp_path, doubted="denied")
    assert len(record.facts) == 1
    assert any("Belmark denied it" in u.span.of(TEXT) for u in record.unclear)


@pytest.mark.parametrize(
    "bad",
    ["I cannot do that.", '{"entities": [', "[]", '{"claims": []}', "null", '{"entities":1,"claims":2,"facts":3}'],
)
def test_an_answer_of_which_nothing_can_be_used_is_asked_for_again(bad: str, tmp_path: Path) -> None:
    """And the model is told what was wrong with it."""
    with serving(Says(bad), Says(GOOD)) as server:
        assert len(read(server, tmp_path).claims) == 6
        assert "could not be used" in server.questions[1]["messages"][-1]["content"]


def test_a_model_that_never_answers_well_leaves_everything_unclear(tmp_path: Path) -> None:
    """Nothing is asserted, nothing attributed, nothing lost."""
    with serving(Says("no")) as server:
        record = read(server, tmp_path)
    assert (record.facts, record.claims) == ((), ())
    assert {u.reason.split(":")[0] for u in record.unclear} == {"the language model gave no usable answer"}
    assert uncovered(record) == []


def test_items_of_another_form_are_dropped_one_by_one(tmp_path: Path) -> None:
    """A wrong tag, an unknown field, a field too few: the rest is used."""
    few = dict(CLAIMS[4])
    del few["polarity"]
    bad: list[Any] = [{**CLAIMS[4], "speech_act": "mumble"}, {**CLAIMS[4], "offset": 3}, few, "text"]
    with serving(Says(answer(entities=ENTITIES, claims=[*bad, CLAIMS[3]], facts=[CLOSED]))) as server:
        record = read(server, tmp_path)
    assert contents(record) == ["it"]
    assert dict(record.run.settings)["dropped"] == 4


def test_json_in_a_fence_is_json(tmp_path: Path) -> None:
    """Models like to write one."""
    with serving(Says(f"```json\n{GOOD}\n```")) as server:
        assert len(read(server, tmp_path).claims) == 6


def test_a_passage_whose_answer_is_cut_off_is_asked_about_in_halves(tmp_path: Path) -> None:
    """Until the answers fit; what never fits is unclear."""
    text = "".join(f"The envoy number {n} said that the port {n} was closed. " for n in range(40))

    def short(question: Json) -> Says:
        if len(passage_of(question)) > 800:
            return Says('{"entities": [', finish="length")
        numbers = re.findall(r"envoy number (\d+) said", passage_of(question))
        people = [entity(n, "unnamed_source", f"The envoy number {n}") for n in numbers]
        said = [claim(f"The envoy number {n}", "said", f"that the port {n} was closed", n) for n in numbers]
        return Says(answer(entities=people, claims=said))

    with serving(short) as server:
        record = read(server, tmp_path, text)
    assert len(record.claims) == 40
    with serving(Says("", finish="length")) as server:
        record = read(server, tmp_path / "again", text)
    assert record.claims == ()
    assert uncovered(record) == []


def test_a_long_article_is_read_passage_by_passage_and_names_go_on(tmp_path: Path) -> None:
    """The same name in two passages is one entity, with the mentions of both; offsets are those of the whole."""
    paragraph = "Ada Quill said that the port is open. Nothing else was told in the whole of that long day. \n\n"
    text = paragraph * 150

    def each(question: Json) -> Says:
        said = passage_of(question).count("Ada Quill said")
        told = claim("Ada Quill", "said", "that the port is open", "q")
        return Says(answer(entities=[entity("q", "person", "Ada Quill")], claims=[told] * said))

    with serving(each) as server:
        record = read(server, tmp_path, text)
        assert len(server.questions) > 2
        assert "Ada Quill (person)" in server.questions[1]["messages"][1]["content"]
    assert len(record.claims) == 150
    (quill,) = record.entities
    assert len(quill.mentions) == 150
    assert all(span.of(text) == "Ada Quill" for span in quill.mentions)


# -- a server that is slow, busy, broken or refuses --------------------------------------------------------------------

BUSY = Says(status=429, body=b'{"error": {"message": "slow down"}}', headers={"Retry-After": "0"})


@pytest.mark.parametrize(
    "first",
    [
        BUSY,
        Says(status=500, body=b"oops"),
        Says(status=503, body=b""),
        Says(body=b"<html>not json"),
        Says(body=b'{"choices": []}'),
        Says(body=b'{"choices": [{"message": {"content": null}}]}'),
        Says(body=b'{"cho', headers={"Content-Length": "500"}),
    ],
    ids=["429", "500", "503", "html", "no choice", "no text", "truncated"],
)
def test_what_may_pass_is_tried_again(first: Says, tmp_path: Path) -> None:
    """Once bad, then good."""
    with serving(first, Says(GOOD)) as server:
        assert len(read(server, tmp_path, timeout=1).claims) == 6
        assert len(server.questions) == 2


@pytest.mark.parametrize("slow", [Says(GOOD, wait=1.5), Says(GOOD, drip=True)], ids=["silent", "byte by byte"])
def test_a_slow_server_is_not_waited_for(slow: Says, tmp_path: Path) -> None:
    """The next answer, in time, is taken."""
    with serving(slow, Says(GOOD)) as server:
        assert len(read(server, tmp_path, timeout=0.5).claims) == 6


def test_a_server_that_stays_busy_is_given_up_by_name(tmp_path: Path) -> None:
    """After some tries, with what it said."""
    with serving(BUSY) as server:
        with pytest.raises(InputError, match=rf"{server.url}: .*asked {ATTEMPTS} times: 429 slow down; run again"):
            read(server, tmp_path)
        assert len(server.questions) == ATTEMPTS


def test_no_server_at_all_is_an_error_with_its_name(tmp_path: Path) -> None:
    """Nobody listens."""
    with serving(BUSY) as server:
        gone = server.url
    reader = LlmExtractor(
        Server(gone, "m", key=None, timeout=1, pause=0.01),
        KeptAnswers(tmp_path),
        doubt_of=lambda _: lambda _: False,
        gate=0.5,
    )
    with pytest.raises(InputError, match=f"{gone}: .*refused"):
        reader.extract(Document(id="d", text=TEXT))


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404])
def test_a_refusal_is_not_tried_again_and_never_shows_the_key(
    status: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A server may repeat the key in its message; we do not. A redirect is not followed with it."""
    said = json.dumps({"error": {"message": f"bad key {KEY}"}}).encode()
    headers = {"Location": "http://127.0.0.1:9/v1/chat/completions"} if status == 301 else {}
    with serving(Says(status=status, body=said, headers=headers)) as server, caplog.at_level(logging.DEBUG):
        with pytest.raises(InputError, match=rf"the server refuses: {status} bad key \*\*\*;.*KG_LLM_KEY") as refused:
            read(server, tmp_path)
        assert len(server.questions) == 1
    assert KEY not in str(refused.value) + caplog.text


def test_the_key_goes_to_the_server_and_nowhere_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Not into the record, the log, or what is kept."""
    with serving(Says(GOOD)) as server, caplog.at_level(logging.DEBUG):
        record = read(server, tmp_path)
        assert server.keys == [f"Bearer {KEY}"]
    kept = "".join(path.read_text("utf-8") for path in (tmp_path / "kept").iterdir())
    assert kept
    assert KEY not in kept + recordfile.dumps(record) + caplog.text


def test_a_server_without_schemas_is_asked_in_words(tmp_path: Path) -> None:
    """It says 400 to response_format: the schema stands in the question then."""
    no = Says(status=400, body=b'{"error": {"message": "response_format json_schema is not supported"}}')
    with serving(no, Says(GOOD)) as server:
        assert len(read(server, tmp_path).claims) == 6
        assert server.questions[0]["response_format"]["type"] == "json_schema"
        assert server.questions[1]["response_format"]["type"] == "json_object"
        assert "JSON Schema" in server.questions[1]["messages"][-1]["content"]


# -- what is kept, and what may be spent -------------------------------------------------------------------------------


def test_the_same_question_is_asked_once(tmp_path: Path) -> None:
    """Text, prompt and model the same: the answer is the one that was kept, and the record too."""
    with serving(Says(GOOD)) as server:
        assert read(server, tmp_path) == read(server, tmp_path)
        assert len(server.questions) == 1
        read(server, tmp_path, TEXT.replace("Friday", "Monday"))
        assert len(server.questions) == 2


def test_a_kept_answer_that_is_damaged_is_asked_for_again(tmp_path: Path) -> None:
    """Cut off on disk, it does no harm."""
    with serving(Says(GOOD)) as server:
        read(server, tmp_path)
        (kept,) = (tmp_path / "kept").iterdir()
        kept.write_text(kept.read_text("utf-8")[:50], "utf-8")
        assert len(read(server, tmp_path).claims) == 6
        assert len(server.questions) == 2
        assert kept.read_text("utf-8") == GOOD


def test_unusable_answers_are_not_kept(tmp_path: Path) -> None:
    """A better day may come."""
    with serving(Says("no")) as server:
        read(server, tmp_path)
    assert not (tmp_path / "kept").exists()


def test_the_budget_stops_between_two_questions_and_nothing_is_lost(tmp_path: Path) -> None:
    """The error says so; with more tokens the next run asks only what was not answered."""
    text = "".join(
        f"Nothing of note was told on day {n} of that long and quiet year in the port. \n\n" for n in range(300)
    )
    empty = Says(answer(facts=[fact("in the port")]))
    with serving(empty) as server:
        with pytest.raises(InputError, match=r"brief: the budget of 4000 tokens is used up .*raise llm_budget"):
            read(server, tmp_path, text, budget=4000)
        asked = len(server.questions)
        assert asked >= 1
        record = read(server, tmp_path, text)
        total = len(server.questions)
        assert total > asked
        again = extractor(server, tmp_path, budget=1)
        assert again.extract(Document(id="brief", text=text)) == record
        assert (again.spent, len(server.questions)) == (0, total)


def test_what_is_asked_for_is_the_records_schema_with_quotes_for_offsets() -> None:
    """A good answer conforms; every field is required; nothing that only the program may say is asked for."""
    schema = answers.schema()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(GOOD))
    written = json.dumps(schema)
    assert not any(f'"{name}": {{' in written for name in ("wikidata", "earliest", "rule"))
    assert '"integer"' not in written
    asked = schema["properties"]["claims"]["items"]
    assert set(asked["required"]) == set(asked["properties"])
    theirs = recordfile.SCHEMA["properties"]["claims"]["items"]["properties"]
    assert asked["properties"]["speech_act"] == theirs["speech_act"]
    assert set(theirs) - set(asked["properties"]) == {"id", "rule", "parent", "adjuncts"}
