"""Word lists kept as data beside the code, read once and frozen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

Lists = Mapping[str, frozenset[str]]


@cache
def word_lists(name: str = "names") -> Lists:
    """Name of a list -> its words, from the file ``NAME.toml``."""
    table = tomllib.loads(files("kg.extract").joinpath(f"{name}.toml").read_text("utf-8"))
    return MappingProxyType({key: frozenset(words) for key, words in table.items()})
