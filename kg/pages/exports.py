"""``/exports/NAME``: the graph in other formats, each written once for the current revision."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, Final

from flask import Flask, Response, request
from werkzeug.wsgi import FileWrapper

from kg import export
from kg.engine.queryable import QueryableStore
from kg.errors import UsageError
from kg.export import lists
from kg.http import etag
from kg.http.problems import Refusal

_TRIES: Final = 3
"""Number of attempts to write a file while others change the graph."""


@dataclass
class Exports:
    """The files of the current revision, each written on the first request; one is written at a time.

    Args:
        store: The graph.
        base: The base of the IRIs of its data.
    """

    store: QueryableStore
    base: str
    _made: dict[tuple[str, export.Options], tuple[int, Path]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _folder: Path | None = None

    def file(self, name: str, options: export.Options) -> tuple[int, BinaryIO, int]:
        """Return the revision, the opened file and its size in bytes.

        Args:
            name: The format.
            options: The options.

        Raises:
            UsageError: The format does not have an option, or needs a missing package.
        """
        with self._lock:
            revision, path = self._made.get((name, options), (-1, Path()))
            if revision != self.store.revision:
                revision, path = self._made[name, options] = self._make(name, options)
            return revision, path.open("rb"), path.stat().st_size

    def _make(self, name: str, options: export.Options) -> tuple[int, Path]:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="claimgraph-exports-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        for _ in range(_TRIES):
            revision = self.store.revision
            data = export.write(name, self.store, options, self.base)
            if revision == self.store.revision:
                break
        path = self._folder / f"{name}-{options.list_name}-{options.bom}-{options.claimed}"
        path.unlink(missing_ok=True)  # a reader of the earlier file keeps it open
        path.write_bytes(data)
        return revision, path


def install(app: Flask, store: QueryableStore, base: str) -> None:
    """Serve the exports.

    Args:
        app: The app.
        store: The graph.
        base: The base of the IRIs of its data.

    Raises:
        Refusal: The format or an option is unknown.
    """
    exports = Exports(store, base)
    app.jinja_env.globals.update(export_formats=export.FORMATS)

    def download(name: str) -> Response:
        if name not in export.FORMATS:
            names = ", ".join(export.FORMATS)
            raise Refusal(HTTPStatus.NOT_FOUND, "no-such-export", f"There is no export {name!r}. There are: {names}.")
        chosen = _options(name)
        try:
            revision, file, size = exports.file(name, chosen)
        except UsageError as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, "no-such-choice", f"{error}.") from error
        etag.answered_at(revision)
        one = export.FORMATS[name]
        response = Response(FileWrapper(file), direct_passthrough=True)
        response.content_length = size
        response.headers["Content-Type"] = export.media_type(one, chosen)
        response.headers["Content-Disposition"] = f'attachment; filename="{export.file_name(one, chosen)}"'
        return response

    app.add_url_rule("/exports/<name>", "export", download)


def _options(name: str) -> export.Options:
    """Return the options in the address. Raises Refusal (400) for an unknown list."""
    one = request.args.get("list", "")
    if one and one not in lists.NAMES:
        names = ", ".join(lists.NAMES)
        raise Refusal(HTTPStatus.BAD_REQUEST, "no-such-list", f"There is no list {one!r}. There are: {names}.")
    chosen = export.Options(list_name=one, claimed=request.args.get("claimed") == "1")
    is_marked = request.args.get("bom") == "1"
    if export.media_type(export.FORMATS[name], chosen).startswith("text/csv"):
        return chosen  # kg.pages.downloads adds the mark
    return replace(chosen, bom=is_marked)
