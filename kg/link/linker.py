"""One linking run: merged entities, copies, and relations between the statements of a story."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from kg.link import chains, copies, terms
from kg.link.entities import Directory, folded
from kg.link.match import Pair
from kg.link.pair import Weights
from kg.link.relations import Relation, relate
from kg.link.statements import Said, read_statements
from kg.link.stories import StoryIndex
from kg.linking import Linking, Mention, StatementLink, StatementRef
from kg.records import Entity, Record

_NAME_WEIGHT: Final = 1.2
_CONCEPT_WEIGHT: Final = 1.0
_BACKGROUND: Final = 50
_SPARSEST: Final = 0.15
_NEARLY_BEST: Final = 0.85
_FAIRLY_GOOD: Final = 0.5
_INSISTS: Final = re.compile(
    r"\b(?:every|all|always|absurd|invent\w*|invention|lies?|nonsense|false|baseless|fabricat\w+|slander|innocent)\b",
    re.I,
)
UNSURE: Final = frozenset(["contrary.place", "contrary.likely"])
"""Rules of which fewer than four links in five were right on clusters that taught them nothing."""
_SINGLE: Final = frozenset(["corrects", "updates", "repeats"])
"""Kinds with one link for each statement and story: the nearest earlier state, the best original."""


@dataclass(slots=True)
class Linker:
    """Links documents one after the other, each to the earlier ones of its story.

    ``unsure`` enables the rules of :data:`UNSURE` too. ``others`` is the number of documents beyond the learned ones,
    which keeps weights of terms comparable if only a few candidates are learned.
    """

    unsure: bool = False
    others: int = 0
    directory: Directory = field(default_factory=Directory)
    _said: dict[str, list[Said]] = field(default_factory=dict)
    _holding: Counter[str] = field(default_factory=Counter)
    _bodies: list[copies.ArticleBody] = field(default_factory=list)
    _names: dict[Mention, str] = field(default_factory=dict)
    stories: StoryIndex = field(default_factory=StoryIndex)
    weights: Weights = field(init=False)

    def __post_init__(self) -> None:
        self.weights = Weights(self.weigh)

    def learn(self, record: Record) -> None:
        """Add a document: first its entities, because its statements refer to them."""
        self.directory.add(record)
        for entity in record.entities:
            self._names[Mention(document=record.document.id, entity=entity.id)] = folded(entity.name)

    def read(self, record: Record) -> list[Said]:
        """Return the statements of an added document."""
        document = record.document.id
        said = read_statements(
            record, lambda entity: self._canonical(Mention(document=document, entity=entity), record)
        )
        self._said[document] = said
        self._holding.update(frozenset[str]().union(*(one.terms for one in said)))
        names = (
            self._canonical(Mention(document=document, entity=e.id), record) for e in record.entities if _is_named(e)
        )
        self.stories.add(document, record.document.text, record.document.published or "", names)
        self.weights = Weights(self.weigh)  # a further document changes the weights
        return said

    def weigh(self, term: str) -> float:
        """Return the weight of a shared term: highest for names, then for terms in few documents."""
        known = len(self._said) + self.others
        holding = self._holding[term] + _BACKGROUND * terms.background_share(term)
        rarity = math.log((known + _BACKGROUND) / (holding + 1)) / math.log(_BACKGROUND + 1)
        return (_NAME_WEIGHT if " " in term else _CONCEPT_WEIGHT) * max(_SPARSEST, min(1.0, rarity))

    def _canonical(self, mention: Mention, record: Record) -> str:
        """Return the canonical name of an entity; for an unknown one a unique name."""
        top = self.directory.canonical(mention)
        name = self._names.get(top) or mention.entity
        entity = next((e for e in record.entities if e.id == mention.entity), None)
        unnamed = (
            top == mention and entity is not None and entity.type == "unnamed_source" and not _is_name(entity.name)
        )
        return f"~{mention.document}:{mention.entity}" if unnamed else name

    def links(self, documents: Iterable[str], ends: dict[str, str]) -> Iterator[StatementLink]:
        """Yield the links of some documents to those of the same stories.

        Args:
            documents: Whose statements are linked.
            ends: Copies and the documents that they come from.
        """
        for document, statements in self._said.items():
            for said in statements:
                said.origin = ends.get(document, document)
        for document in documents:
            yield from self._document_links(document, ends)

    def _document_links(self, document: str, ends: dict[str, str], only: str | None = None) -> Iterator[StatementLink]:
        near = [document, *self.stories.neighbours(document)]
        if only is not None:
            near = [other for other in near if only in (other, document)]
        if document in ends and ends[document] not in near:
            near.append(ends[document])
        done: dict[StatementRef, list[tuple[Pair, Relation]]] = {}
        for later in self._said[document]:
            found = list(self._related(later, near))
            for pair, relation in _best(found, ends):
                yield _link(pair, relation)
                done.setdefault(later.ref, []).append((pair, relation))
        yield from self._follow_ups(document, done)

    def _related(self, later: Said, near: Iterable[str]) -> Iterator[tuple[Pair, Relation]]:
        """Yield the relations of a statement to the earlier ones of some documents."""
        for other in near:
            for earlier in self._said[other]:
                if comes_before(earlier, later) and _may_relate(earlier, later):
                    pair = Pair(later, earlier, self.weights)
                    relation = relate(pair)
                    if relation is not None and (self.unsure or relation.method not in UNSURE):
                        yield pair, relation

    def _follow_ups(
        self, document: str, done: dict[StatementRef, list[tuple[Pair, Relation]]]
    ) -> Iterator[StatementLink]:
        """Yield the links of a speaker's words right after a denial or a correction of a statement."""
        before: Said | None = None
        for said in self._said[document]:
            if said.ref in done or before is None or not _goes_on(before, said):
                if said.parent is None:
                    before = said
                continue
            for pair, relation in done.get(before.ref, ()):
                target = pair.earlier
                if relation.kind == "denies" and (said.is_negative or _INSISTS.search(said.words)):
                    reason = f"goes on to deny: {relation.reason}"
                    yield _link(Pair(said, target, self.weights), Relation("denies", reason, "denial.further", 0.7))
            before = said

    def links_of(self, document: str, ends: dict[str, str]) -> Iterator[StatementLink]:
        """Yield the links of one document to the others, and of the others to it.

        Args:
            document: The one.
            ends: Copies and the documents that they come from.
        """
        yield from self.links([document], ends)
        for other in self.stories.neighbours(document):
            yield from self._document_links(other, ends, only=document)


def _goes_on(before: Said, said: Said) -> bool:
    """Return whether a statement continues the words of the same side."""
    if said.is_fact or before.is_fact or said.parent is not None:
        return False
    if before.speakers & said.speakers or before.sides & said.sides:
        return True
    return said.is_direct and before.is_denial


def _may_relate(earlier: Said, later: Said) -> bool:
    """Return whether two statements share a term, or the earlier one is about the later one's side."""
    if earlier.document == later.document or not earlier.terms.isdisjoint(later.terms):
        return True
    return not later.sides.isdisjoint(earlier.targets) or not later.sides.isdisjoint(earlier.entities)


def _is_named(entity: Entity) -> bool:
    return entity.type not in ("unnamed_source", "stated_participant")


def _is_name(words: str) -> bool:
    """Return whether a speaker without a recognized name has one: every word is capitalized."""
    return " " in words and all(word[:1].isupper() or word in ("of", "the", "for") for word in words.split())


def comes_before(earlier: Said, later: Said) -> bool:
    """Return whether a statement comes first: in its article, or by the day of publication.

    Args:
        earlier: The one that may stand before.
        later: The other.
    """
    if earlier.document == later.document:
        return earlier.order < later.order
    return (earlier.published, earlier.document) < (later.published, later.document)


def _best(found: list[tuple[Pair, Relation]], ends: dict[str, str]) -> Iterator[tuple[Pair, Relation]]:
    """Yield the best link of each kind, and for copies only the original."""
    by_kind: dict[str, list[tuple[Pair, Relation]]] = defaultdict(list)
    copied = any(relation.method == "repeat.copy" for _, relation in found)
    for pair, relation in found:
        if copied and relation.method != "repeat.copy":
            continue
        if pair.earlier.document in ends and relation.method != "repeat.copy":
            continue
        by_kind[relation.kind].append((pair, relation))
    for kind, those in by_kind.items():
        those.sort(key=lambda item: _rank(*item), reverse=True)
        best = _score(*those[0])
        for n, (pair, relation) in enumerate(those):
            alone = kind in _SINGLE or (kind == "denies" and relation.method != "denial.charge")
            near = _FAIRLY_GOOD if kind == "contradicts" else _NEARLY_BEST
            if n and (alone or _score(pair, relation) < near * best):
                break
            yield pair, relation


def _rank(pair: Pair, relation: Relation) -> tuple[float, float, str]:
    if relation.kind == "updates":
        return relation.confidence, _score(pair, relation), pair.earlier.published
    return _score(pair, relation), pair.containment, pair.earlier.published


def _score(pair: Pair, relation: Relation) -> float:
    return relation.confidence / (1 + math.exp(-pair.match))


def _link(pair: Pair, relation: Relation) -> StatementLink:
    return StatementLink(
        kind=relation.kind,
        source=pair.later.ref,
        target=pair.earlier.ref,
        reason=relation.reason,
        method=relation.method,
        confidence=round(relation.confidence * min(1.0, 0.7 + 0.3 * pair.likeness), 3),
        keys=pair.keys,
        source_origin=pair.later.origin,
        target_origin=pair.earlier.origin,
    )


def link_one(
    record: Record,
    candidates: Iterable[Record],
    others: int,
    *,
    unsure: bool = False,
    apart: frozenset[frozenset[str]] = frozenset(),
) -> Linking:
    """Return the links between one document and its candidates, not those among the candidates.

    Args:
        record: The document.
        candidates: The documents that may tell the same story.
        others: The number of all other documents.
        unsure: Whether to use the rules of :data:`UNSURE` too.
        apart: Pairs of entity ids that are never merged.

    Returns:
        The links of the document.
    """
    ordered = sorted([record, *candidates], key=lambda r: (r.document.published or "", r.document.id))
    linker = Linker(unsure=unsure, others=others, directory=Directory(apart=apart))
    found = copies.find_copies(copies.ArticleBody.of(one.document) for one in ordered)
    for one in ordered:
        linker.learn(one)
    said = {one.document.id: linker.read(one) for one in ordered}
    name = record.document.id
    links = list(dict.fromkeys(linker.links_of(name, copies.origins(found))))
    return Linking(
        copies=tuple(copy for copy in found if name in (copy.document, copy.original)),
        merges=tuple(m for m in linker.directory.merges if name in (m.one.document, m.other.document)),
        chains=tuple(chains.find_chains(said, links)),
        links=tuple(links),
    )


def link(records: Iterable[Record], *, unsure: bool = False, apart: frozenset[frozenset[str]] = frozenset()) -> Linking:
    """Return the links of the documents: copies, merged entities, event chains, and links of statements.

    Args:
        records: One for each document, in any order.
        unsure: Whether to use the rules of :data:`UNSURE` too.
        apart: Pairs of entity ids that are never merged.

    Returns:
        What was found.
    """
    ordered = sorted(records, key=lambda r: (r.document.published or "", r.document.id))
    linker = Linker(unsure=unsure, directory=Directory(apart=apart))
    found = copies.find_copies(copies.ArticleBody.of(record.document) for record in ordered)
    ends = copies.origins(found)
    for record in ordered:
        linker.learn(record)
    said = {record.document.id: linker.read(record) for record in ordered}
    links = list(linker.links(said, ends))
    return Linking(
        copies=tuple(found),
        merges=tuple(linker.directory.merges),
        chains=tuple(chains.find_chains(said, links)),
        links=tuple(links),
    )
