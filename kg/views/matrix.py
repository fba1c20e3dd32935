"""Matrix of speakers and targets: statements, not events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.views.query_files import own_query, records, terms
from kg.views.statement_card import DIRECT_ACTS, Card, card_of, verb_of
from kg.views.statement_rows import NOT_NAMED, UNNAMED, graph_query, is_unnamed, labels, names_of, read_rows, rows_query

MOST: Final = 20
"""Largest number of rows and columns: those with the most statements."""
PAIRS: Final = 6
PER_PAIR: Final = 5
_OF_ONE_PAIR: Final = 100
_STEPS: Final = (16, 8, 4, 2, 1)
NO_ONE: Final = ""
"""The target of a statement without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """A cell. ``step`` is its shade, 0 to 5 for 0, 1, 2, 4, 8, 16 and more, equal on every page."""

    speaker: str
    target: str
    count: int
    denied: int
    is_mutual: bool

    @property
    def step(self) -> int:
        """The shade. A scale relative to the largest number would exaggerate small numbers."""
        return next((len(_STEPS) - i for i, least in enumerate(_STEPS) if self.count >= least), 0)

    @property
    def is_self(self) -> bool:
        """Whether the cell is on the diagonal."""
        return self.speaker == self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerPair:
    """The statements of one cell: the first of ``count``."""

    speaker: str
    target: str
    count: int
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The matrix. Rows are speakers, columns are targets; both are IRIs with ``names``.

    Totals count each statement once.
    """

    act: str
    acts: Mapping[str, int]
    names: Mapping[str, str]
    rows: tuple[tuple[str, tuple[MatrixCell, ...], int], ...]
    columns: tuple[tuple[str, int], ...]
    total: int
    speaker_count: int
    target_count: int
    pairs: tuple[SpeakerPair, ...]
    query: str
    graph: str
    is_chosen: bool

    @property
    def has_targets(self) -> bool:
        """Whether any statement of the act has a target."""
        return any(target != NO_ONE for target, _ in self.columns)

    @property
    def title(self) -> str:
        """The title: ``Who accuses whom``, or ``Who denies, and about whom`` for a verb without a personal object."""
        return (
            f"Who {verb_of(self.act)} whom" if self.act in DIRECT_ACTS else f"Who {verb_of(self.act)}, and about whom"
        )


@dataclass(frozen=True, slots=True)
class _CountedClaims:
    """The statements of each pair of speaker and target."""

    pairs: Mapping[tuple[str, str], set[str]]
    denied: frozenset[str]

    def of(self, *, speaker: str | None = None, target: str | None = None) -> set[str]:
        """Return the statements of a row, of a column, or all."""
        kept = (
            statements
            for (one, other), statements in self.pairs.items()
            if speaker in (None, one) and target in (None, other)
        )
        return set().union(*kept)

    def largest(self, ends: Iterable[str], side: int) -> list[str]:
        """Return the IRIs with the most statements first."""
        sizes: dict[str, int] = defaultdict(int)
        for pair, statements in self.pairs.items():
            sizes[pair[side]] += len(statements)
        return sorted(ends, key=lambda end: (-sizes[end], end))


def read_matrix(store: QueryableStore, base: str, act: str, chosen: tuple[str, str] | None = None) -> Matrix:
    """Read the matrix of an act.

    Args:
        store: The graph.
        base: The base of our own IRIs.
        act: The act's tag; empty for ``accuse`` or the most frequent one.
        chosen: The speaker and the target of a cell whose statements are shown.
    """
    counts = {
        record["act"].removeprefix(vocab.ACT): int(record["count"])
        for record in records(store.query(own_query("acts")))
    }
    act = act or _usual_act(counts)
    counted = _count(records(store.query(own_query("matrix", act=vocab.ACT + act))))
    speakers = counted.largest({speaker for speaker, _ in counted.pairs}, 0)
    named = counted.largest({target for _, target in counted.pairs if target != NO_ONE}, 1)
    columns = [*named[:MOST], *([NO_ONE] if any(target == NO_ONE for _, target in counted.pairs) else [])]
    scope = {"claim": _scope(act, chosen)}
    wanted = [chosen] if chosen else _largest_pairs(counted)
    parties = [*speakers[:MOST], *named[:MOST], *filter(None, chosen or ())]
    return Matrix(
        act=act,
        acts=counts,
        names={**labels(store, parties), vocab.UNNAMED_SOURCE: UNNAMED},
        rows=tuple(
            (one, tuple(_cell(counted, one, other) for other in columns), len(counted.of(speaker=one)))
            for one in speakers[:MOST]
        ),
        columns=tuple((other, len(counted.of(target=other))) for other in columns),
        total=len(counted.of()),
        speaker_count=len(speakers),
        target_count=len(named),
        pairs=_pairs(store, base, counted, wanted, _OF_ONE_PAIR if chosen else PER_PAIR),
        query=rows_query(scope),
        graph=graph_query(scope),
        is_chosen=chosen is not None,
    )


def _count(found: Sequence[Mapping[str, str]]) -> _CountedClaims:
    pairs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in found:
        speaker = vocab.UNNAMED_SOURCE if is_unnamed(record["speaker"]) else record["speaker"]
        pairs[speaker, record.get("target", NO_ONE)].add(record["statement"])
    return _CountedClaims(dict(pairs), frozenset(record["statement"] for record in found if "denied" in record))


def _cell(counted: _CountedClaims, speaker: str, target: str) -> MatrixCell:
    statements = counted.pairs.get((speaker, target), set())
    return MatrixCell(
        speaker=speaker,
        target=target,
        count=len(statements),
        denied=len(statements & counted.denied),
        is_mutual=bool(statements) and speaker != target and (target, speaker) in counted.pairs,
    )


def _usual_act(counts: Mapping[str, int]) -> str:
    """``accuse``, or the most frequent act where nobody accuses."""
    return "accuse" if "accuse" in counts else max(counts, key=lambda one: counts[one], default="say")


def _largest_pairs(counted: _CountedClaims) -> list[tuple[str, str]]:
    return sorted(counted.pairs, key=lambda pair: (-len(counted.pairs[pair]), pair))[:PAIRS]


def _scope(act: str, chosen: tuple[str, str] | None) -> str:
    scope = f"?statement cg:speechAct <{vocab.ACT}{act}> ."
    if chosen is None:
        return scope
    speaker, target = chosen
    of = f"?statement cg:actTarget <{target}> ." if target else "FILTER NOT EXISTS { ?statement cg:actTarget ?any }"
    by = f"?statement cg:speaker <{speaker}> ."
    if speaker == vocab.UNNAMED_SOURCE:
        by = f'?statement cg:speaker ?who FILTER(STRENDS(STR(?who), "{NOT_NAMED}"))'
    return f"{scope} {by} {of}"


def _pairs(
    store: QueryableStore, base: str, counted: _CountedClaims, wanted: Sequence[tuple[str, str]], most: int
) -> tuple[SpeakerPair, ...]:
    shown = {pair: sorted(counted.pairs.get(pair, ()))[:most] for pair in wanted}
    iris = sorted({statement for statements in shown.values() for statement in statements})
    if not iris:
        return ()
    rows = read_rows(store, rows_query({"claim": f"VALUES ?statement {{ {terms(iris)} }}"}))
    names = names_of(store, rows)
    cards = {row.statement: card_of(row, base, names) for row in rows}
    return tuple(
        SpeakerPair(
            speaker=speaker,
            target=target,
            count=len(counted.pairs[speaker, target]),
            cards=tuple(cards[statement] for statement in statements if statement in cards),
        )
        for (speaker, target), statements in shown.items()
        if statements
    )
