"""The engine: sends queries to workers, and kills workers that exceed their limits."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import IO, Final, Protocol, cast

from kg.engine.answer import Answer
from kg.engine.cache import Cache
from kg.engine.caller import Caller
from kg.engine.fork_server_client import Image, Worker, engine_gone
from kg.engine.framing import TABLE, UPDATE, UPLOAD, ClientDisconnected
from kg.engine.limits import EngineLimits
from kg.engine.loading import LineCounter
from kg.engine.pipelining import Lanes, Loop
from kg.engine.quad_diff import Effect
from kg.engine.query import Query, RemoteResults, Update, Upload
from kg.engine.request_reply import AskAgainError, Exchange, StepAsideError, WorkerLostError
from kg.engine.schedule import Schedule, Slot
from kg.engine.snapshots import LinkedStore, Snapshots
from kg.engine.ticket import Ticket
from kg.errors import EngineBusy, KgError
from kg.graph import Change

_log = logging.getLogger(__name__)

_WATCH_SECONDS: Final = 0.5
_GONE_SECONDS: Final = 0.1
_KNOWN_SECONDS: Final = 30.0
_MOST_KNOWN: Final = 1_024
"""Number of queries remembered as long."""
_MOST_THREADS: Final = 40
"""Largest number of threads that wait for a place for a long query; the server needs the others."""
_ALL_AT_WORK: Final = "all query workers are at work; try again in a moment"
_NO_PLACE: Final = "all places for queries that take long are taken; try again in a moment, or ask for less at once"


class GraphSource(Protocol):
    """A store whose graph the engine serves."""

    @property
    def revision(self) -> int:
        """Identifies the state of the graph: equal revisions have equal graphs."""

    def write_quads(self, output: IO[bytes]) -> None:
        """Write every quad as N-Quads."""

    def watch(self, listener: Callable[[Change], None]) -> None:
        """Call ``listener`` after every write, before the write is acknowledged."""


class LinkedSource(GraphSource, LinkedStore, Protocol):
    """A store on disk, of which workers can read a snapshot."""


class Engine:
    """Query workers over an image of a store: in memory, or a snapshot on its disk.

    ``answer`` is thread-safe. Close the engine, or use it as a context manager, to end its processes.
    """

    def __init__(
        self,
        source: GraphSource,
        limits: EngineLimits | None = None,
        *,
        snapshots: Snapshots | None = None,
        heard: Callable[[int], None] | None = None,
    ) -> None:
        """Start the processes; return when queries can be asked.

        Args:
            source: The store; its writes are followed from now on.
            limits: Of the queries and of the processes.
            snapshots: Of the same store: the workers read these. Without it the graph is held in memory.
            heard: Called while the graph is loaded into memory for the first time, with the number of quads so far.
                What it raises ends the start.

        Raises:
            EngineBusy: The image process was ended, or does nothing.
            StoreError: No snapshot could be made.
        """
        self._source = source
        self._snapshots = snapshots
        self._limits = limits or EngineLimits()
        self._cache = Cache(self._limits.cache)
        self._schedule = Schedule(self._limits.workers)
        self._pool = threading.RLock()
        self._idle: list[Worker] = []
        self._leaving: deque[Worker] = deque()
        """Workers of an earlier revision that the keeper thread has yet to drop."""
        self._images: list[Image] = []
        self._threads_waiting = 0
        self._known_long: OrderedDict[int, float] = OrderedDict()
        """Time until which a query counts as long, by the hash of the query."""
        self._closed = False
        self._stopping = threading.Event()
        self._counts: Counter[str] = Counter()
        self._writing = threading.RLock()
        self._keeper = ThreadPoolExecutor(1, "engine-keeper")
        self._renewer = ThreadPoolExecutor(1, "engine-renewer")
        self._missed: list[tuple[Effect, int]] | None = None
        """Writes since the next image began to load; None if no image is loading."""
        with self._writing:
            source.watch(self._take_over)
            self._image = self._load(heard)
            self._images.append(self._image)
        self._keep_spares()
        self._watcher = threading.Thread(target=self._watch, name="engine-watch", daemon=True)
        self._watcher.start()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the image process and all workers. Streams that are still read end with an error."""
        self._closed = True
        self._stopping.set()
        self._watcher.join()
        self._keeper.shutdown(cancel_futures=True)
        self._renewer.shutdown(cancel_futures=True)
        for worker in (*self._let_idle_go(), *self._leaving):
            worker.channel.close()
        for image in self._images:
            image.close()
        if self._snapshots is not None:
            self._snapshots.close()

    @property
    def revision(self) -> int:
        """Revision of the graph that new queries use."""
        return self._image.revision

    @property
    def deadline(self) -> float:
        """Seconds that a query may take."""
        return self._limits.deadline

    def trouble(self) -> str | None:
        """Return the reason why queries and writes must wait, or None. Does not block."""
        if self._closed:
            return "the query engine is being stopped"
        return None if self._image.is_answering else str(engine_gone())

    def counts(self) -> dict[str, int]:
        """Return counters of the engine.

        The keys are ``answered``, ``cached``, the names of errors, ``rows`` (written by workers) and ``replaced``
        (workers).
        """
        return dict(self._counts)

    def answer(
        self,
        query: Query,
        *,
        deadline: float | None = None,
        gone: Callable[[], bool] | None = None,
        client: str = "",
    ) -> Answer:
        """Return the serialized results of a query.

        Args:
            query: The query, with its dataset and formats.
            deadline: Seconds; it can only shorten the engine's own deadline.
            gone: Returns whether the client has disconnected; the engine calls it regularly.
            client: Identifies the client for its share of the workers. Unidentified clients have one share together.

        Raises:
            QueryError: The query does not parse, or crashes the parser.
            ServiceRefused: The query uses another server.
            QueryTimeout: The deadline has passed.
            QueryTooLarge: The query needs too much memory, or has too many rows.
            EngineBusy: No worker was free in time, or the engine is restarting.
            ClientDisconnected: The client has disconnected.
        """

        def ask(query: Query) -> Answer:
            caller = self._caller(deadline, gone, client)
            is_long = self.is_known_long(query)
            worker = self._take(caller, is_long=is_long)
            if not is_long and self.is_known_long(query):  # found out while this one waited
                slot = worker.slot
                self.take_back(worker, True, 0)
                raise StepAsideError(caller, slot)
            return Exchange(worker, caller, self).ask(query)

        return self.kept(query) or self.finish(query, ask)

    def lanes(self, loop: Loop) -> Lanes:
        """Return a client for an event loop, which must not block and sends many queries at a time."""
        return Lanes(loop, self)

    def kept(self, query: Query) -> Answer | None:
        """Return the cached answer, or None."""
        kept = self._cache.get(self.revision, query)
        if kept is not None:
            self._count("cached")
        return kept

    def finish(self, query: Query, read: Callable[[Query], Answer]) -> Answer:
        """Wait for an answer, count its outcome and cache it.

        Args:
            query: The query.
            read: Waits for the answer to the query. Its errors pass through.
        """
        try:
            answer = self._persistently(query, read)
        except (KgError, ClientDisconnected) as error:
            self.ended(query, error)
            raise
        self.ended(query, answer)
        return answer

    def _persistently(self, query: Query, read: Callable[[Query], Answer]) -> Answer:
        """Wait for an answer. Repeat the query on another worker if the worker was preempted or lost."""
        again: AskAgainError | None = None
        was_lost = False
        while True:
            try:
                return read(query) if again is None else self._ask_again(query, again)
            except WorkerLostError as lost:
                if was_lost or self._closed or lost.caller.is_late:
                    raise lost.blame from None
                again, was_lost = lost, True
            except AskAgainError as aside:
                self.remember_long(query)
                again = aside

    def _ask_again(self, query: Query, before: AskAgainError) -> Answer:
        is_long = not isinstance(before, WorkerLostError) or (before.slot is not None and before.slot.is_long)
        is_lost = isinstance(before, WorkerLostError)
        worker = self._take(before.caller, is_long=is_long, before=before.slot, is_fresh=is_lost)
        return Exchange(worker, before.caller, self).ask(query)

    def is_known_long(self, query: Query) -> bool:
        """Return whether the query was recently preempted because it takes long."""
        until = self._known_long.get(hash(query)) if self._known_long else None
        return until is not None and time.monotonic() < until

    def remember_long(self, query: Query) -> None:
        """Remember a query as long, so that it waits for a place if it is repeated soon."""
        key = hash(query)
        with self._pool:
            self._known_long[key] = time.monotonic() + _KNOWN_SECONDS
            self._known_long.move_to_end(key)
            if len(self._known_long) > _MOST_KNOWN:
                self._known_long.popitem(last=False)

    def ended(
        self, query: Query, outcome: Answer | KgError | ClientDisconnected, rows: int = 0, *, is_dear: bool = True
    ) -> None:
        """Count the outcome of a query and cache its answer.

        Args:
            query: The query.
            outcome: The answer or the error.
            rows: The number of result rows.
            is_dear: Whether to cache the answer. A cheap answer is computed as fast as it is looked up.
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
        """Return the changes that an update would make, without making them.

        A worker applies the update to a copy of the graph, within the limits of a query and without network access.

        Args:
            update: The update to try.
            deadline: Seconds; it can only shorten the engine's own deadline.
            gone: Returns whether the client has disconnected.

        Raises:
            ServiceRefused: The update uses LOAD or SERVICE. All other errors of :meth:`answer` are possible too.
        """
        return Effect.from_bytes(self._have_done(UPDATE, update.to_bytes(), gone, deadline))

    def read(self, upload: Upload, *, deadline: float | None = None, gone: Callable[[], bool] | None = None) -> bytes:
        """Parse an untrusted RDF text in a worker and return its quads as N-Quads that are safe to parse.

        Args:
            upload: The text and its format.
            deadline: Seconds; it can only shorten the engine's own deadline.
            gone: Returns whether the client has disconnected.

        Raises:
            InputError: The text does not parse. All errors of :meth:`answer` are possible too.
        """
        return self._have_done(UPLOAD, upload.to_bytes(), gone, deadline)

    def values(
        self, table: RemoteResults, *, deadline: float | None = None, gone: Callable[[], bool] | None = None
    ) -> str:
        """Convert another server's results to a VALUES clause.

        Args:
            table: The results.
            deadline: Seconds; it can only shorten the engine's own deadline.
            gone: Returns whether the client has disconnected.

        Raises:
            InputError: The text has no such results. All errors of :meth:`answer` are possible too.
        """
        return self._have_done(TABLE, table.to_bytes(), gone, deadline).decode()

    def _have_done(
        self, letter: bytes, payload: bytes, gone: Callable[[], bool] | None, deadline: float | None = None
    ) -> bytes:
        caller = self._caller(deadline, gone)
        try:
            try:
                done = Exchange(self._take(caller), caller, self, patient=False).have_done(letter, payload)
            except WorkerLostError as lost:
                if self._closed or caller.is_late:
                    raise lost.blame from None
                done = self._have_done_again(letter, payload, caller)
        except (KgError, ClientDisconnected) as error:
            self._count(type(error).__name__)
            raise
        self._count("answered")
        return done

    def _have_done_again(self, letter: bytes, payload: bytes, caller: Caller) -> bytes:
        try:
            worker = self._take(caller, is_fresh=True)
            return Exchange(worker, caller, self, patient=False).have_done(letter, payload)
        except WorkerLostError as lost:
            raise lost.blame from None

    def _caller(self, deadline: float | None, gone: Callable[[], bool] | None, client: str = "") -> Caller:
        until = time.monotonic() + min(deadline or self._limits.deadline, self._limits.deadline)
        return Caller(until=until, client=client, gone=gone)

    def _count(self, what: str, rows: int = 0) -> None:
        with self._pool:  # incrementing is not atomic, and the sums are compared
            self._counts[what] += 1
            if rows:
                self._counts["rows"] += rows

    # -- workers ----------------------------------------------------------------------------------------------------

    def _take(
        self, caller: Caller, *, is_long: bool = False, before: Slot | None = None, is_fresh: bool = False
    ) -> Worker:
        """Wait for a worker.

        Args:
            caller: The client and its deadline.
            is_long: Whether the query is known to take long.
            before: The slot that the query had before; the query keeps its turn.
            is_fresh: Whether to fork a new worker, because the idle ones may be dying too.

        Raises:
            EngineBusy: No worker was free in time.
            ClientDisconnected: The client has disconnected.
        """
        worker = None if is_long or is_fresh or before is not None else self.lend(caller.client)
        if worker is not None:
            return worker
        told: SimpleQueue[Worker | KgError] = SimpleQueue()
        with self._counted_in(is_long=is_long):
            ticket = self.wait(caller.client, told.put, is_long=is_long, before=before, is_fresh=is_fresh)
            outcome = self._await(told, ticket, caller, _NO_PLACE if is_long else _ALL_AT_WORK)
        if isinstance(outcome, KgError):
            raise outcome
        return outcome

    @contextlib.contextmanager
    def _counted_in(self, *, is_long: bool) -> Iterator[None]:
        """Count a thread that waits for a place. Raises EngineBusy if too many threads wait."""
        with self._pool:
            if is_long and self._threads_waiting >= _MOST_THREADS:
                raise EngineBusy(_NO_PLACE)
            self._threads_waiting += is_long
        try:
            yield
        finally:
            with self._pool:
                self._threads_waiting -= is_long

    def _await(
        self, told: SimpleQueue[Worker | KgError], ticket: Ticket, caller: Caller, late: str
    ) -> Worker | KgError:
        while True:
            try:
                return told.get(timeout=min(_GONE_SECONDS, max(0.0, caller.until - time.monotonic())))
            except Empty:
                is_gone = caller.is_gone
                if (is_gone or caller.is_late or self._closed) and ticket.cancel():
                    raise (ClientDisconnected() if is_gone else EngineBusy(late)) from None

    def lend(self, client: str = "") -> Worker | None:
        """Return an idle worker, or None. The caller must return it with :meth:`take_back`."""
        slot = self._schedule.take(client)
        if slot is None:
            return None
        worker = self._pop_idle()
        if worker is None:
            self._schedule.release(slot)
            return None
        worker.slot = slot
        return worker

    def wait(
        self,
        client: str,
        tell: Callable[[Worker | KgError], None],
        *,
        is_long: bool = False,
        before: Slot | None = None,
        is_fresh: bool = False,
    ) -> Ticket:
        """Call ``tell`` with a worker, or with the reason why there is none.

        Args:
            client: Identifies the client for its share of the workers.
            tell: Receives the outcome once, perhaps before this returns, and perhaps in another thread. It must not
                block.
            is_long: Whether the query takes long.
            before: The slot that the query had before; the query keeps its turn.
            is_fresh: Whether to fork a new worker.

        Returns:
            A ticket. If it is cancelled in time, ``tell`` is not called.
        """
        ticket = Ticket(tell, self.take_back)
        number = None if before is None else before.number
        waiter = self._schedule.wait(
            client, lambda slot: self._provide(slot, ticket, is_fresh=is_fresh), is_long=is_long, number=number
        )
        ticket.on_cancel(lambda: self._schedule.leave(waiter))
        return ticket

    def _provide(self, slot: Slot, ticket: Ticket, *, is_fresh: bool) -> None:
        """Give an idle worker to the waiting query, or fork one in the keeper thread."""
        worker = None if is_fresh else self._pop_idle()
        if worker is not None:
            worker.slot = slot
            ticket.give(worker)
        elif not self._later(lambda: self._provide_forked(slot, ticket, is_fresh=is_fresh)):
            self._schedule.release(slot)
            ticket.give(engine_gone())

    def _provide_forked(self, slot: Slot, ticket: Ticket, *, is_fresh: bool) -> None:
        try:
            idle = None if is_fresh or ticket.is_cancelled else self._pop_idle()
            worker = None if ticket.is_cancelled else idle or self._fork()
        except (KgError, OSError) as error:
            _log.warning("%s", error)
            self._schedule.release(slot)
            ticket.give(error if isinstance(error, KgError) else engine_gone())
            return
        if worker is None:
            self._schedule.release(slot)
            return
        worker.slot = slot
        ticket.give(worker)

    def _pop_idle(self) -> Worker | None:
        """Return an idle worker of the current revision, or None."""
        with self._pool:
            while self._idle:
                worker = self._idle.pop()
                if worker.revision == self.revision and not worker.is_gone:
                    return worker
                self._let_go(worker)
                self._keep_spares()
        return None

    def waiting_of(self, client: str) -> int:
        """Return how many queries of a client wait for a worker, without those for queries that take long."""
        return self._schedule.waiting_of(client)

    def lengthen(self, worker: Worker) -> bool:
        """Return whether the worker's query gets one of the places for long queries."""
        return worker.slot is None or self._schedule.lengthen(worker.slot)

    def take_back(self, worker: Worker, healthy: bool, rows: int) -> None:
        """Return a worker to the pool.

        Args:
            worker: The worker.
            healthy: Whether the worker can serve another query; otherwise it is killed.
            rows: The number of rows that the worker has written.
        """
        slot, worker.slot = worker.slot, None
        with self._pool:
            if rows:
                self._counts["rows"] += rows
            keep = healthy and len(self._idle) < self._limits.workers and not self._closed
            if keep:
                self._idle.append(worker)
        if not keep:
            self._count("replaced")
            self._let_go(worker)
        if slot is not None:
            self._schedule.release(slot)
        if not keep:
            self._keep_spares()

    def _let_go(self, worker: Worker) -> None:
        """End a worker.

        Its socket is closed at once: the keeper leaves work undone when the engine closes.
        """
        worker.kill()
        self._later(worker.drop)

    def _fork(self) -> Worker:
        image = self._image
        try:
            return image.fork()
        except EngineBusy:
            self._replace(image)
            return self._image.fork()

    def _watch(self) -> None:
        """Check regularly that the image process answers, and replace it otherwise."""
        while not self._stopping.wait(_WATCH_SECONDS):
            image = self._image
            try:
                image.ping()
            except EngineBusy:
                if self._closed:
                    return
                _log.warning("the image process does not answer and is replaced")
                try:
                    self._replace(image)
                except (KgError, OSError) as error:
                    _log.error("%s", error)
            self._let_the_dead_go()

    def _let_the_dead_go(self) -> None:
        """Replace idle workers that have died."""
        with self._pool:
            dead = [worker for worker in self._idle if worker.is_gone]
            self._idle = [worker for worker in self._idle if worker not in dead]
        for worker in dead:
            self._let_go(worker)
        if dead:
            self._keep_spares()

    def _keep_spares(self) -> None:
        """Fork spare workers.

        The next queries then need not wait for a fork, which takes 20 to 50 ms over a million quads.
        """
        self._later(self._fork_spares)

    def _fork_spares(self) -> None:
        while not self._closed and len(self._idle) < self._limits.spares:
            worker = self._fork()
            with self._pool:
                is_wanted = len(self._idle) < self._limits.spares  # other workers may have returned in the meantime
                if is_wanted:
                    self._idle.append(worker)
            if not is_wanted:
                worker.drop()

    def _later(self, work: Callable[[], object]) -> bool:
        """Run work in the keeper thread, so that no query waits for it. Return False if the engine is closed."""

        def attempt() -> None:
            try:
                work()
            except KgError as error:
                _log.warning("%s", error)

        if self._closed:
            return False
        try:
            self._keeper.submit(attempt)
        except RuntimeError:  # the engine was closed in the meantime
            return False
        return True

    def _let_idle_go(self) -> list[Worker]:
        with self._pool:
            idle, self._idle = self._idle, []
        return idle

    # -- the image --------------------------------------------------------------------------------------------------

    def _load(self, heard: Callable[[int], None] | None = None) -> Image:
        if self._snapshots is not None:
            return Image.start_on(self._snapshots.take(), self._limits)

        def dump(output: IO[bytes]) -> None:
            self._source.write_quads(output if heard is None else cast("IO[bytes]", LineCounter(output, heard)))

        return Image.start(dump, self._source.revision, self._limits)

    def _take_over(self, change: Change) -> None:
        """Apply a change of the store to the image. New queries use the new revision."""
        with self._writing:
            if self._closed:
                return
            try:
                self._change(change)
            except (KgError, OSError) as error:
                # The write is done and is not undone. The image is closed, so the next query loads another.
                _log.error("the query engine cannot follow the store: %s", error)
                self._image.close()
            self._renew_workers()

    def _change(self, change: Change) -> None:
        if self._snapshots is not None:
            with contextlib.suppress(EngineBusy):
                self._image.open(self._snapshots.take())
                return
        elif change.removed is not None and change.added is not None:
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
        """Load the graph into a new image while the old one serves queries, then switch to the new one.

        Args:
            missed: Receives the writes that happen during the load.
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
            # Otherwise the graph was reloaded for another reason.
            is_wanted = self._missed is missed and not self._closed
            if is_wanted:
                self._missed = None
                is_wanted = _catch_up(fresh, missed)
            if not is_wanted:
                fresh.close()
                return
            fresh.revision = self._image.revision
            self._put_in_place(fresh)

    def _replace(self, image: Image) -> None:
        """Load the graph into another image process; running queries end on the old one."""
        with self._writing:
            if image is not self._image or self._closed:
                return  # another thread has replaced it
            self._missed = None
            fresh = self._load()
            if self._stopping.is_set():
                fresh.close()
                return
            self._put_in_place(fresh)

    def _put_in_place(self, image: Image) -> None:
        old, self._image = self._image, image
        self._images.append(image)
        old.retire()
        self._images = [one for one in self._images if not one.is_closed]
        self._renew_workers()

    def _renew_workers(self) -> None:
        self._leaving += self._let_idle_go()
        self._keep_spares()
        self._later(self._drop_leaving)  # last, because queries may wait for the new workers

    def _drop_leaving(self) -> None:
        while self._leaving:
            self._leaving.popleft().drop()


def _catch_up(image: Image, missed: list[tuple[Effect, int]]) -> bool:
    """Apply the changes that happened during the load. Return False if the image process has ended.

    Some of the changes may be in the image already.
    """
    try:
        for effect, revision in missed:
            image.change(effect, revision)
    except EngineBusy as error:
        _log.warning("the query engine goes on with its old image: %s", error)
        return False
    return True
