"""Telemetry of dependencies, switched off before any of them is imported.

onnxruntime writes a device id into the user's cache and connects to its maker's collector. Its own switch,
``disable_telemetry_events()``, comes too late, because the import has already stored the first event. Only the
environment is read early enough. The package ``kg`` calls this module first, which covers each process that imports any
part of it, and each process that it starts.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from types import MappingProxyType
from typing import Final

SWITCHES: Final = MappingProxyType({"ORT_DISABLE_TELEMETRY": "1"})
"""Environment variables of dependencies with telemetry."""


def switch_off(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set every switch in the environment and override existing values."""
    environ.update(SWITCHES)
