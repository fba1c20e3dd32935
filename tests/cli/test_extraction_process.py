"""The process that reads pasted texts: it answers, it is stopped in time, and it is replaced when it dies."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.cli.extraction_process import ProcessReader
from kg.cli.serve import _reader
from kg.config import Settings
from kg.errors import InputError, ReadingStopped

TEXT = "Talks in Ruritania\n\nForeign minister Anna Kovac said on Tuesday that Sylvania had attacked a border post.\n"
LONG = "The minister said that talks had failed. He denied that Ruritania attacked Sylvania. " * 100


@pytest.fixture(scope="module")
def reader() -> Iterator[ProcessReader]:
    """A reader by the rules; it has been told that texts will come."""
    with ProcessReader(Settings(extractor="rules", base="https://data.test/id/")) as opened:
        opened.prepare()
        yield opened
    assert opened.process is None


def is_gone(process: int) -> bool:
    """True where no such process runs any more."""
    return not Path(f"/proc/{process}").exists()


def test_text_is_read_in_another_process_which_is_kept(reader: ProcessReader) -> None:
    """The record and the graph come back; the next text goes to the same process."""
    tried = reader(TEXT, "2025-04-03")
    assert tried.findings == ()
    assert '"speech_act":"say"' in tried.record
    assert any("2025-04-01" in str(quad.object) for quad in tried.graph.quads)
    process = reader.process
    assert process not in (None, os.getpid())
    assert reader(TEXT).graph.version == tried.graph.version
    assert reader.process == process


def test_day_that_is_none_is_the_senders_mistake(reader: ProcessReader) -> None:
    """It is told, and the process goes on."""
    with pytest.raises(InputError, match="not a date such as 2025-04-03"):
        reader(TEXT, "last week")
    assert reader(TEXT).graph.quads


def test_address_is_no_text(reader: ProcessReader) -> None:
    """Pasted alone it is refused with the way to have it fetched, and never becomes a fact."""
    with pytest.raises(InputError, match="is an address and no text"):
        reader("https://paper.example/world/border\n")


def test_text_in_another_language_is_refused_in_words(reader: ProcessReader) -> None:
    """The sender is told which language it is, without a name that nobody gave the text."""
    with pytest.raises(InputError, match=r"^the text is in Arabic"):
        reader("قال الوزير إن المفاوضات مستمرة منذ أسبوع وإن الجانبين اتفقا على لقاء آخر في الشهر المقبل")


def test_texts_are_read_unless_that_is_switched_off() -> None:
    """The setting decides whether there is a reader at all; none is started before a text comes."""
    assert _reader(Settings(try_text=False)) is None
    reader = _reader(Settings())
    assert reader is not None
    assert reader.process is None


def test_process_that_dies_is_replaced(reader: ProcessReader) -> None:
    """Who had sent the text is told, and the next text is read."""
    reader(TEXT)
    process = reader.process
    assert process is not None
    os.kill(process, signal.SIGKILL)
    with pytest.raises(ReadingStopped, match="broke off"):
        reader(TEXT)
    assert reader(TEXT).graph.quads
    assert reader.process != process


def test_text_that_takes_too_long_is_stopped_for_good(reader: ProcessReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process is gone within the time, and who waited for it is told at once."""
    reader(TEXT)
    process = reader.process
    assert process is not None
    monkeypatch.setattr(reader, "_seconds", 0.2)
    started = time.monotonic()
    with pytest.raises(ReadingStopped, match="were not enough for it"):
        reader(LONG)
    assert time.monotonic() - started < 5
    assert is_gone(process)
    assert reader.process is None


def test_third_text_at_a_time_is_sent_away_at_once(reader: ProcessReader) -> None:
    """One is read and one waits: no more requests than that are ever held up."""
    reader(TEXT)
    results: list[object] = []
    threads = [threading.Thread(target=lambda: results.append(reader(LONG))) for _ in range(2)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 60
    while reader._places._value and time.monotonic() < until:  # both are in
        time.sleep(0.01)
    with pytest.raises(ReadingStopped, match="Other texts are being read now"):
        reader(TEXT)
    for thread in threads:
        thread.join()
    assert len(results) == 2


def test_extractor_that_there_is_none_of_is_named() -> None:
    """The process says why it cannot start, and is gone."""
    with ProcessReader(Settings(extractor="guess")) as opened:
        with pytest.raises(ReadingStopped, match="no extractor 'guess'"):
            opened(TEXT)
        assert opened.process is None
