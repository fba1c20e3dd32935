"""Validation of a graph against the shapes: quads in, findings out.

``validate`` returns plain values. The caller decides about their serialization (``kg.validate.reports``) and the exit
code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.errors import InputError
from kg.validate.engines import DEFAULT, engine_of
from kg.validate.report import SEVERITIES, Finding, TextLocation, ValidationReport
from kg.validate.shapes import our_shapes, read_shapes, shapes_folder

if TYPE_CHECKING:
    from pyoxigraph import Quad, Triple

__all__ = [
    "SEVERITIES",
    "Finding",
    "TextLocation",
    "ValidationReport",
    "our_shapes",
    "read_shapes",
    "shapes_folder",
    "validate",
]


def validate(quads: Iterable[Quad], shapes: Iterable[Triple] | None = None, engine: str = DEFAULT) -> ValidationReport:
    """Return the violations of the shapes in the merged graphs of ``quads``.

    For our own shapes each subject of a content graph is marked with its graph (docs/model.md, "How it is validated").
    Findings name their position in the article.

    Args:
        quads: The graph.
        shapes: The shapes as ``read_shapes`` returns them; None for our own.
        engine: A name of :data:`kg.validate.engines.ENGINES`.

    Raises:
        InputError: The shapes are unusable, or the data has none of their targets. With our own shapes, also for
            unknown terms of ours. Such data would otherwise conform without any check.
    """
    from kg.validate.merged_graph import placed
    from kg.validate.targets import anything_targeted
    from kg.validate.text_locations import located
    from kg.validate.vocabulary_check import demand_known_terms

    triples = list(placed(quads))
    if shapes is None:
        demand_known_terms(triples)
    shapes = our_shapes() if shapes is None else tuple(shapes)
    if triples and not anything_targeted(shapes, triples):
        raise InputError(
            "nothing was checked: no shape looks at anything in the data; "
            "are data and shapes swapped, or is the data in another vocabulary?"
        )
    report = engine_of(engine)(triples, shapes)
    return replace(report, findings=located(report.findings, triples)) if report.findings else report
