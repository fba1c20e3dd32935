"""The word lists of ``names.toml``, read once and frozen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

Lists = Mapping[str, frozenset[str]]


@cache
def word_lists() -> Lists:
    """Name of a list -> its words."""
    table = tomllib.loads(files("kg.extract").joinpath("names.toml").read_text("utf-8"))
    return MappingProxyType({name: frozenset(words) for name, words in table.items()})
