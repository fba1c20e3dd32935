"""Citations of a statement: a line of text, BibTeX, CSL-JSON, and schema.org's Claim without a rating.

A citation says that the article asserts or reports the statement, never that it is true.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from kg.views.statement_card import Card, in_quotes

# Acts that present their content as true: schema:Claim is a factual claim. A denied content is not claimed.
_FACTUAL: Final = frozenset({"say", "report", "announce", "confirm", "admit", "accuse", "explain", "insist"})
_BIBTEX: Final[Mapping[str, str]] = {
    **{character: "\\" + character for character in "&%$#_{}"},
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "\\": "\\textbackslash{}",
}


def as_text(card: Card, about: Mapping[str, str]) -> str:
    """Return one line: the words, their speaker, the article, the statement's IRI and its position.

    Args:
        card: The statement.
        about: The known properties of its article.
    """
    row = card.row
    place = f"{row.statement} (characters {row.start} to {row.end})"
    return f"{in_quotes(row.quote)}, {whose(card)}. {_source(about)}. {place}"


def whose(card: Card) -> str:
    """Return the attribution of a statement, such as ``said by X, as the article passes it on``."""
    if card.mark == "fact":
        return "the article’s own words, reported, not checked"
    if card.mark == "unclear":
        return "of which it is unclear who says it"
    who = " and ".join(name.text for name in card.who) or "someone"
    hearsay = ", inside of what someone else is quoted with" if card.row.kind == "inner" else ""
    how = "denied" if card.is_turned else "said"
    return f"{how} by {who}, as the article passes it on{hearsay}"


def as_bibtex(card: Card, about: Mapping[str, str]) -> str:
    """Return one ``@misc`` entry.

    Args:
        card: The statement.
        about: The known properties of its article.
    """
    row = card.row
    key = re.sub(r"[^0-9a-z]+", "-", "/".join(row.statement.split("/")[-3:]).lower())
    fields = {
        "title": about.get("headline") or row.quote,
        "author": about.get("publisher", ""),
        "year": about.get("published", "")[:4],
        "note": f"{in_quotes(row.quote)}, {whose(card)}; characters {row.start} to {row.end}",
    }
    lines = [f"  {name} = {{{{{_tex(value)}}}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, f"  url = {{{row.statement}}}", "}", ""])


def as_csl(card: Card, about: Mapping[str, str]) -> str:
    """Return a CSL-JSON list of one item, with a date as precise as given.

    Args:
        card: The statement.
        about: The known properties of its article.
    """
    row = card.row
    item: dict[str, object] = {
        "id": row.statement,
        "type": "article-newspaper",
        "title": about.get("headline") or row.quote,
        "URL": row.statement,
        "note": f"{in_quotes(row.quote)}, {whose(card)}; characters {row.start} to {row.end}",
    }
    if about.get("publisher"):
        item["container-title"] = about["publisher"]
    if re.fullmatch(r"\d{4}(-\d\d){0,2}", about.get("published", "")):
        item["issued"] = {"date-parts": [[int(part) for part in about["published"].split("-")]]}
    return json.dumps([item], ensure_ascii=False, indent=1)


def is_factual_claim(card: Card) -> bool:
    """Return whether schema.org calls the statement a Claim.

    It must be asserted by a speaker; a denial, a demand and hearsay are none.
    """
    return card.row.kind == "claim" and card.row.act in _FACTUAL and card.row.polarity != "negative"


def as_schema(card: Card, about: Mapping[str, str]) -> str:
    """Return the JSON-LD of a ``schema:Claim``, without a rating because no person checked it.

    Args:
        card: The statement.
        about: The known properties of its article.
    """
    return json.dumps({"@context": "https://schema.org", **schema_claim(card, about)}, ensure_ascii=False, indent=1)


def schema_claim(card: Card, about: Mapping[str, str]) -> dict[str, object]:
    """Return the ``schema:Claim`` of a statement, without its context.

    Args:
        card: The statement.
        about: The known properties of its article.
    """
    appearance = {"@type": "NewsArticle", "@id": card.row.document, "headline": about.get("headline", "")}
    if about.get("url", "").startswith(("https://", "http://")):
        appearance["url"] = about["url"]
    return {
        "@type": "Claim",
        "@id": card.row.statement,
        "text": card.row.quote,
        "author": [{"@type": "Thing", "name": name.text} for name in card.who],
        "appearance": {name: value for name, value in appearance.items() if value},
    }


def _source(about: Mapping[str, str]) -> str:
    parts = (about.get("headline"), about.get("publisher"), about.get("published") or "no date")
    return ", ".join(filter(None, parts))


def _tex(value: str) -> str:
    return "".join(_BIBTEX.get(character, character) for character in " ".join(value.split()))
