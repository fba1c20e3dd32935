"""What is to be written is first tried in a worker: a text that crashes the parser must not reach the writer."""

from __future__ import annotations

import io
from types import MappingProxyType
from typing import Final

from pyoxigraph import RdfFormat, Store, parse, serialize

from kg.engine.evaluate import reads_as_keyword, unsecured
from kg.engine.quad_diff import Past, effect_of
from kg.engine.query import Update, Upload
from kg.errors import InputError, QueryError, QueryTooLarge, ServiceRefused, UpdateFailed
from kg.limits import LIMIT, LONGEST_STATEMENT
from kg.nquads import is_too_long
from kg.rdffiles import demand_sound
from kg.syntax import explained
from kg.term_depth import TOO_DEEP, is_deep, is_deep_query, may_be_deep

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


def rehearse(store: Store, update: Update, past: Past) -> bytes:
    """What the update changes, as an Effect goes over the wire: it is made in ``store``, this worker's own copy,
    which is thrown away with it.

    Raises QueryError with the parser's message, UpdateFailed where it cannot be made of this graph, ServiceRefused for
    SERVICE and LOAD, QueryTooLarge. With SILENT these two do nothing: a worker reaches no server.
    """
    if is_deep_query(update.text):
        raise QueryError(TOO_DEEP)
    for word in ("service", "load"):
        is_asked = reads_as_keyword(word, update.text, lambda text: _parses(text, update.base), silent=True)
        if is_asked and _parses(update.text, update.base):
            raise ServiceRefused(
                f"{word.upper()} is refused: no server is asked but those that the operator allows (--allow-host), and "
                "by an update that can be taken apart"
            )
    try:
        effect = effect_of(store, update.text, lambda: store.update(update.text, base_iri=update.base), past)
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
    """The quads of an RDF text, as N-Quads. Raises InputError with the parser's message, QueryTooLarge."""
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
    """The same N-Quads. Raises that error where terms are nested deep: that crashes a parser, and every process that
    holds the graph would have to parse it.
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
        return True  # it was understood; what it asks for could not be had
    return True
