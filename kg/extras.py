"""Optional dependencies: imported on use, and named if they are missing."""

from __future__ import annotations

import importlib
from types import MappingProxyType
from typing import Any, Final

from kg.errors import MissingExtra

REQUIREMENTS: Final = MappingProxyType(
    {
        "pandas": ("pandas>=2.2",),
        "arrow": ("pyarrow>=17",),
        "excel": ("xlsxwriter>=3.2",),
        "mcp": ("mcp>=2,<3",),
        "inputs": ("pypdf>=6", "markdown-it-py>=3", "warcio>=1.7"),
    }
)
"""Packages of each extra.

These names work for a clone, an installed wheel and a folder on a path; ``claimgraph[...]`` works only from an index.
"""


def needed(package: str, extra: str) -> Any:
    """Return an optional package.

    Args:
        package: Its name in Python.
        extra: The extra that installs it.

    Raises:
        MissingExtra: It is not installed; the message has the command that installs it.
    """
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise missing(package.partition(".")[0], extra) from error


def missing(what: str, extra: str) -> MissingExtra:
    """Return the error for a missing package.

    Args:
        what: Its name, or the feature that needs it: "PDF needs pypdf".
        extra: The extra that installs it.
    """
    packages = " ".join(f"'{requirement}'" for requirement in REQUIREMENTS[extra])
    needs = what if " " in what else f"this needs {what}"
    return MissingExtra(f"{needs} (extra {extra!r}), which is not installed: python -m pip install {packages}")
