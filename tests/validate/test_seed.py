"""The shapes on the graph of the seed article."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Triple

from kg import mapper, pipeline, vocab
from kg.config import Settings
from kg.extract import EXTRACTORS
from kg.extract.workers import InThisProcess
from kg.validate import pyshacl_engine, read_shapes
from kg.validate.merged_graph import placed
from tests.shapes.examples import untargeted
from tests.shapes.spoil import world

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture(scope="module")
def seed() -> tuple[Triple, ...]:
    """The seed article's graph, as it is validated."""
    outcomes = list(pipeline.read_records([SEEDS], InThisProcess(cache(lambda: EXTRACTORS["rules"](Settings())))))
    assert [outcome.refused for outcome in outcomes] == [()]
    records = [record for outcome in outcomes for record in outcome.records]
    return tuple(placed(quad for record in records for quad in mapper.map_record(record).quads))


@pytest.fixture(scope="module")
def shapes() -> tuple[Triple, ...]:
    """Our shapes."""
    return read_shapes()


def test_the_seed_conforms_in_under_four_seconds(seed: tuple[Triple, ...], shapes: tuple[Triple, ...]) -> None:
    """With the reference engine, which is the slow one; four seconds of its own time."""
    assert len(seed) > 1000
    before = time.process_time()
    report = pyshacl_engine.run(seed, shapes)
    assert time.process_time() - before < 4
    assert report.findings == ()


def test_no_shape_is_silent_for_want_of_something_to_look_at(
    seed: tuple[Triple, ...], shapes: tuple[Triple, ...]
) -> None:
    """The seed has neither a denial nor a link; the made-up article of the examples has. Agreements and conflicts are
    classes of the same shape as every other entity; nothing of a good graph is in a named graph alone.
    """
    assert untargeted(shapes, {*seed, *placed(world())}) <= {vocab.AGREEMENT, vocab.CONFLICT, vocab.ONLY_IN}
    assert vocab.CLAIM not in untargeted(shapes, set(seed))
    assert vocab.CLAIM in untargeted(shapes, set())
