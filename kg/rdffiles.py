"""RDF formats by name and by file suffix, the one table that ``load``, ``dump``, ``query`` and ``validate`` share; and
what Oxigraph would read without complaint though it is broken.
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

from kg.errors import InputError

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
    }
)

DEEPEST = 1000
"""How deep objects and lists of JSON-LD may be nested."""
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def format_of(path: Path) -> RdfFormat:
    """The RDF format that a file's suffix names. Raises InputError for another suffix, listing those it knows."""
    name = SUFFIXES.get(path.suffix.lower())
    if name is None:
        raise InputError(f"{path}: unknown kind of RDF file {path.suffix!r}; known are {', '.join(SUFFIXES)}")
    return FORMATS[name]


def demand_sound(file: BinaryIO, kind: RdfFormat) -> None:
    """Raises SyntaxError, with the line where there is one, for RDF/XML that breaks off or grows without end and for
    JSON-LD nested without end. Reads to the end and goes back to the start.
    """
    if kind == RdfFormat.RDF_XML:
        _demand_well_formed(file)
    elif kind == RdfFormat.JSON_LD:
        _demand_shallow(file.read())
    file.seek(0)


def _demand_well_formed(file: BinaryIO) -> None:
    """Oxigraph takes the end of a file for the end of the XML, and lets entities grow without end; expat does neither.

    Nothing is fetched: expat leaves entities of other files alone.
    """
    try:
        expat.ParserCreate().ParseFile(file)
    except expat.ExpatError as error:
        message = f"line {error.lineno}: {expat.ErrorString(error.code)}"
        raise SyntaxError(message, (None, error.lineno, None, None)) from error


def _demand_shallow(text: bytes) -> None:
    """Oxigraph keeps all that is around a node for each node: twenty thousand levels take all memory there is."""
    # Brackets in strings count as well here: only where there are very many is the JSON read for its own.
    levels = accumulate(1 if bracket in b"[{" else -1 for bracket in text.translate(None, _NO_BRACKETS))
    if max(levels, default=0) <= DEEPEST:
        return
    try:
        if _depth(json.loads(text)) <= DEEPEST:
            return
    except ValueError:
        return  # the parser says what is wrong
    except RecursionError:
        pass
    raise SyntaxError(f"objects and lists are nested more than {DEEPEST} deep")


def _depth(value: object) -> int:
    """How many objects and lists there are around the innermost value."""
    deepest, level = 0, [value]
    while level:
        inner = (v.values() if isinstance(v, dict) else v for v in level if isinstance(v, dict | list))
        level = [each for values in inner for each in values]
        deepest += 1
    return deepest
