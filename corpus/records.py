"""Make gold records of marked texts for ``kg evaluate``: ``python -m corpus.records FOLDER [PREFIX ...] > gold.jsonl``.

A marked text says less than a record does. Events in the outlet's own voice become facts anchored at the words that
name the event; entities have no type beyond place and actor; what is neither event nor claim is left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus.markup import MarkedClaim, MarkedEvent, MarkedText, Range, read_folder
from kg import recordfile
from kg.records import Claim, Document, Entity, Event, Fact, Record, Run, Span, Spans, merged

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


def main(arguments: list[str]) -> None:
    """Write the records of a folder's texts, or of those whose id begins with one of the prefixes."""
    folder, *prefixes = arguments
    for text in read_folder(Path(folder)):
        if not prefixes or text.id.startswith(tuple(prefixes)):
            sys.stdout.write(recordfile.dumps(record(text)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
