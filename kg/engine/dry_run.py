"""Parsing and trial of writes in a worker, because a text that crashes the parser must not reach the writer."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import MappingProxyType
from typing import Final, TypeAlias

from pyoxigraph import RdfFormat, Store, parse, serialize

from kg.engine.evaluate import reads_as_keyword, unsecured
from kg.engine.quad_diff import Effect
from kg.engine.query import Update, Upload
from kg.errors import InputError, QueryError, QueryTooLarge, ServiceRefused, UpdateFailed
from kg.limits import LIMIT, LONGEST_STATEMENT
from kg.nquads import is_too_long
from kg.rdffiles import demand_sound
from kg.syntax import explained
from kg.term_depth import TOO_DEEP, is_deep, is_deep_query, may_be_deep

FindEffect: TypeAlias = Callable[[Update], Effect]

_FORMATS: Final = MappingProxyType(
    {
        "turtle": RdfFormat.TURTLE,
        "ntriples": RdfFormat.N_TRIPLES,
        "nquads": RdfFormat.N_QUADS,
        "trig": RdfFormat.TRIG,
        "n3": RdfFormat.N3,
        "jsonld": RdfFormat.JSON_LD,
        "rdfxml": RdfFormat.RDF_XML,
    }
)


def rehearse(find: FindEffect, update: Update) -> bytes:
    """Return the serialized Effect of an update that ``find`` tries without changing the graph for others.

    The copy is discarded with the worker. SILENT forms of SERVICE and LOAD have no effect here, because a worker
    reaches no server.

    Args:
        find: Finds the effect of an update on the worker's copy.
        update: The update to try.

    Raises:
        QueryError: The update does not parse.
        UpdateFailed: The update cannot be applied to this graph.
        ServiceRefused: The update uses SERVICE or LOAD.
        QueryTooLarge: The update exceeds a limit.
    """
    if is_deep_query(update.text):
        raise QueryError(TOO_DEEP)
    for word in ("service", "load"):
        is_asked = reads_as_keyword(word, update.text, lambda text: _parses(text, update.base), silent=True)
        if is_asked and _parses(update.text, update.base):
            raise ServiceRefused(
                f"{word.upper()} is refused: only servers that the operator allows (--allow-host) are queried, and "
                "only by an update that can be taken apart"
            )
    try:
        effect = find(update)
    except MemoryError as error:
        raise QueryTooLarge("the update needs more memory than it may take (--max-memory); make several") from error
    except (SyntaxError, ValueError) as error:
        raise QueryError(explained(update.text, str(error), is_update=True)) from error
    except (OSError, RuntimeError) as error:
        raise UpdateFailed(f"the update failed: {error}") from error
    if any(map(is_too_long, effect.added)):
        raise QueryTooLarge(
            f"a statement that it makes is longer than the {LIMIT} that one may have; write shorter ones"
        )
    return _shallow(effect.to_bytes(), QueryError)


def read(upload: Upload) -> bytes:
    """Parse an RDF text and return its quads as N-Quads.

    Raises:
        InputError: The text does not parse.
        QueryTooLarge: The text exceeds the memory limit.
    """
    try:
        file, kind = io.BytesIO(upload.data), _FORMATS[upload.format]
        demand_sound(file, kind)
        quads = parse(file, kind, base_iri=upload.base, rename_blank_nodes=True)
        lines = serialize(quads, format=RdfFormat.N_QUADS) or b""
        if len(lines) > LONGEST_STATEMENT and max(map(len, lines.split(b"\n"))) > LONGEST_STATEMENT:
            raise InputError(f"a statement is longer than the {LIMIT} that one may have")
    except MemoryError as error:
        raise QueryTooLarge("the text needs more memory than it may take (--max-memory); send it in several") from error
    except (SyntaxError, ValueError) as error:
        raise InputError(str(error)) from error
    return _shallow(lines, InputError)


def _shallow(quads: bytes, error: type[InputError]) -> bytes:
    """Return the N-Quads, or raise ``error`` if a term is nested too deep.

    Deep nesting crashes a parser, and every process with the graph would have to parse the quads.
    """
    if may_be_deep(quads) and any(may_be_deep(line) and is_deep(line) for line in quads.splitlines()):
        raise error(TOO_DEEP)
    return quads


def _parses(text: str, base: str | None) -> bool:
    try:
        Store().update(unsecured(text), base_iri=base)
    except (SyntaxError, ValueError):
        return False
    except (OSError, RuntimeError):
        return True  # the text parsed; only the requested data is unavailable
    return True
