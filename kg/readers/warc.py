"""Web archives (WARC and ARC, plain or gzip): each page, PDF or feed in it is read by the reader of its format."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from kg.errors import InputError
from kg.extras import missing
from kg.readers import formats, news
from kg.readers.article import Item
from kg.readers.source import Source

if TYPE_CHECKING:
    from types import ModuleType

MAX_RECORD: Final = 64 << 20
MAX_RECORDS: Final = 10_000_000
_MIN_BOMB, _MAX_RATIO = 256 << 20, 300
"""Bytes unpacked, and those for each packed byte, that are more than archives have."""
_GZIP: Final = b"\x1f\x8b"
_READ: Final = ("response", "resource")


def read(source: Source) -> Iterator[Item]:
    """Yield the articles of the records whose format is known.

    A record without an article in it is an item that is refused. Where the archive is cut off or broken, the last item
    is an error that says how many records were read before.

    Raises:
        InputError: There is no record of a known format in it.
        MissingExtra: warcio is not installed.
    """
    return news.limited(_items(source), source.name)


def _items(source: Source) -> Iterator[Item]:
    warcio, broken = _warcio(), _broken()
    count = 0
    with source.opened() as file:
        stream = _Unpacked(file) if source.head(2) == _GZIP else file
        try:
            for record in warcio.ArchiveIterator(stream, arc2warc=True):
                body = _body(record, source, count)
                count += 1
                if count > MAX_RECORDS:
                    yield InputError(f"{source.name}: has more than {MAX_RECORDS:,} records; split it")
                    return
                if isinstance(body, InputError):
                    yield body
                elif body is not None:
                    yield from _of_record(record, body, source, count)
        except (*broken, OSError, EOFError, zlib.error, ValueError, LookupError, AttributeError, TypeError) as error:
            first = str(error).strip().split("\n")[0] or type(error).__name__
            yield InputError(f"{source.name}: is cut off or broken after {count:,} records, which were read: {first}")


class _Unpacked(io.RawIOBase):
    """A gzip file unpacked: what is there before a place where it is broken is given first."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._gzip = gzip.GzipFile(fileobj=file)
        self._count = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return some of the next bytes, none at the end.

        Raises:
            OSError: The file is cut off, broken, or unpacks to far more than archives do.
        """
        try:
            data = self._gzip.read1(size if size > 0 else 1 << 16)
        except EOFError as error:  # to warcio this one is the end of an archive that is whole
            raise OSError("it ends within a compressed record") from error
        self._count += len(data)
        if self._count > _MIN_BOMB + _MAX_RATIO * self._file.tell():
            raise OSError("it unpacks to far more than an archive does")
        return data


def _warcio() -> ModuleType:
    try:
        from warcio import archiveiterator
    except ImportError as error:
        raise missing("WARC needs warcio", "inputs") from error
    module: ModuleType = archiveiterator
    return module


def _broken() -> tuple[type[Exception], type[Exception]]:
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.statusandheaders import StatusAndHeadersParserException

    errors: tuple[type[Exception], type[Exception]] = (ArchiveLoadFailed, StatusAndHeadersParserException)
    return errors


def _body(record: Any, source: Source, count: int) -> bytes | InputError | None:
    """Return the body of a record that is to be read, an error for one that is too long, None for others.

    Raises:
        EOFError: The record is cut off.
    """
    wanted = record.rec_type in _READ and _is_ok(record) and _format(record) is not None
    data = cast("bytes", record.content_stream().read(MAX_RECORD + 1)) if wanted else b""
    while record.raw_stream.read(1 << 16):
        pass
    if getattr(record.raw_stream, "limit", 0) > 0:
        raise EOFError("the last record ends too early")
    if len(data) > MAX_RECORD:
        return InputError(f"{source.name}: record {count + 1}: is longer than {MAX_RECORD:,} bytes")
    return data if wanted else None


def _is_ok(record: Any) -> bool:
    return record.http_headers is None or str(record.http_headers.get_statuscode()) == "200"


def _media_type(record: Any) -> tuple[str, str | None]:
    """Return media type and charset of the body."""
    headers = record.http_headers or record.rec_headers
    kind, _, rest = (headers.get_header("Content-Type") or "").partition(";")
    charset = rest.lower().partition("charset=")[2].split(";")[0].strip(" \"'") or None
    return kind.strip().lower(), charset


def _format(record: Any) -> formats.Format | None:
    kind, _ = _media_type(record)
    return next((one for one in formats.FORMATS if kind in one.media_types and one.name not in ("text", "warc")), None)


def _of_record(record: Any, body: bytes, source: Source, count: int) -> Iterator[Item]:
    kind, charset = _media_type(record)
    url = record.rec_headers.get_header("WARC-Target-URI")
    one = Source(
        name=f"{source.name}: record {count} ({url})",
        data=body,
        url=url,
        media_type=kind,
        charset=charset,
        retrieved=record.rec_headers.get_header("WARC-Date"),
    )
    found = _format(record)
    try:
        if found is not None:
            yield from found.read(one)
    except InputError as error:
        yield error
