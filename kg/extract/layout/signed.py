"""Words signed by who said them, and a statement that a colon hands over to the paragraphs after it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kg.extract.attribution import Attribution
from kg.extract.layout.lines import lines
from kg.extract.phrases import noun_phrase, subject, verb_group
from kg.records import Span

if TYPE_CHECKING:
    from kg.extract.parsed import Token
    from kg.extract.reading import Reading

SIGNED: Final = "layout.signed"
REPLY: Final = "layout.reply"
_SIGNATURE: Final = re.compile(
    r"(?P<words>[“\"«„].*[”\"»“])\s*(?:[—–]|--?) ?(?P<who>[A-Z][^.!?“”\"«»\n@]{2,80}?)\.?\Z", re.DOTALL
)
_SAYING: Final = frozenset(
    {"say", "reply", "respond", "answer", "state", "write", "add", "announce", "declare", "post", "comment", "read"}
)
_IN_FULL: Final = re.compile(r"\b(?:in full|as follows|follows|reads|full (?:text|statement)|text of)\b")
_ITEM: Final = re.compile(r"(?:[-–—•*·]|\(?\d{1,2}[.)]) ")
_MARKS: Final = frozenset("“\"«„‘'")
_LONGEST_HEAD: Final = 300


def signed(text: str) -> list[Attribution]:
    """Return the quotations that stand alone in a line and end with a dash and a name."""
    out = []
    for row in lines(text):
        match = _SIGNATURE.match(text, row.start, row.end)
        if match is not None:
            out.append(
                Attribution(
                    source=(Span(*match.span("who")),),
                    content=(Span(*match.span("words")),),
                    confidence=0.9,
                    rule=SIGNED,
                )
            )
    return out


def replies(reading: Reading, skipped: Sequence[Span] = ()) -> list[Attribution]:
    """Return the statements without quotation marks that a line with a verb of saying and a colon announces.

    One paragraph or list is the statement's; all that follows where the line says that it is given in full.

    Args:
        reading: The text.
        skipped: Spans that frame the text.
    """
    framing = set(skipped)
    rows = [row for row in lines(reading.text) if row not in framing]
    out = []
    for number, row in enumerate(rows[:-1]):
        verb = _announces(reading, row)
        if verb is None or reading.text[rows[number + 1].start] in _MARKS:
            continue
        who = subject(verb)
        content = _statement(reading.text, row, rows[number + 1 :])
        source = reading.spans(noun_phrase(who, verb)) if who is not None else ()
        cue = reading.spans([verb_group(verb)])
        out.append(Attribution(source=source, cue=cue, content=content, confidence=0.8, rule=REPLY))
    return out


def _announces(reading: Reading, row: Span) -> Token | None:
    """Return the verb of saying of a line that ends with a colon."""
    if reading.text[row.end - 1] != ":" or row.end - row.start > _LONGEST_HEAD:
        return None
    words = reading.doc[reading.token_at(row.start) : reading.token_at(row.end)]
    found = [word for word in words if word.pos_ == "VERB" and word.lemma_.lower() in _SAYING]
    return found[-1] if found and not any(reading.quoted(word) for word in found[-1:]) else None


def _statement(text: str, row: Span, rows: Sequence[Span]) -> tuple[Span, ...]:
    if _IN_FULL.search(text, row.start, row.end):
        return tuple(rows)
    items = 0
    while items < len(rows) and _ITEM.match(text, rows[items].start):
        items += 1
    return tuple(rows[: max(items, 1)])
