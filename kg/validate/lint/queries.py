"""Faults of queries in shapes. An engine parses a query only when it has a focus node."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg import vocab
from kg.validate.lint.shapes_graph import Node, ShapesGraph
from kg.validate.lint.terms import is_defined

_NO_CODE = re.compile(
    r'"{3}(?:\\.|[^\\])*?"{3}|\'{3}(?:\\.|[^\\])*?\'{3}|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    r"|(?P<iri><[^<>\"{}|^`\\\s]*>)|\#[^\n]*",
    re.DOTALL,
)
_ELSEWHERE = re.compile(r"(?<![\w?$:.-])(SERVICE|FROM)\b(?!\s*:)", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w?$:.-])(?P<prefix>[A-Za-z][\w-]*)?:(?P<local>\w[\w-]*)")
_PREFIX = re.compile(r"PREFIX\s+([\w-]*):\s*<([^<>]*)>", re.IGNORECASE)


def bad(graph: ShapesGraph) -> Iterator[str]:
    """Yield queries that do not parse, use other data, or do not select ``$this``."""
    empty = Store()
    for shape in graph.shapes:
        for constraint in graph.values(shape, "sparql"):
            for select in graph.values(constraint, "select"):
                if isinstance(constraint, Node) and (problem := _problem(graph, constraint, select, empty)):
                    yield f"{graph.name(constraint)} of {graph.name(shape)} has a query that {problem}"


def _problem(graph: ShapesGraph, constraint: Node, select: object, empty: Store) -> str | None:
    text = str(getattr(select, "value", select))
    found = _ELSEWHERE.search(_NO_CODE.sub(" ", text))
    if found:
        return f"uses {found[0].upper()}: a shape asks the data that is validated, and nothing else"
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in _prefixes(graph, constraint).items())
    try:
        results = empty.query(prefixes + text)
    except SyntaxError as error:
        return f"does not parse: {error}"
    if not isinstance(results, QuerySolutions):
        return "is no SELECT"
    if "this" not in {variable.value for variable in results.variables}:
        return "does not select $this: whatever it finds, it is on nothing"
    return None


def _prefixes(graph: ShapesGraph, constraint: Node) -> dict[str, str]:
    """Return the prefixes of ``sh:prefixes`` and of imported ontologies (SHACL, 5.2.1)."""
    out: dict[str, str] = {}
    waiting = list(graph.values(constraint, "prefixes"))
    for source in waiting:
        waiting += [other for other in graph.objects(source, vocab.OWL + "imports") if other not in waiting]
        for declaration in graph.values(source, "declare"):
            prefix, namespace = graph.values(declaration, "prefix"), graph.values(declaration, "namespace")
            if prefix and namespace and isinstance(prefix[0], Literal) and isinstance(namespace[0], Literal):
                out[prefix[0].value] = namespace[0].value
    return out


def not_ours(graph: ShapesGraph) -> Iterator[str]:
    """Yield terms in our namespaces that a query uses and the ontology lacks."""
    for triple in graph.triples:
        if triple.predicate.value not in (vocab.SH + "select", vocab.SH + "ask"):
            continue
        if isinstance(triple.object, Literal) and isinstance(triple.subject, Node):
            for iri in _named(triple.object.value, _prefixes(graph, triple.subject)):
                if not is_defined(iri):
                    term = graph.name(NamedNode(iri))
                    yield f"{graph.name(triple.subject)} asks for {term}, which the ontology does not have"


def _named(text: str, prefixes: dict[str, str]) -> Iterator[str]:
    """Yield the IRIs in a query, in full or by a prefix of the query or of ``prefixes``."""
    known = prefixes | dict(_PREFIX.findall(text))
    yield from (found["iri"][1:-1] for found in _NO_CODE.finditer(text) if found["iri"])
    for name in _NAME.finditer(_NO_CODE.sub(" ", text)):
        namespace = known.get(name["prefix"] or "")
        if namespace is not None:
            yield namespace + name["local"]
