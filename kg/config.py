"""One frozen ``Settings``, built once: defaults < ``claimgraph.toml`` < environment (``KG_...``) < flags."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from kg.errors import UsageError
from kg.iri import DEFAULT_BASE

FILE_NAME = "claimgraph.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What can be set. ``origins`` says where each value came from: default, the file, the environment or a flag."""

    base: str = DEFAULT_BASE
    """Under which IRIs of data are minted; ends in a slash."""
    extractor: str = "model"
    """Which extractor reads articles."""
    gate: float = 0.5
    """Chance of being somebody's words, 0 to 1, from which a statement is unclear, not a fact (model extractor)."""
    store: str = "store"
    """Folder (or, for a served graph, URL) of the store."""
    host: str = "127.0.0.1"
    """Where ``kg serve`` listens."""
    port: int = 8000
    """The port ``kg serve`` listens on."""
    query_workers: int = 8
    """How many queries ``kg serve`` runs at a time."""
    timeout: float = 10.0
    """Seconds a query or an update may take."""
    max_rows: int = 1_000_000
    """The most rows of one answer."""
    max_memory: int = 512
    """Megabytes of memory a query may take."""

    def __post_init__(self) -> None:
        if not self.base.endswith("/") or ":" not in self.base or any(c in self.base for c in ' <>"{}|\\^`'):
            raise UsageError(f"base {self.base!r} is not an absolute IRI that ends in a slash")
        if not 0 <= self.gate <= 1:
            raise UsageError(f"gate {self.gate} is not between 0 and 1")
        if not 0 <= self.port <= 65535:
            raise UsageError(f"port {self.port} is not between 0 and 65535")
        for name in ("query_workers", "timeout", "max_rows", "max_memory"):
            if not 0 < getattr(self, name) < float("inf"):
                raise UsageError(f"{name} {getattr(self, name)} is not a number above 0")


@dataclass(frozen=True, slots=True)
class Origin:
    """A setting's name, its value, and where it was set."""

    name: str
    value: str | float
    origin: str


def load(
    *,
    flags: Mapping[str, str | float | None] | None = None,
    environ: Mapping[str, str] = os.environ,
    folder: Path = Path(),
) -> tuple[Settings, list[Origin]]:
    """The settings and the origin of each. Raises UsageError naming the file or variable that is wrong."""
    found: dict[str, tuple[str | float, str]] = {}
    path = folder / FILE_NAME
    if path.is_file():
        found |= {name: (value, str(path)) for name, value in _read_file(path).items()}
    for name in _names():
        variable = f"KG_{name.upper()}"
        if variable in environ:
            found[name] = (environ[variable], variable)
    found |= {name: (value, "flag") for name, value in (flags or {}).items() if value is not None}
    values = {name: _typed(name, value, origin) for name, (value, origin) in found.items()}
    settings = Settings(**values)  # type: ignore[arg-type]  # _typed has made them what the fields are
    origins = [Origin(n, getattr(settings, n), found.get(n, ("", "default"))[1]) for n in _names()]
    return settings, origins


def _names() -> list[str]:
    return [field.name for field in fields(Settings)]


def _read_file(path: Path) -> dict[str, str | float]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {error}") from error
    unknown = sorted(set(data) - set(_names()))
    if unknown:
        raise UsageError(f"{path}: unknown setting {unknown[0]!r}; known are {', '.join(_names())}")
    return data


def _typed(name: str, value: str | float, origin: str) -> str | float:
    try:
        kind = type(next(field.default for field in fields(Settings) if field.name == name))
        return kind(value)  # type: ignore[no-any-return]  # every default is a text or a number
    except ValueError:
        raise UsageError(f"{origin}: {name} {value!r} is not a number") from None
