"""The quality of links between articles: B3 of entities and events, F1 of copies and kinds, tempting pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kg import iri, vocab
from kg.evaluate.gold_clusters import ANY_KIND, SYMMETRIC, Cluster, GoldLink
from kg.linking import Linking, Mention, StatementLink, StatementRef
from kg.records import Record, Span, Spans

_LEAST_OVERLAP: Final = 0.5
_PERSON: Final = "p"
_ORDER: Final = ("right", "allowed", "wrong")
Name = tuple[str, str]
"""A gold statement: the cluster's id and the statement's name."""


@dataclass(slots=True)
class Tally:
    """Right, given and expected links, with those found."""

    right: int = 0
    wrong: int = 0
    wanted: int = 0
    found: int = 0
    extracted: int = 0
    """Of the expected links, those with both statements extracted."""

    @property
    def precision(self) -> float:
        """Right links among those given; 1 if none is given."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Found links among those expected."""
        return self.found / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class B3:
    """Mean precision and recall over mentions, and the share of mentions that could be judged."""

    precision: float
    recall: float
    judged: int
    marked: int

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(slots=True)
class LinkFigures:
    """All figures of one linking run on gold clusters."""

    copies: Tally
    entities: B3
    persons: B3
    events: B3
    kinds: dict[str, Tally] = field(default_factory=dict)
    tempting: int = 0
    tempted: int = 0
    details: list[str] = field(default_factory=list)


def b3(judged: Sequence[tuple[Hashable, Hashable]], marked: int) -> B3:
    """Return B-cubed precision and recall.

    Args:
        judged: The gold cluster and the predicted cluster of each mention.
        marked: The number of mentions in the gold.
    """
    if not judged:
        return B3(0.0, 0.0, 0, marked)
    gold: dict[Hashable, set[int]] = defaultdict(set)
    system: dict[Hashable, set[int]] = defaultdict(set)
    for i, (one, other) in enumerate(judged):
        gold[one].add(i)
        system[other].add(i)
    precision = recall = 0.0
    for one, other in judged:
        shared = len(gold[one] & system[other])
        precision += shared / len(system[other])
        recall += shared / len(gold[one])
    return B3(precision / len(judged), recall / len(judged), len(judged), marked)


def score(clusters: Sequence[Cluster], linking: Linking, records: Iterable[Record]) -> LinkFigures:
    """Return the figures of a linking run.

    Args:
        clusters: The gold.
        linking: The result of the run.
        records: The input of the run, one record for each article.
    """
    by_id = {record.document.id: record for record in records}
    alignment = Alignment(clusters, by_id)
    figures = LinkFigures(
        copies=_copies(clusters, linking),
        entities=_entities(clusters, linking, by_id, ""),
        persons=_entities(clusters, linking, by_id, _PERSON),
        events=_events(clusters, linking, alignment),
    )
    _links(clusters, linking, alignment, by_id, figures)
    return figures


# -- copies -----------------------------------------------------------------------------------------------------------


def _copies(clusters: Sequence[Cluster], linking: Linking) -> Tally:
    wanted = set()
    for cluster in clusters:
        above = _Union()
        for one, other in cluster.copies:
            above.join(one, other)
        letters = sorted(cluster.articles)
        for i, one in enumerate(letters):
            for other in letters[i + 1 :]:
                if above.top(one) == above.top(other):
                    wanted.add(frozenset([f"{cluster.id}-{one}", f"{cluster.id}-{other}"]))
    given = {frozenset([copy.document, copy.original]) for copy in linking.copies}
    return Tally(right=len(given & wanted), wrong=len(given - wanted), wanted=len(wanted), found=len(given & wanted))


class _Union:
    """Disjoint sets that can be joined."""

    def __init__(self) -> None:
        self._above: dict[Hashable, Hashable] = {}

    def top(self, one: Hashable) -> Hashable:
        while one in self._above:
            one = self._above[one]
        return one

    def join(self, one: Hashable, other: Hashable) -> None:
        a, b = self.top(one), self.top(other)
        if a != b:
            self._above[a] = b


# -- entities ---------------------------------------------------------------------------------------------------------


def _entities(clusters: Sequence[Cluster], linking: Linking, records: Mapping[str, Record], kind: str) -> B3:
    union = _merged(linking, records)
    judged: list[tuple[Hashable, Hashable]] = []
    marked = 0
    for cluster in clusters:
        for article in cluster.articles.values():
            record = records.get(article.document.id)
            for span, label in article.mentions:
                if not label.startswith(kind):
                    continue
                marked += 1
                entity = _entity_at(record, span) if record is not None else None
                if entity is not None:
                    mention = Mention(document=article.document.id, entity=entity)
                    judged.append(((cluster.id, label), union.top(mention)))
    return b3(judged, marked)


def _merged(linking: Linking, records: Mapping[str, Record]) -> _Union:
    """Join the entities that the graph joins: those of the same type and name, and the merged ones."""
    union = _Union()
    first: dict[tuple[str, str], Mention] = {}
    for record in records.values():
        for entity in record.entities:
            if entity.type in ("unnamed_source", "stated_participant"):
                continue
            mention = Mention(document=record.document.id, entity=entity.id)
            union.join(mention, first.setdefault((entity.type, iri.slug(entity.name)), mention))
    for merge in linking.merges:
        union.join(merge.one, merge.other)
    return union


def _entity_at(record: Record, span: Span) -> str | None:
    """Return the entity that a record mentions there, the closest in extent."""
    best, closest = None, 0.0
    for entity in record.entities:
        for mention in entity.mentions:
            if mention.overlaps(span):
                shared = min(mention.end, span.end) - max(mention.start, span.start)
                whole = max(mention.end, span.end) - min(mention.start, span.start)
                if shared / whole > closest:
                    best, closest = entity.id, shared / whole
    return best if closest >= _LEAST_OVERLAP else None


# -- statements -------------------------------------------------------------------------------------------------------


class Alignment:
    """Maps extracted statements to gold statements."""

    def __init__(self, clusters: Sequence[Cluster], records: Mapping[str, Record]) -> None:
        self._gold: dict[str, list[tuple[Span, Name]]] = defaultdict(list)
        for cluster in clusters:
            for name, (article, span) in cluster.statements().items():
                self._gold[article.document.id].append((span, (cluster.id, name)))
        self.extracted: set[Name] = set()
        for record in records.values():
            for spans in (*(f.anchor for f in record.facts), *(c.content for c in record.claims)):
                ref = StatementRef(document=record.document.id, statement="", spans=spans)
                self.extracted.update(one for one in self.of(ref) if one is not None)

    def name(self, document: str, spans: Spans) -> Name | None:
        """Return the gold statement with most of these words.

        Args:
            document: The article's id.
            spans: The words.
        """
        best, most = None, 0.0
        for span, name in self._gold.get(document, ()):
            shared = sum(max(0, min(s.end, span.end) - max(s.start, span.start)) for s in spans)
            length = sum(s.end - s.start for s in spans)
            if shared >= _LEAST_OVERLAP * min(length, span.end - span.start):
                part = shared / max(length, span.end - span.start)
                if part > most:
                    best, most = name, part
        return best

    def of(self, ref: StatementRef) -> list[Name | None]:
        """Return the matching gold statement, then those wholly within it; [None] if none matches."""
        best = self.name(ref.document, ref.spans)
        within = [
            name
            for span, name in self._gold.get(ref.document, ())
            if name != best and any(span.start >= s.start - 1 and span.end <= s.end + 1 for s in ref.spans)
        ]
        return [best, *within]


def _events(clusters: Sequence[Cluster], linking: Linking, alignment: Alignment) -> B3:
    system: dict[Name, Hashable] = {}
    for chain in linking.chains:
        for ref in chain.statements:
            for aligned in alignment.of(ref):
                if aligned is not None:
                    system.setdefault(aligned, chain.name)
    judged: list[tuple[Hashable, Hashable]] = []
    marked = 0
    for cluster in clusters:
        for event, names in cluster.events.items():
            for statement in names:
                name = (cluster.id, statement)
                marked += 1
                if name in alignment.extracted:
                    judged.append(((cluster.id, event), system.get(name, name)))
    return b3(judged, marked)


# -- links ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Gold:
    """The links of a cluster by their ends; statements that repeat each other count as one."""

    cluster: Cluster
    same: _Union

    @classmethod
    def of(cls, cluster: Cluster) -> _Gold:
        union = _Union()
        for link in (*cluster.links, *cluster.allowed):
            if link.kind == "repeats":
                union.join(link.source, link.target)
        return cls(cluster, union)

    def matching(self, links: Iterable[GoldLink], kind: str, source: str, target: str) -> list[GoldLink]:
        """Return the links that match directly or through a repetition."""
        ends = (self.same.top(source), self.same.top(target))
        found = []
        for link in links:
            both = (self.same.top(link.source), self.same.top(link.target))
            if link.kind == kind and (both == ends or (kind in SYMMETRIC and both == ends[::-1])):
                found.append(link)
        return found

    def is_same(self, source: str, target: str) -> bool:
        """Return whether the statements repeat each other, directly or through a third."""
        return self.same.top(source) == self.same.top(target)


def _links(
    clusters: Sequence[Cluster],
    linking: Linking,
    alignment: Alignment,
    records: Mapping[str, Record],
    figures: LinkFigures,
) -> None:
    gold = {cluster.id: _Gold.of(cluster) for cluster in clusters}
    figures.kinds = {kind: Tally() for kind in sorted(vocab.LINK_TYPES)}
    found: set[tuple[str, GoldLink]] = set()
    given: set[tuple[str, Name, Name]] = set()
    for link in linking.links:
        verdict, source, target = min(
            (
                (_verdict(link, source, target, gold, found, records, clusters), source, target)
                for source in alignment.of(link.source)
                for target in alignment.of(link.target)
            ),
            key=lambda judged: _ORDER.index(judged[0]),
        )
        tally = figures.kinds[link.kind]
        if source is not None and target is not None:
            if (link.kind, source, target) in given:
                continue
            given.add((link.kind, source, target))
        tally.right += verdict == "right"
        tally.wrong += verdict == "wrong"
        figures.details.append(_detail(verdict, link, source, target, records))
    for cluster in clusters:
        for wanted in cluster.links:
            tally = figures.kinds[wanted.kind]
            tally.wanted += 1
            both = {(cluster.id, wanted.source), (cluster.id, wanted.target)} <= alignment.extracted
            tally.extracted += both
            tally.found += (cluster.id, wanted) in found
            if (cluster.id, wanted) not in found:
                figures.details.append(f"missed {cluster.id} {wanted.kind} {wanted.source} {wanted.target} {both}")
        figures.tempting += len(cluster.forbidden)
        tempted = [link for link in cluster.forbidden if _is_given(link, cluster.id, given)]
        figures.tempted += len(tempted)
        figures.details += [f"tempted {cluster.id} {link.kind} {link.source} {link.target}" for link in tempted]


def _is_given(link: GoldLink, cluster: str, given: set[tuple[str, Name, Name]]) -> bool:
    ends = {(cluster, link.source), (cluster, link.target)}
    return any(link.kind in (ANY_KIND, kind) and {source, target} == ends for kind, source, target in given)


def _verdict(
    link: StatementLink,
    source: Name | None,
    target: Name | None,
    gold: Mapping[str, _Gold],
    found: set[tuple[str, GoldLink]],
    records: Mapping[str, Record],
    clusters: Sequence[Cluster],
) -> str:
    if source is None or target is None or source[0] != target[0]:
        return "allowed" if _is_copied(link, records, clusters) else "wrong"
    cluster = gold[source[0]]
    right = cluster.matching(cluster.cluster.links, link.kind, source[1], target[1])
    if right:
        found |= {(source[0], one) for one in right}
        return "right"
    if cluster.matching(cluster.cluster.allowed, link.kind, source[1], target[1]):
        return "allowed"
    if link.kind == "repeats" and cluster.is_same(source[1], target[1]):
        return "allowed"
    return "allowed" if _is_copied(link, records, clusters) else "wrong"


def _is_copied(link: StatementLink, records: Mapping[str, Record], clusters: Sequence[Cluster]) -> bool:
    """Return whether a repetition has the same words in articles that the gold calls copies."""
    if link.kind != "repeats":
        return False
    pair = {link.source.document, link.target.document}
    copies = [{f"{c.id}-{a}", f"{c.id}-{b}"} for c in clusters for a, b in c.copies]
    words = [_words(ref, records).casefold() for ref in (link.source, link.target)]
    return pair in copies and (words[0] in words[1] or words[1] in words[0])


def _words(ref: StatementRef, records: Mapping[str, Record]) -> str:
    return " ".join(span.of(records[ref.document].document.text) for span in ref.spans)


def _detail(
    verdict: str, link: StatementLink, source: Name | None, target: Name | None, records: Mapping[str, Record]
) -> str:
    names = f"{link.source.document}:{source and source[1]} {link.target.document}:{target and target[1]}"
    words = f"{_words(link.source, records)!r} -> {_words(link.target, records)!r}"
    return f"{verdict} {link.kind} {names} {link.method} {link.confidence} | {words}"


def lines(figures: LinkFigures) -> Iterator[str]:
    """Yield the figures as lines of a table, in per cent."""
    yield f"{'':16}{'precision':>10}{'recall':>8}{'F1':>7}{'given':>7}{'wanted':>8}{'extracted':>11}"
    for name, tally in [("copies", figures.copies), *figures.kinds.items()]:
        given = tally.right + tally.wrong
        extracted = str(tally.extracted) if name != "copies" else ""
        yield (
            f"{name:16}{100 * tally.precision:10.1f}{100 * tally.recall:8.1f}{100 * tally.f1:7.1f}"
            f"{given:7}{tally.wanted:8}{extracted:>11}"
        )
    for name, found in (
        ("entities B3", figures.entities),
        ("persons B3", figures.persons),
        ("events B3", figures.events),
    ):
        yield (
            f"{name:16}{100 * found.precision:10.1f}{100 * found.recall:8.1f}{100 * found.f1:7.1f}"
            f"{found.judged:7}{found.marked:8}"
        )
    yield f"tempting pairs linked: {figures.tempted} of {figures.tempting}"


def table(figures: LinkFigures) -> str:
    """Return the figures as a table, with the expected links whose statements were both extracted."""
    return "\n".join(lines(figures)) + "\n"
