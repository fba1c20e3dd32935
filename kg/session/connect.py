"""Opening of a session on a store on disk, a dump, or a SPARQL endpoint."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from kg import oldterms, rdffiles, rdfinput
from kg.errors import StoreError
from kg.iri import EXAMPLE_BASE
from kg.session.session import Session
from kg.store import AnyStore, EmbeddedStore, reading


def open_session(place: str | os.PathLike[str]) -> Session:
    """Open a read-only session.

    Args:
        place: A store's folder, an RDF file, or the ``http(s)://`` URL of a SPARQL endpoint.

    Raises:
        StoreError: There is no store, or it does not answer.
        StoreLocked: A process has the folder open for writing.
        InputError: The file does not parse in the format of its ending.
    """
    closing = contextlib.ExitStack()
    return Session(_opened(os.fspath(place), closing), os.fspath(place), closing)


def _opened(place: str, closing: contextlib.ExitStack) -> AnyStore:
    path = Path(place)
    if path.is_file():
        store = closing.enter_context(EmbeddedStore.in_memory())
        rdf_format = rdffiles.format_of(path)
        with (
            rdfinput.plain(path) as plain,
            oldterms.mapped(plain, rdf_format, EXAMPLE_BASE) as (current, kind, _),
        ):
            store.load(current, kind, EXAMPLE_BASE)
        return store
    if "://" not in place and not path.exists():
        raise StoreError(f"{path}: no such store or dump; make a store with: kg build PATH... --store {path}")
    return closing.enter_context(reading(place))
