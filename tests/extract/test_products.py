"""The English model's matrix products."""

from __future__ import annotations

import numpy as np
import pytest
from thinc.api import NumpyOps
from threadpoolctl import threadpool_info

from kg.extract.analysis import Analysis
from kg.extract.language import load_model
from kg.extract.products import OneThread, Products, by_numpy

SAID = "The envoy said on Thursday that Velorian troops had left the border, which the minister in Drasno denied."


@pytest.mark.parametrize("turned", [(False, False), (True, False), (False, True), (True, True)])
def test_products_are_those_of_thinc(turned: tuple[bool, bool]) -> None:
    """Either factor turned over or not, in a new array or in one that is given."""
    rows = np.random.default_rng(3).random((5, 5), dtype=np.float32)
    columns = rows[::-1].copy()
    trans1, trans2 = turned
    expected = NumpyOps().gemm(rows, columns, trans1=trans1, trans2=trans2)
    given = np.empty_like(expected)
    assert np.allclose(Products().gemm(rows, columns, trans1=trans1, trans2=trans2), expected)
    assert Products().gemm(rows, columns, out=given, trans1=trans1, trans2=trans2) is given
    assert np.allclose(given, expected)


def test_parse_is_the_one_of_the_model_as_it_comes() -> None:
    """Tags, heads, names: nothing hangs on whose products they are."""
    plain, quick = load_model(), load_model()
    by_numpy(quick)
    read = [
        [(t.tag_, t.head.i, t.dep_, t.lemma_, t.ent_iob_, t.ent_type_) for t in model(SAID)] for model in (plain, quick)
    ]
    assert read[0] == read[1]


def test_every_layer_multiplies_by_numpy() -> None:
    """None is left to the slower products."""
    model = Analysis()._model
    networks = [network for _, pipe in model.pipeline if (network := getattr(pipe, "model", None))]
    layers = [node for network in networks for node in network.walk()]
    assert len(layers) > 10
    assert all(isinstance(node.ops, Products) for node in layers)


def test_one_thread_is_held_only_for_the_parse() -> None:
    """A program that uses ours keeps its own threads."""

    def threads() -> list[int]:
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    before = threads()
    with OneThread()():
        assert threads()
        assert set(threads()) == {1}
    assert threads() == before
