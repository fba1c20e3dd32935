"""Lines of a body that are no text of it: the headline again, bylines, sign-offs, notices of copyright."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kg.readers.blocks import Block
from kg.readers.xmltree import squeezed

_NAME: Final = (
    r"(?:[dl]['’])?[A-ZÀ-Þ][\w.'’-]*"
    r"(?: (?:de|da|di|du|la|le|van|von|der|den|ter|bin|al|el|y|(?:[dlDLO]['’])?[A-ZÀ-Þ][\w.'’-]*)){0,5}"
)
_BYLINE: Final = re.compile(
    rf"(?:[Bb]y|BY|[Vv]on|VON|[Pp]ar|PAR|[Pp]or|POR|[Aa]v|[Dd]oor|[Dd]i|[Tt]ext:) {_NAME}"
    rf"(?:(?:,| and| und| et| y| og| och| en|,? with| &) {_NAME}){{0,5}}"
    r"(?:[,;] [^.!?]{2,60}|\([^)]{2,40}\))?\.?"
)
_CREDIT: Final = re.compile(
    r"[a-zæøåäöüß]{2,6}(?:[-/+,][a-zæøåäöüß]{1,6}){1,6}\.?(?:/[A-Za-z]{2,6})?"
    r"|\(?(?:Additional |Further )?"
    r"(?:[Rr]eporting|[Ww]riting|[Ee]diting|[Cc]ompiled|[Tt]ranslat\w+|Reportage|Berichterstattung)"
    r"(?: and \w+)? (?:by|for|durch|von|par)\b.{2,300}"
    r"|\(?(?:Foto|Photo|Bild|Picture|Image|Graphic|Video)s?(?: credit)?: .{2,120}"
    r"|.{2,200}\bcontributed (?:to|reporting)\b.{0,120}"
    r"|(?:dpa|afp|ap|apa|sda|ats|tt|ntb|ritzau|anp|belga|efe|ansa|lusa|pap|ctk|mti|tass)(?:[ /-][a-z]{2,5}){1,5}"
)
_BOILERPLATE: Final = re.compile(
    r"\(?(?:©|\(c\)|\(C\)|Copyright\b|COPYRIGHT\b).{0,300}"
    r"|.{0,200}\b(?:[Aa]ll rights reserved|ALL RIGHTS RESERVED|Alle Rechte vorbehalten|[Tt]ous droits réservés)\b"
    r".{0,300}"
    r"|This material may not be published, broadcast, rewritten.{0,200}"
    r"|[-=_*#~. ]{2,80}|-30-|###|\(?(?:END|ENDS|ends|MORE|more|END ITEM|Ende|FIN|mfl|MF)\)?\.?"
    r"|\((?:MORE|more)\)|(?:end|END) (?:of )?(?:message|item|text)"
    r"|(?:The following information is not (?:intended )?for publication).{0,300}"
    r"|https?://\S{1,300}"
    r"|(?:[a-z]{2,4}(?:[/-][a-z]{1,4})* )?\d{6} ?(?:GMT|UTC|Z|[A-Z]{3,4}|[+-]\d{4})? ?[A-Za-z]{3}\.? ?(?:\d{2}|\d{4})"
)
"""Notices, ends, rules, addresses, and the time that a telegraph puts below a text."""
_NOTE: Final = re.compile(
    r"\(?(?:Eds?\.?|EDS|Editors?|EDITORS|[Ee]ditor['’]s [Nn]ote|ATTENTION[- ]EDITORS?|[Nn]ote to [Ee]ditors)"
    r"(?: ?[:—–-] ?).{2,380}"
    r"|\((?:Corrects?|Updates?|Adds?|Recasts?|Refiles?|Repeats?|Removes?|Clarifies|Amends?|Changes?)\b[^()]{3,300}\)"
    r"|(?:UPDATES?|RECASTS?|ADDS?|CORRECTS?|RAISES|CLARIFIES|AMENDS)\b[^.]{3,200}"
)
_AGENCY: Final = r"(?:\([^()]{2,40}\)|\[[^\[\]]{2,40}\])"
_CAPITAL: Final = r"[A-ZÀ-Þ][A-Za-zÀ-ÿ.'’/&-]*"
_PLACE: Final = (
    rf"{_CAPITAL}(?:[ ,]{{1,2}}(?:{_CAPITAL}|\d{{1,2}}(?:st|nd|rd|th)?|\d{{4}}|de|da|do|la|el|am|an der|sur))"
)
"""A name and, given a number of times after this, what follows it in a dateline: another name, a day, a year."""
_AGENCIES: Final = r"\((?:AP|AFP|UPI|dpa|EFE|ANSA|TASS|PTI|IANS|Xinhua|Reuters|ANI|CNA|PA)\)"
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?"
_DASH: Final = r"(?:--?|[–—])"
_DATELINE: Final = re.compile(
    # LONDON, May 16 (AFP) -    GROSETO, Italy (AP) --    Berlin (dpa) -    SALEM, Ore.--(BUSINESS WIRE)--
    rf"(?:{_PLACE}{{0,9}},? ?{_DASH}? ?{_AGENCY},? ?{_DASH}"
    rf"|{_PLACE}{{0,9}},? {_AGENCIES} ?(?:[:.]|(?=[A-Z“\"]))"
    # VIENNA, March 3 --    (New York, NY - October 21)    (Sports Network) -
    rf"|(?=[A-ZÀ-Þ]{{3}}){_PLACE}{{0,9}},? ?(?:--|[–—]| - )"
    rf"|\([A-ZÀ-Þ][^()]{{1,60}}\) ?{_DASH}"
    rf"|\([A-ZÀ-Þ][^()]{{1,40}}[,–—-] ?{_MONTH} ?\d{{1,2}}[^()]{{0,12}}\))\s*(?=\S)"
)
_NO_NAME: Final = re.compile(r"^(?:by|von|par|por|av|door|di|text:)\s+", re.IGNORECASE)
_BETWEEN_NAMES: Final = re.compile(r"\s*(?:,|;|&|/|\band\b|\bund\b|\bet\b|\by\b|\bog\b|\boch\b|\bwith\b|\bin\b)\s*")
_MAX_LINE: Final = 400
_TOP, _END = 4, 8
"""Paragraphs at the beginning and at the end that can be lines of the frame."""


def marked(blocks: Sequence[Block], title: str | None) -> list[Block]:
    """Return the paragraphs of a body with the role of those that frame it.

    Args:
        blocks: In order. Those that have a role keep it.
        title: The headline, where it is known; it is no text where the body begins with it again.
    """
    out = list(blocks)
    plain = [i for i, block in enumerate(out) if block.role is None]
    top = plain[:_TOP] if len(plain) > 1 else []
    for i in top:
        if title is not None and _is_same(out[i].text, title):
            out[i] = replace(out[i], role="headline")
        elif is_byline(out[i].text):
            out[i] = replace(out[i], role="byline")
        elif len(out[i].text) <= _MAX_LINE and _NOTE.fullmatch(out[i].text):
            out[i] = replace(out[i], role="note")
    for i in plain[1:][-_END:] + plain[:1]:
        text = out[i].text
        if out[i].role is None:
            role = end_role(text)
            out[i] = replace(out[i], role=role if len(plain) > 1 or role == "boilerplate" else None)
    return out


def end_role(line: str) -> str | None:
    """Return what a line after a text is, ``credit`` or ``boilerplate``; None for one that is text."""
    if len(line) > _MAX_LINE:
        return None
    return "credit" if _CREDIT.fullmatch(line) else "boilerplate" if _BOILERPLATE.fullmatch(line) else None


def is_byline(line: str) -> bool:
    """Return True for a line that is a byline and nothing else."""
    return len(line) <= _MAX_LINE and _BYLINE.fullmatch(line.strip()) is not None


def dateline_length(text: str) -> int:
    """Return how many code points of a first paragraph are its dateline, 0 if it has none."""
    found = _DATELINE.match(text[:160])
    return len(found[0].rstrip()) if found else 0


def authors(byline: str) -> list[str]:
    """Return the names in a byline: ``By Ann Lee and Bo Kim, Staff Reporters`` names two."""
    names = (part.strip(" .()") for part in _BETWEEN_NAMES.split(_NO_NAME.sub("", squeezed(byline)[:_MAX_LINE])))
    return [name for name in names if _is_name(name)]


_IS_NAME: Final = re.compile(_NAME)
_OFFICE: Final = re.compile(
    r"\b(?:[Rr]eporter|[Cc]orrespondent|[Ww]riter|[Ee]ditor|[Ss]taff|[Nn]ews|[Aa]gency|[Bb]ureau|[Pp]ress|Redaktion|[Dd]atabase|[Nn]etwork|[Ww]ire|The)s?\b"
)


def _is_name(text: str) -> bool:
    return " " in text and _IS_NAME.fullmatch(text) is not None and _OFFICE.search(text) is None


def _is_same(text: str, title: str) -> bool:
    return _plain(text) == _plain(title)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().casefold()
