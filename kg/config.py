"""The settings, read once: defaults < ``claimgraph.toml`` < environment (``KG_...``) < flags."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Final

from kg import inputfile
from kg.errors import InputError, UsageError
from kg.wording import slip_in_address

FILE_NAME = "claimgraph.toml"
SECRETS = ("KG_LLM_KEY", "KG_TOKEN", "KG_WEBHOOK_SECRET")
"""Variables with secrets. They are no settings, so that no output shows them."""
MOST_WORKERS = 64
_HOST: Final = re.compile(r"(?:\[[0-9a-f:.]+\]|[^\s/@:?#\[\]]+)(?::[0-9]{1,5})?")
_BASE: Final = re.compile(r"(?!https?:///)[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*/", re.IGNORECASE)
_IMAGES: Final = ("auto", "memory", "disk")
_TRUTH: Final = MappingProxyType({"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings."""

    base: str = ""
    """Base of data IRIs; ends in a slash. Unset: the base of the store's data."""
    extractor: str = "model"
    """Extractor for articles."""
    gate: float = 0.4
    """Probability of attribution, 0 to 1, from which a statement is unclear instead of a fact (not for ``rules``)."""
    any_language: bool = False
    """Read texts in other languages too, as if they were English."""
    workers: int = 1
    """Number of processes that read articles."""
    llm_url: str = ""
    """The ``llm`` extractor: base URL of an OpenAI-compatible server, such as http://127.0.0.1:11434/v1."""
    llm_model: str = ""
    """The ``llm`` extractor: name of the model on the server."""
    llm_timeout: float = 120.0
    """The ``llm`` extractor: timeout of an answer in seconds."""
    llm_budget: int = 0
    """The ``llm`` extractor: largest number of tokens in requests and answers; 0 for no limit."""
    llm_cache: str = "~/.cache/claimgraph/llm"
    """The ``llm`` extractor: folder of cached answers."""
    store: str = "store"
    """Folder (or, for a served graph, URL) of the store."""
    host: str = "127.0.0.1"
    """Host that ``kg serve`` listens on."""
    port: int = 8000
    """Port that ``kg serve`` listens on."""
    query_workers: int = 8
    """Largest number of simultaneous queries of ``kg serve``."""
    timeout: float = 10.0
    """Time limit of a query or an update in seconds."""
    max_rows: int = 1_000_000
    """Row limit of an answer."""
    max_memory: int = 512
    """Memory limit of a query in megabytes."""
    image: str = "auto"
    """Where queries read the graph: ``memory``, ``disk``, or ``auto`` for memory if it has room."""
    token_file: str = ""
    """File with the token for changes to ``kg serve``; without one it accepts none."""
    writes: str = "checked"
    """``checked`` refuses changes over HTTP that violate the shapes; ``unchecked`` accepts all."""
    allow_host: str = ""
    """Hosts that SERVICE and LOAD may query (``HOST`` or ``HOST:PORT``, separated by commas); none by default."""
    webhook_hosts: str = ""
    """Hosts that webhooks of alerts may be at (``HOST`` or ``HOST:PORT``, separated by commas); none by default."""
    webhook_private: bool = False
    """Whether webhooks may be at addresses of this machine and its networks."""
    try_text: bool = True
    """Whether ``kg serve`` reads texts pasted at ``/try``, which it never stores."""

    def __post_init__(self) -> None:
        _demand_slashes(base=self.base, store=self.store)
        if self.base and not _BASE.fullmatch(self.base):
            raise UsageError(f"base {self.base!r} is not an absolute IRI that ends in a slash")
        if not 0 <= self.gate <= 1:
            raise UsageError(f"gate {self.gate} is not between 0 and 1")
        if not 0 <= self.port <= 65535:
            raise UsageError(f"port {self.port} is not between 0 and 65535")
        if not 1 <= self.workers <= MOST_WORKERS:
            raise UsageError(f"workers {self.workers} is not between 1 and {MOST_WORKERS}")
        if self.llm_url and not self.llm_url.startswith(("http://", "https://")):
            raise UsageError(f"llm_url {self.llm_url!r} does not begin with http:// or https://")
        if not self.llm_timeout > 0:
            raise UsageError(f"llm_timeout {self.llm_timeout} is not more than 0 seconds")
        if self.llm_budget < 0:
            raise UsageError(f"llm_budget {self.llm_budget} is less than 0")
        if self.writes not in ("checked", "unchecked"):
            raise UsageError(f"writes {self.writes!r} is neither 'checked' nor 'unchecked'")
        self._demand_image()
        self._check_hosts()
        for name in ("query_workers", "timeout", "max_rows", "max_memory"):
            if not 0 < getattr(self, name) < float("inf"):
                raise UsageError(f"{name} {getattr(self, name)} is not a number above 0")

    def _demand_image(self) -> None:
        if self.image not in _IMAGES:
            raise UsageError(f"image {self.image!r} is none of {', '.join(_IMAGES)}")

    def _check_hosts(self) -> None:
        for name in ("allow_host", "webhook_hosts"):
            for host in _hosts(getattr(self, name)):
                if not _HOST.fullmatch(host):
                    raise UsageError(f"{name} {host!r} is not HOST or HOST:PORT, such as data.test or data.test:3030")

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """The hosts of ``allow_host`` in lower case."""
        return _hosts(self.allow_host)

    @property
    def allowed_webhooks(self) -> frozenset[str]:
        """The hosts of ``webhook_hosts`` in lower case."""
        return _hosts(self.webhook_hosts)


def _hosts(names: str) -> frozenset[str]:
    return frozenset(names.lower().replace(",", " ").split())


def _demand_slashes(**places: str) -> None:
    """Raise UsageError for an address with a slash too few."""
    for name, value in places.items():
        slip = slip_in_address(value)
        if slip is not None:
            raise UsageError(f"{name} {value[:200]!r}: {slip}")


_DEFAULTS: Final = MappingProxyType({field.name: field.default for field in fields(Settings)})


@dataclass(frozen=True, slots=True)
class Origin:
    """A setting's name, value and origin."""

    name: str
    value: str | float
    origin: str


def load(
    *,
    flags: Mapping[str, str | float | None] | None = None,
    environ: Mapping[str, str] = os.environ,
    folder: Path = Path(),
) -> tuple[Settings, list[Origin]]:
    """Return the settings and the origin of each.

    Args:
        flags: The flags of the command line.
        environ: The environment.
        folder: The folder of ``claimgraph.toml``.

    Raises:
        UsageError: A value is not valid; the message names the file or variable.
    """
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


def unknown_variables(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return a warning for each ``KG_...`` variable that is no setting and so has no effect."""
    known = [*(f"KG_{name.upper()}" for name in _names()), *SECRETS]
    told = []
    for variable in sorted(set(environ) - set(known)):
        if variable.startswith("KG_"):
            near = difflib.get_close_matches(variable, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else "; kg config lists the settings"
            told.append(f"{variable} is no setting and is ignored{hint}")
    return told


def _names() -> list[str]:
    return list(_DEFAULTS)


def _read_file(path: Path) -> dict[str, str | float]:
    try:
        data = tomllib.loads(inputfile.utf8(path.read_bytes(), str(path)))
    except InputError as error:
        raise UsageError(str(error)) from error
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {error}") from error
    except RecursionError as error:
        raise UsageError(f"{path}: lists or tables are nested too deep") from error
    unknown = sorted(set(data) - set(_names()))
    if unknown:
        raise UsageError(f"{path}: unknown setting {unknown[0]!r}; known are {', '.join(_names())}")
    return data


def _typed(name: str, value: str | float, origin: str) -> str | float:
    """Convert a value to the type of its default: text, number or boolean."""
    default = _DEFAULTS[name]
    try:
        if isinstance(default, bool):
            return _TRUTH[str(value).lower()]
        if isinstance(default, int):
            return int(value)
        return float(value) if isinstance(default, float) else str(value)
    except KeyError:
        raise UsageError(f"{origin}: {name} {value!r} is neither true nor false") from None
    except ValueError:
        raise UsageError(f"{origin}: {name} {value!r} is not a number") from None
