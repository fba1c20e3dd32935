"""All exports that are RDF, flattened and merged, and the store's own dump: nothing of what was said is a fact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

import pyoxigraph as ox

from kg import export, vocab
from kg.export import FORMATS
from tests import laundering
from tests.export.articles import collection, exported

SCHEMA = "https://schema.org/"


def flattened() -> Iterator[ox.Quad]:
    """Every triple of every export that is RDF, in the default graph, triple terms asserted as well."""
    parsed = [
        *ox.parse(exported("nanopub"), ox.RdfFormat.TRIG),
        *ox.parse(exported("rdf12"), ox.RdfFormat.TURTLE),
        *of_json("schema-org"),
        *of_json("annotations"),
    ]
    for quad in parsed:
        yield from unfolded(quad.triple)


def of_json(name: str) -> Iterator[ox.Quad]:
    """The triples of a JSON-LD export, with every term in one vocabulary: what they are called is not at stake."""
    document = json.loads(exported(name))
    document["@context"] = {"@vocab": SCHEMA, "id": "@id", "type": "@type", "source": {"@type": "@id"}}
    return iter(list(ox.parse(json.dumps(document), ox.RdfFormat.JSON_LD)))


def unfolded(triple: ox.Triple) -> Iterator[ox.Quad]:
    """A triple, and each that a tool would assert which takes triple terms for said."""
    yield ox.Quad(
        triple.subject, triple.predicate, ox.Literal("") if isinstance(triple.object, ox.Triple) else triple.object
    )
    if isinstance(triple.object, ox.Triple):
        yield from unfolded(triple.object)


@cache
def merged() -> tuple[ox.Quad, ...]:
    """All of it with the store's own graph."""
    return tuple({*flattened(), *(ox.Quad(q.subject, q.predicate, q.object) for q in collection().quads)})


def test_exports_that_are_rdf_merge_without_laundering() -> None:
    """The laundering table's row over all of them together is zero; flattened, the graphs make no difference."""
    assert laundering.MERGES["separate default graph"](list(merged())) == 0


def test_exports_merge_without_laundering_under_a_reasoner() -> None:
    """Flat Turtle and OWL RL too, over the articles of the sample, whose content has every kind of thing in it."""
    few = [quad for quad in merged() if few_of(quad)]
    assert len(few) > 500
    assert laundering.flattened(few) == 0
    assert laundering.under_owl_rl(few) == 0


@cache
def _version() -> str:
    return next(one.version for one in collection().articles.values() if one.headline == "Envoys 1")


def few_of(quad: ox.Quad) -> bool:
    """Whether a quad is of one article of the sample."""
    return _version() in str(quad.subject) or "/entity/" in str(quad.subject)


def test_measure_sees_a_claim_that_an_export_asserts() -> None:
    """The check can fail: an event of a claim in ordinary terms, as a careless export has it, is counted."""
    event = next(one for one in collection().events if one.is_stated)
    careless = ox.Quad(ox.NamedNode(event.iri), ox.NamedNode(vocab.RDF_TYPE), ox.NamedNode(vocab.EVENT))
    assert laundering.strict([*collection().quads, careless]) > 0


def test_every_format_says_what_of_the_barrier_it_expresses() -> None:
    """For each in the registry, and the table in the docs has them all."""
    from pathlib import Path

    docs = (Path(__file__).parents[2] / "docs" / "exports.md").read_text("utf-8")
    for one in FORMATS.values():
        assert one.barrier
        assert f"| `{one.name}` |" in docs
        assert one.barrier.split(";")[0] in docs


def test_command_knows_every_format() -> None:
    """``kg export`` names them without importing any."""
    from kg.cli.export import _FORMATS

    assert tuple(export.FORMATS) == _FORMATS
