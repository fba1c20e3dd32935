"""Loading of RDF files into a store."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

from kg import inputfile
from kg.errors import InputError
from kg.limits import LIMIT, LONGEST_STATEMENT, MOST_BYTES_EACH
from kg.nquads import is_too_long
from kg.rdffiles import demand_sound
from kg.term_depth import may_be_deep

_LONGEST_LINE: Final = LONGEST_STATEMENT // MOST_BYTES_EACH
"""Largest line in bytes that the engine reads itself.

A longer one may exceed the limit when it is serialized again.
"""


def survey(path: Path, rdf_format: RdfFormat) -> tuple[int, bool]:
    """Count the quads of a file, and find out whether any has a blank node.

    Args:
        path: The file.
        rdf_format: Its format.

    Raises:
        InputError: The file cannot be read or is not in that format.
    """
    count, blank = 0, False
    try:
        with inputfile.opened(path) as file:
            demand_sound(file, rdf_format)
        for quad in parse(path=str(path), format=rdf_format):
            count += 1
            if is_too_long(quad):
                raise InputError(f"{path}: statement {count:,} is longer than the {LIMIT} that one may have")
            blank = blank or any(isinstance(t, BlankNode) for t in (quad.subject, quad.object, quad.graph_name))
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{path}: {error}") from error
    except MemoryError as error:
        raise InputError(f"{path}: a statement is longer than the {LIMIT} that one may have") from error
    except OSError as error:
        raise _unreadable(path, error) from error
    return count, blank


def demand_short(quads: Iterable[Quad]) -> None:
    """Refuse quads that are longer than readers of the store accept.

    Raises:
        InputError: A quad is too long; the message names its subject and predicate.
    """
    for quad in quads:
        if is_too_long(quad):
            raise InputError(
                f"{quad.subject} {quad.predicate}: this statement is longer than the {LIMIT} that one may have"
            )


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(f"{path}: cannot be read: {error.strerror or error}")


def plain_lines(path: Path, rdf_format: RdfFormat) -> int | None:
    """Count the statements of a file with one statement a line and without blank nodes.

    The engine can read such a file directly, because no part of it must change. The lines are not validated.

    Args:
        path: The file.
        rdf_format: Its format.

    Returns:
        The number of statements; None for any other file.

    Raises:
        InputError: The file cannot be read.
    """
    if rdf_format not in (RdfFormat.N_QUADS, RdfFormat.N_TRIPLES):
        return None
    count = 0
    try:
        with inputfile.opened(path) as file:
            while line := file.readline(_LONGEST_LINE + 1):
                if b"_:" in line or b"\r" in line.rstrip():  # a carriage return ends a line too
                    return None
                if may_be_deep(line):
                    return None
                if len(line) > _LONGEST_LINE:
                    return None
                count += line.lstrip(b" \t").startswith(b"<")
    except OSError as error:
        raise _unreadable(path, error) from error
    return count


def skolemised(quad: Quad, base: str) -> Quad:
    """Replace blank nodes by IRIs (RDF 1.1 Concepts, 3.5), so that no blank node reaches the store.

    Args:
        quad: The quad.
        base: The base of the IRIs.
    """
    terms = [quad.subject, quad.predicate, quad.object, quad.graph_name]
    if not any(isinstance(term, BlankNode) for term in terms):
        return quad
    return Quad(*(NamedNode(f"{base}.well-known/genid/{t.value}") if isinstance(t, BlankNode) else t for t in terms))  # type: ignore[arg-type]
