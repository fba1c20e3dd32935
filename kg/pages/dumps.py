"""``/dumps``: the complete graph as files of one revision, with size and checksum, described in DCAT for programs.

Sources: https://www.w3.org/TR/vocab-dcat-3/ and, for the header of a download, RFC 9530 (``Repr-Digest``).
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, Final, Protocol, runtime_checkable
from urllib.parse import urlsplit

import pyoxigraph as ox
from flask import Flask, Response, render_template, request, url_for
from werkzeug.wsgi import FileWrapper

from kg import dump, vocab
from kg.engine.queryable import QueryableStore
from kg.errors import KgError
from kg.http import etag
from kg.http.problems import Refusal
from kg.pages import void
from kg.pages.dump_formats import FORMS, Form
from kg.sparql import serialize
from kg.sparql.formats import GRAPH_OFFERS, HTML, choose_format
from kg.views.query_files import records

DCAT: Final = "http://www.w3.org/ns/dcat#"
SPDX: Final = "http://spdx.org/rdf/terms#"
_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_LICENCES: Final = f"SELECT DISTINCT ?licence {{ ?of <{vocab.DCTERMS_LICENSE}> ?licence }} ORDER BY ?licence"
_WAIT_SECONDS: Final = 2.0
"""Time that the page waits for files in progress, enough for a graph of some ten thousand quads."""
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Made:
    """A file: ``size`` in bytes, ``sha256`` in hexadecimal."""

    form: Form
    path: Path
    size: int
    sha256: str
    revision: int


@runtime_checkable
class Holding(Protocol):
    """A store that returns all quads of one revision."""

    @property
    def revision(self) -> int:
        """Identifies the state of the graph: equal revisions have equal graphs."""

    def snapshot(self) -> tuple[int, Iterable[ox.Quad]]:
        """Return a revision and its quads, unaffected by later writes."""


class Dumps:
    """The files of the current revision, each written on the first request."""

    def __init__(self, store: Holding) -> None:
        self._store = store
        self._made: dict[str, Made] = {}
        self._lock = threading.Lock()
        self._maker: threading.Thread | None = None
        self._folder: Path | None = None

    def file(self, form: Form) -> tuple[Made, BinaryIO]:
        """Return an opened file of the revision at the time of the call or of a later one.

        The first request writes the file; simultaneous requests wait for it.

        Args:
            form: The kind of file.
        """
        wanted = self._store.revision
        with self._lock:
            made = self._made.get(form.name)
            if made is None or made.revision < wanted:
                made = self._made[form.name] = self._make(form)
            return made, made.path.open("rb")  # opened under the lock, because the next file replaces this one

    def known(self) -> list[tuple[Form, Made | None]]:
        """Return each kind of file with its file, if it exists. The missing files are written after this call."""
        if any(made is None for _, made in self._present()):
            maker = self._maker
            if maker is None or not maker.is_alive():
                maker = self._maker = threading.Thread(target=self._make_all, daemon=True)
                maker.start()
            maker.join(_WAIT_SECONDS)
        return self._present()

    def _present(self) -> list[tuple[Form, Made | None]]:
        revision = self._store.revision
        found = [(form, self._made.get(form.name)) for form in FORMS]
        return [(form, made if made and made.revision == revision else None) for form, made in found]

    def _make_all(self) -> None:
        for form in FORMS:
            self.file(form)[1].close()

    def _make(self, form: Form) -> Made:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="claimgraph-dumps-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        revision, quads = self._store.snapshot()
        path = self._folder / f"{revision}-{form.name}"
        try:
            with path.open("wb") as file:
                _write(quads, form, file)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        for old in self._folder.glob(f"*-{form.name}"):
            if old != path:
                old.unlink()
        return Made(form, path, path.stat().st_size, _sha256(path), revision)


def install(app: Flask, store: QueryableStore, asked: QueryableStore) -> None:
    """Serve ``/dumps`` and its files.

    Args:
        app: The app.
        store: The store to write files from, which must be a :class:`Holding`.
        asked: The graph, for its licences.

    Raises:
        TypeError: The store is not a :class:`Holding`.
        Refusal: The file is unknown.
    """
    if not isinstance(store, Holding):
        raise TypeError(f"{type(store).__name__} has no snapshot() to write dumps from")
    dumps = Dumps(store)

    def overview() -> Response:
        offer = choose_format((HTML, *GRAPH_OFFERS), request.args.get("format") or None, request.headers.get("Accept"))
        known, licences = dumps.known(), _licences(asked)
        if any(made is None for _, made in known):
            etag.not_to_be_kept()
        if offer is HTML:
            body: str | bytes = render_template("dumps.html", known=known, licences=licences)
        else:
            address = url_for("dumps", _external=True)
            made = [one for _, one in known if one is not None]
            body = serialize.write(catalogue(address, made, licences), offer, {"dcat": DCAT, "spdx": SPDX})
        return Response(body, content_type=offer.content_type, headers={"Vary": "Accept"})

    def download(name: str) -> Response:
        form = next((form for form in FORMS if form.name == name), None)
        if form is None:
            names = ", ".join(form.name for form in FORMS)
            raise Refusal(HTTPStatus.NOT_FOUND, "no-such-dump", f"There is no dump {name!r}. There are: {names}.")
        made, file = dumps.file(form)
        etag.answered_at(made.revision)
        response = Response(FileWrapper(file), direct_passthrough=True)
        response.content_length = made.size
        response.headers["Content-Type"] = form.media_type
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        digest = base64.b64encode(bytes.fromhex(made.sha256)).decode()
        response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
        return response

    app.add_url_rule("/dumps", "dumps", overview)
    app.add_url_rule("/dumps/<name>", "dump", download)


def catalogue(address: str, made: Sequence[Made], licences: Sequence[str]) -> Iterator[ox.Triple]:
    """Yield the catalogue, its dataset and its files, with the mandatory properties of DCAT-AP 3.

    Args:
        address: The address of the catalogue.
        made: The files.
        licences: The licences that articles state.
    """
    catalogue, dataset = ox.NamedNode(f"{address}#catalogue"), ox.NamedNode(f"{address}#dataset")
    publisher = ox.NamedNode(f"{address}#publisher")
    yield _link(catalogue, vocab.RDF_TYPE, DCAT + "Catalog")
    yield ox.Triple(catalogue, ox.NamedNode(DCAT + "dataset"), dataset)
    yield _link(publisher, vocab.RDF_TYPE, vocab.FOAF + "Agent")
    host = urlsplit(address).netloc
    yield ox.Triple(publisher, ox.NamedNode(vocab.FOAF + "name"), ox.Literal(f"whoever runs {host}"))
    yield _link(dataset, vocab.RDF_TYPE, DCAT + "Dataset")
    yield _link(dataset, vocab.RDF_TYPE, vocab.VOID_DATASET)
    for node in (catalogue, dataset):
        yield ox.Triple(node, ox.NamedNode(vocab.DCTERMS_TITLE), ox.Literal(void.TITLE))
        yield ox.Triple(node, ox.NamedNode(vocab.DCTERMS_DESCRIPTION), ox.Literal(void.ABOUT))
        yield ox.Triple(node, ox.NamedNode(vocab.DCTERMS + "publisher"), publisher)
    yield from _licensed(dataset, licences)
    for one in made:
        file = ox.NamedNode(f"{address}/{one.form.name}")
        node, checksum = ox.NamedNode(f"{address}#{one.form.name}"), ox.NamedNode(f"{address}#{one.form.name}-sha256")
        yield ox.Triple(dataset, ox.NamedNode(DCAT + "distribution"), node)
        yield ox.Triple(dataset, ox.NamedNode(vocab.VOID_DATA_DUMP), file)
        yield _link(node, vocab.RDF_TYPE, DCAT + "Distribution")
        yield ox.Triple(node, ox.NamedNode(DCAT + "downloadURL"), file)
        yield ox.Triple(node, ox.NamedNode(DCAT + "accessURL"), ox.NamedNode(address))
        yield ox.Triple(node, ox.NamedNode(vocab.DCTERMS_TITLE), ox.Literal(one.form.name))
        yield from _licensed(node, licences)
        yield _link(node, DCAT + "mediaType", _MEDIA_TYPES + one.form.media_type)
        yield ox.Triple(node, ox.NamedNode(vocab.DCTERMS_DESCRIPTION), ox.Literal(one.form.about))
        size = ox.Literal(str(one.size), datatype=ox.NamedNode(vocab.XSD + "nonNegativeInteger"))
        yield ox.Triple(node, ox.NamedNode(DCAT + "byteSize"), size)
        yield ox.Triple(node, ox.NamedNode(SPDX + "checksum"), checksum)
        yield _link(checksum, vocab.RDF_TYPE, SPDX + "Checksum")
        yield _link(checksum, SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256")
        value = ox.Literal(one.sha256, datatype=ox.NamedNode(vocab.XSD + "hexBinary"))
        yield ox.Triple(checksum, ox.NamedNode(SPDX + "checksumValue"), value)


def _licensed(node: ox.NamedNode, licences: Sequence[str]) -> Iterator[ox.Triple]:
    """Yield the licences that articles state, and a sentence that each article has its own."""
    for licence in licences:
        yield ox.Triple(node, ox.NamedNode(vocab.DCTERMS_LICENSE), _term(licence))
    words = "Texts and quotations are their publishers', each article under its own licence, where one is stated."
    yield ox.Triple(node, ox.NamedNode(vocab.DCTERMS + "rights"), ox.Literal(words))


def _write(quads: Iterable[ox.Quad], form: Form, output: object) -> None:
    """Write quads as they come, with constant memory; for facts only, with the default graph in memory."""
    chosen = dump.facts_only(quads) if form.facts_only else quads
    prefixes = dict(vocab.PREFIXES) if form.format in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG) else None
    statements: Iterable[ox.Quad] | Iterable[ox.Triple] = chosen if form.format.supports_datasets else _declared(chosen)
    ox.serialize(statements, output, form.format, prefixes=prefixes)  # type: ignore[arg-type]


def _declared(quads: Iterable[ox.Quad]) -> Iterator[ox.Triple]:
    """Yield the triples, then the declarations of their terms."""
    declared = dump.Declarations()
    for quad in declared.seen(quads):
        yield quad.triple
    yield from declared.triples()


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _licences(asked: QueryableStore) -> list[str]:
    """Return the licences that articles state."""
    try:
        return [record["licence"] for record in records(asked.query(_LICENCES)) if "licence" in record]
    except KgError:
        return []


def _term(text: str) -> ox.NamedNode | ox.Literal:
    return ox.NamedNode(text) if text.startswith(("http://", "https://")) else ox.Literal(text)


def _link(subject: ox.NamedNode, predicate: str, object_: str) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.NamedNode(object_))
