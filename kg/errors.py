"""The errors a caller can tell apart.

    KgError                 anything this package raises on purpose; the message is for the user
    ├── UsageError          the command or setting is wrong: exit code 2
    │   ├── AmbiguousName   several things have that name; knows the choices
    │   ├── UnknownName     nothing has that name
    │   └── MissingExtra    it needs packages that were not installed
    ├── InputError          a file, record or text cannot be used: exit code 3
    │   ├── RecordError     a record breaks the contract; knows the document and the JSON path
    │   └── QueryError      a SPARQL text the engine refuses; carries its message
    │       ├── ServiceRefused  it asks another server
    │       └── UpdateFailed    it cannot be made of this graph
    ├── OutsideFailed       another server did not give what was asked of it
    │   └── OutsideTimeout  ... in time
    ├── QueryTimeout        a query was stopped at its deadline
    ├── QueryTooLarge       a query was stopped at its memory, or its results are too long
    ├── EngineBusy          no query worker is free, or the engine is being started again
    ├── ReadingStopped      a text was not read: it took too long, or too many wait
    ├── ViolationError      a document breaks the shapes and was kept out: exit code 1
    └── StoreError          the store cannot be opened or written: exit code 3
        ├── StoreDamaged    its files have lost something
        ├── StoreFull       there is no room for a write
        └── StoreLocked     another process holds it

Every message names the thing (file, document, line or path), what is wrong with it, and the way out.
"""

from __future__ import annotations

from collections.abc import Mapping


def printable(text: str) -> str:
    """Return the text with what no encoding has as an escape: a name of a file that is not UTF-8, half a character."""
    return text.encode("utf-8", "backslashreplace").decode()


class KgError(Exception):
    """Root of the errors raised on purpose; ``exit_code`` is what the command line ends with."""

    exit_code = 3

    def __init__(self, *args: object) -> None:
        super().__init__(*(printable(value) if isinstance(value, str) else value for value in args))


class UsageError(KgError):
    """The caller asked for something that cannot be: a flag, a setting, an unknown format."""

    exit_code = 2


class AmbiguousName(UsageError):
    """Several things have that name. ``choices`` are their IRIs, each with a description of it."""

    def __init__(self, name: str, choices: Mapping[str, str]) -> None:
        lines = "".join(f"\n  <{iri}>  {about}" for iri, about in choices.items())
        super().__init__(f"{name!r} is ambiguous: give the IRI of the one you mean:{lines}")
        self.name = name
        self.choices = dict(choices)


class UnknownName(UsageError):
    """Nothing in the graph has that name."""


class MissingExtra(UsageError):
    """It needs packages that a plain installation does not bring; the message says how to install them."""


class InputError(KgError):
    """Outside data cannot be used: not found, not UTF-8, empty, not RDF."""


class RecordError(InputError):
    """A record breaks the contract of ``docs/records.schema.json``.

    ``document`` is the id of the document (or where the line stands), ``path`` a JSON path such as
    ``$.claims[3].speakers``.
    """

    def __init__(self, document: str, path: str, problem: str) -> None:
        super().__init__(f"{document}: {path}: {problem}")
        self.document = printable(document)
        self.path = printable(path)
        self.problem = problem


class QueryError(InputError):
    """A SPARQL query that the engine refuses, with the engine's message."""


class ServiceRefused(QueryError):
    """A SPARQL query that asks another server than those on the list of allowed ones, which is empty by default."""


class UpdateFailed(QueryError):
    """A SPARQL update that is well written and cannot be made of this graph: a graph it names is there, or is not."""


class OutsideFailed(KgError):
    """Another server, which may be asked, did not give what was asked of it; the message names its host."""


class OutsideTimeout(OutsideFailed):
    """It did not give it within the query's deadline."""


class QueryTimeout(KgError):
    """A query was stopped at its deadline; what was sent of its results is not all."""


class QueryTooLarge(KgError):
    """A query was stopped at its memory, or its results are longer than is sent; what was sent of them is not all."""


class EngineBusy(KgError):
    """No query can be taken on now; later it can."""


class ReadingStopped(KgError):
    """A text that was sent to be read was not, for want of time, of memory or of a place; later it may be."""


class ViolationError(KgError):
    """What would have gone into a store breaks the shapes, so it did not."""

    exit_code = 1


class StoreError(KgError):
    """The store cannot be opened, read or written."""


class StoreLocked(StoreError):
    """Another process has the store open for writing."""


class StoreDamaged(StoreError):
    """The store's files are not what its last write left: something is lost, or they cannot be read."""


class StoreFull(StoreError):
    """There is no room for a write: nothing of it was made. With room again, the same write is."""
