"""Each example of a shape gives exactly what it says: the good ones nothing, the bad ones what they name."""

from __future__ import annotations

import pytest
from pyoxigraph import Triple

from kg.validate import read_shapes
from tests.shapes.examples import Example, examples, fired


@pytest.fixture(scope="module")
def shapes() -> tuple[Triple, ...]:
    """Our shapes."""
    return read_shapes()


@pytest.mark.parametrize("example", examples(), ids=str)
def test_example_fires_exactly_what_it_names(example: Example, shapes: tuple[Triple, ...]) -> None:
    """No constraint stays silent, and none fires besides."""
    assert bool(example.expected) != example.is_good, "a bad example names what must fire, a good one nothing"
    assert fired(example.quads, shapes) == example.expected
