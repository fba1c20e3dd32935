"""Lines of an article's column that are not of the article, recognized by their words (``words.toml``)."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

_LABEL: Final = re.compile(r"[^.!?]{2,40}[:>»|]")
_BYLINE: Final = re.compile(
    r"(?:by|von|par|por|di|door|av|af|text|texte|story by|reported by|written by|author|автор|oleh|"
    r"penulis|editor)\s?:?\s+"
    r"(?:[A-ZÀ-Þ][\w.'’-]*|de|van|von|da|al|bin|el|la|and|und|et|y|e|en|og|och|&|,)"
    r"(?:[ ,|/]+(?:[A-ZÀ-Þ][\w.'’-]*|de|van|von|da|al|bin|el|la|and|und|et|y|e|en|og|och|in|&|,)){0,9}[ .,|]*$",
)
_DATE: Final = re.compile(
    r"(?:(?:first |last |originally )?(?:published|posted|updated|last (?:updated|modified)|created|date|"
    r"on|publié|mis à jour|modifié|veröffentlicht|aktualisiert|stand|publicado|actualizado|atualizado|"
    r"pubblicato|aggiornato|gepubliceerd|bijgewerkt|publicerad|uppdaterad|publisert|oppdatert|julkaistu|"
    r"opublikowano|aktualizacja|опубликовано|обновлено|yayınlanma|güncelleme|diterbitkan)\b.{0,6})?"
    r"[\w,.:/|·•()+ \-–]{0,60}(?:\b(?:19|20)\d\d\b|\d{1,2}[:.h]\d\d|\b(?:hours?|minutes?|mins?|"
    r"days?) ago)[\w,.:/|·•()+ \-–]{0,40}$",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[.!?…。！？॥।؟:;”\"»’)]\s*$")
_MAX_LINE: Final = 400


@cache
def _lines(name: str) -> re.Pattern[str]:
    """Return what matches the lines of a table of ``words.toml`` from their beginning."""
    tables = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
    parts = (f"(?:{'|'.join(table['words'])}){table.get('after', '')}" for table in tables[name])
    return re.compile(rf"[\W_]{{0,6}}(?:{'|'.join(parts)})", re.IGNORECASE | re.DOTALL)


def kind_of_line(text: str, link_share: float) -> str | None:
    """Return the kind of a foreign line: ``related``, ``newsletter`` or ``caption``; else None.

    Args:
        text: With single blanks.
        link_share: Which part of its characters are links, from 0 to 1.
    """
    if len(text) > _MAX_LINE:
        return None
    if _lines("related").match(text) and (link_share > 0.3 or len(text) < 70 or _LABEL.match(text)):
        return "related"
    if _lines("promotion").match(text):
        return "newsletter"
    if link_share > 0.9 and len(text) < 250 and not (_SENTENCE.search(text) and len(text) > 120):
        return "related"
    return "caption" if len(text) < 260 and _lines("caption").match(text) else None


def is_byline(text: str) -> bool:
    """Return True for a line that names who wrote the article and nothing else."""
    return len(text) < 120 and _BYLINE.match(text) is not None


def is_date(text: str) -> bool:
    """Return True for a line that says when the article appeared and nothing else."""
    return len(text) < 110 and _DATE.match(text) is not None and not text.rstrip().endswith(".")


def is_sentence(text: str) -> bool:
    """Return True for a line that ends as a sentence does."""
    return _SENTENCE.search(text) is not None
