"""Helpful explanations of SPARQL syntax errors, from the parser's message and the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import chain, pairwise
from typing import Final

from kg.tokenizer import tokens
from kg.vocab import PREFIXES

_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_OPERATIONS: Final = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_KEYWORDS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        BASE PREFIX VERSION SELECT DISTINCT REDUCED AS CONSTRUCT DESCRIBE ASK FROM NAMED WHERE ORDER BY ASC DESC LIMIT
        OFFSET VALUES UNDEF LOAD SILENT INTO CLEAR DROP CREATE ADD TO MOVE COPY INSERT DELETE DATA WITH USING DEFAULT
        ALL GRAPH OPTIONAL SERVICE BIND UNION MINUS LATERAL FILTER GROUP HAVING NOT IN EXISTS SEPARATOR A TRUE FALSE
        STR LANG LANGMATCHES LANGDIR DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE
        ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ
        NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRLANGDIR STRDT SAMETERM ISIRI ISURI
        ISBLANK ISLITERAL ISNUMERIC HASLANG HASLANGDIR REGEX SUBSTR REPLACE COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT
        TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE ADJUST
        """,
    )
)
_PLACE: Final = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_WORD: Final = re.compile(r'"[^"]+"|[A-Za-z][A-Za-z ]+')
_MARKS: Final = ('"', "'")
_COUNTED: Final = ("LIMIT", "OFFSET")
_BYTE_ORDER_MARK: Final = "\ufeff"
_MOST: Final = 6
_SHOWN: Final = 40


def without_mark(text: str) -> str:
    """Return a query without the byte-order mark that some editors put before it."""
    return text.removeprefix(_BYTE_ORDER_MARK)


def explained(text: str, message: str, *, is_update: bool = False) -> str:
    """Explain why the engine's parser has refused a text.

    Args:
        text: The query or update.
        message: The parser's message. A message without a position is returned unchanged.
        is_update: Whether the text was sent as an update.

    Returns:
        The line, the word, and the likely intention; never a list of code points.
    """
    place = _PLACE.match(message)
    if place is None:
        return message
    read = [one for one in tokens(text) if one[0] != "blank"]
    words = [(token, start) for kind, token, start in read if kind == "word"]
    faults = chain(_endless(text, read), _uncounted(text, read), _faults(text, words, is_update=is_update))
    found = next(faults, None)
    return found or _at_place(text, int(place[1]), int(place[2]), place[3])


def _endless(text: str, read: list[tuple[str, str, int]]) -> Iterator[str]:
    """Yield a message for each quotation mark without an end, which hides the rest of the text."""
    for kind, token, start in read:
        if kind == "other" and token in _MARKS:
            rest = text[start : start + _SHOWN].split("\n")[0]
            yield f"line {_line(text, start)}: a string begins and does not end on its line: {rest.strip()}"


def _uncounted(text: str, read: list[tuple[str, str, int]]) -> Iterator[str]:
    """Yield a message for each LIMIT or OFFSET without its number."""
    for (kind, token, start), (_, after, _) in pairwise([*read, ("", "", 0)]):
        if kind == "word" and token.upper() in _COUNTED and not after.isdecimal():
            yield f"line {_line(text, start)}: {token.upper()} needs a whole number after it"


def _unknown_words(text: str, words: list[tuple[str, int]], expected: Sequence[str]) -> Iterator[str]:
    """Yield each word that is no keyword, with the nearest expected one."""
    for word, start in words:
        if ":" not in word and word.upper() not in _KEYWORDS:
            likely = get_close_matches(word.upper(), expected, 1, 0.6)
            yield f"line {_line(text, start)}: {word[:_SHOWN]!r} is no word of SPARQL" + (
                f"; {likely[0]} is likely meant" if likely else ""
            )


def _undeclared_prefixes(text: str, words: list[tuple[str, int]]) -> Iterator[str]:
    """Yield a fault for each use of a prefix without a declaration."""
    declared = {name.lower() for before, name in _pairs(words) if before.upper() == "PREFIX"}
    for word, start in words:
        prefix = word.partition(":")[0]
        if ":" in word and prefix != "_" and f"{prefix}:".lower() not in declared:
            yield _undeclared(prefix, _line(text, start))


def _faults(text: str, words: list[tuple[str, int]], *, is_update: bool) -> Iterator[str]:
    """Yield the faults that the words alone reveal."""
    own, other = (_OPERATIONS, _FORMS) if is_update else (_FORMS, _OPERATIONS)
    first = next((word.upper() for word, _ in words if _is_form(word)), None)
    if first in other and first not in own:
        yield (
            f"{first} begins a query, and it was sent as an update: send it as 'query'"
            if is_update
            else f"{first} begins an update, and it was sent as a query: send it as 'update', by POST, with the token"
        )
    yield from _unknown_words(text, words, own if first is None else sorted(_KEYWORDS))
    yield from _undeclared_prefixes(text, words)
    if first is None:
        yield f"there is no {'operation' if is_update else 'query'}: it begins with {', '.join(own[:-1])} or {own[-1]}"


def _is_form(word: str) -> bool:
    return word.upper() in (*_FORMS, *_OPERATIONS)


def _pairs(words: list[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    for (before, _), (word, _) in pairwise(words):
        yield before, word


def _undeclared(prefix: str, line: int) -> str:
    said = f"line {line}: the prefix {prefix[:_SHOWN] + ':'!r} is not declared"
    known = PREFIXES.get(prefix)
    if known is not None:
        return f"{said}; put before the query: PREFIX {prefix}: <{known}>"
    return f"{said}; known here are {', '.join(f'{name}:' for name in PREFIXES)} (each is to be declared, too)"


def _at_place(text: str, line: int, column: int, expected: str) -> str:
    lines = text.split("\n")
    rest = lines[line - 1][column - 1 :].strip() if line <= len(lines) else ""
    found = f"{rest[:_SHOWN]!r} is not expected" if rest else "something is missing at the end of the line"
    # If single characters are expected too, the suggested words rarely fit.
    likely = [] if "[" in expected else list(dict.fromkeys(_WORD.findall(expected.removeprefix("one of "))))
    said = f"line {line}, column {column}: {found}"
    return f"{said}; expected {' or '.join(likely)}" if 0 < len(likely) <= _MOST else said


def _line(text: str, start: int) -> int:
    return text.count("\n", 0, start) + 1
