"""Packages that only some need: asked for when they are used, and named when they are missing."""

from __future__ import annotations

import importlib
from typing import Any

from kg.errors import MissingExtra


def needed(package: str, extra: str) -> Any:
    """The package. Raises MissingExtra, naming the extra and how to install it, where it is not installed."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise MissingExtra(
            f"this needs {package}, which comes with the extra {extra!r}: pip install 'claimgraph[{extra}]'"
        ) from error
