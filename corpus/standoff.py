"""Marks over texts that are not here: offsets into articles that the reader has to bring.

A line of JSON Lines is one text: ``id``, ``genre``, ``source`` (the path of the article in the folder that holds it),
``end`` (how much of it was read, in code points), ``sha256`` of that part, and the layers as offsets into it. No word
of the article is kept. A file whose claims are marked too has ``claims``: what ``MarkedClaim`` has, in its order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.markup import MarkedClaim, MarkedEvent, MarkedMention, MarkedText, MarkupError, Range


def read_standoff(path: Path, folder: Path) -> Iterator[MarkedText]:
    """Yield the texts of a file of marks.

    Args:
        path: The file of marks.
        folder: The folder in which the articles lie.

    Raises:
        MarkupError: An article is absent, or not the one that was marked.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        data: dict[str, Any] = json.loads(line)
        where = f"{path.name}:{number}: {data['id']}"
        article = folder / data["source"]
        if not article.is_file():
            raise MarkupError(f"{where}: there is no {article}")
        text = article.read_bytes().decode()[: data["end"]]
        if hashlib.sha256(text.encode()).hexdigest() != data["sha256"]:
            raise MarkupError(f"{where}: {article} is not the text that was marked")
        yield MarkedText(
            id=data["id"],
            genre=data["genre"],
            text=text,
            mentions=tuple(MarkedMention(span=(s, e), label=label) for s, e, label in data["mentions"]),
            events=tuple(
                MarkedEvent(span=(s, e), type=kind, status=status, roles=tuple((role, label) for role, label in roles))
                for s, e, kind, status, roles in data["events"]
            ),
            nothing=tuple((s, e) for s, e in data["nothing"]),
            claims=tuple(_claim(one) for one in data.get("claims", ())),
        )


def _claim(one: list[Any]) -> MarkedClaim:
    number, cue, content, source, act, polarity, certainty, frame, speakers, addressees, targets = one
    return MarkedClaim(
        number=number,
        cue=_ranges(cue),
        content=_ranges(content),
        source=_ranges(source),
        act=act,
        polarity=polarity,
        certainty=certainty,
        frame=frame,
        speakers=tuple(speakers),
        addressees=tuple(addressees),
        targets=tuple(targets),
    )


def _ranges(pairs: list[list[int]]) -> tuple[Range, ...]:
    return tuple((start, end) for start, end in pairs)


def line_of(text: MarkedText, source: str, article: str) -> str:
    """Return the marks of a text as one line of JSON, moved to the article's own offsets.

    Args:
        text: A marked text whose words are those of the beginning of the article; white space may differ.
        source: The path of the article in the folder that holds it.
        article: The article.

    Raises:
        MarkupError: The words differ.
    """
    places = _places(text, article)

    def moved(span: tuple[int, int]) -> list[int]:
        return [places[span[0]], places[span[1] - 1] + 1]

    end = places[len(text.text.rstrip()) - 1] + 1
    data = {
        "id": text.id,
        "genre": text.genre,
        "source": source,
        "end": end,
        "sha256": hashlib.sha256(article[:end].encode()).hexdigest(),
        "mentions": [[*moved(m.span), m.label] for m in text.mentions],
        "events": [[*moved(e.span), e.type, e.status, [list(role) for role in e.roles]] for e in text.events],
        "nothing": [moved(span) for span in text.nothing],
    }
    if text.claims:
        data["claims"] = [
            [
                claim.number,
                *([moved(span) for span in spans] for spans in (claim.cue, claim.content, claim.source)),
                *(claim.act, claim.polarity, claim.certainty, claim.frame),
                *(claim.speakers, claim.addressees, claim.targets),
            ]
            for claim in text.claims
        ]
    return json.dumps(data, separators=(",", ":"))


def _places(text: MarkedText, article: str) -> dict[int, int]:
    """Offset of each character of the marked text that is no white space -> its offset in the article."""
    out: dict[int, int] = {}
    at = 0
    for i, char in enumerate(text.text):
        if char.isspace():
            continue
        while at < len(article) and article[at].isspace():
            at += 1
        if at >= len(article) or article[at] != char:
            raise MarkupError(
                f"{text.id}: the words differ from the article's at {text.text[max(0, i - 30) : i + 5]!r}"
            )
        out[i] = at
        at += 1
    return out
