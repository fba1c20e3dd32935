"""Read-only rdflib view of a store: writes through rdflib would bypass revisions and listeners."""

from __future__ import annotations

from typing import Any, NoReturn

from oxrdflib import OxigraphStore
from pyoxigraph import Store
from rdflib import Dataset

from kg.errors import StoreError


class _ReadOnly(OxigraphStore):
    def add_graph(self, graph: object) -> None:
        """Do nothing: rdflib calls this for every graph that is read."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise StoreError("this graph is for reading; copy its quads into a Dataset of your own to change them")

    add = addN = remove = remove_graph = update = _refuse  # noqa: N815  # rdflib's names


def dataset(store: Store) -> Dataset:
    """Return the quads as a ``Dataset``. A ``Graph`` would drop or mix the graphs that separate claims.

    The default graph of the dataset is the default graph alone: facts, and the attribution of claims.
    """
    return Dataset(store=_ReadOnly(store=store), default_union=False)
