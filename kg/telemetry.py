"""Telemetry of dependencies, switched off before any of them is imported.

onnxruntime writes a device id under the user's cache and connects to its maker's collector. Its own switch,
``disable_telemetry_events()``, comes too late: importing the package has stored the first event. Only the environment
is read early enough. The package ``kg`` calls this module as its first statement, so each process that imports any part
of it is covered, and so is each process that it starts.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from types import MappingProxyType
from typing import Final

SWITCHES: Final = MappingProxyType({"ORT_DISABLE_TELEMETRY": "1"})
"""What each dependency with telemetry reads from the environment."""


def switch_off(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set every switch in the environment, whatever it says now: no setting of ours turns telemetry on."""
    environ.update(SWITCHES)
