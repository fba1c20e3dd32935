"""A decision that the graph cannot take is nowhere afterwards."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from kg.corrections import lines, log
from kg.corrections.kept import KeptRecords
from kg.corrections.place import passage_at
from kg.corrections.values import Correction, StatementAnchor
from kg.errors import StoreFull
from kg.graph import VersionGraph
from kg.mapper import map_record
from kg.pages.review_desk import ReviewDesk
from kg.store import EmbeddedStore
from kg.validate import read_shapes
from tests.samples import sample

BASE = "https://data.test/id/"


class Full:
    """A writer whose disk is full."""

    def replace(self, graphs: Sequence[VersionGraph]) -> None:
        """Refuse."""
        assert graphs
        raise StoreFull("the disk is full")


def test_decision_that_the_graph_refuses_is_not_in_the_log(tmp_path: Path) -> None:
    """It was answered as refused, so the next start must not bring it."""
    record = sample()
    store = EmbeddedStore.in_memory()
    store.replace([map_record(record, BASE)])
    kept = KeptRecords(tmp_path)
    kept.keep(record)
    desk = ReviewDesk(store, Full(), kept, BASE, read_shapes())
    digits = record.document.sha256[:16]
    claim = record.claims[0]
    made = Correction(
        id=lines.NO_ID,
        at="2026-11-30T12:00:00Z",
        by="Ana",
        kind="accept",
        sha256=record.document.sha256,
        document=record.document.id,
        target=StatementAnchor(side="claim", words=passage_at(record.document.text, claim.content)),
    )
    with pytest.raises(StoreFull):
        desk.decide(digits, desk.sheet(digits).state, [lines.named(made)])
    assert log.read_log(kept.log) == []
