"""The trained event reader: which words name events, of what type, whether they happened, and who is in them.

One pass of a small encoder over the text in overlapping windows gives each word the chance that it names an event,
and the chances of type and status. For each trigger a reader of roles says of every word of the window whether it is
an agent, a target, a participant, a place or a time of that event. A last head reads how a claim is made: act,
polarity, certainty, time frame. How the network was trained, and on what: ``model/CARD.md``.

Runs on onnxruntime, tokenizers and numpy. The same text and settings give the same result on the same machine. Time
grows with the text's length, memory with the text and not with its square.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kg import vocab
from kg.extract.attribution_model import network_inputs
from kg.extract.model.runtime import Floats, open_session, open_tokenizer, read_manifest, sigmoid, softmax
from kg.extract.model.words import Window, Words, read_words, windows
from kg.records import Span, Spans

FOLDER: Final = Path(__file__).with_name("model") / "events"
TOKENIZER: Final = Path(__file__).with_name("model") / "tokenizer.json"
HINT: Final = 0.3
"""Chance that a word names an event from which others who take it for one are believed."""
TRIGGERS: Final = 48
"""Triggers whose roles are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEvent:
    """An event that words of a text name.

    ``trigger`` are the words that name it. ``status`` is one of happened, negative, future, possible, hypothetical.
    ``roles`` are (role, words) pairs, the role being a field of :class:`kg.records.Event` or ``times``.
    """

    trigger: Span
    type: str
    status: str
    roles: tuple[tuple[str, Span], ...]
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """The manner of a claim: features with their probabilities, and the words for addressee and target."""

    act: tuple[str, float]
    polarity: tuple[str, float]
    certainty: tuple[str, float]
    frame: tuple[str, float]
    addressees: Spans = ()
    aims: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReading:
    """What the network says of one text: its events by place, and the manner of each claim that was given.

    ``hints`` are the words that may name an event, with less chance than a trigger has.
    """

    events: tuple[NamedEvent, ...]
    manners: tuple[Manner | None, ...]
    hints: Spans = ()


class EventModel:
    """The shipped network, or another one in ``folder``. Loading checks each file against the manifest's hash.

    Args:
        folder: Where the network lies.
        threads: Threads of one run.

    Raises:
        InputError: A file is absent, or not the manifest's.
    """

    def __init__(self, folder: Path = FOLDER, *, threads: int = 1) -> None:
        self._manifest = read_manifest(folder)
        self.version: str = self._manifest["version"]
        self.thresholds: dict[str, float] = self._manifest["thresholds"]
        self._types: list[str] = self._manifest["types"]
        self._parents = np.array(
            [self._types.index(vocab.BROADER_EVENT_TYPE.get(name, name)) for name in self._types], np.int64
        )
        self._tokenizer = open_tokenizer(TOKENIZER)
        self._encoder, self._roles, self._acts = (
            open_session(folder / name, threads) for name in ("encoder.onnx", "roles.onnx", "acts.onnx")
        )

    def read(self, text: str, claims: Sequence[tuple[Spans, Spans]] = ()) -> EventReading:
        """Return what the network says of ``text``.

        Args:
            text: The text; all spans are code points of it.
            claims: Cue and content of each claim whose manner is asked for.
        """
        words = read_words(text, self._tokenizer)
        by_anchor: dict[int, list[int]] = {}
        for number, (cue, _) in enumerate(claims):
            if cue:
                by_anchor.setdefault(_first_word(words, cue[0]), []).append(number)
        events: list[NamedEvent] = []
        hints: list[Span] = []
        manners: list[Manner | None] = [None] * len(claims)
        sizes = (self._manifest["room"], self._manifest["overlap"], self._manifest["context"])
        for window in windows(words, *sizes):
            vectors, triggers, types, statuses = self._encoder.run(None, network_inputs(words, window))
            events += self._window_events(words, window, vectors, triggers, types, statuses)
            hints += self._hints(words, window, triggers)
            asked = [n for place in range(window.own_begin, window.own_end) for n in by_anchor.get(place, ())]
            told = self._told(words, window, vectors, [claims[n][0] for n in asked if _is_verbal(text, claims[n][0])])
            for n in asked:
                people = told.get(_first_word(words, claims[n][0][0]), {}) if _is_verbal(text, claims[n][0]) else {}
                manners[n] = self._manner(words, window, vectors[0], claims[n], people)
        return EventReading(events=tuple(events), manners=tuple(manners), hints=tuple(hints))

    def _hints(self, words: Words, window: Window, triggers: Floats) -> Iterator[Span]:
        """Yield the window's own words with at least the threshold of a hint."""
        for i in np.flatnonzero(sigmoid(triggers[0, :, 0]) >= HINT):
            at = window.begin + int(i)
            if window.own_begin <= at < window.own_end:
                yield _span(words, at, at)

    def _window_events(
        self, words: Words, window: Window, vectors: Floats, triggers: Floats, types: Floats, statuses: Floats
    ) -> Iterator[NamedEvent]:
        """Yield the events whose most probable word is the window's own."""
        chances = sigmoid(triggers[0, :, 0])
        likely = [int(i) for i in np.flatnonzero(chances >= self.thresholds["trigger"])]
        if not likely:
            return
        kinds = {i: self._kind(types[0, i]) for i in likely}
        groups = _grouped(likely, kinds)
        best = [max(group, key=lambda i: chances[i]) for group in groups]
        own = [
            (group, i)
            for group, i in zip(groups, best, strict=True)
            if window.own_begin <= i + window.begin < window.own_end
        ]
        for k in range(0, len(own), TRIGGERS):
            some = own[k : k + TRIGGERS]
            for (group, i), roles in zip(some, self._read_roles(vectors, some, types), strict=True):
                kind, chance = kinds[i]
                if chances[i] * chance < self.thresholds["event"]:
                    continue
                yield NamedEvent(
                    trigger=_span(words, window.begin + group[0], window.begin + group[-1]),
                    type=self._types[kind],
                    status=self._manifest["statuses"][int(statuses[0, i].argmax())],
                    roles=tuple(self._role_spans(words, window.begin, roles, set(group))),
                    confidence=round(float(chances[i]) * chance, 4),
                )

    def _kind(self, logits: Floats) -> tuple[int, float]:
        """Return the type and its probability; the broader type if only the family is probable."""
        chances = softmax(logits)
        best = int(chances.argmax())
        if chances[best] >= self.thresholds["type"]:
            return best, float(chances[best])
        parent = int(self._parents[best])
        family = float(chances[self._parents == parent].sum())
        if parent != best and family >= self.thresholds["family"]:
            return parent, family
        return best, float(chances[best])

    def _read_roles(self, vectors: Floats, some: list[tuple[list[int], int]], types: Floats) -> Floats:
        """(n, w, roles) chances of each word's role in each of n events."""
        at = [i for _, i in some]
        return self._run_roles(vectors, at, types[0, at].argmax(-1))

    def _run_roles(self, vectors: Floats, at: Sequence[int], kinds: Sequence[int] | NDArray[np.int64]) -> Floats:
        """Return (n, w, roles) probabilities for triggers at these words.

        The number after the last type is a claim.
        """
        given = {
            "words": vectors,
            "present": np.ones(vectors.shape[:2], np.float32),
            "window": np.zeros(len(at), np.int64),
            "trigger": np.asarray(at, np.int64),
            "kind": np.asarray(kinds, np.int64),
        }
        return softmax(self._roles.run(None, given)[0])

    def _role_spans(self, words: Words, begin: int, roles: Floats, trigger: set[int]) -> Iterator[tuple[str, Span]]:
        """Neighbouring words of one role are one mention."""
        found = roles.argmax(-1)
        found[roles.max(-1) < self.thresholds["role"]] = 0
        found[list(trigger)] = 0
        edges = [0, *(int(i) + 1 for i in np.flatnonzero(np.diff(found))), len(found)]
        for start, end in pairwise(edges):
            if found[start]:
                yield self._manifest["roles"][int(found[start]) - 1], _span(words, begin + start, begin + end - 1)

    def _manner(
        self, words: Words, window: Window, vectors: Floats, claim: tuple[Spans, Spans], people: Mapping[str, Spans]
    ) -> Manner | None:
        """Return the manner of a claim, from the part of it in the window.

        Args:
            words: The words of the text.
            window: The window that has the cue.
            vectors: The vectors of its words.
            claim: Cue and content.
            people: The words for addressee and target.
        """
        means = [_mean(words, window, vectors, spans) for spans in claim]
        if means[0] is None or means[1] is None:
            return None
        logits = self._acts.run(None, {"cue": means[0][None], "content": means[1][None]})[0][0]
        out, at = [], 0
        for name in ("acts", "polarities", "certainties", "frames"):
            values = self._manifest[name]
            chances = softmax(logits[at : at + len(values)])
            best = int(chances.argmax())
            out.append((values[best], float(chances[best])))
            at += len(values)
        return Manner(
            act=out[0],
            polarity=out[1],
            certainty=out[2],
            frame=out[3],
            addressees=people.get("addressees", ()),
            aims=people.get("aims", ()),
        )

    def _told(
        self, words: Words, window: Window, vectors: Floats, cues: Sequence[Spans]
    ) -> Mapping[int, Mapping[str, Spans]]:
        """Return for the first word of each cue the addressee and target of what is said there."""
        places = sorted({_first_word(words, cue[0]) for cue in cues})
        out: dict[int, dict[str, Spans]] = {}
        for k in range(0, len(places), TRIGGERS):
            some = places[k : k + TRIGGERS]
            at = [place - window.begin for place in some]
            for place, roles in zip(some, self._run_roles(vectors, at, [len(self._types)] * len(at)), strict=True):
                people = out.setdefault(place, {})
                for role, span in self._role_spans(words, window.begin, roles, {place - window.begin}):
                    people[role] = (*people.get(role, ()), span)
        return out


def _is_verbal(text: str, cue: Spans) -> bool:
    """Return False for the colon after the label of a turn, which tells nobody anything."""
    return any(letter.isalnum() for span in cue for letter in span.of(text))


def _grouped(likely: list[int], kinds: dict[int, tuple[int, float]]) -> list[list[int]]:
    """Neighbouring words of one type are one trigger."""
    groups: list[list[int]] = []
    for i in likely:
        if groups and groups[-1][-1] == i - 1 and kinds[i - 1][0] == kinds[i][0]:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _mean(words: Words, window: Window, vectors: Floats, spans: Spans) -> Floats | None:
    inside = [
        i - window.begin
        for span in spans
        for i in range(_first_word(words, span), int(np.searchsorted(words.starts, span.end, side="left")))
        if window.begin <= i < window.end
    ]
    if not inside:
        return None
    mean: Floats = vectors[inside].mean(0)
    return mean


def _first_word(words: Words, span: Span) -> int:
    return int(np.searchsorted(words.ends, span.start, side="right"))


def _span(words: Words, first: int, last: int) -> Span:
    return Span(int(words.starts[first]), int(words.ends[last]))
