"""The competency questions, answered on the seed article and on the four laundering paths.

An expected answer stands beside its question, as TSV. ``python -m tests.test_questions`` writes them anew from the
seed; read the difference before you keep it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import QueryResultsFormat, QueryTriples

from kg import readers
from kg.config import Settings
from kg.extract import EXTRACTORS
from kg.mapper import map_record
from kg.records import Document
from kg.store import EmbeddedStore

QUESTIONS = Path(__file__).parent / "cq"
SEEDS = Path(__file__).parent.parent / "seeds"


@cache
def seed_store() -> EmbeddedStore:
    """The graph of the seed folder, extracted and mapped as `kg build seeds` does."""
    extractor = EXTRACTORS[Settings().extractor](Settings())
    store = EmbeddedStore.in_memory()
    documents = [d for path in readers.find([SEEDS]) for d in readers.read(path)]
    store.replace([map_record(extractor.extract(document)) for document in documents])
    return store


def answer(store: EmbeddedStore, name: str) -> str:
    """The answer to a question as SPARQL TSV."""
    results = store.query((QUESTIONS / f"{name}.rq").read_text("utf-8"))
    assert not isinstance(results, QueryTriples)
    data = results.serialize(format=QueryResultsFormat.TSV)
    assert data is not None
    return data.decode()


def names() -> list[str]:
    """All questions there are."""
    return sorted(path.stem for path in QUESTIONS.glob("*.rq"))


@pytest.mark.parametrize("name", names())
def test_question_has_the_expected_answer_on_the_seed(name: str) -> None:
    """Row for row, in the question's order."""
    assert answer(seed_store(), name) == (QUESTIONS / f"{name}.tsv").read_text("utf-8")


def test_no_attack_is_a_fact_on_the_seed_though_one_is_claimed() -> None:
    """What Russia says Ukraine did is found as claimed (CQ4) and not as fact (CQ5)."""
    assert len(answer(seed_store(), "CQ4").splitlines()) > 1
    assert len(answer(seed_store(), "CQ5").splitlines()) == 1


@cache
def store_of(text: str) -> EmbeddedStore:
    """The graph of one small article."""
    store = EmbeddedStore.in_memory()
    record = EXTRACTORS[Settings().extractor](Settings()).extract(Document(id="path", text=text))
    store.replace([map_record(record)])
    return store


def asked(text: str, where: str) -> bool:
    """Whether the pattern holds in the graph of one small article."""
    prefixes = "PREFIX cg: <https://w3id.org/claimgraph/ns#> PREFIX act: <https://w3id.org/claimgraph/act/>"
    prefixes += " PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX evt: <https://w3id.org/claimgraph/evt/>"
    return bool(store_of(text).query(f"{prefixes} ASK {{ {where} }}"))


DENIAL = "Talks in Geneva\n\nFrance denied that its forces attacked the port."


def test_denial_does_not_read_as_the_accusation_it_denies() -> None:
    """Laundering path 1: what is denied is a denied event, never a stated one, never a fact."""
    assert asked(DENIAL, "?c a cg:Claim ; cg:speechAct act:deny ; cg:content ?g . GRAPH ?g { ?e a cg:DeniedEvent }")
    assert not asked(DENIAL, "GRAPH ?g { ?e a cg:StatedEvent }")
    assert not asked(DENIAL, "?e a cg:Event ; cg:eventType evt:assault")


NEGATION_AND_FUTURE = (
    "Envoys at work\n\nNo meeting took place in Geneva on Monday. The foreign minister of Norway will travel to Ankara."
)


def test_negation_and_future_make_no_event() -> None:
    """Laundering path 2: what did not happen and what is to come are no events."""
    assert asked(NEGATION_AND_FUTURE, "?f a cg:ReportedFact")
    assert not asked(NEGATION_AND_FUTURE, "?e a cg:Event ; cg:eventType ?t FILTER(?t != evt:holdPosition)")


SUPPOSED = (
    "A warning\n\nThe minister, Anna Berg, said that “hidden forces” were undermining talks between Norway and Sweden."
)


def test_supposed_participant_is_never_an_entity() -> None:
    """Laundering path 3: who exists only in what is said is in the content only."""
    assert asked(
        SUPPOSED, 'GRAPH ?g { ?p a cg:StatedParticipantOnly ; cg:statedName ?n } FILTER(CONTAINS(?n, "forces"))'
    )
    assert not asked(SUPPOSED, '?p skos:prefLabel ?n FILTER(CONTAINS(?n, "forces"))')


HEARSAY = "A report\n\nReuters reported that the Norwegian minister Anna Berg had said that Sweden attacked a bridge."


def test_hearsay_is_nobodys_claim_but_the_reporters() -> None:
    """Laundering path 4: who only is reported to have said something is not a speaker of the graph."""
    assert asked(HEARSAY, '?c a cg:Claim ; cg:speaker/skos:prefLabel "Reuters"')
    assert not asked(HEARSAY, '?c a cg:Claim ; cg:speaker/skos:prefLabel "Anna Berg"')
    assert asked(HEARSAY, "GRAPH ?g { ?c a cg:StatedClaim ; cg:statedSpeaker ?s }")
    assert not asked(HEARSAY, "?e a cg:Event ; cg:eventType evt:assault")


if __name__ == "__main__":
    for question in names():
        (QUESTIONS / f"{question}.tsv").write_text(answer(seed_store(), question), "utf-8")
