"""Refusal of queries that would crash the engine's parser, and of SERVICE, for queries in the server process.

Query workers (:mod:`kg.engine`) do not need this, because they may die. A store on another server has no workers.

Measured with Oxigraph 0.5.13 on a stack of 8 MB, each of these ends the process: 3,000 nested braces, 1,000 nested
EXISTS or function calls, 3,000 OPTIONALs, MINUSes, BINDs or projected expressions, 10,000 UNIONs, ORs or signs. SERVICE
makes a network request that no option of the engine prevents. The engine exposes no syntax tree, so this module
measures the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from pyoxigraph import Store

from kg.http.problems import Refusal
from kg.tokenizer import tokens

DEPTH_LIMIT: Final = 100
"""Largest nesting depth of brackets."""
STEP_LIMIT: Final = 1_000
"""Largest number of operators and clauses, each of which adds a level to the algebra."""

_STEP_WORDS: Final = r"UNION|OPTIONAL|MINUS|LATERAL|FILTER|BIND|EXISTS"
_STEP_CHARACTERS: Final = "|&+-*/!^"
_OPENING: Final = "({[<"
_STEP_IN_TEXT: Final = re.compile(rf"{_STEP_WORDS}|AS\b", re.IGNORECASE)
# Keywords need no space between them: for the engine "trueAS ?x" is two words.
_STEP_IN_WORD: Final = re.compile(rf"{_STEP_WORDS}|AS$", re.IGNORECASE)
_CLOSED_BY: Final = {"(": ")", "{": "}", "[": "]", "<<": ">>"}
_BEFORE_AN_IRI: Final = frozenset({"(", ",", ";", ".", "{", "[", "=", "!=", "<", ">", "<=", ">=", "^^", "^"})
_SERVICE: Final = re.compile("service", re.IGNORECASE)


def check(text: str, base: str | None) -> None:
    """Raise Refusal for a query that must not reach the engine.

    Args:
        text: The query.
        base: The base of relative IRIs.
    """
    check_complexity(text)
    check_service(text, base)


# -- complexity ------------------------------------------------------------------------------------------


def check_complexity(text: str) -> None:
    """Check that a text cannot overflow the parser's stack.

    Raises:
        Refusal: 400 for a text that could.
    """
    if _is_plainly_harmless(text):
        return
    steps = 0
    open_brackets: list[str] = []
    in_values = False
    for kind, token, before in _tokens(text):
        if kind == "bracket":
            in_values = in_values and token != "}"
            move(open_brackets, token)
            if len(open_brackets) > DEPTH_LIMIT:
                raise _too_complex(f"its brackets are nested more than {DEPTH_LIMIT} deep")
        elif kind == "word" and ":" not in token:
            in_values = in_values or token.upper() == "VALUES"
            steps += bool(_STEP_IN_WORD.search(token))
        elif kind == "step" and not in_values:
            steps += 1
        elif kind == "iri" and not in_values and may_be_less_than(token, before, open_brackets):
            raise _too_complex(f"{token[:60]} can be read in two ways; put a space after '<'")
        if steps > STEP_LIMIT:
            raise _too_complex(f"it has more than {STEP_LIMIT:,} operators and clauses")


def outer_words(text: str) -> Iterator[tuple[int, str]]:
    """Yield the position and the upper-case form of each word outside of brackets.

    These are the keywords of an update's operations. Names with a colon are not words here.
    """
    depth = 0
    for kind, token, start in tokens(text):
        if kind == "bracket":
            depth += 1 if token in _CLOSED_BY else -1
        elif kind == "word" and depth == 0 and ":" not in token:
            yield start, token.upper()


def _is_plainly_harmless(text: str) -> bool:
    """Return whether a text stays below the limits even if strings and IRIs are counted.

    Nearly all queries do.
    """
    brackets = sum(map(text.count, _OPENING))
    steps = sum(map(text.count, _STEP_CHARACTERS)) + len(_STEP_IN_TEXT.findall(text))
    return brackets <= DEPTH_LIMIT and steps <= STEP_LIMIT


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the kind and text of each token, and the text of the token before it."""
    before = ""
    for kind, token, _ in tokens(text):
        if kind != "blank":
            yield kind, token, before
            before = token


def move(open_brackets: list[str], token: str) -> None:
    """Record a bracket: it opens a new one, or closes the last.

    Args:
        open_brackets: The open brackets.
        token: The bracket.
    """
    if token in _CLOSED_BY:
        open_brackets.append(token)
    elif open_brackets and _CLOSED_BY[open_brackets[-1]] == token:
        open_brackets.pop()


def may_be_less_than(token: str, before: str, open_brackets: list[str]) -> bool:
    """Return whether '<' may be an operator before this token.

    The engine would then parse the following text differently. In ``FILTER(?a<'>' ...`` it reads a string from the
    quotation mark on; an IRI would hide it. In ``FILTER(?a<<x'>) ...`` it reads an IRI and no string.

    Args:
        token: The token.
        before: The text of the token before it.
        open_brackets: The open brackets.
    """
    in_parentheses = bool(open_brackets) and open_brackets[-1] == "("
    is_operator = before not in _BEFORE_AN_IRI and before not in ("||", "&&") and before not in tuple(_STEP_CHARACTERS)
    is_read_otherwise = token == "<<" or any(character in token for character in "'#()[]")
    return in_parentheses and is_operator and is_read_otherwise


def _too_complex(why: str) -> Refusal:
    return Refusal(
        HTTPStatus.BAD_REQUEST,
        "query-too-complex",
        f"The query is too complex to be parsed safely: {why}. A long list of alternatives fits in VALUES or IN.",
    )


# -- SERVICE ---------------------------------------------------------------------------------------------


def check_service(text: str, base: str | None) -> None:
    """Raise Refusal (403) if the query uses SERVICE.

    The engine's own parser decides, so that no trick of quoting gets past. Each "service" in the text is misspelt, and
    the result is parsed. In a string, an IRI, a comment or a name the change is harmless; a misspelt keyword is a
    syntax error. The parsed text has no SERVICE and runs on an empty store.

    Args:
        text: The query.
        base: The base of relative IRIs.

    Raises:
        Refusal: 403 for SERVICE, 400 for a query with a syntax error.
    """
    if not _SERVICE.search(text):
        return
    message = _syntax_error(_misspelt(text), base)
    if message is None:
        return
    if any(kind == "word" and _SERVICE.match(token) for kind, token, _ in _tokens(text)):
        raise Refusal(
            HTTPStatus.FORBIDDEN,
            "service-refused",
            "SERVICE is refused: only servers that the operator allows (--allow-host) are queried. Query them "
            "yourself and join here.",
        )
    # Either the query has another error, or SERVICE is hidden from the tokens: both are refused.
    raise Refusal(HTTPStatus.BAD_REQUEST, "bad-query", f"The query cannot be run: {message}")


def _misspelt(text: str) -> str:
    """Replace the "s" of each "service" by a letter that makes a new word."""
    lower = text.lower()
    letter = next((letter for letter in "zqxjkwvybfghlmnprt" if f"{letter}ervice" not in lower), None)
    if letter is None:
        raise _too_complex("it has words like 'service' in all spellings")
    return _SERVICE.sub(lambda match: (letter if match[0][0] == "s" else letter.upper()) + match[0][1:], text)


def _syntax_error(text: str, base: str | None) -> str | None:
    """Return the parser's message, or None for a text that parses."""
    try:
        Store().query(text, base_iri=base)
    except (SyntaxError, ValueError) as error:
        return str(error)
    except (OSError, RuntimeError):
        return None
    return None
