"""The trained attribution parser: a text to its attributions, and to each word's chance of being somebody's words.

One pass: the text's words go through a small encoder in overlapping windows; each word gets the chance that a cue
begins at it (an anchor); for each anchor every word of its window gets its chances of being nothing to it, its
source, its cue or its content. As each anchor is read by itself, a word may lie in the contents of several: nested
attributions come out as attributions whose contents overlap. How the network was trained, and on what, is in
``model/CARD.md``.

Runs on onnxruntime, tokenizers and numpy. The same text and settings give the same result on the same machine,
whatever was parsed before. Time grows with the text's length, memory with the text and not with its square.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from kg.extract.attribution import Attribution
from kg.extract.choice import Choice
from kg.extract.model.runtime import Floats, open_session, open_tokenizer, read_manifest, sigmoid, softmax
from kg.extract.model.words import Ints, Window, Words, read_words, windows
from kg.records import Span

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Inputs = Mapping[str, NDArray[Any]]

FOLDER: Final = Path(__file__).with_name("model")
NOTHING, SOURCE, CUE, CONTENT = range(4)
CLS, SEP = 101, 102
"""Ids of the marks around a window in BERT's uncased vocabulary."""
ANCHORS: Final = 48
"""Anchors read at once."""
FAINT: Final = 0.02
"""Words at a reading's ends that have less than this chance of any role are not kept: bounds memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Where chances become decisions; the shipped values are in the manifest, tuned on the development part."""

    anchor: float = 0.5
    """Chance from which a word begins a cue."""
    consider: float = 0.1
    """Chance from which an anchor is read at all, for the chance of each word to be attributed."""
    source: float = 0.5
    content: float = 0.5
    cue: float = 0.5
    bridge: int = 2
    """A gap in a content of at most this many words is closed when nothing else claims its words."""
    bridge_over: float = 0.1
    """... and each of them has at least this chance of being content."""
    snap: int = 3
    """A content that stops in mid-clause goes on over at most this many words to the next mark or line end ..."""
    snap_over: float = 0.1
    """... when each of them has at least this chance of being content."""
    confidence: float = 0.0
    """Attributions below this are left out. Confidence is the anchor's chance times the mean chance of its content."""
    same: float = 0.7
    """Of two attributions whose cues meet and whose contents share this much (IoU), the likelier stays."""


@dataclass(frozen=True, slots=True)
class AnchorReading:
    """What the network says of one anchor: roles' chances of the words from ``begin`` on."""

    anchor: int
    chance: float
    begin: int
    roles: Floats
    """(words, 4): nothing, source, cue, content; each row adds up to 1."""


@dataclass(frozen=True, slots=True)
class TextReading:
    """What the network says of a text, before anything is decided."""

    words: Words
    readings: tuple[AnchorReading, ...]
    content: Floats
    """Each word's logit of lying in some content, read without regard to cues."""
    linked: Floats
    """Each word's largest chance of being some anchor's content: the anchor's chance times the link's."""


@dataclass(frozen=True, slots=True)
class Parse:
    """The attributions of a text, by place, and its words' probabilities of being attributed."""

    attributions: tuple[Attribution, ...]
    starts: Ints
    """First code point of each word."""
    ends: Ints
    """Code point after each word."""
    inside: Floats
    """Each word's calibrated chance, 0 to 1, of lying in the content of some attribution, found or not."""

    def attributed_probability(self, start: int, end: int) -> float:
        """Return the mean probability that the words of code points [start, end) are attributed.

        0.0 without words.

        The probability is calibrated for words: of the words at 0.3, some three in ten are in a content
        (``model/CARD.md`` has the table).
        """
        first = int(np.searchsorted(self.ends, start, side="right"))
        last = int(np.searchsorted(self.starts, end, side="left"))
        return float(self.inside[first:last].mean()) if last > first else 0.0


Range = tuple[int, int]
"""Words of a text, end exclusive."""


@dataclass(frozen=True, slots=True)
class Found:
    """An attribution whose parts are ranges of words."""

    anchor: int
    source: tuple[Range, ...]
    cue: tuple[Range, ...]
    content: tuple[Range, ...]
    confidence: float
    chances: dict[int, float] = field(repr=False)
    """Each content word's chance of being this anchor's content, times the anchor's."""


class TextReader(ABC):
    """Reads a text window by window; where the numbers come from is the network's own affair."""

    def __init__(self, tokenizer: Tokenizer, sizes: Mapping[str, int], consider: float) -> None:
        """``sizes``: room, overlap and context of the windows; ``consider`` as in :class:`Thresholds`."""
        self._tokenizer = tokenizer
        self._room, self._overlap, self._context = sizes["room"], sizes["overlap"], sizes["context"]
        self._consider = consider

    @abstractmethod
    def encode(self, given: Inputs) -> tuple[Floats, Floats]:
        """(1, w, width) vectors of a window's words, and (1, w, 4) the tagger's logits."""

    @abstractmethod
    def link(self, given: Inputs) -> Floats:
        """(n, w, 4) logits of each word's role to each of n anchors."""

    def read(self, text: str) -> TextReading:
        """Run the network on a text."""
        words = read_words(text, self._tokenizer)
        content = np.full(len(words), -20.0, np.float32)
        linked = np.zeros(len(words), np.float32)
        readings: list[AnchorReading] = []
        for window in windows(words, self._room, self._overlap, self._context):
            for reading in self._read_window(words, window, content):
                readings.append(reading)
                here = slice(reading.begin, reading.begin + len(reading.roles))
                np.maximum(linked[here], reading.chance * reading.roles[:, CONTENT], out=linked[here])
        return TextReading(words, tuple(readings), content, linked)

    def _read_window(self, words: Words, window: Window, content: Floats) -> Iterator[AnchorReading]:
        """Yield the readings of the window's own anchors; write its own words' logits to ``content``."""
        inputs = network_inputs(words, window)
        vectors, logits = self.encode(inputs)
        first, last = window.own_begin - window.begin, window.own_end - window.begin
        content[window.own_begin : window.own_end] = logits[0, first:last, 3]
        chances = sigmoid(logits[0, :, 0])
        likely = np.flatnonzero(chances[first:last] >= self._consider) + first
        lines = words.paragraphs[None, window.begin : window.end].astype(np.int64)
        present = np.ones(lines.shape, np.float32)
        for k in range(0, len(likely), ANCHORS):
            anchors = likely[k : k + ANCHORS].astype(np.int64)
            window_of = np.zeros_like(anchors)
            given: Inputs = {
                "words": vectors,
                "present": present,
                "lines": lines,
                "window": window_of,
                "anchor": anchors,
            }
            scores = self.link(given)
            for place, one in zip(anchors, scores, strict=True):
                yield _trimmed(window.begin, int(place), float(chances[place]), softmax(one))


class AttributionModel(TextReader):
    """The shipped network (or another in ``folder``). Loading checks every file against the hash in the manifest.

    ``threads`` is the number of threads of one run. Raises InputError where a file is absent or not the manifest's.
    """

    def __init__(self, folder: Path = FOLDER, *, threads: int = 1, thresholds: Thresholds | None = None) -> None:
        manifest = read_manifest(folder)
        self.version: str = manifest["version"]
        self.thresholds = thresholds or Thresholds(**manifest["thresholds"])
        self.choice = Choice(manifest["choice"])
        self._calibration: list[float] = manifest["calibration"]
        super().__init__(open_tokenizer(folder / "tokenizer.json"), manifest, self.thresholds.consider)
        self._encoder = open_session(folder / "encoder.onnx", threads)
        self._links = open_session(folder / "links.onnx", threads)

    def find(self, text: str) -> list[Attribution]:
        """Return the attributions of ``text`` by the place of their first word; offsets are code points."""
        return list(self.parse(text).attributions)

    def parse(self, text: str) -> Parse:
        """Return the attributions of ``text`` and its words' attribution probabilities, from one network run."""
        reading = self.read(text)
        found = decide(reading, self.thresholds)
        rule = f"model:{self.version}"
        return Parse(
            attributions=tuple(_attribution(one, reading.words, rule) for one in found),
            starts=reading.words.starts,
            ends=reading.words.ends,
            inside=calibrated(reading, self._calibration),
        )

    def encode(self, given: Inputs) -> tuple[Floats, Floats]:
        """As the network in ``encoder.onnx`` says."""
        vectors, logits = self._encoder.run(None, given)
        return vectors, logits

    def link(self, given: Inputs) -> Floats:
        """Return the links of the network in ``links.onnx``."""
        scores: Floats = self._links.run(None, given)[0]
        return scores


def network_inputs(words: Words, window: Window) -> dict[str, NDArray[Any]]:
    """Return the encoder's inputs for one window.

    The batch has one window, so that no result depends on another window.

    Args:
        words: The words of the text.
        window: The window.
    """
    begin, end = window.begin, window.end
    pieces = words.pieces[words.first[begin] : words.first[end]]
    lengths = np.diff(words.first[begin : end + 1])
    features = np.zeros((1, len(pieces) + 2, 3), np.int64)
    features[0, 1:-1] = np.repeat(words.features[begin:end], lengths, axis=0)
    return {
        "pieces": np.concatenate([[CLS], pieces, [SEP]]).astype(np.int64)[None],
        "mask": np.ones((1, len(pieces) + 2), np.int64),
        "features": features,
        "first": (words.first[begin:end] - words.first[begin] + 1).astype(np.int64)[None],
    }


def _trimmed(begin: int, place: int, chance: float, roles: Floats) -> AnchorReading:
    """Return the reading of the anchor at ``place`` of the window, without ends that have no role."""
    some = np.flatnonzero(1 - roles[:, NOTHING] >= FAINT)
    low = min(int(some[0]), place) if len(some) else place
    high = max(int(some[-1]), place) + 1 if len(some) else place + 1
    return AnchorReading(begin + place, chance, begin + low, roles[low:high].copy())


def calibrated(reading: TextReading, coefficients: list[float]) -> Floats:
    """Return each word's probability of being in a content.

    A logistic regression on the tagger's and links' outputs gives it.

    Args:
        reading: What the network says.
        coefficients: Those of tagger, links and the constant.
    """
    by_tag, by_link, constant = coefficients
    linked = np.clip(reading.linked, 0.002, 0.998)
    logits = by_tag * reading.content + by_link * np.log(linked / (1 - linked)) + constant
    return sigmoid(logits.astype(np.float32))


def decide(reading: TextReading, thresholds: Thresholds) -> list[Found]:
    """Return the attributions by the place of their first word.

    Args:
        reading: What the network says.
        thresholds: Where chances become decisions.
    """
    likely = [r for r in reading.readings if r.chance >= thresholds.anchor]
    anchors = {r.anchor for r in likely}
    found = [one for r in likely if (one := _decide_one(r, reading.words, anchors, thresholds)) is not None]
    kept = _without_doubles(found, thresholds.same)
    shared = [_given_up(one, rivals, reading.words) for one, rivals in zip(kept, _rivals(kept), strict=True)]
    return sorted((one for one in shared if one.content), key=lambda one: min(one.content + one.cue + one.source))


def _decide_one(reading: AnchorReading, words: Words, anchors: set[int], t: Thresholds) -> Found | None:
    roles = reading.roles
    at = reading.anchor - reading.begin
    cue = roles[:, CUE] > t.cue
    cue[at] = True
    content = (roles[:, CONTENT] > t.content) & ~cue
    if not content.any():
        return None
    confidence = min(1.0, reading.chance * float(roles[content, CONTENT].mean()))
    source = (roles[:, SOURCE] > t.source) & ~cue & ~content
    contents = _contents(reading, words, content, _free(reading, anchors, cue | source), t)
    if not contents or confidence < t.confidence:
        return None
    sources = sorted(_runs(source), key=lambda run: -float(roles[run[0] : run[1], SOURCE].sum()))[:1]
    cues = [run for run in _runs(cue) if run[0] <= at < run[1] or run[1] - run[0] > 1 or abs(run[0] - at) <= 4]
    chances = reading.chance * roles[:, CONTENT]
    return Found(
        anchor=reading.anchor,
        source=_moved(sources, reading.begin),
        cue=_moved(cues, reading.begin),
        content=_moved(contents, reading.begin),
        confidence=confidence,
        chances={reading.begin + w: float(chances[w]) for a, b in contents for w in range(a, b)},
    )


def _free(reading: AnchorReading, anchors: set[int], taken: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Words of the reading that are neither taken nor another anchor."""
    free = ~taken
    free[[a - reading.begin for a in anchors if a != reading.anchor and 0 <= a - reading.begin < len(free)]] = False
    return free


def _contents(
    reading: AnchorReading, words: Words, content: NDArray[np.bool_], free: NDArray[np.bool_], t: Thresholds
) -> list[Range]:
    """Return the pieces of the content: small gaps closed, ends moved to those of the clause, tiny pieces dropped."""
    here = slice(reading.begin, reading.begin + len(content))
    chance, marks = reading.roles[:, CONTENT], words.marks[here]
    runs = _bridged(_runs(content), free & (chance >= t.bridge_over), t.bridge)
    edges = marks | ~free | (words.features[here, 1] >= 2)
    may_snap = free & ~content & (chance >= t.snap_over)
    snapped = [_snapped(run, may_snap, edges, t.snap) for run in runs]
    return _spoken([_without_strays(run, marks, words.features[here]) for run in snapped], marks)


def _moved(runs: list[Range], by: int) -> tuple[Range, ...]:
    return tuple((a + by, b + by) for a, b in runs)


def _runs(mask: NDArray[np.bool_]) -> list[Range]:
    """Ranges of neighbouring true places."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _bridged(runs: list[Range], may: NDArray[np.bool_], most: int) -> list[Range]:
    joined: list[Range] = []
    for a, b in runs:
        if joined and a - joined[-1][1] <= most and may[joined[-1][1] : a].all():
            joined[-1] = (joined[-1][0], b)
        else:
            joined.append((a, b))
    return joined


def _snapped(run: tuple[int, int], may: NDArray[np.bool_], edges: NDArray[np.bool_], most: int) -> tuple[int, int]:
    """Return the run with its end moved to the next edge, if only a few possible words are between."""
    begin, end = run
    reach = end
    while reach < len(may) and reach - end <= most and may[reach] and not edges[reach]:
        reach += 1
    at_edge = reach == len(may) or edges[reach]
    return (begin, reach) if at_edge and reach - end <= most else run


def _without_strays(run: Range, marks: NDArray[np.bool_], features: Ints) -> Range:
    """Return the run without punctuation that belongs to none of its words.

    That is a closing mark at its start, an opening one at its end, and at its end one that begins a line (as in the
    seed).
    """
    begin, end = run
    while begin < end and marks[begin] and features[begin, 2] == 2:
        begin += 1
    while begin < end and marks[end - 1] and (features[end - 1, 2] == 1 or features[end - 1, 1] >= 2):
        end -= 1
    return begin, end


def _spoken(runs: list[Range], marks: NDArray[np.bool_]) -> list[Range]:
    """Without pieces that are punctuation only, and without single words beside a longer piece."""
    counts = [(run, int((~marks[run[0] : run[1]]).sum())) for run in runs]
    long = [run for run, count in counts if count > 1]
    return long or [run for run, count in counts if count][:1]


def _without_doubles(found: list[Found], same: float) -> list[Found]:
    """Return the most probable of attributions that share cue words and nearly all content."""
    kept: list[Found] = []
    near: dict[int, list[Found]] = {}
    for one in sorted(found, key=lambda f: (-f.confidence, f.anchor)):
        cue = [w for a, b in one.cue for w in range(a, b)]
        rivals = {id(f): f for w in cue for f in near.get(w, [])}.values()
        if any(_share(one, f) >= same for f in rivals):
            continue
        kept.append(one)
        for w in cue:
            near.setdefault(w, []).append(one)
    return kept


def _share(one: Found, other: Found) -> float:
    """IoU of the two contents, in words."""
    both = len(one.chances.keys() & other.chances.keys())
    return both / (len(one.chances) + len(other.chances) - both)


def _rivals(found: list[Found]) -> list[list[Found]]:
    """For each attribution those that want some of its content and are neither nested in it nor around it."""
    wanted: dict[int, list[int]] = {}
    for i, one in enumerate(found):
        for word in one.chances:
            wanted.setdefault(word, []).append(i)
    near = [{j for word in one.chances for j in wanted[word]} - {i} for i, one in enumerate(found)]
    return [
        [found[j] for j in sorted(near[i]) if found[j].anchor not in one.chances and one.anchor not in found[j].chances]
        for i, one in enumerate(found)
    ]


def _given_up(one: Found, rivals: list[Found], words: Words) -> Found:
    """Return the attribution without the words that fit a rival better ("said X, adding that Y")."""
    lost: set[int] = set()
    for rival in rivals:
        both = one.chances.keys() & rival.chances.keys()
        own, others = sum(one.chances[w] for w in both), sum(rival.chances[w] for w in both)
        if (others, rival.anchor) > (own, one.anchor):
            lost |= both
    if not lost:
        return one
    kept = [w for w in sorted(one.chances) if w not in lost]
    runs = [(a, b) for piece in one.content for a, b in _pieces(piece, lost)]
    runs = [(a, b) for a, b in runs if int((~words.marks[a:b]).sum()) > 1]
    return replace(one, content=tuple(runs), chances={w: one.chances[w] for w in kept})


def _pieces(piece: Range, lost: set[int]) -> list[Range]:
    mask = np.array([w not in lost for w in range(*piece)])
    return list(_moved(_runs(mask), piece[0]))


def _attribution(one: Found, words: Words, rule: str) -> Attribution:
    def spans(ranges: tuple[Range, ...]) -> tuple[Span, ...]:
        return tuple(Span(int(words.starts[a]), int(words.ends[b - 1])) for a, b in ranges)

    return Attribution(
        source=spans(one.source),
        cue=spans(one.cue),
        content=spans(one.content),
        confidence=round(one.confidence, 4),
        rule=rule,
    )
