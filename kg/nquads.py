"""N-Quads of the engine, also with lines that are too long for its own parser.

Such lines are no longer accepted (:mod:`kg.limits`), but a store of an earlier version may have them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import chain
from types import MappingProxyType
from typing import BinaryIO, Final

from pyoxigraph import Literal, Quad, RdfFormat, Store, Triple, parse, serialize

from kg.errors import InputError
from kg.limits import LONGEST_STATEMENT

_PIECE: Final = 1 << 20
_SURELY_SHORT: Final = LONGEST_STATEMENT // 10
"""Number of characters that certainly fit, at six bytes each. Names are never that long."""
_NUMBERED: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_SHORT: Final = MappingProxyType(dict(zip("tbnrf\"'", "\t\b\n\r\f\"'", strict=True)))


def read(data: bytes) -> Iterator[Quad]:
    """Return the quads of N-Quads that the engine has written; those of very long lines come last.

    Raises:
        InputError: A very long part is not a literal.
        SyntaxError: The text is not N-Quads.
    """
    if len(data) <= LONGEST_STATEMENT:
        return parse(data, RdfFormat.N_QUADS)
    lines = _ShortLines(io.BytesIO(data))
    return chain(lines.quads(), (_quad(line) for line in lines.long))


def load(source: BinaryIO, store: Store) -> None:
    """Load a file of N-Quads that the engine has written.

    Args:
        source: The file.
        store: The store.

    Raises:
        InputError: A very long part is not a literal.
        SyntaxError: The text is not N-Quads.
    """
    lines = _ShortLines(source)
    store.bulk_extend(lines.quads())
    store.extend(map(_quad, lines.long))


def is_too_long(quad: Quad) -> bool:
    """Return whether a quad is longer than :data:`~kg.limits.LONGEST_STATEMENT` in N-Quads."""
    term = quad.object
    if not isinstance(term, Triple) and len(term.value) < _SURELY_SHORT:
        return False
    return len(serialize([quad], format=RdfFormat.N_QUADS) or b"") > LONGEST_STATEMENT


class _ShortLines:
    """The lines of a file that fit the parser; ``long`` has the others."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._ready = b""
        self._start = 0
        self._begun: list[bytes] = []
        self.long: list[bytes] = []

    def quads(self) -> Iterator[Quad]:
        """Yield the quads of these lines."""
        return parse(self, RdfFormat.N_QUADS)  # type: ignore[arg-type]  # of a file it asks for read alone

    def read(self, length: int = -1) -> bytes:
        """Return the next bytes, like a file's ``read``."""
        while self._start == len(self._ready):
            if not self._fill():
                return b""
        end = len(self._ready) if length < 0 else self._start + length
        piece = self._ready[self._start : end]
        self._start += len(piece)
        return piece

    def _fill(self) -> bool:
        """Buffer complete lines. Return False at the end of the file."""
        piece = self._source.read(_PIECE)
        lines, end, rest = piece.rpartition(b"\n")
        if not end and piece:
            self._begun.append(piece)
            return True
        whole = b"".join((*self._begun, lines, end))
        self._begun = [rest]
        if len(whole) > LONGEST_STATEMENT:
            each = whole.splitlines(keepends=True)
            self.long += [line for line in each if len(line) > LONGEST_STATEMENT]
            whole = b"".join(line for line in each if len(line) <= LONGEST_STATEMENT)
        self._ready, self._start = whole, 0
        return bool(piece or whole)


def _quad(line: bytes) -> Quad:
    """Parse a quad without its long literal, and insert the literal afterwards."""
    begin, end = line.find(b'"') + 1, line.rfind(b'"')
    if b"<<(" in line[:begin] or not 0 < begin <= end or len(line) - (end - begin) > LONGEST_STATEMENT:
        raise InputError(f"a statement of {len(line):,} bytes cannot be read: only a literal may be that long")
    (quad,) = parse(line[:begin] + line[end:], RdfFormat.N_QUADS)
    value = _unescaped(line[begin:end].decode())
    term = quad.object
    assert isinstance(term, Literal)
    whole = (
        Literal(value, language=term.language, direction=term.direction)
        if term.language
        else Literal(value, datatype=term.datatype)
    )
    return Quad(quad.subject, quad.predicate, whole, quad.graph_name)


def _unescaped(text: str) -> str:
    """Unescape a literal in whole-text replacements, because a call for each escape takes minutes."""
    return "\\".join(map(_without_escapes, text.split("\\\\")))


def _without_escapes(text: str) -> str:
    for letter, character in _SHORT.items():
        text = text.replace(f"\\{letter}", character)
    return _NUMBERED.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
