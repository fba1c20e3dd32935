"""Make gold records of marked texts, for ``kg evaluate``: ``python -m corpus.records > dev.jsonl``.

A marked text says less than a record does. Events in the outlet's own voice become facts anchored at the words that
name the event; entities have no type beyond place and actor; what is neither event nor claim is left out.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from corpus.markup import MarkedClaim, MarkedEvent, MarkedText, Range, read_folder
from corpus.standoff import read_standoff
from kg import recordfile
from kg.evaluate import ScoredAttribution, polnear
from kg.records import Claim, Document, Entity, Event, Fact, Record, Run, Span, Spans, first_overlap, merged

ACTOR, PLACE = "political_actor", "place"
NOT_NAMED = "not-named"
_MODALITY = {
    "happened": {},
    "negative": {"polarity": "negative"},
    "future": {"frame": "future"},
    "possible": {"certainty": "possible"},
    "hypothetical": {"frame": "hypothetical"},
}


def record(text: MarkedText) -> Record:
    """Return the gold record of one text.

    Raises:
        ValueError: A claim's content is not what a record allows.
    """
    claims = [claim for claim in text.claims if claim.content]
    content = merged(_spans(span for claim in claims for span in claim.content))
    inside = {event: _owner(event, claims) for event in text.events}
    facts = tuple(
        Fact(id=f"f{n}", anchor=(Span(*event.span),), rule="gold", events=(_event(event),), **_MODALITY[event.status])
        for n, event in enumerate((e for e in text.events if inside[e] is None and not _meets(e, content)), 1)
    )
    made = tuple(_claim(text, claim, claims, [e for e in text.events if inside[e] is claim]) for claim in claims)
    return Record(
        document=Document(id=text.id, text=text.text),
        entities=tuple(_entities(text)),
        facts=facts,
        claims=made,
        run=Run(extractor="gold", version="corpus"),
    )


def _owner(event: MarkedEvent, claims: list[MarkedClaim]) -> MarkedClaim | None:
    """The innermost claim in whose content the event stands."""
    around = [c for c in claims if any(s <= event.span[0] < e for s, e in c.content)]
    return min(around, key=lambda c: sum(e - s for s, e in c.content), default=None)


def _meets(event: MarkedEvent, content: list[Span]) -> bool:
    return any(span.overlaps(Span(*event.span)) for span in content)


def _event(event: MarkedEvent) -> Event:
    roles: dict[str, dict[str, None]] = {}
    for role, label in event.roles:
        if role != "times":
            roles.setdefault(role, {})[_id(label, PLACE if role == "places" else ACTOR)] = None
    return Event(type=event.type, **{role: tuple(ids) for role, ids in roles.items()})


def _claim(text: MarkedText, claim: MarkedClaim, claims: list[MarkedClaim], events: list[MarkedEvent]) -> Claim:
    around = [
        other
        for other in claims
        if other is not claim and all(any(s <= a and b <= e for s, e in other.content) for a, b in claim.cue)
    ]
    parent = min(around, key=lambda c: sum(e - s for s, e in c.content), default=None)
    words = " ".join(text.text[slice(*span)] for span in claim.content)
    return Claim(
        id=f"c{claim.number}",
        source=tuple(_apart(claim.source)),
        cue=tuple(_apart(claim.cue)),
        content=tuple(_apart(claim.content)),
        speakers=tuple(dict.fromkeys(_id(label, ACTOR) for label in claim.speakers)) or (NOT_NAMED,),
        addressees=tuple(dict.fromkeys(_id(label, ACTOR) for label in claim.addressees)),
        targets=tuple(dict.fromkeys(_id(label, ACTOR) for label in claim.targets)),
        speech_act=claim.act,
        quote_form=_form(words),
        polarity=claim.polarity,
        certainty=claim.certainty,
        frame=claim.frame,
        parent=f"c{parent.number}" if parent is not None else None,
        stated_events=tuple(_event(event) for event in events),
        rule="gold",
    )


def _form(words: str) -> str:
    stripped = words.strip()
    marks = sum(stripped.count(mark) for mark in '“”"«»')
    if not marks:
        return "indirect"
    return "direct" if stripped[0] in '“"«' and stripped.rstrip(",.!?")[-1:] in '”"»' else "mixed"


def _entities(text: MarkedText) -> Iterator[Entity]:
    """An actor for each label, a place for each label in the role of one, and the speaker that nobody names."""
    spans: dict[str, list[Range]] = {}
    for mention in text.mentions:
        spans.setdefault(mention.label, []).append(mention.span)
    places = {label for event in text.events for role, label in event.roles if role == "places"}
    for label, found in spans.items():
        mentions = tuple(sorted(_spans(dict.fromkeys(found))))
        name = max((text.text[slice(*span)] for span in found), key=_namelike)
        names = tuple(dict.fromkeys(text.text[slice(*span)] for span in found))
        aliases = tuple(n for n in names if n != name and n[:1].isupper())
        yield Entity(id=_id(label, ACTOR), type=ACTOR, name=name, aliases=aliases, mentions=mentions)
        if label in places:
            yield Entity(id=_id(label, PLACE), type=PLACE, name=name, aliases=aliases, mentions=mentions)
    if any(not claim.speakers for claim in text.claims):
        yield Entity(id=NOT_NAMED, type="unnamed_source", name="not named")


def _namelike(words: str) -> tuple[int, int]:
    return sum(word[:1].isupper() for word in words.split()), -len(words)


def _id(label: str, kind: str) -> str:
    return f"{kind}-{label}"


def _spans(ranges: Iterable[Range]) -> list[Span]:
    return [Span(*one) for one in ranges]


def _apart(ranges: Iterable[Range]) -> Spans:
    """The spans in text order, those that overlap made one."""
    return tuple(merged(_spans(ranges)))


def with_said(own: Record, said: Iterable[ScoredAttribution]) -> Record:
    """Return the record with claims that another corpus marks in the same text, and without the facts in their content.

    Args:
        own: The record of a text in which no claims are marked.
        said: The attributions; what of them lies behind the end of the text is left out.
    """
    length = len(own.document.text)
    claims = []
    for number, one in enumerate(said, 1):
        content = tuple(Span(s.start, min(s.end, length)) for s in one.content if s.start < length)
        if content:
            claims.append(
                Claim(
                    id=f"c{number}",
                    source=tuple(s for s in one.source if s.end <= length),
                    cue=tuple(s for s in one.cue if s.end <= length),
                    content=content,
                    speakers=(NOT_NAMED,),
                    speech_act="say",
                    quote_form=_form(" ".join(s.of(own.document.text) for s in content)),
                    rule="gold",
                )
            )
    inside = merged(span for claim in claims for span in claim.content)
    facts = tuple(f for f in own.facts if all(first_overlap(span, inside) is None for span in f.anchor))
    nobody = Entity(id=NOT_NAMED, type="unnamed_source", name="not named")
    return replace(own, entities=(*own.entities, nobody), facts=facts, claims=tuple(claims))


def real_news(polnear_folder: Path, prefixes: tuple[str, ...]) -> Iterator[Record]:
    """Yield the records of the marked PolNeAR articles, with that corpus' own attributions as claims.

    Args:
        polnear_folder: The folder of PolNeAR.
        prefixes: Beginnings of the ids that are wanted.
    """
    golds = {gold.id: gold for gold in polnear.read(polnear_folder, "train")}
    marks = Path(__file__).parent / "standoff" / "polnear.jsonl"
    sources = [json.loads(line)["source"] for line in marks.read_text(encoding="utf-8").splitlines()]
    for text, source in zip(read_standoff(marks, polnear_folder), sources, strict=True):
        if text.id.startswith(prefixes):
            yield with_said(record(text), golds[Path(source).stem].annotations[0])


def newswire(folder: Path, prefixes: tuple[str, ...]) -> Iterator[Record]:
    """Yield the records of the marked newswire and broadcast news.

    Args:
        folder: The folder of texts that ``python -m training texts`` writes.
        prefixes: Beginnings of the ids that are wanted.
    """
    marks = Path(__file__).parent / "standoff" / "newswire.jsonl"
    yield from (record(text) for text in read_standoff(marks, folder) if text.id.startswith(prefixes))


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m corpus.records", description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("prefixes", nargs="*", help="beginnings of the ids; the development part without any")
    parser.add_argument("--texts", type=Path, default=Path(__file__).parent / "texts")
    parser.add_argument("--polnear", type=Path, help="folder of PolNeAR: the marked articles of it instead")
    parser.add_argument("--newswire", type=Path, help="folder that `python -m training texts` writes: its marked texts")
    given = parser.parse_args()
    prefixes = tuple(given.prefixes) or development_part()
    if given.polnear:
        records = list(real_news(given.polnear, prefixes))
    elif given.newswire:
        records = list(newswire(given.newswire, prefixes))
    else:
        records = [record(text) for text in read_folder(given.texts) if text.id.startswith(prefixes)]
    for one in records:
        sys.stdout.write(recordfile.dumps(one) + "\n")


def development_part() -> tuple[str, ...]:
    """Return the beginnings of the ids of texts that measure and never teach."""
    splits = tomllib.loads((Path(__file__).parent / "splits.toml").read_text(encoding="utf-8"))
    return tuple(splits["dev"])


if __name__ == "__main__":
    main()
