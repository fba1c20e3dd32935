"""Read the marked texts of the corpus into plain values (the marks are described in ``corpus/README.md``).

A text is written once, with its marks inside it. Reading gives the bare text and three layers over it: mentions of
entities, events with their roles, and claims with source, cue and content. Offsets are code points of the bare text,
end exclusive.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg import vocab

Range = tuple[int, int]
GENRES: Final = frozenset(
    [
        "wire",
        "readout",
        "communique",
        "transcript",
        "liveblog",
        "sanctions",
        "court",
        "parliament",
        "protest",
        "war",
        "summit",
        "opinion",
        "feature",
        "broadcast",
        "history",
        "release",
        "analysis",
        "report",
    ]
)
STATUSES: Final = ("happened", "negative", "future", "possible", "hypothetical")
ROLES: Final = ("agents", "targets", "participants", "places", "times")
_STATUS: Final = {"-": "negative", "+": "future", "?": "possible", "~": "hypothetical"}
_ROLE: Final = {"A": "agents", "T": "targets", "P": "participants", "L": "places", "W": "times"}
_FLAG: Final = {"-": "negative", "?": "possible", "%": "probable", "+": "future", "~": "hypothetical"}
_LABEL: Final = r"[a-z]\d?"
_MARK: Final = re.compile(r"\[(?P<words>[^\[\]]+)\](?:\{(?P<inside>[^{}]*)\}|(?P<label>[a-z]\d?))?|<(?P<tag>/?s?\d+)>")
_EVENT: Final = re.compile(rf"\*?(?P<status>[-+?~]?)(?P<type>[A-Za-z]+)(?P<roles>(?: [ATPLW](?:{_LABEL})+)*)")
_CLAIM: Final = re.compile(
    rf"!(?P<number>\d+) (?P<flags>[-?%+~]*)(?P<act>[A-Za-z]+)(?P<roles>(?: [SDT](?:{_LABEL})+)*)"
)
_SENTENCE_END: Final = re.compile(r"[.!?…][”\"’')]*\s+(?=[“\"‘A-Z0-9])|\n+")
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Gen|Col|Lt|Sgt|Capt|Cmdr|Adm|Maj|St|No|vs|Sen|Sens|Rep|Reps|Gov|Pres|Prof|Jr|Sr|Hon|U\.S|U\.N"
    r"|a\.m|p\.m)|\b[A-Z])\.\s+\Z"
)


class MarkupError(ValueError):
    """A marked text that cannot be right; the message names the text and the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedMention:
    """Words that name somebody, something, a place or a time; the same label names the same entity."""

    span: Range
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedEvent:
    """Words that name an event: its type, whether it happened, and the labels in its roles."""

    span: Range
    type: str
    status: str
    roles: tuple[tuple[str, str], ...]
    """(role, label) pairs, in the order in which they are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedClaim:
    """Somebody's words: cue, content, source, and what is done by saying them."""

    number: int
    cue: tuple[Range, ...]
    content: tuple[Range, ...]
    source: tuple[Range, ...]
    act: str
    polarity: str
    certainty: str
    frame: str
    speakers: tuple[str, ...]
    addressees: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedText:
    """One text of the corpus with its three layers; ``nothing`` are words marked as no event."""

    id: str
    genre: str
    text: str
    mentions: tuple[MarkedMention, ...]
    events: tuple[MarkedEvent, ...]
    nothing: tuple[Range, ...]
    claims: tuple[MarkedClaim, ...]

    def in_claim(self, place: int) -> bool:
        """Return whether the code point lies in the content of a claim."""
        return any(start <= place < end for claim in self.claims for start, end in claim.content)

    def nearest(self, label: str, event: Range) -> Range | None:
        """Return the mention that a role of an event points to.

        A mention in the sentence of the trigger comes first, then one before it, then any; of several, the nearest.
        """
        same = [mention.span for mention in self.mentions if mention.label == label]
        sentence = sentence_number(self.text)
        here = [span for span in same if sentence(span[0]) == sentence(event[0])]
        pool = here or [span for span in same if span[0] < event[0]] or same
        return min(pool, key=lambda span: abs(span[0] - event[0]), default=None)


def sentence_number(text: str) -> Callable[[int], int]:
    """Return a function from a code point to the number of its sentence; a line break ends a sentence."""
    cuts = [match.end() for match in _SENTENCE_END.finditer(text)]
    cuts = [cut for cut in cuts if not _ABBREVIATION.search(text[max(0, cut - 12) : cut])]
    return lambda place: bisect.bisect_right(cuts, place)


def read_folder(folder: Path) -> list[MarkedText]:
    """Return the texts of all ``.txt`` files of a folder, by file name.

    Raises:
        MarkupError: A text is marked wrongly, or an id occurs twice.
    """
    texts = [text for path in sorted(folder.glob("*.txt")) for text in read_file(path)]
    seen: set[str] = set()
    for text in texts:
        if text.id in seen:
            raise MarkupError(f"{text.id}: the id occurs twice")
        seen.add(text.id)
    return texts


def read_file(path: Path) -> Iterator[MarkedText]:
    """Yield the texts of one file.

    Raises:
        MarkupError: A text is marked wrongly.
    """
    for block in blocks(path.read_text(encoding="utf-8")):
        yield parse(*block)


def blocks(content: str) -> Iterator[tuple[str, str, str]]:
    """Yield (id, genre, marked text) of each text of a file; a text begins with a line ``### ID GENRE``."""
    for block in re.split(r"(?m)^### ", content)[1:]:
        head, _, raw = block.partition("\n")
        name, _, genre = head.strip().partition(" ")
        yield name, genre.strip().replace(" ", ""), raw.strip()


def parse(name: str, genre: str, raw: str) -> MarkedText:
    """Return the text with its layers.

    Args:
        name: The id of the text, for messages.
        genre: One of ``GENRES``.
        raw: The text with its marks.

    Raises:
        MarkupError: A mark is not understood, or points at nothing.
    """
    if genre not in GENRES:
        raise MarkupError(f"{name}: unknown genre {genre!r}")
    text, found = _bare(raw)
    if stray := re.search(r"[\[\]{}]|</?s?\d+>", text):
        raise MarkupError(f"{name}: a stray mark near {text[max(0, stray.start() - 40) : stray.end() + 10]!r}")
    mentions, events, nothing, cues = [], [], [], []
    for span, inside, label in found.marked:
        words = text[slice(*span)]
        if label:
            mentions.append(MarkedMention(span=span, label=label))
        elif inside is None:
            raise MarkupError(f"{name}: [{words}] has no mark")
        elif not inside.strip():
            nothing.append(span)
        elif inside.startswith("!"):
            cues.append((span, _claim_mark(name, words, inside.strip())))
        else:
            events.append(_event(name, span, words, inside.strip()))
    labels = {mention.label for mention in mentions}
    for event in events:
        _demand_labels(name, text[slice(*event.span)], (label for _, label in event.roles), labels)
    return MarkedText(
        id=name,
        genre=genre,
        text=text,
        mentions=tuple(mentions),
        events=tuple(events),
        nothing=tuple(nothing),
        claims=_claims(name, text, cues, found, mentions),
    )


@dataclass(slots=True)
class _Found:
    marked: list[tuple[Range, str | None, str | None]]
    content: dict[int, list[Range]]
    source: dict[int, list[Range]]


def _bare(raw: str) -> tuple[str, _Found]:
    """The text without its marks, and where they stood."""
    out: list[str] = []
    length = at = 0
    found = _Found([], {}, {})
    opened: dict[str, list[int]] = {}
    for match in _MARK.finditer(raw):
        out.append(raw[at : match.start()])
        length += match.start() - at
        at = match.end()
        if tag := match["tag"]:
            if tag.startswith("/"):
                if not opened.get(tag[1:]):
                    raise MarkupError(f"<{tag}> closes nothing, near {raw[max(0, match.start() - 60) : at]!r}")
                where = found.source if tag.startswith("/s") else found.content
                where.setdefault(int(tag.lstrip("/s")), []).append((opened[tag[1:]].pop(), length))
            else:
                opened.setdefault(tag, []).append(length)
            continue
        words = match["words"]
        found.marked.append(((length, length + len(words)), match["inside"], match["label"]))
        out.append(words)
        length += len(words)
    out.append(raw[at:])
    if left := [tag for tag, starts in opened.items() if starts]:
        raise MarkupError(f"<{left[0]}> is never closed, in {raw[:60]!r}")
    return "".join(out), found


def _event(name: str, span: Range, words: str, inside: str) -> MarkedEvent:
    match = _EVENT.fullmatch(inside)
    if match is None:
        raise MarkupError(f"{name}: [{words}]{{{inside}}} is not an event mark")
    if match["type"] not in vocab.EVENT_TYPES:
        raise MarkupError(f"{name}: [{words}]: unknown event type {match['type']!r}")
    roles = [(_ROLE[part[0]], label) for part in match["roles"].split() for label in re.findall(_LABEL, part[1:])]
    return MarkedEvent(
        span=span, type=match["type"], status=_STATUS.get(match["status"], "happened"), roles=tuple(roles)
    )


def _claim_mark(name: str, words: str, inside: str) -> re.Match[str]:
    match = _CLAIM.fullmatch(inside)
    if match is None:
        raise MarkupError(f"{name}: [{words}]{{{inside}}} is not a claim mark")
    if match["act"] not in vocab.SPEECH_ACTS:
        raise MarkupError(f"{name}: [{words}]: unknown act {match['act']!r}")
    return match


def _claims(
    name: str, text: str, cues: list[tuple[Range, re.Match[str]]], found: _Found, mentions: list[MarkedMention]
) -> tuple[MarkedClaim, ...]:
    by_number: dict[int, list[tuple[Range, re.Match[str]]]] = {}
    for span, match in cues:
        by_number.setdefault(int(match["number"]), []).append((span, match))
    if lost := set(found.content) - set(by_number):
        raise MarkupError(f"{name}: <{min(lost)}> has no cue mark {{!{min(lost)} ...}}")
    labels = {mention.label for mention in mentions}
    claims = []
    for number, marked in by_number.items():
        words = text[slice(*marked[0][0])]
        if number not in found.content:
            raise MarkupError(f"{name}: [{words}]: claim {number} has no content <{number}>...</{number}>")
        match = marked[0][1]
        roles = {part[0]: tuple(re.findall(_LABEL, part[1:])) for part in match["roles"].split()}
        _demand_labels(name, words, (label for group in roles.values() for label in group), labels)
        source = found.source.get(number) or _source(roles.get("S", ()), marked[0][0], mentions)
        flags = {_FLAG[flag] for flag in match["flags"]}
        claims.append(
            MarkedClaim(
                number=number,
                cue=tuple(span for span, _ in marked),
                content=_trimmed(text, found.content[number]),
                source=_trimmed(text, source),
                act=match["act"],
                polarity="negative" if "negative" in flags else "positive",
                certainty=next((flag for flag in ("possible", "probable") if flag in flags), "certain"),
                frame=next((flag for flag in ("future", "hypothetical") if flag in flags), "nonFuture"),
                speakers=roles.get("S", ()),
                addressees=roles.get("D", ()),
                targets=roles.get("T", ()),
            )
        )
    return tuple(claims)


def _source(labels: tuple[str, ...], cue: Range, mentions: list[MarkedMention]) -> list[Range]:
    """The mention of each speaker that stands nearest to the cue."""
    spans = []
    for label in labels:
        same = [mention.span for mention in mentions if mention.label == label]
        spans.append(min(same, key=lambda span: min(abs(span[1] - cue[0]), abs(span[0] - cue[1]))))
    return sorted(set(spans))


def _trimmed(text: str, spans: list[Range]) -> tuple[Range, ...]:
    """The spans without white space at their ends."""
    out = []
    for start, end in sorted(spans):
        words = text[start:end]
        start += len(words) - len(words.lstrip())
        end -= len(words) - len(words.rstrip())
        if start < end:
            out.append((start, end))
    return tuple(out)


def _demand_labels(name: str, words: str, used: Iterator[str], known: set[str]) -> None:
    for label in used:
        if label not in known:
            raise MarkupError(f"{name}: [{words}]: no mention has the label {label!r}")
