"""Many documents read at once, by several processes, and given back in their order.

Each process has an extractor of its own, so the records are those that one process makes. What is no document passes
through in its place. At most a few documents a process are ahead of the one that is given back: memory is bounded.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from kg import lifeline
from kg.errors import InputError
from kg.records import Document, Record

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from kg.config import Settings
    from kg.extract import Extractor

AHEAD: Final = 8
"""The number of documents for each process that are read or finished ahead."""
_NOTHING: Final = object()
_T = TypeVar("_T")


class RecordReader(Protocol):
    """A way to read documents: the record of each, or why there is none, everything else as it came, in order."""

    def read(self, items: Iterable[Document | _T]) -> Iterator[Record | InputError | _T]:
        """Yield the items with a record, or an error, in the place of each document."""


class InThisProcess:
    """Documents read one after another; ``extractor`` is asked for one when the first document comes."""

    def __init__(self, extractor: Callable[[], Extractor]) -> None:
        self._extractor = extractor

    def read(self, items: Iterable[Document | _T]) -> Iterator[Record | InputError | _T]:
        """See :class:`RecordReader`."""
        for item in items:
            if not isinstance(item, Document):
                yield item
                continue
            try:
                record = self._extractor().extract(item)
            except InputError as error:
                yield error
            else:
                yield record


@dataclass(slots=True, eq=False)
class _Slot:
    """An item in its place in the order; ``document`` while it is being read."""

    document: Document | None
    result: object = None


@dataclass(slots=True, eq=False)
class _Worker:
    process: SpawnProcess
    connection: Connection
    slot: _Slot | None = None


class Workers:
    """``number`` processes with the extractor that is set; to be closed, as a context manager, when no more is read.

    A document whose process dies is refused with an error that names it; the process is replaced, the others go on.
    """

    def __init__(self, settings: Settings, number: int) -> None:
        # Each process asks a language model for its part of what may be spent.
        self._settings = replace(settings, llm_budget=-(-settings.llm_budget // number))
        self._number = number
        self._workers: list[_Worker] = []
        self._next: Document | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
            worker.connection.close()
        self._workers = []

    def processes(self) -> list[int]:
        """Return the ids of the current processes."""
        return [worker.process.pid for worker in self._workers if worker.process.pid is not None]

    def read(self, items: Iterable[Document | _T]) -> Iterator[Record | InputError | _T]:
        """See :class:`RecordReader`."""
        source = iter(items)
        order: deque[_Slot] = deque()
        more = True
        while more or order:
            more = more and self._fill(source, order)
            while order and order[0].document is None:
                yield order.popleft().result  # type: ignore[misc]  # an item as it came, a record or an error
            if any(slot.document is not None for slot in order):
                self._collect()

    def _fill(self, source: Iterator[Document | _T], order: deque[_Slot]) -> bool:
        """Store items and give documents to idle processes; return False if no items remain."""
        while len(order) < AHEAD * self._number:
            if self._next is None:
                item = next(source, _NOTHING)
                if item is _NOTHING:
                    return False
                if not isinstance(item, Document):
                    order.append(_Slot(None, item))
                    continue
                self._next = item
            worker = self._idle()
            if worker is None:
                return True
            worker.slot = _Slot(self._next)
            order.append(worker.slot)
            self._next = None
            try:
                worker.connection.send(worker.slot.document)
            except OSError:
                self._bury(worker)
        return True

    def _idle(self) -> _Worker | None:
        for worker in self._workers:
            if worker.slot is None:
                return worker
        if len(self._workers) < self._number:
            self._workers.append(_started(self._settings))
            return self._workers[-1]
        return None

    def _collect(self) -> None:
        """Wait until a process has finished its document, or has died."""
        busy = {worker.connection: worker for worker in self._workers if worker.slot is not None}
        for connection in wait(list(busy)):
            worker = busy[connection]  # type: ignore[index]  # only connections were given
            try:
                result = worker.connection.recv()
            except (EOFError, OSError):
                self._bury(worker)
                continue
            assert worker.slot is not None
            worker.slot.result = InputError(result) if isinstance(result, str) else result
            worker.slot.document = None
            worker.slot = None

    def _bury(self, worker: _Worker) -> None:
        """Refuse the document whose process died; another process is started when one is needed."""
        worker.process.join()
        worker.connection.close()
        self._workers.remove(worker)
        slot = worker.slot
        assert slot is not None
        assert slot.document is not None
        slot.result = InputError(
            f"{slot.document.id}: the process that read it ended {_how(worker.process.exitcode)}; read it alone, "
            "or give fewer --workers, so that each has more memory"
        )
        slot.document = None


def _how(code: int | None) -> str:
    if code is not None and code < 0:
        return f"by signal {signal.Signals(-code).name}"
    return f"with code {code}"


def _started(settings: Settings) -> _Worker:
    """Start a process. It ignores Ctrl-C, because its parent ends it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, settings), daemon=True)
    resource_tracker.ensure_running()  # else it is started with the process, and unblocks the signal too early
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    theirs.close()
    return _Worker(process, ours)


def _work(connection: Connection, settings: Settings) -> None:
    """Send a record, or the text of an error, for each document until the parent stops."""
    from kg.extract import load

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lifeline.watch_parent()
    extractor = load(settings)
    while True:
        try:
            document = connection.recv()
        except EOFError:
            return
        try:
            result: Record | str = extractor.extract(document)
        except InputError as error:
            result = str(error)
        connection.send(result)
