"""Validation of what has changed gives what validation of everything gives, and looks at little."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from benchmarks.articles import graph
from kg import vocab
from kg.validate import incremental, incremental_state, read_shapes, validate
from kg.validate.incremental import IncrementalResult, LastTime
from kg.validate.validation_unit import Unit
from tests.shapes.spoil import iri as iri_of
from tests.shapes.spoil import world
from tests.validate.test_corruptions import CORRUPTIONS, Corruption

COUNT = 12
Quads = tuple[Quad, ...]


@pytest.fixture(scope="module")
def shapes() -> tuple[Triple, ...]:
    """Our shapes."""
    return read_shapes()


@pytest.fixture(scope="module")
def articles() -> dict[str, Quads]:
    """A dozen made-up articles and the one of the examples, a unit each."""
    return {f"{n}.nq": graph(n, statements=6) for n in range(COUNT)} | {"world.nq": tuple(world())}


def unit(name: str, quads: Quads, reads: list[str] | None = None) -> Unit:
    """A unit that notes when it is read."""

    def read() -> Quads:
        if reads is not None:
            reads.append(name)
        return quads

    text = b"\n".join(sorted(str(quad).encode() for quad in quads))
    return Unit(name=name, digest=hashlib.sha256(text).hexdigest(), read=read)


def run(
    data: dict[str, Quads], last: LastTime, shapes: tuple[Triple, ...], reads: list[str] | None = None
) -> IncrementalResult:
    """One validation of these units."""
    return incremental.validate([unit(name, quads, reads) for name, quads in data.items()], last, shapes)


def same_as_whole(outcome: IncrementalResult, data: dict[str, Quads], shapes: tuple[Triple, ...]) -> None:
    """The findings, places included, and the SHACL report are those of the whole."""
    whole = validate([quad for quads in data.values() for quad in quads], shapes)
    assert outcome.report.findings == whole.findings
    assert without_messages(outcome.report.triples) == without_messages(whole.triples)


def without_messages(triples: tuple[Triple, ...]) -> set[Quad]:
    """A SHACL report, its blank nodes named canonically. A finding has one message where a result may have two."""
    dataset = Dataset(Quad(*t) for t in triples if not t.predicate.value.endswith("resultMessage"))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def test_the_first_time_everything_is_looked_at(articles: dict[str, Quads], shapes: tuple[Triple, ...]) -> None:
    """And nothing is wrong."""
    reads: list[str] = []
    outcome = run(articles, LastTime(), shapes, reads)
    assert sorted(reads) == sorted(articles)
    assert outcome.anew == len(articles)
    assert outcome.report.conforms


def test_where_nothing_changed_nothing_is_read(articles: dict[str, Quads], shapes: tuple[Triple, ...]) -> None:
    """Not a unit, and the findings are the same."""
    spoilt = articles | {"3.nq": dropped(articles["3.nq"], vocab.SPEAKER)}
    first = run(spoilt, LastTime(), shapes)
    reads: list[str] = []
    again = run(spoilt, first.remembered, shapes, reads)
    assert reads == []
    assert again.report.findings == first.report.findings != ()
    same_as_whole(again, spoilt, shapes)


def dropped(quads: Quads, predicate: str) -> Quads:
    """The quads without one property."""
    return tuple(quad for quad in quads if quad.predicate.value != predicate)


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=str)
def test_every_corruption_of_one_document_is_found(
    corruption: Corruption, articles: dict[str, Quads], shapes: tuple[Triple, ...], good: LastTime
) -> None:
    """Whatever is spoilt in one of the units, among shared nodes or between documents."""
    spoilt = world()
    for edit in corruption.edits:
        spoilt = edit(spoilt, iri_of("V"))
    data = articles | {"world.nq": tuple(spoilt)}
    outcome = run(data, good, shapes)
    assert outcome.report.findings
    same_as_whole(outcome, data, shapes)


@pytest.fixture(scope="module")
def good(articles: dict[str, Quads], shapes: tuple[Triple, ...]) -> LastTime:
    """What is remembered where nothing was wrong."""
    return run(articles, LastTime(), shapes).remembered


def test_only_what_changed_is_read(articles: dict[str, Quads], shapes: tuple[Triple, ...], good: LastTime) -> None:
    """One document of thirteen, with a mistake of its own."""
    data = articles | {"5.nq": dropped(articles["5.nq"], vocab.SPEECH_ACT)}
    reads: list[str] = []
    outcome = run(data, good, shapes, reads)
    assert set(reads) == {"5.nq"}
    assert outcome.anew == 1
    assert outcome.report.findings
    same_as_whole(outcome, data, shapes)


def entity_of(quads: Quads) -> NamedNode:
    """One of the actors a document speaks of."""
    return next(
        q.subject for q in quads if q.object == NamedNode(vocab.POLITICAL_ACTOR) and isinstance(q.subject, NamedNode)
    )


Change = Callable[[dict[str, Quads]], dict[str, Quads]]


def retyped(data: dict[str, Quads]) -> dict[str, Quads]:
    """One document says that an actor that others speak of is a place as well."""
    entity = entity_of(data["1.nq"])
    return data | {"2.nq": (*data["2.nq"], Quad(entity, NamedNode(vocab.RDF_TYPE), NamedNode(vocab.SCHEMA_PLACE)))}


def unnamed(data: dict[str, Quads]) -> dict[str, Quads]:
    """The description of an actor is gone from the only document that had it."""
    entity = entity_of(data["1.nq"])
    return {n: tuple(q for q in quads if q.subject != entity) for n, quads in data.items()}


def two_current(data: dict[str, Quads]) -> dict[str, Quads]:
    """A second version of an article is in force: neither document is wrong by itself."""
    article = next(q.object for q in data["1.nq"] if q.predicate.value == vocab.PROV_SPECIALIZATION_OF)
    moved = (q for q in data["2.nq"] if q.predicate.value != vocab.PROV_SPECIALIZATION_OF)
    link = next(q for q in data["2.nq"] if q.predicate.value == vocab.PROV_SPECIALIZATION_OF)
    return data | {"2.nq": (*moved, Quad(link.subject, link.predicate, article))}


def borrowed(data: dict[str, Quads]) -> dict[str, Quads]:
    """A claim of one document is anchored in the text of another."""
    span = next(q.object for q in data["1.nq"] if q.predicate.value == vocab.ANCHOR)
    claim = next(q.subject for q in data["2.nq"] if q.object == NamedNode(vocab.CLAIM))
    return data | {"2.nq": (*data["2.nq"], Quad(claim, NamedNode(vocab.ANCHOR), span))}


def blank(data: dict[str, Quads]) -> dict[str, Quads]:
    """A second label of an actor, in another language, and one of a document that is gone."""
    entity = entity_of(data["1.nq"])
    gone = {name: quads for name, quads in data.items() if name != "4.nq"}
    return gone | {
        "3.nq": (*gone["3.nq"], Quad(entity, NamedNode(vocab.SKOS_PREF_LABEL), Literal("Land", language="en")))
    }


@pytest.mark.parametrize("change", [retyped, unnamed, two_current, borrowed, blank], ids=lambda c: c.__name__)
def test_what_crosses_documents_is_found(
    change: Change, articles: dict[str, Quads], shapes: tuple[Triple, ...], good: LastTime
) -> None:
    """A change in one document that makes another wrong, or both together; and back again."""
    data = change(articles)
    outcome = run(data, good, shapes)
    assert outcome.report.findings
    same_as_whole(outcome, data, shapes)
    assert run(articles, outcome.remembered, shapes).report.conforms


def test_what_other_shapes_found_is_not_believed(
    articles: dict[str, Quads], shapes: tuple[Triple, ...], good: LastTime
) -> None:
    """A changed shape is run on everything."""
    reads: list[str] = []
    run(articles, good, shapes[:-1], reads)
    assert sorted(set(reads)) == sorted(articles)


def test_the_same_shapes_read_again_are_the_same(shapes: tuple[Triple, ...]) -> None:
    """Blank nodes have other labels each time they are read."""
    assert read_shapes() != shapes
    assert incremental.key_of(read_shapes()) == incremental.key_of(shapes)


def test_what_is_remembered_survives_a_file(
    articles: dict[str, Quads], shapes: tuple[Triple, ...], tmp_path: Path
) -> None:
    """Written and read, it is the same, odd literals and places included."""
    data = articles | {"3.nq": dropped(articles["3.nq"], vocab.SPEAKER)}
    odd = Quad(entity_of(data["1.nq"]), NamedNode(vocab.SKOS_ALT_LABEL), Literal("Land 😀\n", language="en"))
    data |= {"1.nq": (*data["1.nq"], odd)}
    remembered = run(data, LastTime(), shapes).remembered
    path = tmp_path / "last.json"
    path.write_bytes(incremental_state.dumps(remembered))
    assert incremental_state.read(path) == remembered
    assert incremental_state.read(tmp_path / "none.json") == LastTime()


def test_quads_written_and_read_are_the_units_quads(articles: dict[str, Quads]) -> None:
    """The test's own units are what files would give."""
    text = serialize(articles["1.nq"], format=RdfFormat.N_QUADS)
    assert set(parse(text, format=RdfFormat.N_QUADS)) == set(articles["1.nq"])
