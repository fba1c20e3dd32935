"""Events named in a text, as tokens of its parse: by the network, by the lexicon, or by both."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from kg import vocab
from kg.extract.arguments import conjuncts
from kg.extract.event_model import NamedEvent
from kg.extract.events import Told, told_events
from kg.extract.modality import Modality, modality_of, with_noun
from kg.extract.read_positions import HOLDING
from kg.records import Span

if TYPE_CHECKING:
    from kg.extract.parsed import Doc, Token

_BY_STATUS: Final = {
    "negative": {"polarity": "negative"},
    "future": {"frame": "future"},
    "possible": {"certainty": "possible"},
    "hypothetical": {"frame": "hypothetical"},
}


SURE: Final = 0.85
"""The confidence from which the network decides an event's type instead of the lexicon."""


KEEPING_OFF: Final = frozenset(
    {"absence", "ban", "cessation", "danger", "end", "fear", "freeze", "halt", "lack", "moratorium", "pause"}
    | {"possibility", "prevention", "prospect", "risk", "suspension", "threat"}
)
"""Nouns whose complement is not told as something that happens: "a cessation of strikes", "the risk of war"."""
PRESUPPOSED: Final = 0.7
"""The confidence from which an asserted noun is asserted in any clause."""


class EventSource(Protocol):
    """Gives the events that some tokens of one document name; ``held`` are those of holding a position."""

    @property
    def held(self) -> Sequence[Told]:
        """The held positions."""
        ...

    def among(self, tokens: Iterable[Token], *, loose: bool = False) -> list[Told]:
        """Return the events whose trigger is one of the tokens, in text order.

        Args:
            tokens: Tokens of the document.
            loose: Take a bare noun for an event too, as in the content of claims.
        """
        ...


class LexiconEvents:
    """The events that the lexicon and the syntax tell of; they read positions elsewhere."""

    held: Sequence[Told] = ()

    def among(self, tokens: Iterable[Token], *, loose: bool = False) -> list[Told]:
        """Return them, as :class:`EventSource` says.

        Args:
            tokens: Words of the text.
            loose: Take a bare noun as an event too.
        """
        return told_events(tokens, loose=loose)


class NetworkEvents:
    """The events that the network read; ``held`` are those of holding a position, which are told apart.

    Args:
        doc: The parsed text.
        events: What the network says of the same text.
    """

    def __init__(self, doc: Doc, events: Sequence[NamedEvent]) -> None:
        self._doc = doc
        self._starts = [token.idx for token in doc]
        read = [told for told in map(self._told, events) if told is not None]
        self._by_token = {told.trigger.i: told for told in read if told.type != HOLDING}
        self.held = tuple(told for told in read if told.type == HOLDING)

    def among(self, tokens: Iterable[Token], *, loose: bool = False) -> list[Told]:  # noqa: ARG002
        """Return them, as :class:`EventSource` says; ``loose`` changes nothing here.

        Args:
            tokens: Words of the text.
            loose: Is without effect.
        """
        return [self._by_token[token.i] for token in tokens if token.i in self._by_token]

    def _told(self, event: NamedEvent) -> Told | None:
        words = self._tokens(event.trigger)
        if not words:
            return None
        trigger = _root(words)
        roles: dict[str, list[Token]] = {}
        for role, span in event.roles:
            roles.setdefault(role, []).extend(_heads(self._tokens(span)))
        return Told(
            trigger=trigger,
            type=event.type,
            agents=tuple(roles.get("agents", ())),
            targets=tuple(roles.get("targets", ())),
            participants=tuple(roles.get("participants", ())),
            places=tuple(roles.get("places", ())),
            nominal=trigger.pos_ in {"NOUN", "PROPN", "ADJ"},
            status=event.status,
            confidence=event.confidence,
        )

    def _tokens(self, span: Span) -> list[Token]:
        i = max(bisect_left(self._starts, span.start), 0)
        out = []
        while i < len(self._doc) and self._starts[i] < span.end:
            if not self._doc[i].is_space:
                out.append(self._doc[i])
            i += 1
        return out


class JoinedEvents:
    """The network's events and the lexicon's; where both have one of one family, its roles are the lexicon's.

    The syntax says better who is in an event that the lexicon knows; what kind of event it is, the network says better.
    Whether it happened, both say: what either takes for not so is not asserted.

    Args:
        doc: The parsed text.
        events: What the network says of the same text.
        hints: Words that may name an event, as the network reads them.
    """

    def __init__(self, doc: Doc, events: Sequence[NamedEvent], hints: Sequence[Span]) -> None:
        self._network = NetworkEvents(doc, events)
        self._hinted = {i for span in hints for i in range(span.start, span.end)}
        self._read = {i: event for event in events for i in range(event.trigger.start, event.trigger.end)}
        self.held = self._network.held

    def among(self, tokens: Iterable[Token], *, loose: bool = False) -> list[Told]:
        """Return them, as :class:`EventSource` says.

        Args:
            tokens: Words of the text.
            loose: Take a bare noun as an event too.
        """
        words = list(tokens)
        known = [both for told in told_events(words, loose=loose) if (both := self._together(told)) is not None]
        taken = {token.i for told in known for token in _triggers(told)}
        read = [told for told in self._network.among(words) if told.trigger.i not in taken]
        return sorted([*read, *known], key=lambda told: told.trigger.i)

    def _together(self, told: Told) -> Told | None:
        """The lexicon's event, of the network's status, and of its type where that is sure.

        None if the network names an event of another family there, or sees none at all.
        """
        rivals = [self._read[token.idx] for token in _triggers(told) if token.idx in self._read]
        if any(family(rival.type) != family(told.type) for rival in rivals):
            return None
        if not rivals:
            return told if any(token.idx in self._hinted for token in _triggers(told)) else None
        rival = max(rivals, key=lambda one: one.confidence)
        return replace(told, type=rival.type if rival.confidence >= SURE else told.type, status=rival.status)


def _triggers(told: Told) -> list[Token]:
    return [token for token in (told.trigger, told.carried) if token is not None]


def family(kind: str) -> str:
    """Return the type at the top above this one."""
    while kind in vocab.BROADER_EVENT_TYPE:
        kind = vocab.BROADER_EVENT_TYPE[kind]
    return kind


def _root(words: Sequence[Token]) -> Token:
    """Return the head word of the others; of a whole trigger."""
    inside = {word.i for word in words}
    return next((word for word in words if word.head.i not in inside or word.head.i == word.i), words[-1])


def _heads(words: Sequence[Token]) -> list[Token]:
    """Return the head of a mention, and its conjuncts inside the mention."""
    if not words:
        return []
    inside = {word.i for word in words}
    return [word for word in conjuncts(_root(words)) if word.i in inside]


def _is_kept_off(trigger: Token) -> bool:
    """Return True for what completes a noun of an end, a ban or a danger, itself or by the noun that it describes."""
    word = trigger
    while word.dep_ in {"compound", "amod", "nmod", "conj"} and word.head.i != word.i:
        word = word.head
    over = [word.head.head, word.doc[max(word.head.i - 1, 0)]] if word.dep_ == "pobj" else [word.head]
    return any(noun.lemma_.lower() in KEEPING_OFF and noun.i != trigger.i for noun in over)


def modality(told: Told, *, inside: Callable[[Token], bool] | None = None) -> Modality:
    """Return whether an event is told as so.

    The network's status decides where it says that something is not so, not yet or not sure. What it takes for so must
    not be taken away by a negation, a condition or hearsay that the syntax shows above the trigger.

    Args:
        told: The event.
        inside: Where given, only words for which it is true can take an assertion away.
    """
    by_syntax = modality_of(told.trigger, inside=inside)
    if told.carried is not None:
        by_syntax = with_noun(by_syntax, told.carried)
    if told.status is None:
        return by_syntax
    values = _BY_STATUS.get(told.status)
    if values is None:
        is_sure = (told.confidence or 0) >= PRESUPPOSED and not _is_kept_off(told.trigger)
        sure = told.nominal and is_sure and by_syntax.polarity == "positive"
        return Modality() if sure and (by_syntax.hearsay is None or by_syntax.weak) else by_syntax
    return Modality().by(told.trigger, **values) if by_syntax.hearsay is None else by_syntax
