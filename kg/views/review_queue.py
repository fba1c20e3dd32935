"""Statements that nobody has reviewed, by how sure the extractor is: kept in memory, and up to date after each write.

What stands inside of a claim is not among them: it is reviewed on its article's page.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Protocol

from pyoxigraph import NamedNode, Quad

from kg import vocab
from kg.graph import Change
from kg.iri import version_of
from kg.store.ownership import Matcher, Pattern

_STATUS: Final = NamedNode(vocab.STATUS)
_EXTRACTED: Final = NamedNode(vocab.MOD + "extracted")
_CONFIDENCE: Final = NamedNode(vocab.CONFIDENCE)
_RULE: Final = NamedNode(vocab.RULE)
_TEXT: Final = NamedNode(vocab.TEXT)
_SPEAKER: Final = NamedNode(vocab.SPEAKER)
_LABEL: Final = NamedNode(vocab.SKOS_PREF_LABEL)
_ARTICLE: Final = NamedNode(vocab.PROV_SPECIALIZATION_OF)
_HEADLINE: Final = NamedNode(vocab.SCHEMA_HEADLINE)


class WatchedStore(Matcher, Protocol):
    """A store that says what was written."""

    def watch(self, listener: Callable[[Change], None]) -> None:
        """Have ``listener`` called after every write."""


@dataclass(frozen=True, slots=True, order=True)
class Waiting:
    """A statement that nobody has reviewed. Sorted, the least certain one is first."""

    confidence: float
    statement: str
    rule: str

    @property
    def digits(self) -> str:
        """The version, as the first 16 digits of its hash."""
        return _digits(self.statement)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRule:
    """A rule of the extractor with the number of its statements that wait, and the least and the middle confidence."""

    name: str
    count: int
    least: float
    middle: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCard:
    """What a page shows of a statement that waits."""

    waiting: Waiting
    side: str
    path: str
    quote: str
    speaker: str
    headline: str


class ReviewQueue:
    """The statements of one store that wait for review.

    Args:
        store: The opened store. It is read once, at the first question or by :meth:`warm`.
    """

    def __init__(self, store: WatchedStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._extracted: dict[str, set[str]] | None = None  # by version
        self._confidence: dict[str, float] = {}
        self._rules: dict[str, str] | None = None
        store.watch(self._changed)

    def warm(self) -> None:
        """Read the store, so that nobody waits for it."""
        with self._lock:
            self._read()

    def least_certain(self, kept: Collection[str], most: int) -> tuple[list[Waiting], int]:
        """Return the least certain statements, and how many wait.

        Args:
            kept: The versions that can be reviewed, by the digits of their hashes.
            most: How many statements are returned.
        """
        with self._lock:
            found = [(self._confidence.get(one, 0.0), one) for one in self._waiting(kept)]
        least = heapq.nsmallest(most, found)
        rules = [self._value(one, _RULE) for _, one in least]
        return [Waiting(*pair, rule) for pair, rule in zip(least, rules, strict=True)], len(found)

    def rules(self, kept: Collection[str]) -> list[WaitingRule]:
        """Return each rule of which statements wait, that with the most of them first.

        Args:
            kept: The versions that can be reviewed.
        """
        by_rule: dict[str, list[float]] = {}
        with self._lock:
            names = self._read_rules()
            for one in self._waiting(kept):
                by_rule.setdefault(names.get(one, ""), []).append(self._confidence.get(one, 0.0))
        found = [
            WaitingRule(name=name, count=len(values), least=min(values), middle=sorted(values)[len(values) // 2])
            for name, values in by_rule.items()
        ]
        return sorted(found, key=lambda one: (-one.count, one.name))

    def of_rule(self, kept: Collection[str], rule: str, at_least: float = 0.0) -> list[Waiting]:
        """Return the statements of a rule, article by article.

        Args:
            kept: The versions that can be reviewed.
            rule: Its name.
            at_least: Leave out what is less certain.
        """
        with self._lock:
            names = self._read_rules()
            of_it = sorted(one for one in self._waiting(kept) if names.get(one, "") == rule)
            found = [Waiting(self._confidence.get(one, 0.0), one, rule) for one in of_it]
        return [one for one in found if one.confidence >= at_least]

    def shown(self, waiting: Iterable[Waiting]) -> list[WaitingCard]:
        """Return what a page shows of statements.

        Args:
            waiting: Some statements of this queue.
        """
        return [self._shown(one) for one in waiting]

    def _shown(self, one: Waiting) -> WaitingCard:
        node = NamedNode(one.statement)
        version = version_of(one.statement) or one.statement
        speakers = [self._value(speaker, _LABEL) or speaker.rpartition("/")[2] for speaker in self._all(node, _SPEAKER)]
        article = self._value(version, _ARTICLE)
        kind, _, path = one.statement.removeprefix(f"{version}/").partition("/")
        return WaitingCard(
            waiting=one,
            side=kind,
            path=f"{kind}-{path}",
            quote=self._value(node.value, _TEXT),
            speaker="; ".join(sorted(speakers)),
            headline=self._value(article, _HEADLINE) or article.rpartition("/")[2],
        )

    def _all(self, node: NamedNode, predicate: NamedNode) -> Sequence[str]:
        return list(dict.fromkeys(q.object.value for q in self._found((node, predicate, None, None))))  # type: ignore[union-attr]

    def _value(self, name: str, predicate: NamedNode) -> str:
        return next(iter(self._all(NamedNode(name), predicate)), "") if name else ""

    def _waiting(self, kept: Collection[str]) -> Iterator[str]:
        return chain.from_iterable(statements for digits, statements in self._read().items() if digits in kept)

    def _read(self) -> dict[str, set[str]]:
        if self._extracted is None:
            self._confidence, self._extracted = {}, {}
            self._add(self._found((None, _STATUS, _EXTRACTED, None)))
            self._add(self._found((None, _CONFIDENCE, None, None)))
        return self._extracted

    def _read_rules(self) -> dict[str, str]:
        if self._rules is None:
            self._rules = {}
            self._add(self._found((None, _RULE, None, None)))
        return self._rules

    def _found(self, pattern: Pattern) -> Iterator[Quad]:
        return self._store.matching([pattern])

    def _add(self, quads: Iterable[Quad]) -> None:
        for subject, predicate, value, _ in quads:
            name = subject.value
            if predicate == _STATUS:
                if value == _EXTRACTED and self._extracted is not None:
                    self._extracted.setdefault(_digits(name), set()).add(name)
            elif predicate == _CONFIDENCE:
                self._confidence[name] = _number(value)
            elif predicate == _RULE and self._rules is not None:
                self._rules[name] = str(getattr(value, "value", ""))

    def _remove(self, quads: Iterable[Quad]) -> None:
        for subject, predicate, value, _ in quads:
            name = subject.value
            if predicate == _STATUS:
                if value == _EXTRACTED and self._extracted is not None:
                    self._extracted.get(_digits(name), set()).discard(name)
            elif predicate == _CONFIDENCE:
                self._confidence.pop(name, None)
            elif predicate == _RULE and self._rules is not None:
                self._rules.pop(name, None)

    def _changed(self, change: Change) -> None:
        with self._lock:
            if change.removed is None or change.added is None:
                self._extracted = self._rules = None
            elif self._extracted is not None or self._rules is not None:
                self._remove(change.removed)
                self._add(change.added)


def _digits(statement: str) -> str:
    version, _, _ = statement.rpartition("/doc/")[2].partition("/")
    return version


def _number(value: object) -> float:
    """Return the confidence that a term says; 0 for what is no number, from an unchecked update."""
    try:
        return float(getattr(value, "value", ""))
    except ValueError:
        return 0.0
