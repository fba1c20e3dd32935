"""Checks a graph against the shapes: quads in, findings out.

``validate`` gives plain values; what they are written as (``kg.validate.reports``) and which exit code they mean is
for whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.errors import InputError
from kg.validate.engines import DEFAULT, engine_of
from kg.validate.report import SEVERITIES, Finding, TextLocation, ValidationReport
from kg.validate.shapes import read_shapes, shapes_folder

if TYPE_CHECKING:
    from pyoxigraph import Quad, Triple

__all__ = ["SEVERITIES", "Finding", "TextLocation", "ValidationReport", "read_shapes", "shapes_folder", "validate"]


def validate(quads: Iterable[Quad], shapes: Iterable[Triple] | None = None, engine: str = DEFAULT) -> ValidationReport:
    """What in ``quads``, all their graphs merged, breaks ``shapes`` (as ``read_shapes`` gives them; ours if none).

    For our own shapes each subject of a content graph is marked as standing there (docs/model.md, "How it is
    validated"). ``engine`` is a name of :data:`kg.validate.engines.ENGINES`. Findings say where in the article they
    stand. Raises :class:`~kg.errors.InputError` where the shapes cannot be used, and where there is data of which no
    shape looks at anything: that would conform for want of a check. For the same reason, with our own shapes, where the
    data uses terms of ours that do not exist.
    """
    from kg.validate.merged_graph import placed
    from kg.validate.targets import anything_targeted
    from kg.validate.text_locations import located
    from kg.validate.vocabulary_check import demand_known_terms

    triples = list(placed(quads))
    if shapes is None:
        demand_known_terms(triples)
    shapes = read_shapes() if shapes is None else tuple(shapes)
    if triples and not anything_targeted(shapes, triples):
        raise InputError(
            "nothing was checked: no shape looks at anything in the data; "
            "are data and shapes swapped, or is the data in another vocabulary?"
        )
    report = engine_of(engine)(triples, shapes)
    return replace(report, findings=located(report.findings, triples)) if report.findings else report
