"""A change that Oxigraph cannot make in one transaction, made whole all the same: written down before, done after.

Only a change of quads with blank nodes that is more than putting some in needs it: SPARQL has no way to name a blank
node that is there, and the engine's other calls make one step each.
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
"""Whether the change is to be made or taken back: of one length, so that a full disk takes the second, too."""


def change(store: Store, folder: Path | None, removed: set[Quad], added: set[Quad], dropped: Iterable[str]) -> None:
    """Make the change step by step. After a crash :func:`finish` makes it again, which changes nothing it has done."""
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
    """Make the change that a crash left unfinished, if any. To be called when the store is opened."""
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
    """True where a crash left a change unfinished: the store in the folder is not what it should be."""
    return (folder / _FILE).is_file()


def _apply(store: Store, removed: set[Quad], added: set[Quad], dropped: Iterable[str]) -> None:
    for quad in removed:
        store.remove(quad)
    for name in dropped:
        store.remove_graph(NamedNode(name))
    store.extend(added)


def _turn_back(path: Path) -> None:
    """Have :func:`finish` take back what was made of a change that failed."""
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
