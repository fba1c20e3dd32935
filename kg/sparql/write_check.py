"""Check of writes: refuses claim content among the facts, and violations of the shapes.

The check reads only what a change touches: the document versions of its nodes, and what they say about other nodes.
Earlier violations do not block a change that makes nothing worse.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad, Triple

from kg import vocab
from kg.errors import InputError, QueryTooLarge
from kg.http.problems import Refusal
from kg.iri import version_of
from kg.sparql import write_rules
from kg.validate.engines import DEFAULT as ENGINE
from kg.validate.engines import engine_of
from kg.validate.merged_graph import is_content_graph, placed
from kg.validate.report import Finding, ValidationReport
from kg.validate.reports import REPORTS
from kg.validate.text_locations import located
from kg.validate.vocabulary_check import demand_known_terms
from kg.wording import counted

if TYPE_CHECKING:
    from kg.engine import Effect
    from kg.sparql.writer import WritableStore
    from kg.store.ownership import Pattern

_CONTENT: Final = re.compile(r"/content(?:/|$)")
_TYPE: Final = NamedNode(vocab.RDF_TYPE)
_SUB_CLASS: Final = NamedNode(vocab.RDFS + "subClassOf")
_STEPS: Final = 3
"""Distance from a version's own nodes to others: to an entity, to its links, and to their classes."""
_MOST_VERSIONS: Final = 500


class WriteCheck:
    """Refuses changes. :func:`kg.validate.read_shapes` returns the ``shapes``."""

    def __init__(self, shapes: Sequence[Triple]) -> None:
        self._shapes = tuple(shapes)

    def prepare(self) -> None:
        """Compile the shapes, which takes most of a second, so that the first writer need not wait.

        Call this before other threads start. rdflib's query parser, which parses the queries of shapes, is not
        thread-safe.
        """
        self._violations([Triple(NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:o"))])

    def __call__(self, store: WritableStore, effect: Effect) -> None:
        """Check a change before it is made.

        Args:
            store: The store.
            effect: The change.

        Raises:
            Refusal: 409 if claim content would become a fact or a part of a version would change. 422 with the report
                for new violations of the shapes.
            QueryTooLarge: The change touches more documents than can be checked at once.
        """
        _demand_rules(store, effect)
        before, after = self._judged(store, effect)
        found = tuple(finding for finding in after if finding not in before)
        if found:
            report = ValidationReport(findings=found, triples=())
            raise Refusal(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "breaks-the-shapes",
                f"After this change the graph would break the shapes in {counted(len(found), 'more place')}; "
                f"the first: {found[0].message}",
                extras={"report": json.loads(REPORTS["json"](report))},
            )
        for version in write_rules.parts(store, effect, _versions):
            if not (_concern(before, version) and not _concern(after, version)):  # a change may mend the version
                raise Refusal(
                    HTTPStatus.CONFLICT,
                    "part-of-a-version",
                    f"<{version}> is in force: what lies under it is taken out as a whole, by one change, and put in "
                    "as a whole, by another. Only status, confidence and reason change by themselves.",
                )

    def new_findings(self, store: WritableStore, effect: Effect) -> tuple[Finding, ...]:
        """Return the violations that a change adds, in the order of every report.

        Args:
            store: The store.
            effect: The change.
        """
        before, after = self._judged(store, effect)
        return tuple(finding for finding in after if finding not in before)

    def _judged(self, store: WritableStore, effect: Effect) -> tuple[frozenset[Finding], tuple[Finding, ...]]:
        """Return the violations around a change, before it and after it."""
        before = _around(store, effect)
        after = (before - effect.removed) | effect.added
        triples = list(placed(after))
        # Compare findings before they are located: a location is no part of the violation.
        known = frozenset(self._violations(list(placed(before))))
        found = self._violations(triples)
        places = dict(zip(found, located(found, triples), strict=True))
        return known, tuple(finding if finding in known else places[finding] for finding in found)

    def _violations(self, triples: Sequence[Triple]) -> tuple[Finding, ...]:
        return engine_of(ENGINE)(triples, self._shapes).at_least("violation") if triples else ()


def _demand_rules(store: WritableStore, effect: Effect) -> None:
    """Raise Refusal for the first rule that the change breaks."""
    leak = next(_leaks(store, effect), None)
    if leak is not None:
        raise _conflict(
            "claim-as-fact",
            f"{leak} is the content of a claim: it may only be in that claim's content graph.",
        )
    tie = next(write_rules.ties(store, effect), None)
    if tie is not None:
        raise _conflict(
            "claim-as-fact", f"<< {tie} >> ties something into the content of a claim: name the claim itself."
        )
    axiom = next(write_rules.axioms(effect), None)
    if axiom is not None:
        raise _conflict(
            "vocabulary-is-read-only",
            f"<< {axiom} >> says something of a term of the vocabulary; over HTTP that is only read. Load axioms of "
            "yours into a store of their own, or with kg load.",
        )
    name = next(write_rules.renamings(store, effect, _versions), None)
    if name is not None:
        raise _conflict(
            "name-without-a-version",
            f"<< {name} >> names something that the graph knows: names and headlines come with an article's version.",
        )
    try:
        demand_known_terms(quad.triple for quad in effect.added)
    except InputError as error:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown-term", str(error)) from error


def _conflict(reason: str, detail: str) -> Refusal:
    return Refusal(HTTPStatus.CONFLICT, reason, detail)


def _concern(findings: Iterable[Finding], version: str) -> bool:
    """Return whether any finding is about a node of a version."""
    return any(version in _versions(finding.focus) for finding in findings)


def _leaks(store: WritableStore, effect: Effect) -> Iterator[str]:
    """Yield nodes and triples of claim content that would be outside the content graphs."""
    coming = [quad for quad in effect.added if not is_content_graph(quad.graph_name)]
    for quad in coming:
        if isinstance(quad.subject, NamedNode) and _CONTENT.search(quad.subject.value):
            yield str(quad.subject)
    said = {quad.triple for quad in effect.removed if is_content_graph(quad.graph_name)}
    for quad in coming:
        same = store.matching([(quad.subject, quad.predicate, quad.object, None)])  # type: ignore[list-item]
        if quad.triple in said or any(is_content_graph(other.graph_name) for other in same):
            yield f"<< {quad.triple} >>"


def _around(store: WritableStore, effect: Effect) -> set[Quad]:
    """Return the quads that the shapes need to judge the change.

    These are the touched versions and the nodes that they refer to.
    """
    changed = {*effect.removed, *effect.added}
    nodes = {node for quad in changed for node in _nodes(quad)}
    versions = {version for quad in changed for node in _nodes(quad) for version in _versions(node)}
    shared = {quad.subject for quad in changed if isinstance(quad.subject, NamedNode) and not _versions(quad.subject)}
    _add_pointing(store, shared, versions)
    instances = _instances(
        store, {q.subject for q in changed if q.predicate == _SUB_CLASS and isinstance(q.subject, NamedNode)}
    )
    for node in instances:
        versions |= _versions(node)
    found = _closure(store, versions, nodes | instances)
    return found | _classes(store, {*found, *effect.added})


def _add_pointing(store: WritableStore, shared: Set[NamedNode], versions: set[str]) -> None:
    """Add to ``versions`` those with a statement about one of the shared nodes."""
    for quad in store.matching((None, None, node, None) for node in sorted(shared, key=str)):
        versions |= {version for node in _nodes(quad) for version in _versions(node)}
        if len(versions) > _MOST_VERSIONS:
            raise QueryTooLarge(f"the change touches more than {_MOST_VERSIONS} documents; make it in several")


def _instances(store: WritableStore, classes: set[NamedNode]) -> set[NamedNode]:
    """Return the instances of classes and of their subclasses."""
    below, waiting = set(classes), set(classes)
    while waiting:
        quads = store.matching((None, _SUB_CLASS, name, None) for name in sorted(waiting, key=str))
        waiting = {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)} - below
        below |= waiting
    found = store.matching((None, _TYPE, name, None) for name in sorted(below, key=str))
    return {quad.subject for quad in found if isinstance(quad.subject, NamedNode)}


def _classes(store: WritableStore, quads: set[Quad]) -> set[Quad]:
    """Return the superclasses of the classes that quads name.

    A shape also targets instances of subclasses.
    """
    found: set[Quad] = set()
    seen: set[NamedNode] = set()
    above = (_TYPE, _SUB_CLASS)
    waiting = {quad.object for quad in quads if quad.predicate in above and isinstance(quad.object, NamedNode)}
    while waiting := waiting - seen:
        seen |= waiting
        quads = set(store.matching((name, _SUB_CLASS, None, None) for name in sorted(waiting, key=str)))
        found |= quads
        waiting = {quad.object for quad in quads if isinstance(quad.object, NamedNode)}
    return found


def _closure(store: WritableStore, versions: set[str], nodes: set[NamedNode]) -> set[Quad]:
    found: set[Quad] = set()
    seen: set[NamedNode] = set()
    waiting = {*nodes, *map(NamedNode, versions)}
    steps = 0
    while waiting:
        seen |= waiting
        quads = set(store.matching(_about(waiting)))
        found |= quads
        near = {node for quad in quads for node in _nodes(quad)} - seen
        own = {node for node in near if not versions.isdisjoint(_versions(node))}
        # Of other documents, only referenced nodes are read, not all of their other statements.
        others = {node for node in near if not _versions(node)}
        waiting = own | (others if steps < _STEPS else set())
        steps += not own
    return found


def _about(nodes: set[NamedNode]) -> Iterator[Pattern]:
    for node in sorted(nodes, key=str):
        yield (node, None, None, None)
        yield (None, None, None, node)
        if _versions(node):
            yield (None, NamedNode(vocab.IN_VERSION), node, None)


def _nodes(quad: Quad) -> Iterator[NamedNode]:
    """Yield the nodes of a quad that can have further statements; classes are excluded."""
    for term in (quad.subject, None if quad.predicate.value == vocab.RDF_TYPE else quad.object, quad.graph_name):
        if isinstance(term, NamedNode):
            yield term


def _versions(node: object) -> set[str]:
    version = version_of(node.value) if isinstance(node, NamedNode) else None
    return set() if version is None else {version}
