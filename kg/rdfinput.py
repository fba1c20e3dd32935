"""RDF files in any packaging: compressed, with a byte-order mark, in another encoding.

Readers get a plain file.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final, Protocol

from kg import inputfile, rdffiles
from kg.errors import InputError

_PIECE: Final = 1 << 20
LEAST_LIMIT: Final = 1 << 30
"""Size that any compressed file may have when decompressed, in bytes."""
MOST_TIMES: Final = 100
"""Largest compression ratio of a longer file. Our N-Quads have 20."""


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@contextmanager
def plain(path: Path) -> Iterator[Path]:
    """Yield a file with the bytes of an RDF file in UTF-8, decompressed and without a byte-order mark.

    It is the file itself if that is plain, else a temporary one. Errors about the temporary file name the user's file.

    Args:
        path: The RDF file. ``.gz`` and ``.zst`` after the ending of its format select the compression.

    Raises:
        InputError: The file cannot be read or decompressed, is too long, or has another encoding.
    """
    packing = rdffiles.packing_of(path)
    with inputfile.opened(path) as file:
        begin = file.read(4)
        if packing is None and not begin.startswith(BOM_UTF8):
            inputfile.demand_utf8(begin, str(path))
            yield path
            return
        file.seek(0)
        with tempfile.TemporaryDirectory(prefix="kg-") as folder:
            copy = Path(folder) / (path.name if packing is None else path.stem)
            _write(path, file, packing, copy)
            try:
                yield copy
            except InputError as error:
                raise InputError(str(error).replace(str(copy), str(path))) from error


def _write(path: Path, file: BinaryIO, packing: str | None, copy: Path) -> None:
    limit = max(LEAST_LIMIT, MOST_TIMES * os.fstat(file.fileno()).st_size)
    try:
        with copy.open("xb") as out:
            if packing is None:
                file.seek(len(BOM_UTF8))
                shutil.copyfileobj(file, out)
            elif not _copied(_UNPACKED[packing](file), out, str(path), limit):
                raise InputError(f"{path}: is longer than {limit:,} bytes when it is unpacked; unpack it yourself")
    except EOFError as error:
        raise InputError(f"{path}: the packed file ends too early; get it whole") from error
    except (OSError, zlib.error, _zstd_error()) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be unpacked: {reason}") from error


def _copied(source: _Readable, out: BinaryIO, name: str, limit: int) -> bool:
    """Copy decompressed data. Return False if it exceeds the limit."""
    first = source.read(_PIECE)
    inputfile.demand_utf8(first[:4], name)
    length = len(first)
    out.write(first.removeprefix(BOM_UTF8))
    while piece := source.read(_PIECE):
        length += len(piece)
        if length > limit:
            return False
        out.write(piece)
    return length <= limit


def _gzip(file: BinaryIO) -> _Readable:
    import gzip

    return gzip.GzipFile(fileobj=file)


def _zstd(file: BinaryIO) -> _Readable:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    opened: _Readable = zstd.ZstdFile(file)
    return opened


def _zstd_error() -> type[Exception]:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    error: type[Exception] = zstd.ZstdError
    return error


_UNPACKED: Final = MappingProxyType[str, Callable[[BinaryIO], _Readable]]({".gz": _gzip, ".zst": _zstd})
