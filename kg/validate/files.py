"""Reading of RDF files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Quad, parse

from kg.errors import InputError
from kg.limits import LIMIT
from kg.rdffiles import demand_sound, format_of
from kg.rdfinput import plain


def read_quads(path: Path) -> Iterator[Quad]:
    """Yield the quads of an RDF file in order. The ending of its name selects the format.

    The file's address is the base of relative IRIs. Blank nodes are renamed, so that two files never share one. A
    byte-order mark is skipped, and a compressed file is decompressed. Nothing is fetched: a JSON-LD file with a remote
    ``@context`` is refused.

    Raises:
        InputError: The file is missing, has an unknown ending, or does not parse. The message has the line if the
            parser knows it.
    """
    kind = format_of(path)
    if not path.is_file():
        raise InputError(f"{path}: {'is not a file' if path.exists() else 'there is no such file'}")
    try:
        with plain(path) as unpacked, unpacked.open("rb") as file:
            demand_sound(file, kind)
            yield from parse(file, format=kind, base_iri=path.resolve().as_uri(), rename_blank_nodes=True)
    except SyntaxError as error:
        where = path if error.lineno is None else f"{path}:{error.lineno}"
        raise InputError(f"{where}: this is not {kind.name}: {error.msg}") from error
    except MemoryError as error:
        raise InputError(f"{path}: a statement is longer than the {LIMIT} that one may have") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
