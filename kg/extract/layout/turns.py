"""The turns of a transcript by their labels: ``MR. OSEI:``, ``DOE (voice-over):``, ``[02:50:05] NAME, TITLE:``, ``Q.``.

A label alone in a text is trusted only where its form leaves no doubt (a time stamp, a note such as "through
translator", an honorific, a title); other labels count where at least two lines have one. In a transcript a turn goes
on over the paragraphs up to the next label.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kg.extract.attribution import Attribution
from kg.extract.layout.lines import lines
from kg.records import Span

RULE: Final = "layout.turn"
_STAMP: Final = r"(?P<stamp>\[?\(?\d{1,2}:\d{2}(?::\d{2})?\)?\]?\s+(?:[—–-] )?)?"
_WORD: Final = r"(?:[A-Z][A-Z'’.-]*[A-Z.]|[A-Z]|Mc[A-Z]+|d[’'][A-Z]+|al-[A-Z]+)"
_SMALL: Final = r"(?:of|for|the|and|to|OF|FOR|THE|AND|TO|&)"
_SHOUTED: Final = rf"{_WORD}(?: {_WORD}){{0,5}}"
_TITLE: Final = r", [A-Z][\w.'’-]*(?:[ ,]+(?:[A-Z][\w.'’-]*|of|for|the|and|to|&)){0,12}"
_HONORED: Final = (
    r"(?:M[rs]s?|MRS|MR|MS|DR|Dr|Sen|SEN|Rep|REP|Gov|GOV|Gen|GEN|Amb|AMB)\.? [A-Z][\w'’-]*(?: [A-Z][\w'’-]*){0,2}"
)
_OFFICE: Final = (
    r"(?:(?:The )?(?:Prime |Foreign |Defen[cs]e |Deputy )*(?:Minister|President|Secretary|Ambassador|Chancellor|Senator"
    r"|Moderator|Chair(?:man|woman|person)?|Speaker|Reporter|Interviewer|Host|Anchor|Spokes(?:man|woman|person)))"
    r"(?: [A-Z][\w.'’-]*){0,3}"
)
_NAMED: Final = r"[A-Z][\w.'’-]+(?: (?:[A-Z][\w.'’-]+|van|von|der|de|al|bin)){0,4}"
_HANDLE: Final = rf"(?:{_NAMED} \(@\w{{1,30}}\)|@\w{{2,30}})(?: (?:wrote|said|posted|replied))?"
_NOTE: Final = (
    r" ?\((?P<note>(?i:voice[- ]?over|on[- ]camera|off[- ]camera"
    r"|(?:through|via) (?:an? |the )?(?:translator|interpreter)"
    r"|(?:in|speaking) [A-Z]\w+|translated|by (?:tele)?phone|on the phone|vo|oc))\)"
)
_QUESTION: Final = r"(?:Q|Question|QUESTION)"
_ANSWER: Final = r"(?:A|Answer|ANSWER)"
_QUOTED: Final = r"[\"“]?"
"""Before the label of each turn, where an article quotes a transcript."""
_LABEL: Final = re.compile(
    _QUOTED
    + _STAMP
    + r"(?P<who>"
    + rf"(?P<handle>{_HANDLE})|(?P<asked>{_QUESTION}|{_ANSWER})(?=[.:])"
    + rf"|(?P<asking>Q)(?= +[A-Z“‘(])|(?P<honored>{_HONORED})(?:{_TITLE})?"
    + rf"|(?P<shouted>{_SHOUTED})(?P<title>{_TITLE})?|(?P<office>{_OFFICE})|(?P<named>{_NAMED}))"
    + rf"(?:{_NOTE})?(?P<mark>:|(?<=[QA])\.|(?<=\bQ)(?= )|(?=\s*\Z)|(?<=\)))(?:\s+|\Z)"
)
_NO_SPEAKER: Final = re.compile(
    r"(?:BREAKING|UPDATE|NOTE|EDITOR|ANALYSIS|OPINION|EXCLUSIVE|WATCH|READ|LISTEN|PHOTO|FILE|VIDEO|CORRECTION|ALERT|LIVE"
    r"|SOURCE|CREDIT|CAPTION|TOPIC|SUBJECT|DATE|TIME|PLACE|LOCATION|RELATED|MORE|Note|Update|Source|Date|Topic|Subject"
    r"|Breaking|Correction|Transcript|TRANSCRIPT|Summary|SUMMARY|Location|Place|Time)\b"
)
_END: Final = re.compile(r"\(?(?:END|End)(?:S| of)?\b.{0,30}\Z|[_*#-]{3,}\Z")
_ANSWERING: Final = frozenset({"honored", "shouted", "office"})
_SENTENCE: Final = re.compile(r"[.!?…\"”’)]\Z")
_OPENING_LINES: Final = 3
_TRANSCRIPT: Final = 2
_SHORT: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The label of a turn: ``who`` speaks, the ``mark`` after it if any, and where the words begin."""

    who: Span
    mark: Span | None
    begin: int
    line: Span
    is_certain: bool
    form: str


def turns(text: str, skipped: Sequence[Span] = ()) -> list[Attribution]:
    """Return the turns of the transcript that ``text`` is or holds, in text order.

    Args:
        text: The text as it was written, time stamps and all.
        skipped: Lines that frame the text; no turn holds them, and one that says that the text ends, ends a turn.
    """
    framing = set(skipped)
    rows = [line for line in lines(text) if line not in framing or _END.match(text, line.start, line.end)]
    labels = _labels(text, rows)
    spoken = [label for label in labels if label is not None]
    if not spoken:
        return []
    goes_on = len(spoken) >= _TRANSCRIPT or rows.index(spoken[0].line) <= _OPENING_LINES
    out: list[Attribution] = []
    current: Label | None = None
    content: list[Span] = []
    for row, label in zip(rows, labels, strict=True):
        if label is not None:
            out += _turn(current, content)
            current, content = label, []
            if label.begin < row.end:
                content.append(Span(label.begin, row.end))
        elif current is None or _END.match(text, row.start, row.end):
            out += _turn(current, content)
            current, content = None, []
        elif (goes_on and current.form != "handle") or not content:
            content.append(row)
    return [*out, *_turn(current, content)]


def _turn(label: Label | None, content: Sequence[Span]) -> list[Attribution]:
    if label is None or not content:
        return []
    cue = () if label.mark is None else (label.mark,)
    return [Attribution(source=(label.who,), cue=cue, content=tuple(content), confidence=0.9, rule=RULE)]


def _labels(text: str, rows: Sequence[Span]) -> list[Label | None]:
    """Return the label of each line that begins a turn."""
    found = [_label(text, row) for row in rows]
    if any(re.match(r"[B-D]\. ", row.of(text)) for row in rows):
        found = [None if label is not None and label.form == "asked" else label for label in found]
    found = _without_lone_questions(text, found)
    names = Counter(one.who.of(text) for one in found if one is not None)
    shouted = sum(
        1 for one in found if one is not None and one.mark is not None and (one.form == "shouted" or one.is_certain)
    )
    return [
        one
        if one is not None
        and (one.is_certain or _is_repeated(one, names[one.who.of(text)], shouted, sum(n > 1 for n in names.values())))
        else None
        for one in found
    ]


def _without_lone_questions(text: str, found: list[Label | None]) -> list[Label | None]:
    """Return the labels without "Q" and "A" if the text has no other speaker of the conversation.

    Questions of a briefing alternate with the names of the answering persons: "QUESTION: ..." and "MR. OSEI: ...".
    """
    there = [one for one in found if one is not None]
    sides = {one.who.of(text)[0] for one in there if one.form == "asked"}
    answering = any(one.form in _ANSWERING and one.mark is not None for one in there)
    return [one if one is None or _has_other_side(one, len(sides), answering=answering) else None for one in found]


def _has_other_side(label: Label, sides: int, *, answering: bool) -> bool:
    """Return False for a question where nobody answers, and for an answer that nobody asks for."""
    if label.form == "asking":
        return answering
    return label.form != "asked" or sides >= _TRANSCRIPT or (answering and label.mark is not None)


def _is_repeated(label: Label, times: int, shouted: int, speakers: int) -> bool:
    """Return True for a label of weak form that other lines bear out."""
    if label.mark is None:
        return times > 1
    if label.form == "shouted":
        return shouted > 1
    return times > 1 and speakers > 1


def _label(text: str, row: Span) -> Label | None:
    """Return the label at the start of the line, trusted or not."""
    match = _LABEL.match(text, row.start, row.end)
    if match is None or _NO_SPEAKER.match(text, match.start("who")):
        return None
    form = next(name for name in ("handle", "asked", "asking", "honored", "shouted", "office", "named") if match[name])
    alone = match.end() >= row.end
    mark = Span(*match.span("mark")) if match["mark"] == ":" else None
    if form == "shouted" and sum(c.isupper() for c in match["who"]) < len("DOE"):
        return None
    if mark is None and not match["note"] and not (form in {"asked", "asking"} or alone):
        return None
    if mark is None and alone and form in {"named", "office", "handle"}:
        return None
    if form == "named" and match["note"] is None and alone:
        return None
    certain = bool(match["note"] or form in {"asked", "asking", "handle"})
    certain = certain or (mark is not None and (form == "honored" or bool(match["title"]) or bool(match["stamp"])))
    certain = certain or (form == "shouted" and alone and bool(match["stamp"]))
    return Label(who=Span(*match.span("who")), mark=mark, begin=match.end(), line=row, is_certain=certain, form=form)
