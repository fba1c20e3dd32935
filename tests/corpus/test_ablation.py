"""Leaving rules out: what the networks say is read once for all rules, and changes nothing."""

from collections.abc import Sequence

import pytest

from corpus.ablation import OnceReading, Readings, extracted
from kg.config import Settings
from kg.extract.event_model import EventReading
from kg.extract.trained import TrainedExtractor
from kg.records import Document, Spans

TEXT = "Syria accused Turkey on Monday of breaking the truce. “We will answer,” said Ann Lee, adding that talks failed."


def test_kept_readings_give_the_same_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record made of kept readings is the extractor's own, and no network is asked a second time."""
    asked: list[str] = []
    named = TrainedExtractor.named

    def counted(self: TrainedExtractor, text: str, claims: Sequence[tuple[Spans, Spans]]) -> EventReading:
        asked.append(text)
        return named(self, text, claims)

    document = Document(id="a", text=TEXT)
    plain = TrainedExtractor(gate=Settings().gate).extract(document)
    monkeypatch.setattr(TrainedExtractor, "named", counted)
    readings = Readings()
    assert OnceReading(readings, frozenset()).extract(document) == plain
    assert OnceReading(readings, frozenset()).extract(document) == plain
    (left,) = extracted([plain], frozenset(claim.rule for claim in plain.claims), readings)
    assert {claim.rule for claim in left.claims} <= {f"model:{TrainedExtractor(gate=Settings().gate).version}"}
    assert len(asked) == 1
