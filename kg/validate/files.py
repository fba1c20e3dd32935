"""RDF files in, quads out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, RdfFormat, parse

from kg.errors import InputError

FORMATS: Final = {
    ".ttl": RdfFormat.TURTLE,
    ".trig": RdfFormat.TRIG,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".jsonld": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
}
"""The format that a file's ending stands for."""


def read_quads(path: Path) -> Iterator[Quad]:
    """The quads of the RDF file ``path``, in its order; the ending of its name says the format.

    The file's own place is the base of relative IRIs, blank nodes are renamed so that two files never share one.
    Nothing is fetched: a JSON-LD file with a remote ``@context`` is refused. Raises
    :class:`~kg.errors.InputError`, with the line where the parser knows it, for a file that is not there, whose
    ending is unknown, or that is no RDF of that format.
    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise InputError(f"{path}: unknown kind of RDF file; the name must end in {', '.join(sorted(FORMATS))}")
    try:
        with path.open("rb") as file:
            yield from parse(
                file,
                format=kind,
                base_iri=path.resolve().as_uri(),
                rename_blank_nodes=True,
            )
    except SyntaxError as error:
        where = path if error.lineno is None else f"{path}:{error.lineno}"
        raise InputError(f"{where}: this is not {kind.name}: {error.msg}") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
