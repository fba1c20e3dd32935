"""Whether a text is English, told by its letters and by its most common words.

A text in any language is full of that language's small words (of, the, and; der, und, nicht), whoever is quoted in
it: news in English has 30 to 50 % of them, news in another language that of English by chance only. The lists are
spaCy's, which is needed here anyway; they name the language too. The same text always gets the same answer.
"""

from __future__ import annotations

import re
import runpy
import unicodedata
from collections import Counter
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

LOOKED_AT: Final = 50_000
"""Code points from the start of a text that are looked at."""
FEWEST_WORDS: Final = 25
"""Below that nothing is said of a text in Latin letters: a headline and a name may have no small word at all."""
FEWEST_LETTERS: Final = 20
"""Of another script, before anything is said."""
_SURELY: Final = 0.2
"""Share of English small words from which nothing else is asked. Of 972 articles in English the least has 0.26, of
sentences in thirty other languages the most has 0.13."""
_FOREIGN_LETTERS: Final = 3
"""Letters of another script for each Latin one in a text that is no longer English with quotations in it."""
_BY_CHANCE: Final = 0.08
"""Share of English small words that a text in a language without a list here may have."""

LANGUAGES: Final = MappingProxyType(
    {
        "de": "German",
        "fr": "French",
        "es": "Spanish",
        "pt": "Portuguese",
        "it": "Italian",
        "nl": "Dutch",
        "sv": "Swedish",
        "da": "Danish",
        "nb": "Norwegian",
        "fi": "Finnish",
        "is": "Icelandic",
        "pl": "Polish",
        "cs": "Czech",
        "sk": "Slovak",
        "sl": "Slovenian",
        "hr": "Croatian",
        "hu": "Hungarian",
        "ro": "Romanian",
        "tr": "Turkish",
        "az": "Azerbaijani",
        "sq": "Albanian",
        "lv": "Latvian",
        "lt": "Lithuanian",
        "et": "Estonian",
        "ca": "Catalan",
        "id": "Indonesian",
        "vi": "Vietnamese",
        "ru": "Russian",
        "uk": "Ukrainian",
        "bg": "Bulgarian",
        "mk": "Macedonian",
        "sr": "Serbian",
        "ar": "Arabic",
        "fa": "Persian",
        "ur": "Urdu",
    }
)
"""Languages with a list of small words, by the code that spaCy knows them by."""
SCRIPTS: Final = MappingProxyType(
    {
        "CYRILLIC": "a language in Cyrillic letters",
        "ARABIC": "a language in Arabic letters",
        "CJK": "Chinese",
        "HIRAGANA": "Japanese",
        "KATAKANA": "Japanese",
        "HANGUL": "Korean",
        "GREEK": "Greek",
        "HEBREW": "Hebrew",
        "ARMENIAN": "Armenian",
        "GEORGIAN": "Georgian",
        "DEVANAGARI": "Hindi or a neighbour",
        "BENGALI": "Bengali",
        "TAMIL": "Tamil",
        "THAI": "Thai",
    }
)
"""Scripts, as the names of their letters begin in Unicode, and what a text mostly in one is likely in."""
_UNKNOWN: Final = "a language that is not known here"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def foreign_language(text: str) -> str | None:
    """The name of the language that ``text`` is in where that is not English, else ``None``.

    An English text that quotes another language at length is English, and so is a text too short to tell. Texts in a
    language that is not in the lists are told by their lack of English words, and only their script can be named.
    """
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text[:LOOKED_AT])]
    english = _share(words, "en")
    if english >= _SURELY:
        return None
    letters = Counter("".join(words))
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[_script(letter)] += count
    latin = scripts.pop("LATIN", 0)
    other = max(scripts, key=lambda script: scripts[script], default="")
    if _FOREIGN_LETTERS * latin < scripts[other] and scripts[other] >= FEWEST_LETTERS:
        return _other_script(words, scripts, other)
    if len(words) < FEWEST_WORDS:
        return None
    code, share = _likeliest(words)
    if english >= max(_BY_CHANCE, share / 2):
        return None
    return LANGUAGES[code] if share > max(_BY_CHANCE, english) else _UNKNOWN


def _other_script(words: list[str], scripts: Counter[str], main: str) -> str:
    """A language whose script is not the Latin one; Japanese has some of its own letters among many Chinese ones."""
    if 20 * (scripts["HIRAGANA"] + scripts["KATAKANA"]) > sum(scripts.values()):
        return "Japanese"
    code, share = _likeliest(words)
    return LANGUAGES[code] if share > _BY_CHANCE else SCRIPTS.get(main, _UNKNOWN)


def _likeliest(words: list[str]) -> tuple[str, float]:
    """The other language with the most small words among ``words``, and their share, 0 to 1."""
    return max(((code, _share(words, code)) for code in LANGUAGES), key=lambda found: found[1])


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ", 1)[0].split("-", 1)[0]


def _share(words: list[str], code: str) -> float:
    small = _small_words(code)
    return sum(word in small for word in words) / max(1, len(words))


@cache
def _small_words(code: str) -> frozenset[str]:
    # Only this file of the language: what else is imported with it takes four seconds for French.
    words = runpy.run_path(str(resources.files("spacy.lang") / code / "stop_words.py"))["STOP_WORDS"]
    return frozenset(word.lower().replace("’", "'") for word in words)
