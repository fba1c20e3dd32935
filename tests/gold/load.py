"""The own gold articles as records: authoring files in, exact spans out, and a loud no to a string that is not there.

An authoring file (``articles/*.toml``) holds the text and says everything about it in the text's own words; the rules
of annotation are in ``docs/annotation-guide.md``. Strings are looked up inside the paragraph ``p`` names (a non-empty
line, the headline is 1; ``[3, 4]`` is from 3 to 4), as whole words:

- ``"the envoy"`` must stand there once, ``"the envoy#2"`` is the second one;
- ``"that the talks ~ next week"`` runs from the one to the next of the other (``#n`` counts after the beginning);
- a list of strings is one thing in several pieces.

An entity is ``"id: type | name | another mention | Oslo@2#1"``; each mention stands for every place where it occurs
outside of longer ones of that entity, ``@p`` and ``#n`` pick one.

``python -m tests.gold.load > gold.jsonl`` writes the records, for ``kg evaluate``.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import recordfile
from kg.records import (
    Claim,
    Document,
    Entity,
    Event,
    Fact,
    Link,
    Record,
    Run,
    Setting,
    Span,
    Spans,
    TimeExpression,
    Unclear,
)

ARTICLES = Path(__file__).parent / "articles"
PUBLISHER = "SYNTHETIC: written for the tests of claimgraph"
NOT_NAMED = "not named"
"""The name of the speaker where a text says that something is said, and not by whom."""

GENRES = frozenset(
    {
        *("wire", "summit", "transcript", "readout", "joint_statement", "communique"),
        *("live_blog", "interview", "brief", "analysis", "feature"),
    }
)
PHENOMENA = {
    "several_speakers": "at least two who speak",
    "accusation": "an accusation with a target",
    "conflicting_accusations": "two sides accuse each other",
    "denial": "something said of the speaker is denied",
    "negated_content": "what is said is that something is not so",
    "refusal": "somebody refuses, declines or turns down",
    "demand": "somebody demands or calls for something",
    "threat": "somebody announces harm",
    "promise": "somebody commits to an act",
    "belief": "a cue of thinking, fearing, doubting",
    "question": "a question is asked",
    "hearsay": "a claim inside a claim",
    "hearsay_3": "a claim inside a claim inside a claim",
    "anonymous": "a source without a name",
    "title_source": "a source named by office alone",
    "pronoun_source": "a source that is a pronoun",
    "joint_speakers": "one claim of two speakers or of a group",
    "city_actor": "a capital that stands for a government",
    "city_place": "a capital that is a place",
    "apposition_role": "an office told beside a name",
    "addressee": "to whom it was said",
    "medium": "where it was said",
    "multi_paragraph_quote": "a quote that goes on in the next paragraph and reopens its mark",
    "nested_quotes": "a quote inside a quote",
    "discontinuous": "content interrupted by its cue",
    "guillemets": "« and »",
    "straight_quotes": "the typewriter's mark, the same on both sides",
    "single_quotes": "single marks",
    "editor_brackets": "an editor's words inside a quote",
    "scare_quotes": "marks around words that nobody is said to have said",
    "noun_cue": "a noun as cue: the claim that, reports of",
    "participle_cue": "a participle as cue: adding that, alleging",
    "according_to": "according to",
    "colon_cue": "a colon as cue outside of transcripts",
    "headline_claim": "an attribution in the headline",
    "sourceless": "an attribution without a source: is expected to, reportedly",
    "free_indirect": "a claim that goes on in the next sentence without a cue",
    "no_attribution_cue": "words that look like cues and attribute nothing: agreed to, celebrated, was shown",
    "no_attribution": "nothing is attributed in the whole article",
    "own_voice_event": "an event told in the article's own voice",
    "negated_fact": "own voice: something did not happen",
    "future_fact": "own voice: something will happen",
    "hypothetical": "something under an if, in own voice or in a claim",
    "relative_date": "a date that needs another date to be understood",
    "publication_date": "the publication date is known",
    "no_publication_date": "the publication date is not known",
    "transcript": "turns with the speaker's name and a colon",
    "live_blog": "entries with a time",
    "readout": "an account of a call or meeting",
    "joint_statement": "a statement or communiqué of several",
    "crlf": "lines end in CR LF",
    "emoji": "code points beyond the basic plane",
    "zero_width": "zero-width, bidirectional or no-break characters",
}
"""What an article can be there to test, and what is meant by it."""


class GoldError(ValueError):
    """An authoring file that cannot be right; the message names the file and the string."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldArticle:
    """One annotated article: its record, its genre, and what it is there to test."""

    record: Record
    genre: str
    phenomena: frozenset[str]


def load_gold(folder: Path = ARTICLES) -> tuple[GoldArticle, ...]:
    """Every article of ``folder`` in the order of the file names; :class:`GoldError` where there is none."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise GoldError(f"{folder}: no authoring files")
    return tuple(read_article(path) for path in paths)


def read_article(path: Path) -> GoldArticle:
    """The article of one authoring file; a :class:`GoldError` that names the file where anything is off."""
    with path.open("rb") as file:
        written = tomllib.load(file)
    try:
        return _Article(path.stem, written).read()
    except (ValueError, KeyError, TypeError) as problem:
        raise GoldError(f"{path.name}: {problem!r}") from problem


_FILE = frozenset(
    {
        *("synthetic", "genre", "published", "newline", "phenomena", "text"),
        *("entities", "claims", "facts", "unclear", "links"),
    }
)
_EVENT = frozenset({"type", "agents", "targets", "participants", "places", "when", "topic"})
_FACT = frozenset({"id", "p", "anchor", "polarity", "certainty", "frame", "events"})
_CLAIM = (_FACT - {"anchor"}) | {
    *("source", "cue", "content", "by", "act", "form", "parent"),
    *("to", "targets", "medium", "said_at"),
}


class _Article:
    """The reading of one file: the text, its paragraphs and its entities are needed by every step."""

    def __init__(self, name: str, written: Mapping[str, Any]) -> None:
        _known(written, _FILE, "the file")
        if written.get("synthetic") is not True:
            raise GoldError("synthetic = true must say that the article is invented")
        self.name = name
        self.written = written
        self.text: str = written["text"]
        if written.get("newline") == "crlf":
            self.text = self.text.replace("\n", "\r\n")
        self.paragraphs = [Span(m.start(), m.end()) for m in re.finditer(r"[^\r\n]+", self.text) if m.group().strip()]

    def read(self) -> GoldArticle:
        written = self.written
        phenomena = frozenset(written["phenomena"])
        if phenomena - set(PHENOMENA) or written["genre"] not in GENRES:
            raise GoldError(f"unknown: {sorted(phenomena - set(PHENOMENA))} or genre {written['genre']!r}")
        record = Record(
            document=Document(
                id=self.name,
                text=self.text,
                title=self.paragraphs[0].of(self.text),
                publisher=PUBLISHER,
                published=written.get("published"),
                language="en",
                licence="Apache-2.0",
            ),
            entities=self._entities(),
            claims=tuple(self._claim(i, one) for i, one in enumerate(written.get("claims", []), 1)),
            facts=tuple(self._fact(i, one) for i, one in enumerate(written.get("facts", []), 1)),
            unclear=tuple(
                Unclear(span=self._one(one["text"], one["p"]), reason=one["reason"])
                for one in written.get("unclear", [])
            ),
            links=tuple(self._link(one) for one in written.get("links", [])),
            run=Run(extractor="gold", version="1", settings=_settings(written)),
        )
        return GoldArticle(record=record, genre=written["genre"], phenomena=phenomena)

    def _claim(self, number: int, one: Mapping[str, Any]) -> Claim:
        _known(one, _CLAIM, f"claim {number}")
        p = one["p"]
        return Claim(
            id=one.get("id", f"c{number}"),
            source=self._spans(one.get("source", []), p),
            cue=self._spans(one.get("cue", []), p),
            content=self._spans(one["content"], p),
            speakers=_many(one["by"]),
            speech_act=one["act"],
            quote_form=one["form"],
            polarity=one.get("polarity", "positive"),
            certainty=one.get("certainty", "certain"),
            frame=one.get("frame", "nonFuture"),
            addressees=_many(one.get("to", [])),
            targets=_many(one.get("targets", [])),
            medium=one.get("medium"),
            said_at=self._time(one.get("said_at")),
            parent=one.get("parent"),
            stated_events=self._events(one),
            rule="gold",
        )

    def _fact(self, number: int, one: Mapping[str, Any]) -> Fact:
        _known(one, _FACT, f"fact {number}")
        return Fact(
            id=one.get("id", f"f{number}"),
            anchor=self._spans(one["anchor"], one["p"]),
            polarity=one.get("polarity", "positive"),
            certainty=one.get("certainty", "certain"),
            frame=one.get("frame", "nonFuture"),
            events=self._events(one),
            rule="gold",
        )

    def _events(self, one: Mapping[str, Any]) -> tuple[Event, ...]:
        events = []
        for event in one.get("events", []):
            _known(event, _EVENT, "an event")
            roles = {role: _many(event.get(role, [])) for role in ("agents", "targets", "participants", "places")}
            when = self._time(event.get("when"))
            events.append(Event(type=event["type"], when=when, topic=event.get("topic"), **roles))
        return tuple(events)

    def _time(self, written: str | Mapping[str, str] | None) -> TimeExpression | None:
        if written is None:
            return None
        time = TimeExpression(text=written) if isinstance(written, str) else TimeExpression(**written)
        if time.text not in self.text:
            raise GoldError(f"no time {time.text!r} in the text")
        return time

    @staticmethod
    def _link(written: str) -> Link:
        source, kind, target = written.split()
        return Link(source=source, target=target, type=kind, rule="gold")

    def _region(self, p: int | Sequence[int]) -> Span:
        first, last = (p, p) if isinstance(p, int) else p
        if not 1 <= first <= last <= len(self.paragraphs):
            raise GoldError(f"no paragraph {p}; there are {len(self.paragraphs)}")
        return Span(self.paragraphs[first - 1].start, self.paragraphs[last - 1].end)

    def _spans(self, written: str | Sequence[str], p: int | Sequence[int]) -> Spans:
        return tuple(self._one(piece, p) for piece in ([written] if isinstance(written, str) else written))

    def _one(self, written: str, p: int | Sequence[int]) -> Span:
        region = self._region(p)
        first, _, last = written.partition(" ~ ")
        span = self._find(first, region)
        if last:
            span = Span(span.start, self._find(last, Span(span.end, region.end)).end)
        return span

    def _find(self, written: str, region: Span) -> Span:
        words, number = _numbered(written)
        found = [span for span in occurrences(words, self.text) if span in region]
        if not found or (number and number > len(found)):
            raise GoldError(f"{written!r} does not occur in {region.of(self.text)!r}")
        if number is None and len(found) > 1:
            raise GoldError(f"{written!r} occurs {len(found)} times in {region.of(self.text)!r}: say which with #n")
        return found[(number or 1) - 1]

    def _entities(self) -> tuple[Entity, ...]:
        parts = [(line.partition(": ")[0], line.partition(": ")[2].split(" | ")) for line in self.written["entities"]]
        mentions = self._mentions({entity: fields[1:] for entity, fields in parts})
        made = [
            Entity(
                id=entity,
                type=fields[0],
                name=fields[1].partition("@")[0],
                aliases=tuple(
                    dict.fromkeys(m.partition("@")[0] for m in fields[2:] if m.partition("@")[0] != fields[1])
                ),
                mentions=mentions[entity],
            )
            for entity, fields in parts
        ]
        if any(one["by"] == "unnamed" for one in self.written.get("claims", [])):
            made.append(Entity(id="unnamed", type="unnamed_source", name=NOT_NAMED))
        return tuple(made)

    def _mentions(self, written: Mapping[str, Sequence[str]]) -> dict[str, Spans]:
        """Spans by entity: picked ones first, then longer before shorter, none inside another of the same entity."""
        wanted = sorted(
            ((entity, mention) for entity, mentions in written.items() for mention in mentions),
            key=lambda pair: ("@" not in pair[1], -len(pair[1])),
        )
        taken: dict[Span, str] = {}
        for entity, mention in wanted:
            for span in self._mention(mention):
                if taken.get(span, entity) != entity and "@" in mention:
                    raise GoldError(f"{mention!r} is a mention of both {entity} and {taken[span]}")
                if not any(
                    span.overlaps(other) and (owner == entity or span == other) for other, owner in taken.items()
                ):
                    taken[span] = entity
        for mention in {m for mentions in written.values() for m in mentions if "@" not in m}:
            owners = [entity for entity, mentions in written.items() if mention in mentions]
            if len(owners) > 1:
                raise GoldError(f"{mention!r} is a mention of {owners}: pick with @p#n")
        return {entity: tuple(sorted(s for s, owner in taken.items() if owner == entity)) for entity in written}

    def _mention(self, mention: str) -> Iterator[Span]:
        words, at, place = mention.partition("@")
        if at:
            paragraph, _, number = place.partition("#")
            yield self._find(f"{words}#{number}" if number else words, self._region(int(paragraph)))
        else:
            yield from occurrences(words, self.text)


def _settings(written: Mapping[str, Any]) -> tuple[tuple[str, Setting], ...]:
    """Where ``kg.evaluate`` finds what an article is there to test."""
    return (("genre", written["genre"]), ("phenomena", " ".join(sorted(written["phenomena"]))))


def occurrences(words: str, text: str) -> Iterator[Span]:
    """Where ``words`` stand in ``text`` and no word begins before or goes on after them."""
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        if not (_inside_word(text, start) or _inside_word(text, end)):
            yield Span(start, end)
        start = text.find(words, start + 1)


def _in_the_way(span: Span, entity: str, other: Span, owner: str) -> bool:
    """An entity is not mentioned twice in one place, and no place names two; one name may lie in a longer one."""
    return span.overlaps(other) and (owner == entity or span == other)


def _aliases(names: Sequence[str]) -> tuple[str, ...]:
    first, *rest = (name.partition("@")[0] for name in names)
    return tuple(dict.fromkeys(name for name in rest if name != first))


def _inside_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _numbered(written: str) -> tuple[str, int | None]:
    words, mark, number = written.rpartition("#")
    return (words, int(number)) if mark else (written, None)


def _many(written: str | Sequence[str]) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(written)


def _known(written: Mapping[str, Any], fields: frozenset[str], what: str) -> None:
    if unknown := sorted(set(written) - fields):
        raise GoldError(f"{what} has unknown fields {unknown}")


if __name__ == "__main__":
    for article in load_gold():
        sys.stdout.write(recordfile.dumps(article.record) + "\n")
