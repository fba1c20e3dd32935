"""Competency questions: the questions that the graph must be able to answer, each as a SPARQL file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.errors import InputError
from kg.views.terms import Mark

_CLAIM_TERMS: Final = re.compile(r"[:#](Claim|speaker|content|stated[A-Z]\w*|Stated[A-Z]\w*|DeniedEvent)\b")
_FACT_TERMS: Final = re.compile(r"[:#](ReportedFact|Event|describes|eventType|agent)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question in words and in SPARQL. ``name`` is the file's stem; ``description`` may be empty."""

    name: str
    title: str
    description: str
    query: str


def asks_for(query: str) -> Mark:
    """Return ``claim`` or ``fact`` if a query has terms of one of them alone, else an empty text."""
    claims, facts = _CLAIM_TERMS.search(query), _FACT_TERMS.search(query)
    if claims:
        return "" if facts else "claim"
    return "fact" if facts else ""


def read_questions(folder: Path) -> tuple[Question, ...]:
    """Read the questions of a folder in natural order: CQ2 before CQ10.

    The comments at a file's head are the question (first line) and its description (further lines).

    Raises:
        InputError: A file has no question or cannot be read; the message names it.
    """
    return tuple(_read(path) for path in sorted(folder.glob("*.rq"), key=_natural))


def _read(path: Path) -> Question:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: the question cannot be read: {error}") from error
    lines = text.splitlines()
    head = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    comments = [line.lstrip("#").strip() for line in lines[:head]]
    if not comments or not comments[0]:
        raise InputError(f"{path}: the first line is not a comment; write the question there, as '# Who said what?'")
    return Question(
        name=path.stem,
        title=comments[0],
        description=" ".join(filter(None, comments[1:])),
        query="\n".join(lines[head:]).strip() + "\n",
    )


def _natural(path: Path) -> list[tuple[int, str]]:
    return [(int(part or 0), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", path.stem)]
