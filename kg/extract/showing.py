"""Grounds that nobody speaks for: "experience shows that sanctions work" is no claim by Experience."""

from __future__ import annotations

import re
from typing import Final

from kg.extract.attribution import Attribution

_GROUNDS: Final = re.compile(
    r"(?:(?:the|our|all|past|recent|long|bitter) )*"
    r"(?:experience|history|practice|time|logic|reality|life|common sense)",
    re.IGNORECASE,
)
_SHOWING: Final = re.compile(
    r"(?:has |have |had )?(?:show|suggest|teach|taught|prove|demonstrate|tell|told)\w*", re.IGNORECASE
)


def is_showing(attribution: Attribution, text: str) -> bool:
    """Return True if the source is a ground such as experience, which shows and does not speak.

    Args:
        attribution: What was found.
        text: The text.
    """
    source = " ".join(span.of(text) for span in attribution.source)
    cue = " ".join(span.of(text) for span in attribution.cue)
    return _GROUNDS.fullmatch(source) is not None and _SHOWING.match(cue) is not None
