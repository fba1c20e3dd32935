"""Dumps: the same bytes for the same graph, and every way back."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse
from rdflib import Dataset as RdflibDataset

from kg import rdffiles, vocab
from kg.dump import Declarations, dump, facts_only
from kg.mapper import map_record
from tests.samples import TEXT, sample
from tests.terms import value_of


def quads() -> list[Quad]:
    """The sample's graph."""
    return list(map_record(sample(TEXT + '\n\n"\\ \t\u202e\U0001f600')).quads)


def digest(statements: list[Quad]) -> str:
    """RDFC-1.0 (SHA-256) as canonical N-Quads."""
    dataset = Dataset(statements)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(map(str, dataset)))


@pytest.mark.parametrize("name", sorted(rdffiles.FORMATS))
def test_dump_does_not_depend_on_the_order_of_quads(name: str) -> None:
    """However the store gives them, the bytes are the same."""
    shuffled = quads()
    random.Random(7).shuffle(shuffled)
    assert dump(shuffled, rdffiles.FORMATS[name]) == dump(quads(), rdffiles.FORMATS[name])


@pytest.mark.parametrize("name", ["trig", "turtle"])
def test_dump_is_the_same_in_another_process(name: str) -> None:
    """Nothing hashed or random reaches the bytes."""
    code = (
        "import sys; from kg import rdffiles; from kg.dump import dump; from tests.test_dump import quads;"
        f"sys.stdout.buffer.write(dump(quads(), rdffiles.FORMATS[{name!r}]))"
    )
    texts = {subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(3)}
    assert texts == {dump(quads(), rdffiles.FORMATS[name])}


@pytest.mark.parametrize("name", ["trig", "nquads", "jsonld"])
def test_dump_with_graphs_parses_back_to_the_same_dataset(name: str) -> None:
    """Store to text to quads is the identity."""
    again = list(parse(dump(quads(), rdffiles.FORMATS[name]), format=rdffiles.FORMATS[name]))
    assert digest(again) == digest(quads())


@pytest.mark.parametrize("name", ["trig", "nquads"])
def test_dump_read_by_rdflib_is_the_same_dataset(name: str) -> None:
    """Another library reads the very same graph."""
    read = RdflibDataset(default_union=False).parse(data=dump(quads(), rdffiles.FORMATS[name]), format=name)
    again = list(parse(read.serialize(format="nquads"), format=RdfFormat.N_QUADS))
    assert digest(again) == digest(quads())


@pytest.mark.parametrize("name", ["turtle", "ntriples", "rdfxml"])
def test_flat_dump_holds_every_triple_once(name: str) -> None:
    """Without graphs all triples are there, each once, and the declarations of their terms."""
    again = list(parse(dump(quads(), rdffiles.FORMATS[name]), format=rdffiles.FORMATS[name]))
    declared = Declarations()
    expected = {q.triple for q in declared.seen(quads())} | set(declared.triples())
    assert {q.triple for q in again} == expected
    assert len(again) == len(expected)


def test_facts_only_dump_holds_no_claim_and_nothing_that_was_said() -> None:
    """No claim, no content, no text of the article; the facts and what they rest on are there."""
    kept = facts_only(quads())
    text = dump(kept, RdfFormat.TURTLE).decode()
    for term in (vocab.CLAIM, vocab.FULL_TEXT, vocab.SPEAKER, *vocab.STATED_TERMS):
        assert term.rpartition("#")[2] not in text.replace("cg:StatedForm", "").split()
    assert "shadowy" not in text
    assert "Belmark of shelling" not in text
    assert {value_of(q.object) for q in kept if q.predicate.value == vocab.DESCRIBES}
    assert {value_of(q.object) for q in kept if q.predicate.value == vocab.TEXT} == {
        "Delegations of Arvonia and Belmark met in Port Sella on 3 April 2025",
        "No treaty was signed",
    }
