"""Normalization of text for search.

Marks on letters are removed, and characters of scripts without spaces are separated. ``cafe`` finds ``café``. An Arabic
or Hebrew word is found with and without its vowels. A Chinese, Japanese, Thai, Lao, Khmer or Burmese word is found
wherever its characters follow each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_ALONE: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
_TATWEEL: Final = "\u0640"


def folded(text: str) -> tuple[str, Sequence[int]]:
    """Return the normalized text, and the code point of ``text`` for each of its characters."""
    if text.isascii():
        return text, range(len(text))
    out: list[str] = []
    places: list[int] = []
    was_alone = False
    for at, character in enumerate(text):
        for one in unicodedata.normalize("NFKD", character):
            if _is_dropped(one):
                continue
            is_mark = unicodedata.category(one).startswith("M")
            is_alone = (is_mark and was_alone) or _ALONE.match(one) is not None
            if (is_alone or was_alone) and not is_mark and out:
                out.append(" ")
                places.append(at)
            out.append(one)
            places.append(at)
            was_alone = is_alone
    return "".join(out), places


def _is_dropped(character: str) -> bool:
    """Return whether a character is dropped: accents and the vowel points of Hebrew and Arabic.

    The combining class decides (Unicode, chapter 4.3). Vowel signs of the scripts of India and South East Asia are
    parts of their words.
    """
    place = unicodedata.combining(character)
    return character == _TATWEEL or 10 <= place <= 36 or place >= 200


def unfolded(text: str, places: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """Map a range of the normalized text back to ``text``, including the marks that follow.

    Args:
        text: The text.
        places: The code points of the normalized characters.
        start: The start of the range.
        end: The end of the range, exclusive.
    """
    first, last = places[start], places[end - 1] + 1
    while last < len(text) and _is_dropped(text[last]):
        last += 1
    return first, last
