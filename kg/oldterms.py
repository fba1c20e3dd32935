"""Conversion from the former namespace, which has another owner, to https://w3id.org/claimgraph/."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from kg import inputfile, vocab
from kg.errors import InputError, StoreError
from kg.rdffiles import demand_sound

_OLD: Final = "https://w3id.org/dfc/"
_NEW: Final = "https://w3id.org/claimgraph/"
_DATA: Final = f"{_OLD}id/"
# Only our own former terms: the namespace also has its owner's.
_OURS: Final = re.compile(re.escape(_OLD) + r"(?=(?:ns|shapes)(?:#|$)|(?:act|evt|mod|rel)/)")
_CHUNK: Final = 1 << 20
_TYPE: Final = NamedNode(vocab.RDF_TYPE)
_OLD_VERSION: Final = NamedNode(f"{_OLD}ns#DocumentVersion")


class _Matcher(Protocol):
    def matching(
        self, patterns: Iterable[tuple[NamedNode | None, NamedNode | None, NamedNode | None, None]]
    ) -> Iterator[Quad]: ...


def demand_current(store: _Matcher, place: str) -> None:
    """Check that a store does not use the former terms.

    Args:
        store: The store.
        place: Its name in messages.

    Args:
        store: The store.
        place: Its folder or URL, for the message.

    Raises:
        StoreError: It does; the message names the two commands that convert it.
    """
    if next(store.matching([(None, _TYPE, _OLD_VERSION, None)]), None) is not None:
        raise StoreError(
            f"{place}: this store is in the terms of an earlier release ({_OLD}). Map it into a new one: "
            f"kg dump --store {place} --format nquads -o old.nq && kg load old.nq --store NEW"
        )


def is_mentioned(path: Path) -> bool:
    """Return whether a file contains the former namespace; False if it cannot be read."""
    last, sought = b"", _OLD.encode()
    try:
        with inputfile.opened(path) as file:
            while chunk := file.read(_CHUNK):
                if sought in last + chunk:
                    return True
                last = chunk[-len(sought) :]
    except (OSError, InputError):
        pass
    return False


def are_in(quads: Iterable[Quad]) -> bool:
    """Return whether any quad has a former term of ours."""
    counted = _MappedQuads(_NEW)
    return any(counted.count for _ in counted.quads(quads))


@contextmanager
def mapped(path: Path, rdf_format: RdfFormat, base: str) -> Iterator[tuple[Path, RdfFormat, int]]:
    """Yield the file to load instead of ``path``, its format, and the number of converted quads.

    Args:
        path: The RDF file; it is yielded unchanged if it has no former term.
        rdf_format: Its format.
        base: The new base of data IRIs.

    Raises:
        InputError: The file contains the former namespace and does not parse.
    """
    if not is_mentioned(path):
        yield path, rdf_format, 0
        return
    with tempfile.NamedTemporaryFile(suffix=".nq") as file:
        counted = _MappedQuads(base)
        try:
            with path.open("rb") as source:
                demand_sound(source, rdf_format)
                serialize(counted.quads(parse(source, rdf_format)), file, RdfFormat.N_QUADS)
        except (SyntaxError, ValueError) as error:
            raise InputError(f"{path}: {error}") from error
        file.flush()
        yield (Path(file.name), RdfFormat.N_QUADS, counted.count) if counted.count else (path, rdf_format, 0)


class _MappedQuads:
    """Converter of quads with a counter of changes."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.count = 0

    def quads(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        for quad in quads:
            new = Quad(*(self._term(term) for term in quad))
            self.count += new != quad
            yield new

    def _term(self, term: Any) -> Any:
        if isinstance(term, NamedNode):
            return NamedNode(self._iri(term.value))
        if isinstance(term, Triple):
            return Triple(*(self._term(part) for part in term))
        if isinstance(term, Literal) and term.datatype.value.startswith(_OLD):
            return Literal(term.value, datatype=NamedNode(self._iri(term.datatype.value)))
        return term

    def _iri(self, iri: str) -> str:
        if iri.startswith(_DATA):
            return self._base + iri.removeprefix(_DATA)
        return _OURS.sub(_NEW, iri, count=1) if _OURS.match(iri) else iri
