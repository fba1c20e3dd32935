"""The standing queries of a store, in a file beside it: written whole or not at all, by one process at a time."""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from kg import wholefile
from kg.alerts.standing import Alert, Item, evaluate, read_rows
from kg.engine.queryable import QueryableStore
from kg.errors import StoreError, UnknownName, UsageError

FILE_NAME: Final = "claimgraph.alerts.json"
MAX_ITEMS: Final = 500
"""How many items of an alert are kept for its feeds, the latest ones."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class Register:
    """The standing queries of the store in a folder.

    Args:
        folder: The store's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME

    def alerts(self) -> dict[str, Alert]:
        """Return every standing query by its name.

        Raises:
            StoreError: The file is damaged.
        """
        try:
            data = json.loads(self._path.read_text("utf-8"))
            return {name: _alert(one) for name, one in sorted(data.items())}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StoreError(f"{self._path}: is damaged ({error}); remove it, and add the alerts anew") from error

    def get(self, name: str) -> Alert:
        """Return the standing query of that name.

        Raises:
            UnknownName: There is none.
        """
        found = self.alerts().get(name)
        if found is None:
            raise UnknownName(f"there is no alert {name!r}; kg alert list names them")
        return found

    def add(self, name: str, query: str, store: QueryableStore, at: datetime) -> Alert:
        """Add a standing query. What it gives now is known from the beginning, and not told.

        Args:
            name: Small letters, digits and hyphens.
            query: A SELECT; ``?statement`` in it says which statement a row is about.
            store: The graph.
            at: When this is.

        Raises:
            UsageError: The name is taken or none, or the query is no SELECT.
            QueryError: The engine refuses the query.
        """
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name!r} is no name of an alert: use small letters, digits and hyphens, at most 64")
        alert = Alert(name=name, query=query, created=at.isoformat(timespec="seconds"), seen=read_rows(store, query))
        with self._changed() as alerts:
            if name in alerts:
                raise UsageError(f"there is an alert {name!r} already; remove it first, or use another name")
            alerts[name] = alert
        return alert

    def remove(self, name: str) -> None:
        """Forget a standing query and its items.

        Raises:
            UnknownName: There is none of that name.
        """
        with self._changed() as alerts:
            if alerts.pop(name, None) is None:
                raise UnknownName(f"there is no alert {name!r}; kg alert list names them")

    def run(self, store: QueryableStore, at: datetime, names: tuple[str, ...] = ()) -> list[Item]:
        """Ask standing queries again, and keep and return what there is to be told. Nothing is told twice.

        Args:
            store: The graph.
            at: When this is.
            names: Which ones; all where none is named.

        Raises:
            UnknownName: There is none of such a name.
        """
        told = []
        with self._changed() as alerts:
            for name in names or tuple(alerts):
                if name not in alerts:
                    raise UnknownName(f"there is no alert {name!r}; kg alert list names them")
                after, items = evaluate(store, alerts[name], at)
                alerts[name] = replace(after, items=(*after.items, *items)[-MAX_ITEMS:])
                told += items
        return told

    @contextmanager
    def _changed(self) -> Iterator[dict[str, Alert]]:
        """Yield the alerts to be changed; they are written at the end, unless that is an error."""
        if not self._path.parent.is_dir():
            raise StoreError(f"{self._path.parent}: there is no store in this folder")
        with self._path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            before = self.alerts()
            alerts = dict(before)
            yield alerts
            if alerts != before:
                self._write(alerts)

    def _write(self, alerts: dict[str, Alert]) -> None:
        text = json.dumps({name: asdict(alert) for name, alert in alerts.items()}, ensure_ascii=False)
        try:
            wholefile.write(self._path, text.encode(), durable=True)
        except OSError as error:
            raise StoreError(f"{self._path}: cannot be written: {error.strerror or error}") from error


def _alert(data: dict[str, Any]) -> Alert:
    items = tuple(Item(**item) for item in data.pop("items"))
    return Alert(**data, items=items)
