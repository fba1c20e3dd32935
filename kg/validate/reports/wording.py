"""How the text reports name things."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal

from kg.validate.report import Term, ValidationReport


def local_name(iri: str) -> str:
    """The last piece of an IRI: ``ClaimShape-speaker``."""
    return iri.rpartition("#")[2].rpartition("/")[2] or iri


def readable(term: Term) -> str:
    """An IRI bare, a literal as in Turtle, a blank node with ``_:``."""
    return str(term) if isinstance(term, Literal | BlankNode) else term.value


def counted(report: ValidationReport) -> str:
    """``2 violations, 1 warning, 0 infos``."""
    return ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in report.counts().items())
