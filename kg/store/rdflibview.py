"""A store seen through rdflib, for reading: what rdflib wrote would be no revision, and nobody would be told."""

from __future__ import annotations

from typing import Any, NoReturn

from oxrdflib import OxigraphStore
from pyoxigraph import Store
from rdflib import Dataset

from kg.errors import StoreError


class _ReadOnly(OxigraphStore):
    def add_graph(self, graph: object) -> None:
        """Nothing: rdflib calls it for every graph that is looked at."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise StoreError("this graph is for reading; copy its quads into a Dataset of your own to change them")

    add = addN = remove = remove_graph = update = _refuse  # noqa: N815  # rdflib's names


def dataset(store: Store) -> Dataset:
    """The quads as a ``Dataset``, never a ``Graph``, which would drop or mix the graphs that keep claims apart.

    Its default graph is the default graph alone: facts, and who said what.
    """
    return Dataset(store=_ReadOnly(store=store), default_union=False)
