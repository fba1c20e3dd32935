"""Reading of pasted texts for the web: in a process of its own with a deadline and a short queue.

The process starts with the first text and stays for further ones. It is killed when a text takes too much time or
memory.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import resource
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from kg import lifeline
from kg.errors import InputError, KgError, MissingExtra, ReadingStopped
from kg.records import Document, Impossible

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from pyoxigraph import Triple

    from kg.config import Settings
    from kg.extract.protocol import Extractor
    from kg.pages.article_upload import ReadArticle, Sent
    from kg.pages.try_text import Tried
    from kg.records import Record

SECONDS: Final = 30.0
"""Time limit for one text."""
START_SECONDS: Final = 120.0
"""Time limit for loading the extractor."""
_MEMORY: Final = 3 << 30  # address space: the trained extractor takes under 1 GB for the longest text
_WAITING: Final = 2
_READY: Final = "ready"
_NAME: Final = "pasted"
_SENT: Final = "sent"
_END: Final = "end of the articles"
_T = TypeVar("_T")
_FIRST: Final = "Talks\n\nThe minister said that the talks had failed."


class _Answer(NamedTuple):
    """The result of reading a text; the graph is N-Quads."""

    record: str
    article: str
    version: str
    quads: bytes
    findings: tuple[str, ...]
    name: str = ""
    problem: str | None = None


class ProcessReader:
    """Reads texts, one at a time. Close it, or use it as a context manager.

    At most two requests are inside, one in progress and one waiting; further ones are refused at once.
    """

    def __init__(self, settings: Settings, *, seconds: float = SECONDS) -> None:
        self._settings = settings
        self._seconds = seconds
        self._places = threading.BoundedSemaphore(_WAITING)
        self._turn = threading.Lock()
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._is_ready = False

    def __enter__(self) -> ProcessReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    @property
    def process(self) -> int | None:
        """The id of the reading process, or None."""
        return self._process.pid if self._process is not None else None

    def __call__(self, text: str, published: str | None = None) -> Tried:
        """See :class:`kg.pages.try_text.PastedTextReader`.

        Args:
            text: The text.
            published: The day of publication, if known.

        Raises:
            InputError: The text cannot be read.
            ReadingStopped: Reading takes too long, or other texts wait.
        """
        return self._in_turn(lambda: self._read(text, published))

    def _in_turn(self, read: Callable[[], _T]) -> _T:
        """Return the result of ``read``, called while no other text is read.

        Raises:
            ReadingStopped: Other texts wait.
        """
        if not self._places.acquire(blocking=False):
            raise ReadingStopped("Other texts are being read now; send yours again in a few seconds")
        try:
            if not self._turn.acquire(timeout=self._seconds):
                raise ReadingStopped("Another text took all the time; send yours again in a few seconds")
            try:
                return read()
            finally:
                self._turn.release()
        finally:
            self._places.release()

    def articles(self, sent: Sent) -> list[ReadArticle]:
        """See :class:`kg.pages.article_upload.SentArticlesReader`."""
        return self._in_turn(lambda: self._read_articles(sent))

    def _read_articles(self, sent: Sent) -> list[ReadArticle]:
        connection = self._connection or self._start()
        found: list[ReadArticle] = []
        try:
            if not self._is_ready:
                self._demand_ready(connection)
            connection.send(sent)
            while True:
                answer = self._received(connection, self._seconds, f"{self._seconds:g} seconds were not enough for it")
                if answer == _END:
                    return found
                if isinstance(answer, str):
                    raise InputError(answer)
                found.append(_read_article(answer))
        except (EOFError, OSError) as error:
            self._end()
            raise ReadingStopped("The reading of the articles broke off") from error

    def prepare(self) -> None:
        """See :class:`kg.pages.try_text.PastedTextReader`."""
        if self._turn.acquire(blocking=False):
            try:
                if self._connection is None:
                    self._start()
            finally:
                self._turn.release()

    def _read(self, text: str, published: str | None) -> Tried:
        connection = self._connection or self._start()
        try:
            if not self._is_ready:
                self._demand_ready(connection)
            connection.send((text, published))
            answer = self._received(connection, self._seconds, f"{self._seconds:g} seconds were not enough for it")
        except (EOFError, OSError) as error:
            self._end()
            raise ReadingStopped("The reading of the text broke off; a shorter part of it may be read") from error
        if isinstance(answer, str):
            raise InputError(answer)
        return _tried(answer)

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._settings), daemon=True)
        self._process.start()
        theirs.close()
        return self._connection

    def _demand_ready(self, connection: Connection) -> None:
        told = self._received(connection, START_SECONDS, "the extractor did not start in time")
        if told != _READY:
            self._end()
            raise ReadingStopped(f"The extractor cannot be started: {told}")
        self._is_ready = True

    def _received(self, connection: Connection, seconds: float, told: str) -> str | _Answer:
        """Return the process's message. On a timeout, raise ReadingStopped and end the process."""
        if not connection.poll(seconds):
            self._end()
            raise ReadingStopped(f"The text was not read: {told}")
        return connection.recv()  # type: ignore[no-any-return]  # from a process of ours

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None
        self._is_ready = False


def _tried(answer: _Answer) -> Tried:
    from pyoxigraph import RdfFormat, parse

    from kg.graph import VersionGraph
    from kg.pages.try_text import Tried

    quads = tuple(parse(answer.quads, RdfFormat.N_QUADS))
    graph = VersionGraph(article=answer.article, version=answer.version, quads=quads)
    return Tried(record=answer.record, graph=graph, findings=answer.findings)


def _serve(connection: Connection, settings: Settings) -> None:
    """Serve texts until the connection is closed."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the server decides when to end, by closing the connection
    lifeline.watch_parent()
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    from kg import validate
    from kg.cli import progress

    shapes = validate.our_shapes()
    try:
        extractor = progress.extractor(settings)()
        _answer(extractor.extract(_document(_FIRST, None)), settings.base, shapes)  # load lazily loaded parts now
    except KgError as error:
        connection.send(str(error))
        return
    connection.send(_READY)
    with contextlib.suppress(EOFError, OSError):
        while True:
            received = connection.recv()
            if not isinstance(received, tuple):
                _send_articles(connection, received, extractor, settings.base, shapes)
                continue
            text, published = received
            try:
                document = _document(text, published)
                connection.send(_answer(extractor.extract(document), settings.base, shapes))
            except InputError as error:
                connection.send(str(error).removeprefix(f"{_NAME}: "))


def _send_articles(
    connection: Connection, sent: Sent, extractor: Extractor, base: str, shapes: tuple[Triple, ...]
) -> None:
    """Send an answer for each article, and the end; or a message where nothing can be read."""
    try:
        documents = sent_articles(sent)
    except (InputError, MissingExtra) as error:
        connection.send(str(error).removeprefix(f"{_SENT}: "))
        return
    for document in documents:
        try:
            if isinstance(document, InputError):
                raise document
            answer = _answer(extractor.extract(document), base, shapes)
            broken = next((one for one in answer.findings if one.startswith("violation: ")), None)
            connection.send(answer._replace(name=document.id, problem=broken))
        except InputError as error:
            name = _SENT if isinstance(document, InputError) else document.id
            problem = str(error).removeprefix(f"{_SENT}: ")
            connection.send(_Answer("", "", "", b"", (), name=name, problem=problem))
    connection.send(_END)


def sent_articles(sent: Sent) -> list[Document | InputError]:
    """Return the documents of the sent articles, with errors in place of unusable ones.

    Raises:
        InputError: All articles are unusable, or there are too many.
    """
    from kg import readers
    from kg.pages.article_upload import MAX_ARTICLES

    about = dict(sent.about)
    source = readers.Source(
        name=_SENT, data=sent.data, url=about.get("url"), charset=sent.charset, format_name=sent.format_name
    )
    found: list[Document | InputError] = []
    for item in readers.items(source):
        if len(found) == MAX_ARTICLES:
            raise InputError(f"there are more than {MAX_ARTICLES} articles; send fewer, or use kg build --store")
        if isinstance(item, readers.Article):
            found.append(_described(item.document, about))
        else:
            found.append(item if isinstance(item, InputError) else InputError(f"{item.id}: a withdrawal is not taken"))
    return found


def _described(document: Document, about: Mapping[str, str]) -> Document | InputError:
    """Return the document with the fields of the client; without an address it is an error."""
    if document.id == _SENT and "url" not in about:
        return InputError("the page does not say its address; send it as ?url=https://...")
    fields: dict[str, Any] = dict(about)
    if document.id == _SENT:
        fields["id"] = about["url"]
    try:
        return replace(document, **fields) if fields else document
    except Impossible as error:
        return InputError(str(error))


def _read_article(answer: _Answer) -> ReadArticle:
    from kg.pages.article_upload import ReadArticle

    tried = _tried(answer) if answer.version else None
    return ReadArticle(name=answer.name, tried=tried, problem=answer.problem)


def _document(text: str, published: str | None) -> Document:
    """Return the text as a document. Raises InputError for a malformed date."""
    from kg.readers.text import headline, is_addresses

    if is_addresses(text):
        raise InputError("this is an address and no text: paste the text of the article, or fetch it with kg build")
    try:
        return Document(id=_NAME, text=text, title=headline(text), published=published)
    except Impossible as error:
        raise InputError(str(error)) from error


def _answer(record: Record, base: str, shapes: tuple[Triple, ...]) -> _Answer:
    """Return the record with its graph, checked against the shapes as ``kg build`` does."""
    from pyoxigraph import RdfFormat, serialize

    from kg import mapper, recordfile, validate

    graph = mapper.map_record(record, base)
    report = validate.validate(graph.quads, shapes)
    return _Answer(
        record=recordfile.dumps(record),
        article=graph.article,
        version=graph.version,
        quads=serialize(graph.quads, format=RdfFormat.N_QUADS) or b"",
        findings=tuple(f"{finding.severity}: {finding.message}" for finding in report.findings),
    )
