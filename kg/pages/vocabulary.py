"""Page of the vocabulary: each term with its definition, an example, and a use in the graph.

The terms are read once from the ontology's files. The uses are looked up once for each revision of the store.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from flask import Flask, Response, render_template, request

from kg import resources, vocab
from kg.engine.queryable import QueryableStore
from kg.sparql import serialize
from kg.sparql.formats import GRAPH_FORMATS, HTML, ResponseFormat, choose_format
from kg.views.terms import Cell, CellMaker, literal_marks, shorten

_FILES: Final = (
    "claimgraph.ttl",
    "schemes/speech-acts.ttl",
    "schemes/event-types.ttl",
    "schemes/modality.ttl",
    "schemes/links.ttl",
)
_KINDS: Final[Mapping[str, str]] = {
    vocab.OWL + "Class": "Classes",
    vocab.OWL + "ObjectProperty": "Properties that lead to things",
    vocab.OWL + "DatatypeProperty": "Properties that lead to words, numbers and days",
    vocab.OWL + "AnnotationProperty": "How the terms themselves are described",
    vocab.RDFS + "Datatype": "Datatypes",
    vocab.ACT: "Acts of speech",
    vocab.EVT: "Types of events",
    vocab.MOD: "How a statement is put",
    vocab.REL: "Links between statements",
}
_CSV: Final = ResponseFormat("text/csv", HTML.parameters, "csv")
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term. ``name`` is short (``cg:Claim``); ``side`` of the barrier is ``fact``, ``content`` or empty."""

    iri: str
    name: str
    kind: str
    label: str
    definition: str
    example: str
    side: str

    @property
    def anchor(self) -> str:
        """The fragment on the page: the local name of a ``cg:`` term, with its prefix for other terms."""
        prefix, _, local = self.name.partition(":")
        return local if prefix == "cg" else f"{prefix}-{local}"

    @property
    def query(self) -> str:
        """The query for uses of the term in the default graph and, with the graph's name, in claim content."""
        if self.kind.startswith("Properties"):
            triple = f"?thing <{self.iri}> ?value"
        else:
            triple = f"?thing ?property <{self.iri}>"
        return f"SELECT * {{ {{ {triple} }} UNION {{ GRAPH ?said {{ {triple} }} }} }} LIMIT 1000\n"


@dataclass(frozen=True, slots=True)
class Use:
    """One triple with the term: its subject, and its object if the term is the property."""

    thing: Cell
    value: Cell


class Vocabulary:
    """The terms and their view."""

    def __init__(self, store: QueryableStore, base: str) -> None:
        self._store = store
        self._base = base
        self._used: tuple[int, dict[str, Use]] | None = None

    def page(self) -> Response:
        """Return the page for people, or the ontology or a CSV of the terms for programs."""
        offers = (*GRAPH_FORMATS, _CSV, HTML)
        offer = choose_format(offers, request.args.get("format") or None, request.headers.get("Accept"))
        body: str | bytes
        if offer is HTML:
            body = render_template("vocabulary.html", groups=self.groups, uses=self.uses(), formats=_formats())
        elif offer is _CSV:
            body = self._as_csv()
        else:
            body = serialize.write(self._triples, offer)
        return Response(body, content_type=offer.content_type, headers={"Vary": "Accept"})

    @cached_property
    def groups(self) -> Mapping[str, tuple[Term, ...]]:
        """The terms by kind."""
        grouped: dict[str, list[Term]] = {title: [] for title in _KINDS.values()}
        for term in _terms(self._triples):
            grouped[term.kind].append(term)
        return {title: tuple(sorted(terms, key=lambda term: term.name)) for title, terms in grouped.items() if terms}

    @cached_property
    def _triples(self) -> list[ox.Triple]:
        return list(_read(resources.folder("ontology")))

    def uses(self) -> dict[str, Use]:
        """Return one use of each term that the graph uses."""
        revision = self._store.revision
        if self._used is None or self._used[0] != revision:
            self._used = revision, self._look_up()
        return self._used[1]

    def _look_up(self) -> dict[str, Use]:
        terms = [term for group in self.groups.values() for term in group]
        found: dict[str, tuple[ox.NamedNode, ox.NamedNode | ox.Literal | None]] = {}
        for start in range(0, len(terms), 50):
            query = f"SELECT ?term ?thing ?value {{ {' UNION '.join(map(_one_use, terms[start : start + 50]))} }}"
            for row in self._store.query(query):  # type: ignore[union-attr]  # a SELECT has rows
                found.setdefault(row["term"].value, (row["thing"], row["value"]))
        maker = CellMaker(self._base, literal_marks(self._store, (value for _, value in found.values())))
        return {
            iri: Use(maker.cell(thing), _cut(maker.cell(value)) if value is not None else Cell())
            for iri, (thing, value) in found.items()
        }

    def _as_csv(self) -> str:
        written = io.StringIO(newline="")
        writer = csv.writer(written)
        writer.writerow(("term", "iri", "kind", "label", "definition", "example"))
        for group in self.groups.values():
            writer.writerows((t.name, t.iri, t.kind, t.label, t.definition, t.example) for t in group)
        return written.getvalue()


def _read(folder: Path) -> Iterator[ox.Triple]:
    for name in _FILES:
        for quad in ox.parse(path=str(folder / name), format=ox.RdfFormat.TURTLE):
            yield quad.triple


def _terms(triples: Sequence[ox.Triple]) -> Iterator[Term]:
    """Yield the terms with a definition in one of our namespaces."""
    about: dict[str, dict[str, list[str]]] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode | ox.Literal):
            values = about.setdefault(triple.subject.value, {}).setdefault(triple.predicate.value, [])
            values.append(triple.object.value)
    for iri, said in about.items():
        name = shorten(iri)
        definition = said.get(vocab.SKOS + "definition", [""])[0]
        namespace = iri.removesuffix(name.partition(":")[2])
        kind = next((_KINDS[one] for one in (*said.get(vocab.RDF_TYPE, ()), namespace) if one in _KINDS), "")
        if definition and kind and namespace in (vocab.CG, vocab.ACT, vocab.EVT, vocab.MOD, vocab.REL):
            yield Term(
                iri=iri,
                name=name,
                kind=kind,
                label=(said.get(vocab.RDFS_LABEL) or said.get(vocab.SKOS_PREF_LABEL) or [""])[0],
                definition=definition,
                example=said.get(vocab.SKOS + "example", [""])[0],
                side=said.get(vocab.BARRIER_SIDE, [""])[0],
            )


def _one_use(term: Term) -> str:
    is_property = term.kind.startswith("Properties")
    triple = f"?thing <{term.iri}> ?value" if is_property else f"?thing ?property <{term.iri}>"
    where = f"{{ {triple} }}" if term.side != "content" else f"{{ GRAPH ?said {{ {triple} }} }}"
    if not is_property and term.side != "content":
        where = f"{{ {triple} }} UNION {{ GRAPH ?said {{ {triple} }} }}"
    return f"{{ SELECT (<{term.iri}> AS ?term) ?thing ?value {{ {where} }} LIMIT 1 }}"


def _cut(cell: Cell) -> Cell:
    if len(cell.text) <= _LONGEST or cell.href:
        return cell
    return Cell(text=cell.text[:_LONGEST] + "…", full=cell.full, mark=cell.mark, note=cell.note)


def _formats() -> tuple[str, ...]:
    return tuple(dict.fromkeys((_CSV.name, *(offer.name for offer in GRAPH_FORMATS))))


def install(app: Flask, store: QueryableStore, base: str) -> None:
    """Serve the page.

    Args:
        app: The app.
        store: The graph.
        base: The base of our own IRIs.
    """
    app.add_url_rule("/ns", "vocabulary", Vocabulary(store, base).page)
