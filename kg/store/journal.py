"""Journal for changes that Oxigraph cannot make in one transaction: a change is recorded first and made afterwards.

Only changes that remove quads with blank nodes need it. SPARQL cannot name an existing blank node, and each of the
engine's other calls is a transaction of its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize

from kg import nquads

_FILE = "claimgraph.journal"
_ON, _BACK = "on", "no"
"""Whether to make the change or to undo it.

Both marks have one length, so that a full disk accepts the second too.
"""


def change(store: Store, folder: Path | None, removed: set[Quad], added: set[Quad], dropped: Iterable[str]) -> None:
    """Make a change step by step. After a crash :func:`finish` repeats it, which is harmless.

    Args:
        store: The store.
        folder: The folder of the store; None for a store in memory.
        removed: The quads to remove.
        added: The quads to add.
        dropped: The named graphs to drop.

    Raises:
        OSError: The change failed and will be undone.
    """
    if folder is None:
        _apply(store, removed, added, dropped)
        return
    _write(folder / _FILE, removed, added, dropped)
    try:
        _apply(store, removed, added, dropped)
        store.flush()
    except OSError:
        _turn_back(folder / _FILE)
        raise
    (folder / _FILE).unlink()


def finish(store: Store, folder: Path) -> None:
    """Complete the change that a crash interrupted, if any. Call this when the store is opened.

    Args:
        store: The store.
        folder: The folder of the store.
    """
    if is_unfinished(folder):
        path = folder / _FILE
        about, _, quads = path.read_bytes().partition(b"\n")
        length, dropped, *how = json.loads(about)
        parts = quads[:length], quads[length:]
        removed, added = (set(nquads.read(part)) for part in parts)
        if how == [_BACK]:
            _apply(store, added, removed, ())
        else:
            _apply(store, removed, added, dropped)
        store.flush()
        path.unlink()


def is_unfinished(folder: Path) -> bool:
    """Return whether a crash interrupted a change, so that the store is incomplete."""
    return (folder / _FILE).is_file()


def _apply(store: Store, removed: set[Quad], added: set[Quad], dropped: Iterable[str]) -> None:
    for quad in removed:
        store.remove(quad)
    for name in dropped:
        store.remove_graph(NamedNode(name))
    store.extend(added)


def _turn_back(path: Path) -> None:
    """Mark a failed change, so that :func:`finish` undoes it."""
    with path.open("r+b") as file:
        about = file.readline()
        file.seek(0)
        file.write(about.replace(json.dumps(_ON).encode() + b"]", json.dumps(_BACK).encode() + b"]"))
        file.flush()
        os.fsync(file.fileno())


def _write(path: Path, removed: set[Quad], added: set[Quad], dropped: Iterable[str]) -> None:
    parts = [serialize(quads, format=RdfFormat.N_QUADS) or b"" for quads in (removed, added)]
    about = json.dumps([len(parts[0]), list(dropped), _ON]).encode()
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        file.write(b"\n".join((about, b"".join(parts))))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
