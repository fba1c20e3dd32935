"""Finds the outermost SERVICE blocks and the LOADs of a SPARQL text.

Tokens are precise enough for that, and this module alone grants no access. :mod:`kg.sparql.federation.client` checks
each address before it connects. Clauses that are overlooked here reach the query workers, which have no network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import urljoin

from kg import tokenizer
from kg.errors import QueryError
from kg.sparql import query_guard

_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_LEFT_ESCAPE: Final = re.compile(r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}")
_SHORT_ESCAPES: Final = {'"': '\\"', "'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NOT_IN_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_LONGEST_BASE: Final = 2_000
"""Largest size of a base IRI in characters, because each name is resolved against it."""
_LAST_CODE_POINT: Final = 0x10FFFF


@dataclass(frozen=True, slots=True)
class SparqlToken:
    """A token other than blanks and comments; ``kind`` as in :data:`kg.tokenizer.TOKEN`, or ``string``."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Position of the token's end."""
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        """Return whether the token is one of these keywords."""
        return self.kind == "word" and self.text.upper() in words


@dataclass(frozen=True, slots=True)
class RemoteQueries:
    """A request in a text, from ``start`` to ``end``. ``address`` is None for a variable."""

    start: int
    end: int
    address: str | None
    is_silent: bool


@dataclass(frozen=True, slots=True)
class Service(RemoteQueries):
    """A SERVICE block.

    ``query`` is its content as a query of its own, ``nested`` the addresses of inner blocks.
    """

    query: str
    nested: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Load(RemoteQueries):
    """A LOAD. ``graph`` is the target graph; None for the default graph."""

    graph: str | None


def services(text: str, base: str | None) -> Iterator[Service]:
    """Yield the outermost SERVICE blocks in order.

    Args:
        text: The query or update.
        base: The base of relative IRIs.

    Raises:
        QueryError: A block cannot be separated from its surroundings, or a prefix is not declared.
    """
    yield from _found(text, base, "SERVICE", _service)


def loads(text: str, base: str | None) -> Iterator[Load]:
    """Yield the LOADs of an update in order.

    Args:
        text: The update.
        base: The base of relative IRIs.

    Raises:
        QueryError: A prefix is not declared.
    """
    yield from _found(text, base, "LOAD", _load)


# -- names -----------------------------------------------------------------------------------------------


class _Prefixes:
    """The base and the prefixes at one position of a text."""

    def __init__(self, base: str | None) -> None:
        self.base = base
        self.prefixes: dict[str, str] = {}

    def declare(self, tokens: list[SparqlToken], at: int) -> None:
        """Record a BASE or PREFIX declaration, if one begins at a position.

        Args:
            tokens: The tokens.
            at: The position.

        Raises:
            QueryError: The base is too long.
        """
        following = tokens[at + 1 : at + 3]
        if tokens[at].is_word("BASE") and following and following[0].kind == "iri":
            self.base = self.iri(following[0])
            if len(self.base) > _LONGEST_BASE:
                raise QueryError(f"BASE is longer than {_LONGEST_BASE:,} characters")
        elif tokens[at].is_word("PREFIX") and [token.kind for token in following] == ["word", "iri"]:
            self.prefixes[following[0].text.removesuffix(":")] = self.iri(following[1])

    def iri(self, token: SparqlToken) -> str:
        """Return the IRI that a token names. Raises QueryError for an undeclared prefix."""
        if token.kind == "iri":
            named = _ESCAPE.sub(_character, token.text[1:-1])
            full = named if _SCHEME.match(named) or self.base is None else urljoin(self.base, named)
        else:
            prefix, _, local = token.text.partition(":")
            if prefix not in self.prefixes:
                raise QueryError(f"the prefix {prefix + ':'!r} is not declared")
            full = self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
        return _sound(token.text, full)

    def prologue(self, text: str) -> str:
        """Return the declarations that names in ``text`` need elsewhere."""
        lines = [] if self.base is None else [f"BASE <{self.base}>"]
        lines += [f"PREFIX {name}: <{iri}>" for name, iri in self.prefixes.items() if f"{name}:" in text]
        return "".join(f"{line}\n" for line in lines)


def _sound(token: str, iri: str) -> str:
    """Return the IRI of a token. Raises QueryError if a character would end the IRI."""
    if _NOT_IN_IRI.search(iri):
        raise QueryError(f"{token} names no IRI: {iri!r}")
    return iri


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2] or "0", 16)
    if match[3] or number > _LAST_CODE_POINT or 0xD800 <= number <= 0xDFFF:
        raise QueryError(f"{match[0]} is no character of an IRI")
    return chr(number)


# -- blocks ----------------------------------------------------------------------------------------------

_Asked = TypeVar("_Asked", bound=RemoteQueries)


def _found(
    text: str, base: str | None, word: str, read: Callable[[list[SparqlToken], int, _Prefixes], _Asked | None]
) -> Iterator[_Asked]:
    tokens = list(_tokens(text))
    names = _Prefixes(base)
    open_brackets: list[str] = []
    end, unclear = -1, ""
    for at, token in enumerate(tokens):
        if open_brackets and _is_unclear(token, tokens[at - 1].text, open_brackets):
            unclear = unclear or token.text
        if token.kind == "bracket":
            query_guard.move(open_brackets, token.text)
        elif not open_brackets:
            names.declare(tokens, at)
        if token.start < end or not token.is_word(word):
            continue
        if unclear:
            raise _unclear_less_than(unclear)
        found = read(tokens, at, names)
        if found is not None:
            end = found.end
            yield found


def _tokens(text: str) -> Iterator[SparqlToken]:
    for kind, token, start in tokenizer.tokens(text):
        if kind != "blank":
            yield SparqlToken(kind, token, start)


def _target(tokens: list[SparqlToken], at: int, names: _Prefixes) -> tuple[int, str | None, bool] | None:
    """Return the position after the address of a SERVICE or LOAD, the address, and whether it is SILENT."""
    is_silent = at + 1 < len(tokens) and tokens[at + 1].is_word("SILENT")
    at += 2 if is_silent else 1
    if at >= len(tokens):
        return None
    target = tokens[at]
    if target.kind == "name" and target.text[0] in "?$":
        return at + 1, None, is_silent
    return (at + 1, names.iri(target), is_silent) if _is_name(target) else None


def _is_name(token: SparqlToken) -> bool:
    return token.kind == "iri" or (token.kind == "word" and ":" in token.text)


def _load(tokens: list[SparqlToken], at: int, names: _Prefixes) -> Load | None:
    target = _target(tokens, at, names)
    if target is None or target[1] is None:
        return None
    after, address, is_silent = target
    graph = None
    if [token.text.upper() for token in tokens[after : after + 2]] == ["INTO", "GRAPH"]:
        if after + 2 >= len(tokens) or not _is_name(tokens[after + 2]):
            return None
        graph = names.iri(tokens[after + 2])
        after += 3
    if after < len(tokens) and tokens[after].text != ";":
        return None
    return Load(tokens[at].start, tokens[after - 1].end, address, is_silent, graph)


def _service(tokens: list[SparqlToken], at: int, names: _Prefixes) -> Service | None:
    target = _target(tokens, at, names)
    if target is None:
        return None
    first, address, is_silent = target
    if first >= len(tokens) or tokens[first].text != "{":
        return None
    last = _closing(tokens, first)
    block = tokens[first : last + 1]
    pattern = _sent(block)
    query = f"{names.prologue(pattern)}SELECT * WHERE {pattern}"
    return Service(tokens[at].start, tokens[last].end, address, is_silent, query, tuple(_nested(block, names)))


def _closing(tokens: list[SparqlToken], first: int) -> int:
    """Return the position of a block's closing brace. Raises QueryError if there is none."""
    depth = 0
    for at in range(first, len(tokens)):
        if tokens[at].text in ("{", "}") and tokens[at].kind == "bracket":
            depth += 1 if tokens[at].text == "{" else -1
        if depth == 0:
            return at
    raise QueryError("a SERVICE block is not closed")


def _nested(block: list[SparqlToken], names: _Prefixes) -> Iterator[str | None]:
    """Yield the addresses of the blocks inside a block.

    Raises QueryError if tokens may hide a block, because another server may parse the text differently.
    """
    open_brackets: list[str] = []
    for at, token in enumerate(block):
        before = block[at - 1].text if at else ""
        if _is_unclear(token, before, open_brackets):
            raise _unclear_less_than(token.text)
        if token.kind == "bracket":
            query_guard.move(open_brackets, token.text)
        elif token.is_word("SERVICE"):
            target = _target(block, at, names)
            yield None if target is None else target[1]
        elif _may_hide_service(token, before, block[at + 1 : at + 3]):
            raise QueryError(f"{token.text[:60]} before '{{' can be read in two ways; write SERVICE by itself")


def _may_hide_service(token: SparqlToken, before: str, following: list[SparqlToken]) -> bool:
    """Return whether a name may be the keyword and another word: no space is required between them."""
    has_it = token.kind == "word" and "service" in token.text.lower() and before.upper() != "GRAPH"
    return has_it and any(after.text == "{" for after in following)


def _is_unclear(token: SparqlToken, before: str, open_brackets: list[str]) -> bool:
    is_angle = token.kind == "iri" or token.text == "<<"
    return is_angle and query_guard.may_be_less_than(token.text, before, open_brackets)


def _unclear_less_than(token: str) -> QueryError:
    return QueryError(f"{token[:60]} can be read in two ways; put a space after '<'")


def _sent(block: list[SparqlToken]) -> str:
    """Return a block as it is sent to another server, without comments and character escapes.

    Some servers decode escapes before they separate strings from the rest (SPARQL 1.1 Query, 19.2).
    """
    pieces, end = [], block[0].start
    for token in block:
        pieces.append(" " if token.start > end else "")
        pieces.append(_unescaped(token) if "\\" in token.text else token.text)
        end = token.end
    sent = "".join(pieces)
    if _LEFT_ESCAPE.search(sent):
        raise QueryError("a backslash before 'u' and digits in a SERVICE block can be read in two ways")
    return sent


def _unescaped(token: SparqlToken) -> str:
    """Replace character escapes in a token, where the characters cannot end it."""
    if token.kind == "iri":
        return f"<{_sound(token.text, _ESCAPE.sub(_character, token.text[1:-1]))}>"
    return _ESCAPE.sub(_plain, token.text) if token.kind == "string" else token.text


def _plain(match: re.Match[str]) -> str:
    if match[3]:
        return match[0]
    number = int(match[1] or match[2], 16)
    if number > _LAST_CODE_POINT or 0xD800 <= number <= 0xDFFF:
        raise QueryError(f"{match[0]} is no character")
    return _SHORT_ESCAPES.get(chr(number), chr(number))
