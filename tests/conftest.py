"""Values that many tests start from."""

from __future__ import annotations

import pytest

from kg.records import Record
from tests.samples import sample


@pytest.fixture
def record() -> Record:
    """A small record with every kind of thing in it."""
    return sample()
