"""Values that many tests start from."""

from __future__ import annotations

import os

import pytest

from kg.records import Record
from tests.samples import sample

# Tests that compare IRIs start commands in processes of their own: a base is configured for all of them.
os.environ.setdefault("KG_BASE", "https://w3id.org/claimgraph/id/")


@pytest.fixture
def record() -> Record:
    """A small record with every kind of thing in it."""
    return sample()
