"""How the reports name and quote things."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal

from kg.validate.report import Term, TextLocation, ValidationReport


def local_name(iri: str) -> str:
    """The last piece of an IRI: ``ClaimShape-speaker``."""
    return iri.rpartition("#")[2].rpartition("/")[2] or iri


def readable(term: Term) -> str:
    """An IRI bare, a literal as in Turtle, a blank node with ``_:``."""
    return str(term) if isinstance(term, Literal | BlankNode) else term.value


def counted(report: ValidationReport) -> str:
    """``2 violations, 1 warning, 0 infos``."""
    return ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in report.counts().items())


def offset_in_line(place: TextLocation) -> int:
    """How many code points of its line stand before the place; its column counts UTF-16 code units."""
    before = place.line_text.encode("utf-16-le")[: 2 * (place.column - 1)]
    return len(before.decode("utf-16-le", errors="ignore"))


def words_of(place: TextLocation) -> str:
    """The words at the place, as far as they stand on its first line."""
    left = offset_in_line(place)
    return place.line_text[left : left + place.end - place.start]


def where(place: TextLocation, report: ValidationReport) -> str:
    """``seeds/a.txt:3:17``: the article's file where known, else its id; line and column."""
    return f"{report.files.get(place.sha256, place.document)}:{place.line}:{place.column}"
