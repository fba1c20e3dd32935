"""Tell texts that are not English, sentence by sentence, by a trained identifier of languages.

A name says little about the language of the sentence that it is in. Each sentence is therefore judged twice: as it is
written, and by its words without a capital. Both must say that another language is far likelier than English. The same
text always gets the same answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LOOKED_AT: Final = 20_000
"""Code points from the start of a text that are looked at."""
FEWEST_WORDS: Final = 5
"""Words that a line of an English text has at least before it is left out as one in another language."""
_LONG: Final = 120
"""Code points from which a line, or a sentence, is judged in parts: one of them may quote another language."""
_LONGEST_PIECE: Final = 400
"""Code points that are judged at once."""
_UNLIKELY: Final = 0.001
"""How likely English is beside the likeliest language, as written times without names, where a sentence is foreign.
The decision on texts and languages has the measurements.
"""
_UNLIKELY_WORDS: Final = 0.3
"""The same for the words without names alone."""
_ENGLISH_ENOUGH: Final = 0.25
"""The share of letters in English sentences from which a text is an English one that quotes another language."""
_SURE_OF_NAME: Final = 0.5
"""The share of a language's letters among the foreign ones from which it is named."""
_ENGLISH_WORDS: Final = frozenset({"the", "of", "and", "that", "said", "with"})
"""Two of them in a sentence and it is English, without being judged: no other language has two of these words."""
_NO_LANGUAGES: Final = frozenset({"zxx", "pcm"})
"""Labels that are left out: no words at all, and an English pidgin."""

LANGUAGES: Final = MappingProxyType(
    {
        "af": "Afrikaans",
        "ar": "Arabic",
        "az": "Azerbaijani",
        "be": "Belarusian",
        "bg": "Bulgarian",
        "bn": "Bengali",
        "bs": "Bosnian",
        "ca": "Catalan",
        "cs": "Czech",
        "cy": "Welsh",
        "da": "Danish",
        "de": "German",
        "el": "Greek",
        "es": "Spanish",
        "et": "Estonian",
        "eu": "Basque",
        "fa": "Persian",
        "fi": "Finnish",
        "fr": "French",
        "ga": "Irish",
        "gl": "Galician",
        "ha": "Hausa",
        "he": "Hebrew",
        "hi": "Hindi",
        "hr": "Croatian",
        "hu": "Hungarian",
        "hy": "Armenian",
        "id": "Indonesian",
        "is": "Icelandic",
        "it": "Italian",
        "ja": "Japanese",
        "ka": "Georgian",
        "kk": "Kazakh",
        "km": "Khmer",
        "ko": "Korean",
        "ku": "Kurdish",
        "lo": "Lao",
        "lt": "Lithuanian",
        "lv": "Latvian",
        "mk": "Macedonian",
        "mn": "Mongolian",
        "ms": "Malay",
        "my": "Burmese",
        "ne": "Nepali",
        "nl": "Dutch",
        "nn": "Norwegian",
        "no": "Norwegian",
        "pl": "Polish",
        "ps": "Pashto",
        "pt": "Portuguese",
        "ro": "Romanian",
        "ru": "Russian",
        "sk": "Slovak",
        "sl": "Slovenian",
        "so": "Somali",
        "sq": "Albanian",
        "sr": "Serbian",
        "sv": "Swedish",
        "sw": "Swahili",
        "ta": "Tamil",
        "th": "Thai",
        "tl": "Tagalog",
        "tr": "Turkish",
        "uk": "Ukrainian",
        "ur": "Urdu",
        "uz": "Uzbek",
        "vi": "Vietnamese",
        "wuu": "Chinese",
        "yue": "Chinese",
        "zh": "Chinese",
    }
)
"""Names of languages by their codes; a rarer one is called another language."""
UNKNOWN: Final = "another language"

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LINE: Final = re.compile(r"[^\n\r\u2028\u2029]+")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])[\"”’»')\]]*\s+|(?<=[。！？؟])")
_CLAUSE_END: Final = re.compile(r"[:;]\s|(?<=\s)[\"“„«](?=\w)")


def foreign_language(text: str) -> str | None:
    """Return the name of the language that a text is in, or ``None`` where that is English.

    An English text that quotes another language at length is English, and so is one of names alone. A language that is
    not sure is called another one.
    """
    seen = text[:LOOKED_AT]
    english, enough = 0, _ENGLISH_ENOUGH * _letters(seen)
    foreign = Counter[str]()
    for piece in _pieces(seen):
        code = foreign_code(piece)
        if code is not None:
            foreign[LANGUAGES.get(code, UNKNOWN)] += _letters(piece)
            continue
        english += _letters(piece)
        if english >= enough:
            return None
    if not foreign:
        return None
    name, letters = foreign.most_common(1)[0]
    return name if letters >= _SURE_OF_NAME * foreign.total() else UNKNOWN


def foreign_code(sentence: str) -> str | None:
    """Return the code of the language that a sentence is in, or ``None`` where it may be English."""
    if sentence.isupper():
        sentence = sentence.lower()
    small = [word for word in _WORD.findall(sentence) if not word[0].isupper()]
    if not small or len(_ENGLISH_WORDS.intersection(small)) > 1:
        return None
    plain = " ".join(small)
    code, likely = _english(sentence)
    if code == "en":
        return None
    without_names = _english(plain)[1]
    return code if without_names < _UNLIKELY_WORDS and likely * without_names < _UNLIKELY else None


def foreign_lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each line of a text that is in another language, and has at least :data:`FEWEST_WORDS`.

    The original beside its translation is such: its words are nobody's in English.
    """
    for match in _LINE.finditer(text):
        line = match.group()
        if len(_WORD.findall(line)) >= FEWEST_WORDS and foreign_language(line) is not None:
            yield match.span()


def _english(words: str) -> tuple[str, float]:
    """Return the most likely language, and the relative likelihood of English, 0 to 1."""
    ranked = _identifier().rank(words)
    code, best = ranked[0]
    return code, dict(ranked)["en"] / best


def _pieces(text: str) -> Iterator[str]:
    """Yield short lines, sentences of long lines, and parts of long sentences."""
    for line in _LINE.findall(text):
        for sentence in [line] if len(line) <= _LONG else _SENTENCE_END.split(line):
            for part in [sentence] if len(sentence) <= _LONG else _CLAUSE_END.split(sentence):
                for start in range(0, len(part), _LONGEST_PIECE):
                    piece = part[start : start + _LONGEST_PIECE]
                    if _letters(piece):
                        yield piece


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in identifier.labels if code not in _NO_LANGUAGES])
    return identifier
