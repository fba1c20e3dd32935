"""Optional packages: what is told of a missing one can be done."""

from __future__ import annotations

import tomllib
from pathlib import Path

from kg import extras


def test_requirements_are_those_of_the_project() -> None:
    """Each extra that the code names installs what the project says."""
    with Path("pyproject.toml").open("rb") as file:
        declared = tomllib.load(file)["project"]["optional-dependencies"]
    for name, requirements in extras.REQUIREMENTS.items():
        assert tuple(declared[name]) == requirements


def test_command_needs_no_package_of_ours() -> None:
    """A clone is on no index."""
    for name in extras.REQUIREMENTS:
        said = str(extras.missing("PDF needs pypdf", name))
        assert "claimgraph[" not in said
        assert "python -m pip install '" in said
