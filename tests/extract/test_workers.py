"""Documents read by several processes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from functools import partial

from kg.config import Settings
from kg.errors import InputError
from kg.extract import load
from kg.extract.workers import InThisProcess, Workers
from kg.records import Document, Record
from tests.extract.test_foreign import ENGLISH, GERMAN

SETTINGS = Settings(extractor="rules")


def documents() -> list[Document | str]:
    """Eight articles of several lengths, one of them in German, with something else between them."""
    texts = [f"{ENGLISH * (1 + 7 * (n % 3))}Minister {n} denied it." for n in range(7)]
    texts.insert(3, GERMAN)
    return [*(Document(id=f"d{n}", text=text) for n, text in enumerate(texts)), "between", "last"]


def test_several_processes_give_the_records_of_one_in_the_same_order() -> None:
    """Errors and what is no document keep their places too."""
    alone = list(InThisProcess(partial(load, SETTINGS)).read(documents()))
    with Workers(SETTINGS, 2) as workers:
        together = list(workers.read(documents()))
    assert len(alone) == 10
    assert isinstance(alone[3], InputError)
    assert [str(x) if isinstance(x, InputError) else x for x in together] == [
        str(x) if isinstance(x, InputError) else x for x in alone
    ]


def test_a_process_that_dies_loses_its_document_only() -> None:
    """The document is named; another process reads the rest."""
    with Workers(SETTINGS, 1) as workers:

        def killing() -> Iterator[Document]:
            for document in documents()[:3]:
                assert isinstance(document, Document)
                yield document
                if document.id == "d0":
                    for worker in workers.processes():
                        os.kill(worker, signal.SIGKILL)

        first, *rest = workers.read(killing())
    assert isinstance(first, InputError)
    assert str(first).startswith("d0: the process that read it ended by signal SIGKILL")
    assert [isinstance(r, Record) and r.document.id for r in rest] == ["d1", "d2"]


def test_nothing_is_started_for_what_is_no_document() -> None:
    """Records of a file need no extractor."""
    with Workers(SETTINGS, 2) as workers:
        assert list(workers.read(["a", "b"])) == ["a", "b"]
        assert workers.processes() == []


def test_leaving_ends_the_processes_in_mid_article() -> None:
    """Nobody is left behind when the reader stops, by an error or by Ctrl-C."""
    with Workers(SETTINGS, 2) as workers:
        next(workers.read(Document(id=f"d{n}", text=ENGLISH * 50) for n in range(9)))
        processes = workers.processes()
    assert len(processes) == 2
    until = time.monotonic() + 60
    while any(_alive(process) for process in processes):
        assert time.monotonic() < until
        time.sleep(0.05)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
