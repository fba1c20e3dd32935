"""RDF formats by name and ending, and checks for broken files that Oxigraph accepts.

``load``, ``dump``, ``query`` and ``validate`` share this table.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO
from xml.parsers import expat

from pyoxigraph import RdfFormat

from kg import inputfile
from kg.errors import InputError
from kg.limits import LONGEST_STATEMENT
from kg.term_depth import DEEPEST_TERM, TOO_DEEP, is_deep, may_be_deep

FORMATS: Mapping[str, RdfFormat] = MappingProxyType(
    {
        "turtle": RdfFormat.TURTLE,
        "trig": RdfFormat.TRIG,
        "nquads": RdfFormat.N_QUADS,
        "ntriples": RdfFormat.N_TRIPLES,
        "jsonld": RdfFormat.JSON_LD,
        "rdfxml": RdfFormat.RDF_XML,
    }
)
SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        ".ttl": "turtle",
        ".trig": "trig",
        ".nq": "nquads",
        ".nt": "ntriples",
        ".jsonld": "jsonld",
        ".rdf": "rdfxml",
        ".owl": "rdfxml",
        ".n3": "n3",
    }
)

_READ_ONLY: Mapping[str, RdfFormat] = MappingProxyType({"n3": RdfFormat.N3})
_PACKED = (".gz", ".zst")

DEEPEST = 1000
"""Largest nesting depth of objects and lists in JSON-LD."""
_PIECE = 1 << 20
_LONGEST_LINE = 2 * LONGEST_STATEMENT
"""Largest part of a line that is examined at once, in bytes: no parser reads a longer statement."""
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def format_of(path: Path) -> RdfFormat:
    """Return the RDF format of a file's ending.

    Raises:
        InputError: The ending is unknown; the message lists the known ones.
    """
    suffix = _suffix(path)
    name = SUFFIXES.get(suffix)
    if inputfile.is_address(path) and not path.exists():
        raise InputError(f"{path}: {inputfile.ADDRESS}")
    if name is None:
        known = f"{', '.join(SUFFIXES)}, each also with {' or '.join(_PACKED)} after it"
        raise InputError(f"{path}: unknown kind of RDF file {suffix!r}; known are {known}")
    return _READ_ONLY[name] if name in _READ_ONLY else FORMATS[name]


def is_rdf(path: Path) -> bool:
    """Return whether a file's name ends like RDF, compressed or not."""
    return _suffix(path) in SUFFIXES


def packing_of(path: Path) -> str | None:
    """Return the ending of a compressed file in lower case, or None."""
    suffix = path.suffix.lower()
    return suffix if suffix in _PACKED else None


def _suffix(path: Path) -> str:
    return (path.with_suffix("") if packing_of(path) else path).suffix.lower()


def demand_sound(file: BinaryIO, kind: RdfFormat) -> None:
    """Refuse files that the engine's parsers wrongly accept, or that crash them.

    The file is read to its end and rewound.

    Args:
        file: The file at its start.
        kind: Its format.

    Raises:
        SyntaxError: RDF/XML breaks off or grows without limit, JSON-LD or triple terms are nested too deep. It has the
            line if known.
    """
    if kind == RdfFormat.RDF_XML:
        _demand_well_formed(file)
    elif kind == RdfFormat.JSON_LD:
        _demand_shallow(file.read())
    elif kind in (RdfFormat.N_QUADS, RdfFormat.N_TRIPLES):
        _demand_shallow_lines(file)
    else:
        _demand_shallow_terms(file)
    file.seek(0)


def _demand_well_formed(file: BinaryIO) -> None:
    """Check that XML is complete and bounded: Oxigraph does neither. Nothing is fetched."""
    parser, terms = expat.ParserCreate(), _XmlTerms()
    parser.StartElementHandler, parser.EndElementHandler = terms.start, terms.end
    try:
        parser.ParseFile(file)
    except expat.ExpatError as error:
        message = f"line {error.lineno}: {expat.ErrorString(error.code)}"
        raise SyntaxError(message, (None, error.lineno, None, None)) from error


class _XmlTerms:
    """Counter of open triple terms in RDF/XML."""

    def __init__(self) -> None:
        self._open: list[bool] = []
        self._depth = 0

    def start(self, _: str, attributes: Mapping[str, str]) -> None:
        """Begin an element. Raises SyntaxError for a triple term inside of too many others."""
        is_term = any(name.endswith("parseType") and value == "Triple" for name, value in attributes.items())
        self._open.append(is_term)
        self._depth += is_term
        if self._depth > DEEPEST_TERM:
            raise SyntaxError(TOO_DEEP)

    def end(self, _: str) -> None:
        """End the innermost element."""
        self._depth -= self._open.pop()


def _demand_shallow_lines(file: BinaryIO) -> None:
    for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), 1):
        if may_be_deep(line) and is_deep(line):
            raise SyntaxError(TOO_DEEP, (None, number, None, None))


def _demand_shallow_terms(file: BinaryIO) -> None:
    """Check the nesting of triple terms. The text is scanned in detail only if it has many openings."""
    openings, last = 0, b""
    while piece := file.read(_PIECE):
        openings += (last + piece).count(b"<<")
        last = piece[-1:]
    if openings <= DEEPEST_TERM:
        return
    file.seek(0)
    if is_deep(file.read()):
        raise SyntaxError(TOO_DEEP)


def _demand_shallow(text: bytes) -> None:
    """Check the nesting of JSON-LD, because Oxigraph exhausts the memory on deep nesting."""
    # This counts brackets in strings too: the JSON is parsed only if there are very many.
    levels = accumulate(1 if bracket in b"[{" else -1 for bracket in text.translate(None, _NO_BRACKETS))
    if max(levels, default=0) <= DEEPEST:
        return
    try:
        if _depth(json.loads(text)) <= DEEPEST:
            return
    except ValueError:
        return  # the parser will report the error
    except RecursionError:
        pass
    raise SyntaxError(f"objects and lists are nested more than {DEEPEST} deep")


def _depth(value: object) -> int:
    """Return the number of objects and lists around the innermost value."""
    deepest, level = 0, [value]
    while level:
        inner = (v.values() if isinstance(v, dict) else v for v in level if isinstance(v, dict | list))
        level = [each for values in inner for each in values]
        deepest += 1
    return deepest
