"""The engines by name. All give the same findings; they differ in how fast they are and in what stands behind them.

``compiled``   constraints compiled to functions over a graph in memory, queries to one each; pySHACL for the rest
``pyshacl``    the reference: slow, and the one that decides
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from pyoxigraph import Triple

from kg.errors import UsageError
from kg.validate.report import ValidationReport

Engine = Callable[[Iterable[Triple], Iterable[Triple]], ValidationReport]
"""Data and shapes in, what breaks them out. Raises InputError where the shapes cannot be used."""


def _compiled(data: Iterable[Triple], shapes: Iterable[Triple]) -> ValidationReport:
    from kg.validate import compiled

    return compiled.run(data, shapes)


def _pyshacl(data: Iterable[Triple], shapes: Iterable[Triple]) -> ValidationReport:
    from kg.validate import pyshacl_engine

    return pyshacl_engine.run(data, shapes)


ENGINES: Mapping[str, Engine] = MappingProxyType({"compiled": _compiled, "pyshacl": _pyshacl})
"""What ``--engine`` takes; the first is the default."""
DEFAULT = next(iter(ENGINES))


def engine_of(name: str) -> Engine:
    """The engine of that name. Raises UsageError for a name that none has."""
    if name not in ENGINES:
        raise UsageError(f"no engine {name!r}; there are {', '.join(ENGINES)}")
    return ENGINES[name]
