"""What a reader returns: an article, or the news that one was taken back, and the words that were left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kg.errors import InputError
from kg.records import Document

CUT_KINDS: Final = frozenset(
    [
        "abstract",
        "advertisement",
        "author",
        "boilerplate",
        "byline",
        "caption",
        "chrome",
        "credit",
        "dateline",
        "embed",
        "headline",
        "navigation",
        "newsletter",
        "note",
        "paywall",
        "related",
        "slugline",
        "table",
    ]
)
"""Why words of a file are not in the text of its article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Words that the file has and the text of the article has not, and which kind of thing they are."""

    text: str
    kind: str

    def __post_init__(self) -> None:
        if self.kind not in CUT_KINDS:
            raise ValueError(f"unknown kind of cut {self.kind!r}; known are {', '.join(sorted(CUT_KINDS))}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as its reader understood it.

    ``document`` has the text that all offsets count in, the metadata, the authors, and as ``frame`` the datelines,
    bylines, credits and captions in the text. The headline is a field and not part of the text, except in formats
    whose text is kept exactly as it is (plain text, JSON Lines). ``version`` is the publisher's number of this text of
    the article, where the format has one: a correction has a higher one and the same id.
    """

    document: Document
    cut: tuple[Cut, ...] = ()
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A publisher withdrew an article: by a kill of an agency, or by deleting the page.

    Attributes:
        id: The document id of the withdrawn article.
        reason: A sentence for readers.
        at: The time in ISO 8601, if the file has it.
        version: The publisher's number of the withdrawal, if any.
    """

    id: str
    reason: str
    at: str | None = None
    version: str | None = None


Item = Article | Withdrawal | InputError
"""The result of a reader. An error is not raised, but returned for an unusable item of a file."""
