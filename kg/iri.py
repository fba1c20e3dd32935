"""Stable IRIs: the same text and the same base always give the same IRIs (docs/model.md, "IRIs").

:func:`parse` reads the IRIs that the other functions mint. No other module takes our IRIs apart.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import quote, unquote

SEED_BASE = "https://w3id.org/claimgraph/id/"
"""Base of the IRIs of the bundled seed only."""
EXAMPLE_BASE = "https://claimgraph.example/id/"
"""Base of data IRIs if none is configured: a reserved host without an owner."""

_NOT_WORD = re.compile(r"[^\w]+")
_SLUG_LENGTH = 80
VERSION_PATH: Final = "doc/[0-9a-f]{16}"
"""Pattern of a document version's path under a base, usable in multi-line and bytes patterns."""
_IN_VERSION: Final = re.compile(rf"(?P<version>(?P<base>(?:.*?/)?){VERSION_PATH})(?P<rest>[/#].*)?", re.S)
_SHARED: Final = re.compile(
    r"(?P<base>(?:.*/)?)(?:article/(?P<article>[^/#]+)|entity/(?P<type>[^/#]+)/(?P<slug>[^/#]+))"
)
_CHARACTERS: Final = re.compile(r"#char=(\d+),(\d+)")
_STATEMENT_NAME: Final = re.compile(r"(\d+-\d+(?:_\d+-\d+)*)(?:~(\d+))?")
_STATEMENTS: Final = frozenset({"fact", "claim", "unclear"})
_CONTENT: Final = "content"


class TextRange(Protocol):
    """A range of a text in code points, with an exclusive ``end``."""

    @property
    def start(self) -> int:
        """The first code point."""

    @property
    def end(self) -> int:
        """The code point after the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """The parts of one of our IRIs.

    Attributes:
        base: The part before ``doc/``, ``article/`` or ``entity/``.
        kind: ``article``, ``entity``, ``version``, ``span``; else the first segment under the version or the content
            graph (``fact``, ``claim``, ``event``, ``link``, ``run``, ...), or ``content`` for the graph itself.
        version: The IRI of the document version; empty for an article and an entity.
        section: The first segment under the version; empty if there is none.
        content: The IRI of the innermost content graph that contains it or that it is; empty if there is none.
        spans: The spans of a statement or an event, or the one of a span, in code points.
        ordinal: The number of the statement (or the event's fact) among those with the same spans, from 1.
        name: The identifier of an article, the slug of an entity or source, the number of a link, a time or a second
            event of a fact.
        entity_type: The type of an entity.
        is_whole: Whether the IRI ends after the part that ``kind`` names.
    """

    base: str
    kind: str
    version: str = ""
    section: str = ""
    content: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    ordinal: int = 1
    name: str = ""
    entity_type: str = ""
    is_whole: bool = True

    @property
    def is_statement(self) -> bool:
        """Whether it is a fact, a claim or an unclear passage, also inside of claim content."""
        is_named = bool(self.spans or self.name)
        return self.is_whole and is_named and self.kind in (("claim",) if self.content else _STATEMENTS)


def slug(name: str) -> str:
    """Return a readable path segment for a name: words joined by hyphens, letters of any script kept.

    Names without a letter, and very long ones, end in eight digits of a hash, so that they stay distinct.
    """
    plain = _NOT_WORD.sub("-", unicodedata.normalize("NFC", name).casefold()).strip("-_")
    if plain and len(plain) <= _SLUG_LENGTH:
        return plain
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{plain[:_SLUG_LENGTH]}-{digest}".strip("-")


def article(base: str, document_id: str) -> str:
    """Return the IRI of an article across its versions.

    Args:
        base: The base.
        document_id: The article's id.
    """
    return f"{base}article/{quote(document_id, safe='')}"


def version(base: str, sha256: str) -> str:
    """Return the IRI of one exact text, with the first 16 digits of its hash.

    Args:
        base: The base.
        sha256: The hash.
    """
    return f"{base}doc/{sha256[:16]}"


def span(version_iri: str, where: TextRange) -> str:
    """Return the IRI of a range of a text, with an RFC 5147 fragment in code points.

    Args:
        version_iri: The IRI of the version.
        where: The range.
    """
    return f"{version_iri}#char={where.start},{where.end}"


def path_of(spans: Sequence[TextRange]) -> str:
    """Return ``255-310``, or ``255-310_320-333`` for several ranges."""
    return "_".join(f"{s.start}-{s.end}" for s in spans)


def entity(base: str, entity_type: str, name: str) -> str:
    """Return the IRI of a named entity, which all documents with that name share.

    Args:
        base: The base.
        entity_type: The type of the entity.
        name: Its name.
    """
    return f"{base}entity/{entity_type}/{slug(name)}"


def unnamed_source(version_iri: str, name: str) -> str:
    """Return the IRI of a speaker without a name, which belongs to one document.

    Args:
        version_iri: The IRI of the version.
        name: The description of the speaker.
    """
    return f"{version_iri}/source/{slug(name)}"


def statement(where: str, kind: str, spans: Sequence[TextRange], ordinal: int = 1) -> str:
    """Return the IRI of a statement.

    Args:
        where: The IRI of its version, or of its content graph.
        kind: ``fact``, ``claim`` or ``unclear``.
        spans: Its words.
        ordinal: Its number among the statements of this kind with these spans, from 1.
    """
    name = f"{where}/{kind}/{path_of(spans)}"
    return name if ordinal == 1 else f"{name}~{ordinal}"


def content(claim: str) -> str:
    """Return the IRI of a claim's content graph."""
    return f"{claim}/{_CONTENT}"


def event(fact: str, ordinal: int = 1) -> str:
    """Return the IRI of an event that a fact asserts.

    Args:
        fact: The IRI of the fact.
        ordinal: The number of the event, from 1.
    """
    where, _, name = fact.rpartition("/fact/")
    return f"{where}/event/{name}" if ordinal == 1 else f"{where}/event/{name}/{ordinal}"


def parse(text: str) -> Ref | None:
    """Parse one of our IRIs with any base; None for any other IRI.

    An unknown form under a version or a content graph has its first segment as kind, so that callers do not take it for
    the article's own voice.
    """
    found = _IN_VERSION.fullmatch(text)
    if found is None:
        return _shared(text)
    base, version_iri, rest = found["base"], found["version"], found["rest"] or ""
    if not rest:
        return Ref(base=base, kind="version", version=version_iri)
    if rest.startswith("#"):
        place = _CHARACTERS.fullmatch(rest)
        if place is None:
            return Ref(base=base, kind="", version=version_iri, is_whole=False)
        return Ref(base=base, kind="span", version=version_iri, spans=((int(place[1]), int(place[2])),))
    graph = content_graph(text) or ""
    local = text[len(graph or version_iri) + 1 :]
    section = rest[1:].partition("/")[0]
    if not local:
        return Ref(base=base, kind=_CONTENT, version=version_iri, section=section, content=graph)
    kind, slash, name = local.partition("/")
    spans, ordinal, last = _of_name(kind, name)
    return Ref(
        base=base,
        kind=kind,
        version=version_iri,
        section=section,
        content=graph,
        spans=spans,
        ordinal=ordinal,
        name=last,
        is_whole=not slash or (bool(name) and ("/" not in name or (kind == "event" and last.isdecimal()))),
    )


def is_statement(text: str) -> bool:
    """Return whether an IRI names a fact, a claim or an unclear passage."""
    ref = parse(text)
    return ref is not None and ref.is_statement


def version_of(text: str) -> str | None:
    """Return the version that an IRI names or is under, or None."""
    found = _IN_VERSION.fullmatch(text)
    return None if found is None else found["version"]


def content_graph(text: str) -> str | None:
    """Return the innermost content graph that an IRI names or is in, or None.

    A query can build IRIs of any length, so each is scanned only once.
    """
    found = _IN_VERSION.fullmatch(text)
    if found is None or not (found["rest"] or "").startswith("/claim/"):
        return None
    suffix = f"/{_CONTENT}"
    end = len(text) if text.endswith(suffix) else text.rfind(f"{suffix}/") + len(suffix)
    return text[:end] if end - len(suffix) >= found.end("version") + len("/claim/") else None


def _shared(text: str) -> Ref | None:
    found = _SHARED.fullmatch(text)
    if found is None:
        return None
    if found["article"]:
        return Ref(base=found["base"], kind="article", name=unquote(found["article"]))
    return Ref(base=found["base"], kind="entity", entity_type=found["type"], name=found["slug"])


def _of_name(kind: str, name: str) -> tuple[tuple[tuple[int, int], ...], int, str]:
    """Split a name into the spans of a statement or event, its number among equal spans, and the rest."""
    first, _, last = name.partition("/")
    found = _STATEMENT_NAME.fullmatch(first) if kind in _STATEMENTS or kind == "event" else None
    if found is None:
        return (), 1, name
    pieces = (piece.split("-") for piece in found[1].split("_"))
    return tuple((int(start), int(end)) for start, end in pieces), int(found[2] or 1), last
