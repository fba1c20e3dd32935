"""Detection of copied articles: wire credits, then word shingles of bodies by MinHash, never titles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from rensa import RMinHash

from kg.link.terms import WORD
from kg.linking import Copy
from kg.records import Document

_SHINGLE: Final = 4
_PERMUTATIONS: Final = 128
_ROWS: Final = 2
_SEED: Final = 1
_LEAST_SHARED: Final = 15
"""The least number of common shingles, about a long sentence: fewer can be a common quote."""
_LEAST_SHARE: Final = 0.6
"""The least share of the shorter body's shingles.

With the same wire credit :data:`_LEAST_SHARE_CREDITED`.
"""
_LEAST_SHARE_CREDITED: Final = 0.45
_DATELINE: Final = re.compile(
    r"\A[A-Z][\w.,’' -]{1,50}?\s*\((?P<credit>[A-Z][\w&’' -]{1,40})\)\s*(?:-{1,2}|[–—])\s*|"
    r"\A[A-Z][A-Z.’' -]{2,40}(?:,[^()\n–—-]{1,30})?\s*(?:-{1,2}|[–—])\s+"
)
_CREDIT_LINE: Final = re.compile(
    r"^\(?(?:Reporting|Source|With material) (?:by|from)?:?\s*(?P<credit>[A-Z][\w& ]+)\)?\.?$", re.M
)


@dataclass(frozen=True, slots=True)
class ArticleBody:
    """A document's text without its headline, dateline and credit, as word shingles."""

    document: str
    published: str
    publisher: str
    credit: str | None
    shingles: frozenset[int]
    bands: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, document: Document) -> ArticleBody:
        """Return the body of a document."""
        words, credit = _body(document)
        shingles = frozenset(_shingles(words))
        return cls(
            document=document.id,
            published=document.published or "",
            publisher=document.publisher or "",
            credit=credit,
            shingles=shingles,
            bands=tuple(_bands(words)),
        )


def _body(document: Document) -> tuple[list[str], str | None]:
    text = document.text
    if document.title and text.startswith(document.title):
        text = text[len(document.title) :]
    text = text.strip()
    dateline = _DATELINE.match(text)
    credited = dateline if dateline is not None and dateline["credit"] else _CREDIT_LINE.search(text)
    credit = credited["credit"].strip() if credited is not None else None
    if dateline is not None:
        text = text[dateline.end() :]
    return [word.lower() for word in WORD.findall(text)], credit


def _shingles(words: Sequence[str]) -> Iterator[int]:
    for i in range(len(words) - _SHINGLE + 1):
        yield hash_of(words[i : i + _SHINGLE])


def hash_of(words: Sequence[str]) -> int:
    """Return a hash of words that is the same in every process."""
    import zlib

    text = " ".join(words).encode()
    return (zlib.crc32(text) << 32) | zlib.adler32(text)


def _bands(words: Sequence[str]) -> Iterator[str]:
    if len(words) < _SHINGLE:
        return
    signature = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    signature.update([" ".join(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)])
    digest = signature.digest()
    for band in range(0, _PERMUTATIONS, _ROWS):
        yield f"{band}:" + ",".join(str(value) for value in digest[band : band + _ROWS])


def copy_of(one: ArticleBody, other: ArticleBody) -> Copy | None:
    """Return which of two documents is a copy of the other, or None if neither is.

    Args:
        one: One document's body.
        other: The other's.
    """
    shared = len(one.shingles & other.shingles)
    share = shared / max(1, min(len(one.shingles), len(other.shingles)))
    credited = one.credit is not None and one.credit == other.credit
    if shared < _LEAST_SHARED or share < (_LEAST_SHARE_CREDITED if credited else _LEAST_SHARE):
        return None
    original, copy = sorted([one, other], key=_originality)
    return Copy(
        document=copy.document,
        original=original.document,
        share=round(share, 3),
        method="copy.credit" if credited else "copy.shingles",
        credit=copy.credit,
    )


def _originality(body: ArticleBody) -> tuple[bool, str, int, str]:
    """Return a sort key: first the outlet of the credit, then the earlier, then the longer body."""
    own = body.credit is not None and _names(body.publisher, body.credit)
    return not own, body.published, -len(body.shingles), body.document


def _names(publisher: str, credit: str) -> bool:
    one, other = publisher.casefold(), credit.casefold()
    return bool(one) and (one.startswith(other) or other.startswith(one))


def find_copies(bodies: Iterable[ArticleBody]) -> list[Copy]:
    """Return each copied pair once, as the copy and its original.

    Args:
        bodies: Those of all documents.
    """
    by_band: dict[str, list[ArticleBody]] = defaultdict(list)
    found: list[Copy] = []
    for body in bodies:
        near: dict[str, ArticleBody] = {}
        for band in body.bands:
            near.update((other.document, other) for other in by_band[band])
            by_band[band].append(body)
        found += [copy for other in near.values() if (copy := copy_of(body, other)) is not None]
    return sorted(found, key=lambda copy: (copy.document, copy.original))


def origins(copies: Iterable[Copy]) -> dict[str, str]:
    """Return the final origin of each copy.

    Args:
        copies: All that were found.
    """
    above: dict[str, str] = {}
    for copy in copies:
        above[copy.document] = min(above.get(copy.document, copy.original), copy.original)
    ends: dict[str, str] = {}
    for document in above:
        end, seen = document, {document}
        while end in above and above[end] not in seen:
            end = above[end]
            seen.add(end)
        ends[document] = end
    return ends
