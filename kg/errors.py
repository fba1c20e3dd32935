"""Errors that a caller can distinguish.

    KgError                 an expected error; the message is for the user
    ├── UsageError          the command or a setting is wrong: exit code 2
    │   ├── AmbiguousName   several things have the name; has the choices
    │   ├── UnknownName     nothing has the name
    │   └── MissingExtra    an optional dependency is missing
    ├── InputError          a file, record or text cannot be used: exit code 3
    │   ├── RecordError     a record violates the contract; has the document and the JSON path
    │   └── QueryError      the engine refuses a SPARQL text; has its message
    │       ├── ServiceRefused  the text uses another server
    │       └── UpdateFailed    the update cannot be applied to this graph
    ├── OutsideFailed       another server has failed
    │   └── OutsideTimeout  the answer of another server took too long
    ├── QueryTimeout        a query exceeded its deadline
    ├── QueryTooLarge       a query exceeded its memory or the size of results
    ├── EngineBusy          no query worker is free, or the engine is restarting
    ├── ReadingStopped      a text was not read: it took too long, or too many texts wait
    ├── ViolationError      a document violates the shapes and was left out: exit code 1
    └── StoreError          the store cannot be opened or written: exit code 3
        ├── StoreDamaged    its files have lost data
        ├── StoreFull       the disk has no space for a write
        └── StoreLocked     another process holds it

Every message names the thing (file, document, line or path), the fault, and the way out.
"""

from __future__ import annotations

from collections.abc import Mapping


def printable(text: str) -> str:
    """Escape the characters of a text that cannot be encoded, such as half a surrogate pair."""
    return text.encode("utf-8", "backslashreplace").decode()


class KgError(Exception):
    """Root of the expected errors. ``exit_code`` is that of the command line."""

    exit_code = 3

    def __init__(self, *args: object) -> None:
        super().__init__(*(printable(value) if isinstance(value, str) else value for value in args))


class UsageError(KgError):
    """The caller requested something impossible: a flag, a setting, an unknown format."""

    exit_code = 2


class AmbiguousName(UsageError):
    """Several things have the name. ``choices`` are their IRIs, each with a description."""

    def __init__(self, name: str, choices: Mapping[str, str]) -> None:
        lines = "".join(f"\n  <{iri}>  {about}" for iri, about in choices.items())
        super().__init__(f"{name!r} is ambiguous: give the IRI of the one you mean:{lines}")
        self.name = name
        self.choices = dict(choices)


class UnknownName(UsageError):
    """Nothing in the graph has the name."""


class MissingExtra(UsageError):
    """An optional dependency is missing. The message names the extra to install."""


class InputError(KgError):
    """Outside data cannot be used: missing, not UTF-8, empty, not RDF."""


class RecordError(InputError):
    """A record violates the contract of ``docs/records.schema.json``.

    ``document`` is the id of the document (or the position of the line), ``path`` a JSON path such as
    ``$.claims[3].speakers``.
    """

    def __init__(self, document: str, path: str, problem: str) -> None:
        super().__init__(f"{document}: {path}: {problem}")
        self.document = printable(document)
        self.path = printable(path)
        self.problem = problem


class QueryError(InputError):
    """The engine refuses a SPARQL query; the message is the engine's."""


class ServiceRefused(QueryError):
    """A SPARQL query uses a server that is not on the allow-list, which is empty by default."""


class UpdateFailed(QueryError):
    """A correct SPARQL update cannot be applied to this graph: a named graph exists, or is missing."""


class OutsideFailed(KgError):
    """An allowed server has failed; the message names its host."""


class OutsideTimeout(OutsideFailed):
    """The server did not answer within the query's deadline."""


class QueryTimeout(KgError):
    """A query exceeded its deadline; results that were sent are incomplete."""


class QueryTooLarge(KgError):
    """A query exceeded its memory or the size of results; results that were sent are incomplete."""


class EngineBusy(KgError):
    """No query can be accepted now; a later one can."""


class ReadingStopped(KgError):
    """A text was not read for lack of time, memory or a place; a later attempt may succeed."""


class ViolationError(KgError):
    """A document violates the shapes and was not stored."""

    exit_code = 1


class StoreError(KgError):
    """The store cannot be opened, read or written."""


class StoreLocked(StoreError):
    """Another process has the store open for writing."""


class StoreDamaged(StoreError):
    """The store's files are not in the state of the last write: data is lost or unreadable."""


class StoreFull(StoreError):
    """The disk has no space for a write, which was not made. With free space the write will succeed."""
