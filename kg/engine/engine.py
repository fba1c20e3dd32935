"""The engine: takes a query, has a worker answer it, and kills the worker when it must."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Protocol

from kg.engine.answer import Answer
from kg.engine.cache import Cache
from kg.engine.fork_server_client import Image, Worker
from kg.engine.framing import TABLE, UPDATE, UPLOAD, Gone
from kg.engine.limits import Limits
from kg.engine.pipelining import Lanes, Loop
from kg.engine.quad_diff import Effect
from kg.engine.query import Query, Table, Update, Upload
from kg.engine.request_reply import Exchange
from kg.errors import EngineBusy, KgError
from kg.graph import Change

_log = logging.getLogger(__name__)


class Source(Protocol):
    """A store whose graph the engine answers from."""

    @property
    def revision(self) -> int:
        """Two equal revisions are the same graph."""

    def write_quads(self, output: IO[bytes]) -> None:
        """Write every quad as N-Quads."""

    def watch(self, listener: Callable[[Change], None]) -> None:
        """Have ``listener`` called after every write, before the write is acknowledged."""


class Engine:
    """Query workers over an in-memory image of a store.

    ``answer`` may be called by many threads. Close it, or use it as a context manager, to end its processes.
    """

    def __init__(self, source: Source, limits: Limits | None = None) -> None:
        self._source = source
        self._limits = limits or Limits()
        self._cache = Cache(self._limits.cache)
        self._pool = threading.Condition()
        self._idle: list[Worker] = []
        self._leaving: deque[Worker] = deque()
        """Those of a revision before, until the keeper has dropped them."""
        self._images: list[Image] = []
        self._busy = 0
        self._closed = False
        self._counts: Counter[str] = Counter()
        self._writing = threading.RLock()
        self._keeper = ThreadPoolExecutor(1, "engine-keeper")
        self._renewer = ThreadPoolExecutor(1, "engine-renewer")
        self._missed: list[tuple[Effect, int]] | None = None
        """What was written since the next image began to be loaded; None while none is."""
        with self._writing:
            source.watch(self._take_over)
            self._image = self._load()
            self._images.append(self._image)
        self._keep_spares()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the image process and all workers; answers still being read end with an error."""
        self._closed = True
        self._keeper.shutdown(cancel_futures=True)
        self._renewer.shutdown(cancel_futures=True)
        for worker in (*self._let_idle_go(), *self._leaving):
            worker.channel.close()
        for image in self._images:
            image.close()

    @property
    def revision(self) -> int:
        """Of the graph that is asked now."""
        return self._image.revision

    @property
    def deadline(self) -> float:
        """How many seconds a query may take."""
        return self._limits.deadline

    def counts(self) -> dict[str, int]:
        """How many queries ended how: ``answered``, ``cached``, an error's name; the ``rows`` that
        workers have written; and workers ``replaced``.
        """
        return dict(self._counts)

    def answer(self, query: Query, *, deadline: float | None = None, gone: Callable[[], bool] | None = None) -> Answer:
        """The results, written. ``deadline`` (seconds) can only shorten the engine's own; ``gone`` is asked now and
        then whether the client has left.

        Raises QueryError (with the parser's message, or for a text that crashes it), ServiceRefused, QueryTimeout,
        QueryTooLarge, EngineBusy; and Gone when the client is.
        """
        return self.kept(query) or self.finish(query, lambda query: self._exchange(deadline, gone).ask(query))

    def lanes(self, loop: Loop) -> Lanes:
        """The same for who must not wait: an event loop, which asks many queries at a time."""
        return Lanes(loop, self)

    def kept(self, query: Query) -> Answer | None:
        """An answer that was given before."""
        kept = self._cache.get(self.revision, query)
        if kept is not None:
            self._count("cached")
        return kept

    def finish(self, query: Query, read: Callable[[Query], Answer]) -> Answer:
        """The answer that ``read`` waits for, counted and kept. Raises what it raises."""
        try:
            answer = read(query)
        except (KgError, Gone) as error:
            self.ended(query, error)
            raise
        self.ended(query, answer)
        return answer

    def ended(self, query: Query, outcome: Answer | KgError | Gone, rows: int = 0, *, is_dear: bool = True) -> None:
        """Count what has become of a query and the rows it has, and keep an answer that is ``is_dear``: the others are
        made again as fast as they are found.
        """
        if isinstance(outcome, Answer):
            self._count("answered", rows)
            if is_dear:
                self._cache.put(query, outcome)
        else:
            self._count(type(outcome).__name__, rows)

    def rehearse(
        self, update: Update, *, deadline: float | None = None, gone: Callable[[], bool] | None = None
    ) -> Effect:
        """What an update would change, found by making it in a copy of the graph that is then thrown away: nothing is
        written. It is made within a query's time and memory, and asks no other server.

        Raises what :meth:`answer` raises; ServiceRefused for LOAD too.
        """
        return Effect.from_bytes(self._have_done(UPDATE, update.to_bytes(), gone, deadline))

    def read(self, upload: Upload, *, deadline: float | None = None, gone: Callable[[], bool] | None = None) -> bytes:
        """The quads of an RDF text from outside, as N-Quads that any process can parse without danger.

        Raises InputError with the parser's message, and what :meth:`answer` raises.
        """
        return self._have_done(UPLOAD, upload.to_bytes(), gone, deadline)

    def values(self, table: Table, *, deadline: float | None = None, gone: Callable[[], bool] | None = None) -> str:
        """Another server's results as a VALUES clause. Raises InputError for what is no such results, and what
        :meth:`answer` raises.
        """
        return self._have_done(TABLE, table.to_bytes(), gone, deadline).decode()

    def _have_done(
        self, letter: bytes, payload: bytes, gone: Callable[[], bool] | None, deadline: float | None = None
    ) -> bytes:
        try:
            done = self._exchange(deadline, gone).have_done(letter, payload)
        except (KgError, Gone) as error:
            self._count(type(error).__name__)
            raise
        self._count("answered")
        return done

    def _exchange(self, deadline: float | None, gone: Callable[[], bool] | None) -> Exchange:
        until = time.monotonic() + min(deadline or self._limits.deadline, self._limits.deadline)
        return Exchange(self._take(until), until, gone, self.take_back)

    def _count(self, what: str, rows: int = 0) -> None:
        with self._pool:  # adding one is not atomic, and someone compares the sums
            self._counts[what] += 1
            if rows:
                self._counts["rows"] += rows

    # -- workers ----------------------------------------------------------------------------------------------------

    def _take(self, until: float) -> Worker:
        with self._pool:
            if not self._pool.wait_for(lambda: self._busy < self._limits.workers, until - time.monotonic()):
                raise EngineBusy("all query workers are at work; try again in a moment")
            self._busy += 1
            worker = self._pop_idle()
        try:
            return worker or self._fork()
        except BaseException:
            self._count_out()
            raise

    def lend(self) -> Worker | None:
        """A worker that is free now; :meth:`take_back` is to be called with it."""
        with self._pool:
            worker = self._pop_idle() if self._busy < self._limits.workers else None
            self._busy += worker is not None
        return worker

    def _pop_idle(self) -> Worker | None:
        """A worker that nobody has, of the present revision. Called with the pool's lock held."""
        while self._idle:
            worker = self._idle.pop()
            if worker.revision == self.revision:
                return worker
            worker.channel.close()
            self._later(worker.drop)
        return None

    def take_back(self, worker: Worker, healthy: bool, rows: int) -> None:
        """It is not needed any more; if it is not ``healthy``, nobody may have it. ``rows`` were written."""
        with self._pool:
            if rows:
                self._counts["rows"] += rows
            keep = healthy and len(self._idle) < self._limits.workers and not self._closed
            if keep:
                self._idle.append(worker)
        self._count_out()
        if not keep:
            self._count("replaced")
            worker.kill()
            self._later(worker.drop)
            self._keep_spares()

    def _count_out(self) -> None:
        with self._pool:
            self._busy -= 1
            self._pool.notify()

    def _fork(self) -> Worker:
        image = self._image
        try:
            return image.fork()
        except EngineBusy:
            self._replace(image)
            return self._image.fork()

    def _keep_spares(self) -> None:
        """See to it that the next queries need not wait for a fork (20 to 50 ms over a million quads)."""
        self._later(self._fork_spares)

    def _fork_spares(self) -> None:
        while not self._closed and len(self._idle) < self._limits.spares:
            worker = self._fork()
            with self._pool:
                is_wanted = len(self._idle) < self._limits.spares  # others may have come back meanwhile
                if is_wanted:
                    self._idle.append(worker)
            if not is_wanted:
                worker.drop()

    def _later(self, work: Callable[[], object]) -> None:
        """Do it in the keeper's thread, so that no query waits for it."""

        def attempt() -> None:
            try:
                work()
            except KgError as error:
                _log.warning("%s", error)

        if not self._closed:
            self._keeper.submit(attempt)

    def _let_idle_go(self) -> list[Worker]:
        with self._pool:
            idle, self._idle = self._idle, []
        return idle

    # -- the image --------------------------------------------------------------------------------------------------

    def _load(self) -> Image:
        return Image.start(self._source.write_quads, self._source.revision, self._limits)

    def _take_over(self, change: Change) -> None:
        """Bring the image to the store's new revision. From then on every new query is asked of that."""
        with self._writing:
            if self._closed:
                return
            try:
                self._change(change)
            except (KgError, OSError) as error:
                # The write is made and will not be taken back. With the image gone, the next query loads another.
                _log.error("the query engine cannot follow the store: %s", error)
                self._image.close()
            self._renew_workers()

    def _change(self, change: Change) -> None:
        if change.removed is not None and change.added is not None:
            with contextlib.suppress(EngineBusy):
                effect = Effect(
                    removed=change.removed, added=change.added, created=change.created, dropped=change.dropped
                )
                is_worn = self._image.change(effect, change.revision)
                if self._missed is not None:
                    self._missed.append((effect, change.revision))
                elif is_worn:
                    self._missed = []
                    self._renewer.submit(self._renew, self._missed)
                return
        self._replace(self._image)

    def _renew(self, missed: list[tuple[Effect, int]]) -> None:
        """Load the graph anew beside the image that is asked, which goes on meanwhile; then have the new one take its
        place. ``missed`` is what is written from now on.
        """
        try:
            fresh = Image.start(self._source.write_quads, 0, self._limits)
        except (KgError, OSError) as error:
            _log.warning("the query engine goes on with its old image: %s", error)
            with self._writing:
                if self._missed is missed:
                    self._missed = None
            return
        with self._writing:
            is_wanted = self._missed is missed and not self._closed  # else all was loaded anew for another reason
            if is_wanted:
                self._missed = None
                is_wanted = _catch_up(fresh, missed)
            if not is_wanted:
                fresh.close()
                return
            fresh.revision = self._image.revision
            self._put_in_place(fresh)

    def _replace(self, image: Image) -> None:
        """Load the graph anew into another image process; queries under way end on the old one."""
        with self._writing:
            if image is not self._image or self._closed:
                return  # another thread has seen to it
            self._missed = None
            self._put_in_place(self._load())

    def _put_in_place(self, image: Image) -> None:
        old, self._image = self._image, image
        self._images.append(image)
        old.retire()
        self._images = [one for one in self._images if not one.is_closed]
        self._renew_workers()

    def _renew_workers(self) -> None:
        self._leaving += self._let_idle_go()
        self._keep_spares()
        self._later(self._drop_leaving)  # after that: somebody may wait for the new ones

    def _drop_leaving(self) -> None:
        while self._leaving:
            self._leaving.popleft().drop()


def _catch_up(image: Image, missed: list[tuple[Effect, int]]) -> bool:
    """Make the changes that were made while it was loaded; False where it is gone. It may have some of them already."""
    try:
        for effect, revision in missed:
            image.change(effect, revision)
    except EngineBusy as error:
        _log.warning("the query engine goes on with its old image: %s", error)
        return False
    return True
