"""RDF files in, quads out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from xml.parsers import expat

from pyoxigraph import Quad, RdfFormat, parse

from kg.errors import InputError
from kg.rdffiles import format_of

DEEPEST = 1000
"""How deep objects and lists of JSON-LD may be nested."""

_MARK = b"\xef\xbb\xbf"
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def read_quads(path: Path) -> Iterator[Quad]:
    """The quads of the RDF file ``path``, in its order; the ending of its name says the format.

    The file's own place is the base of relative IRIs, blank nodes are renamed so that two files never share one.
    A byte order mark is no part of the text. Nothing is fetched: a JSON-LD file with a remote ``@context`` is refused.
    Raises :class:`~kg.errors.InputError`, with the line where the parser knows it, for a file that is not there, whose
    ending is unknown, or that is no RDF of that format.
    """
    kind = format_of(path)
    if not path.is_file():
        raise InputError(f"{path}: {'is not a file' if path.exists() else 'there is no such file'}")
    try:
        if kind == RdfFormat.RDF_XML:
            _demand_well_formed(path)
        elif kind == RdfFormat.JSON_LD:
            _demand_shallow(path)
        with path.open("rb") as file:
            if file.read(len(_MARK)) != _MARK:
                file.seek(0)
            yield from parse(file, format=kind, base_iri=path.resolve().as_uri(), rename_blank_nodes=True)
    except SyntaxError as error:
        where = path if error.lineno is None else f"{path}:{error.lineno}"
        raise InputError(f"{where}: this is not {kind.name}: {error.msg}") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error


def _demand_well_formed(path: Path) -> None:
    """Oxigraph takes the end of a file for the end of the XML, and lets entities grow without end; expat does neither.

    Nothing is fetched: expat leaves entities of other files alone.
    """
    reader = expat.ParserCreate()
    try:
        with path.open("rb") as file:
            reader.ParseFile(file)
    except expat.ExpatError as error:
        raise InputError(f"{path}:{error.lineno}: this is not RDF/XML: {expat.ErrorString(error.code)}") from error


def _demand_shallow(path: Path) -> None:
    """Oxigraph keeps all that is around a node for each node: twenty thousand levels take all memory there is."""
    text = path.read_bytes()
    # Brackets in strings count as well here: only where there are very many is the JSON read for its own.
    levels = accumulate(1 if bracket in b"[{" else -1 for bracket in text.translate(None, _NO_BRACKETS))
    if max(levels, default=0) <= DEEPEST:
        return
    try:
        if _depth(json.loads(text)) <= DEEPEST:
            return
    except ValueError:
        return
    except RecursionError:
        pass
    raise InputError(f"{path}: objects and lists are nested more than {DEEPEST} deep")


def _depth(value: object) -> int:
    """How many objects and lists there are around the innermost value."""
    deepest, level = 0, [value]
    while level:
        inner = (v.values() if isinstance(v, dict) else v for v in level if isinstance(v, dict | list))
        level = [each for values in inner for each in values]
        deepest += 1
    return deepest
