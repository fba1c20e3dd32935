"""What is refused where queries run in this process: those that would crash the engine's parser, and SERVICE.

Query workers (:mod:`kg.engine`) have no need of it, because they may die. A store on another server has none.

Measured with Oxigraph 0.5.13 on a stack of 8 MB: 3,000 nested braces, 1,000 nested EXISTS or function calls, 3,000
OPTIONALs, MINUSes, BINDs or projected expressions, 10,000 UNIONs, ORs or signs each end the process; and SERVICE makes
a network request that no option of the engine prevents. The engine shows no syntax tree, so the text is measured here.
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
"""How deep brackets of any kind may be nested."""
STEP_LIMIT: Final = 1_000
"""How many operators and clauses may stand in one query that each make its algebra one level deeper."""

_STEP_WORDS: Final = r"UNION|OPTIONAL|MINUS|LATERAL|FILTER|BIND|EXISTS"
_STEP_CHARACTERS: Final = "|&+-*/!^"
_OPENING: Final = "({[<"
_STEP_IN_TEXT: Final = re.compile(rf"{_STEP_WORDS}|AS\b", re.IGNORECASE)
# Keywords need no space between them: "trueAS ?x" is two words to the engine.
_STEP_IN_WORD: Final = re.compile(rf"{_STEP_WORDS}|AS$", re.IGNORECASE)
_CLOSED_BY: Final = {"(": ")", "{": "}", "[": "]", "<<": ">>"}
_BEFORE_AN_IRI: Final = frozenset({"(", ",", ";", ".", "{", "[", "=", "!=", "<", ">", "<=", ">=", "^^", "^"})
_SERVICE: Final = re.compile("service", re.IGNORECASE)


def check(text: str, base: str | None) -> None:
    """Raises Refusal for a query that must not reach the engine."""
    check_complexity(text)
    check_service(text, base)


# -- complexity ------------------------------------------------------------------------------------------


def check_complexity(text: str) -> None:
    """Raises Refusal (400) for a text that could overflow the parser's stack."""
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
    """Where each word outside of all brackets begins, and the word in capitals: the keywords of an update's operations.

    Names with a colon are no words here.
    """
    depth = 0
    for kind, token, start in tokens(text):
        if kind == "bracket":
            depth += 1 if token in _CLOSED_BY else -1
        elif kind == "word" and depth == 0 and ":" not in token:
            yield start, token.upper()


def _is_plainly_harmless(text: str) -> bool:
    """True when even the characters inside strings and IRIs would not reach a limit: nearly every query."""
    brackets = sum(map(text.count, _OPENING))
    steps = sum(map(text.count, _STEP_CHARACTERS)) + len(_STEP_IN_TEXT.findall(text))
    return brackets <= DEPTH_LIMIT and steps <= STEP_LIMIT


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    """Kind and text of each token, and the text of the one before it."""
    before = ""
    for kind, token, _ in tokens(text):
        if kind != "blank":
            yield kind, token, before
            before = token


def move(open_brackets: list[str], token: str) -> None:
    """Take in a bracket: it opens one, or closes the last."""
    if token in _CLOSED_BY:
        open_brackets.append(token)
    elif open_brackets and _CLOSED_BY[open_brackets[-1]] == token:
        open_brackets.pop()


def may_be_less_than(token: str, before: str, open_brackets: list[str]) -> bool:
    """True when '<' may be the operator and what follows it would then be read otherwise than as this IRI or '<<'.

    In ``FILTER(?a<'>' ...`` the engine reads a string from the quotation mark on; an IRI would hide it. And in
    ``FILTER(?a<<x'>) ...`` it reads an IRI, and no string.
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
    """Raises Refusal (403) where the engine would read the keyword SERVICE.

    The engine's own parser decides, so that no trick of quoting can get past: every "service" in the text is
    misspelt, and the result parsed. In a string, an IRI, a comment or a name that changes nothing; a keyword becomes a
    syntax error. What is parsed has no SERVICE any more and runs on an empty store.
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
            "SERVICE is refused: no server is asked but those that the operator allows (--allow-host). Query them "
            "yourself and join here.",
        )
    # Either a query that is wrong elsewhere, or a SERVICE hidden from the tokens above: refused both ways.
    raise Refusal(HTTPStatus.BAD_REQUEST, "bad-query", f"The query cannot be run: {message}")


def _misspelt(text: str) -> str:
    """The text with another letter for each "s" of "service"; one that makes no word that is already there."""
    lower = text.lower()
    letter = next((letter for letter in "zqxjkwvybfghlmnprt" if f"{letter}ervice" not in lower), None)
    if letter is None:
        raise _too_complex("it has words like 'service' in all spellings")
    return _SERVICE.sub(lambda match: (letter if match[0][0] == "s" else letter.upper()) + match[0][1:], text)


def _syntax_error(text: str, base: str | None) -> str | None:
    """The parser's message; None for a text it accepts, whatever comes of running it."""
    try:
        Store().query(text, base_iri=base)
    except (SyntaxError, ValueError) as error:
        return str(error)
    except (OSError, RuntimeError):
        return None
    return None
