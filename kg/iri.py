"""Stable IRIs: the same text and the same base give the same IRIs, everywhere (docs/model.md, "IRIs")."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote

from kg.records import Span, Spans

SEED_BASE = "https://w3id.org/claimgraph/id/"
"""Base of the IRIs of the bundled seed, and of nothing else."""
EXAMPLE_BASE = "https://claimgraph.example/id/"
"""Base of the IRIs of data where none is configured: a reserved host, which belongs to nobody."""

_NOT_WORD = re.compile(r"[^\w]+")
_SLUG_LENGTH = 80


def slug(name: str) -> str:
    """A readable path segment for ``name``: words joined by hyphens, letters of any script kept.

    Names without any letter, and very long ones, end in eight digits of a hash so that they stay apart.
    """
    plain = _NOT_WORD.sub("-", unicodedata.normalize("NFC", name).casefold()).strip("-_")
    if plain and len(plain) <= _SLUG_LENGTH:
        return plain
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{plain[:_SLUG_LENGTH]}-{digest}".strip("-")


def article(base: str, document_id: str) -> str:
    """The article across its versions."""
    return f"{base}article/{quote(document_id, safe='')}"


def version(base: str, sha256: str) -> str:
    """One exact text: named by the first 16 digits of its hash."""
    return f"{base}doc/{sha256[:16]}"


def span(version_iri: str, where: Span) -> str:
    """A stretch of that text as an RFC 5147 fragment, in code points."""
    return f"{version_iri}#char={where.start},{where.end}"


def path_of(spans: Spans) -> str:
    """``255-310``, or ``255-310_320-333`` for something said in pieces."""
    return "_".join(f"{s.start}-{s.end}" for s in spans)


def entity(base: str, entity_type: str, name: str) -> str:
    """A named entity, shared by every document that names it so."""
    return f"{base}entity/{entity_type}/{slug(name)}"


def unnamed_source(version_iri: str, name: str) -> str:
    """A speaker without a name: never the same as one of another document."""
    return f"{version_iri}/source/{slug(name)}"
