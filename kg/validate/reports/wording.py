"""Names and quotations in reports."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal

from kg.validate.report import Term, TextLocation, ValidationReport


def local_name(iri: str) -> str:
    """Return the last part of an IRI: ``ClaimShape-speaker``."""
    return iri.rpartition("#")[2].rpartition("/")[2] or iri


def readable(term: Term) -> str:
    """Return a plain IRI, a literal as in Turtle, or a blank node with ``_:``."""
    return str(term) if isinstance(term, Literal | BlankNode) else term.value


def counted(report: ValidationReport) -> str:
    """Return the counts in words: ``2 violations, 1 warning, 0 infos``."""
    return ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in report.counts().items())


def offset_in_line(place: TextLocation) -> int:
    """Return the code points of the line before a place, whose column counts UTF-16 code units."""
    before = place.line_text.encode("utf-16-le")[: 2 * (place.column - 1)]
    return len(before.decode("utf-16-le", errors="ignore"))


def words_of(place: TextLocation) -> str:
    """Return the words of a place on its first line."""
    left = offset_in_line(place)
    return place.line_text[left : left + place.end - place.start]


def where(place: TextLocation, report: ValidationReport) -> str:
    """Return ``seeds/a.txt:3:17``: the article's file or id, line and column.

    Args:
        place: The place.
        report: The report, which knows the files.
    """
    return f"{report.files.get(place.sha256, place.document)}:{place.line}:{place.column}"
