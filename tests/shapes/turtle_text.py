"""Writes small graphs as TriG that is good to read: short names, one subject a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kg import vocab

BASE = "https://w3id.org/claimgraph/id/"
PREFIXES = {
    "act": vocab.ACT,
    "dcterms": "http://purl.org/dc/terms/",
    "cg": vocab.CG,
    "evt": vocab.EVT,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "mod": vocab.MOD,
    "org": "http://www.w3.org/ns/org#",
    "rdf": vocab.RDF,
    "prov": "http://www.w3.org/ns/prov#",
    "rel": vocab.REL,
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9]*\Z")
_WIDTH = 118


def trig(quads: Iterable[Quad]) -> str:
    """The quads as TriG, default graph first, sorted; only the prefixes that are used."""
    ordered = sorted(quads, key=lambda q: (not isinstance(q.graph_name, DefaultGraph), str(q.graph_name), _key(q)))
    body = "".join(_graph(name, list(group)) for name, group in groupby(ordered, key=lambda q: q.graph_name))
    names = [n for n in PREFIXES if re.search(rf"(?<![\w<\"/]){n}:[A-Za-z]", body)]
    head = f"@base <{BASE}> .\n" + "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in names)
    return f"{head}\n{body}"


def _key(quad: Quad) -> tuple[str, bool, str, str]:
    return (str(quad.subject), quad.predicate.value != vocab.RDF_TYPE, quad.predicate.value, str(quad.object))


def _graph(name: object, quads: list[Quad]) -> str:
    blocks = [_subject(list(group)) for _, group in groupby(quads, key=lambda q: q.subject)]
    if isinstance(name, DefaultGraph):
        return "".join(blocks)
    inside = "".join(blocks).replace("\n", "\n  ").rstrip()
    return f"{_term(name)} {{\n  {inside}\n}}\n"


def _subject(quads: list[Quad]) -> str:
    lines = [_term(quads[0].subject)]
    by_predicate = [(p, [q.object for q in group]) for p, group in groupby(quads, key=lambda q: q.predicate)]
    for i, (predicate, values) in enumerate(by_predicate):
        verb = "a" if predicate.value == vocab.RDF_TYPE else _term(predicate)
        part = f" {verb} {' , '.join(map(_term, values))} {'.' if i == len(by_predicate) - 1 else ';'}"
        if len(lines[-1]) + len(part) > _WIDTH:
            lines.append(" " + part)
        else:
            lines[-1] += part
    return "\n".join(lines) + "\n"


def _term(term: object) -> str:
    match term:
        case NamedNode():
            return short(term.value)
        case Literal() if term.datatype.value == vocab.XSD_INTEGER and re.fullmatch(r"\d+", term.value):
            return term.value
        case Literal() if term.datatype.value.startswith(PREFIXES["xsd"]) and term.datatype != Literal("").datatype:
            return f'"{term.value}"^^{short(term.datatype.value)}'
    return str(term)


def short(iri: str) -> str:
    """``cg:Claim`` for an IRI of a known vocabulary, ``<doc/H/run>`` for one below the base."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.match(iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri.removeprefix(BASE)}>"
