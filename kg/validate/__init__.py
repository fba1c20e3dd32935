"""Checks a graph against the shapes: quads in, findings out.

``validate`` gives plain values; what they are written as (``kg.validate.reports``) and which exit code they mean is
for whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kg.validate.report import SEVERITIES, Finding, ValidationReport
from kg.validate.shapes import read_shapes, shapes_folder

if TYPE_CHECKING:
    from pyoxigraph import Quad, Triple

__all__ = ["SEVERITIES", "Finding", "ValidationReport", "read_shapes", "shapes_folder", "validate"]


def validate(quads: Iterable[Quad], shapes: Iterable[Triple] | None = None) -> ValidationReport:
    """What in ``quads``, all their graphs merged, breaks ``shapes`` (as ``read_shapes`` gives them; ours if none).

    For our own shapes each subject of a content graph is marked as standing there (docs/model.md, "How it is
    validated"). Raises :class:`~kg.errors.InputError` where the shapes cannot be used.
    """
    from kg.validate import pyshacl_engine
    from kg.validate.placement import placed

    return pyshacl_engine.run(placed(quads), read_shapes() if shapes is None else shapes)
