"""The engines by name. All return the same findings; they differ in speed and in their basis.

``compiled``  constraints compiled to functions over a graph in memory, queries to one each; pySHACL for the rest
``pyshacl``   the reference: slow, and authoritative
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from pyoxigraph import Triple

from kg.errors import UsageError
from kg.validate.report import ValidationReport

Engine = Callable[[Iterable[Triple], Iterable[Triple]], ValidationReport]
"""Returns the report on data and shapes. Raises InputError if the shapes cannot be used."""


def _compiled(data: Iterable[Triple], shapes: Iterable[Triple]) -> ValidationReport:
    from kg.validate import compiled

    return compiled.run(data, shapes)


def _pyshacl(data: Iterable[Triple], shapes: Iterable[Triple]) -> ValidationReport:
    from kg.validate import pyshacl_engine

    return pyshacl_engine.run(data, shapes)


ENGINES: Mapping[str, Engine] = MappingProxyType({"compiled": _compiled, "pyshacl": _pyshacl})
"""Values of ``--engine``; the first is the default."""
DEFAULT = next(iter(ENGINES))


def engine_of(name: str) -> Engine:
    """Return the engine with a name.

    Raises:
        UsageError: There is no such engine.
    """
    if name not in ENGINES:
        raise UsageError(f"no engine {name!r}; there are {', '.join(ENGINES)}")
    return ENGINES[name]
