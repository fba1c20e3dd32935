"""File names of downloads, by ``?name=`` or the page, and the byte-order mark for Excel, by ``?bom=1``."""

from __future__ import annotations

import csv
import io
import re
import sys
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from flask import Flask, Response, request

from kg.export.tables import safe_cell

_ENDINGS: Final = MappingProxyType(
    {
        "text/csv": "csv",
        "text/tab-separated-values": "tsv",
        "text/turtle": "ttl",
        "text/n3": "n3",
        "text/xml": "xml",
        "text/markdown": "md",
        "application/json": "json",
        "application/xml": "xml",
        "application/sparql-results+json": "json",
        "application/sparql-results+xml": "xml",
        "application/ld+json": "jsonld",
        "application/rdf+xml": "rdf",
        "application/n-triples": "nt",
        "application/n-quads": "nq",
        "application/trig": "trig",
        "application/x-turtle": "ttl",
        "application/x-bibtex": "bib",
        "application/sarif+json": "sarif",
        "application/vnd.citationstyles.csl+json": "json",
        "application/openapi+json": "json",
    }
)
_TABLES: Final = frozenset({"text/csv", "text/tab-separated-values"})
"""Types that a browser saves; it may show the others."""
_NOT_NAMED: Final = frozenset({"static", "healthz", "readyz", "metrics"})
_NOT_IN_NAMES: Final = frozenset({"query", "format", "name", "bom", "page", "sort", "graph", "default", "from", "of"})
"""Parameters that do not become part of a file name."""
_LONGEST: Final = 100
_NO_PART: Final = re.compile(r"[^\w.-]+")
_NAMES: Final = MappingProxyType({"query": "query-results", "sparql": "query-results", "ns": "claimgraph-vocabulary"})
"""File names for paths that are not descriptive."""


def install(app: Flask) -> None:
    """Name downloads, and mark CSV for ``?bom=1``. Templates get ``download_name()``."""
    app.jinja_env.globals["download_name"] = page_name

    @app.after_request
    def described(response: Response) -> Response:
        ending = _ENDINGS.get(response.mimetype or "")
        if ending is None or response.status_code != HTTPStatus.OK or request.endpoint in _NOT_NAMED:
            return response
        if "Content-Disposition" not in response.headers and (name := _name()):
            shown = "attachment" if response.mimetype in _TABLES else "inline"
            file = f"{name.removesuffix('.' + ending)}.{ending}"
            # RFC 8187 for names outside of ASCII, because headers allow no other characters
            named = f'filename="{file}"' if file.isascii() else f"filename*=UTF-8''{quote(file)}"
            response.headers["Content-Disposition"] = f"{shown}; {named}"
        if response.mimetype == "text/csv" and request.args.get("bom", "") in ("1", "true", "yes"):
            _mark(response)
        return response


def page_name() -> str:
    """Return a name for the data of the current page: its path, and the values of its parameters."""
    path = request.path.removeprefix("/about/").strip("/")
    if path in _NAMES:
        return _NAMES[path]
    words = [value for name, value in request.args.items() if name not in _NOT_IN_NAMES]
    return _clean("-".join([path or "claimgraph", *words]))


def _name() -> str:
    asked = _clean(request.args.get("name", ""))
    if asked:
        return asked
    if request.endpoint == "sparql":
        return ""  # a program sent the query, or a person without a name for it
    if request.endpoint in ("store", "stored_graph"):
        return _clean(request.args.get("graph", "default-graph").rstrip("/#").rpartition("/")[2])
    return page_name()


def _clean(name: str) -> str:
    return _NO_PART.sub("-", name).strip("-.")[:_LONGEST]


def _mark(response: Response) -> None:
    """Add the byte-order mark to CSV, and escape cells that begin like a formula.

    A client that requests the mark opens the file in Excel.
    """
    is_whole = response.content_length is not None
    response.direct_passthrough = False
    response.response = _for_spreadsheets(response.iter_encoded())
    if is_whole:
        response.response = [b"".join(response.response)]
        response.content_length = len(response.response[0])


def _for_spreadsheets(parts: Iterable[bytes]) -> Iterator[bytes]:
    yield BOM_UTF8
    csv.field_size_limit(sys.maxsize)  # a cell can be the text of an article
    output = io.StringIO()
    writer = csv.writer(output)
    for row in csv.reader(_lines(parts)):
        writer.writerow(map(safe_cell, row))
        yield output.getvalue().encode()
        output.seek(output.truncate(0))


def _lines(parts: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for part in parts:
        *lines, rest = (rest + part).split(b"\n")
        yield from (f"{line.decode()}\n" for line in lines)
    if rest:
        yield rest.decode()
