"""Articles that their publishers take back."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import pipeline, readers
from kg.extract.workers import InThisProcess
from kg.readers import Article, Source, Withdrawal
from kg.records import Document, Record, Run
from kg.store import open_store, ownership

BASE = "https://example.org/id/"


class _Nothing:
    """An extractor that finds nothing."""

    name, version = "nothing", "1"

    def extract(self, document: Document) -> Record:
        """A record without statements."""
        return Record(document=document, run=Run(extractor=self.name, version=self.version))


def items(source: Source, format_name: str | None = None) -> list[readers.Item]:
    """``kill`` in the name: the story is taken back; else it is there."""
    del format_name
    if "kill" in source.filename:
        return [Withdrawal(id="story", reason="The agency killed the story.")]
    return [Article(document=Document(id="story", text="Ruritania has opened a border post."))]


def test_killed_story_is_withdrawn_and_not_put_back_by_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kill wins over the story in one build, in either order, and a second build changes nothing."""
    monkeypatch.setattr(readers, "items", items)
    (tmp_path / "b.txt").write_text("x")
    with open_store(str(tmp_path / "store"), create=True) as store:

        def build() -> pipeline.BuildReport:
            reading = InThisProcess(_Nothing)
            return pipeline.build(sorted(tmp_path.glob("*.txt")), store, reading=reading, base=BASE)

        assert build().documents == 1
        (tmp_path / "a-kill.txt").write_text("x")
        report = build()
        assert (report.withdrawn, report.changed) == (1, True)
        assert list(ownership.versions(store).values()) == ["withdrawn"]
        report = build()
        assert (report.withdrawn, report.changed) == (0, False)
