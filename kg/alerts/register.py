"""The standing queries of a store, in a file beside it, which one process at a time writes atomically."""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from kg import wholefile
from kg.alerts.standing import Alert, Item, evaluate, read_rows
from kg.engine.queryable import QueryableStore
from kg.errors import StoreError, UnknownName, UsageError

FILE_NAME: Final = "claimgraph.alerts.json"
MAX_ITEMS: Final = 500
"""The largest number of items in the feeds of an alert; older ones are dropped."""
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
            raise StoreError(f"{self._path}: is damaged ({error}); remove it, and add the alerts again") from error

    def get(self, name: str) -> Alert:
        """Return the standing query of a name.

        Raises:
            UnknownName: No standing query has the name.
        """
        found = self.alerts().get(name)
        if found is None:
            raise UnknownName(f"there is no alert {name!r}; kg alert list names them")
        return found

    def add(self, name: str, query: str, store: QueryableStore, at: datetime) -> Alert:
        """Add a standing query. Its current rows are known from the beginning and are no items.

        Args:
            name: Small letters, digits and hyphens.
            query: A SELECT; its variable ``?statement`` identifies the statement of a row.
            store: The graph.
            at: The current time.

        Raises:
            UsageError: The name is in use or not valid, or the query is no SELECT.
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
        """Delete a standing query and its items.

        Raises:
            UnknownName: No standing query has the name.
        """
        with self._changed() as alerts:
            if alerts.pop(name, None) is None:
                raise UnknownName(f"there is no alert {name!r}; kg alert list names them")

    def run(self, store: QueryableStore, at: datetime, names: tuple[str, ...] = ()) -> list[Item]:
        """Run standing queries, and save and return the new items. No item is returned twice.

        Args:
            store: The graph.
            at: The current time.
            names: The names of the queries; all by default.

        Raises:
            UnknownName: No standing query has such a name.
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

    def digest(self, names: tuple[str, ...] = ()) -> tuple[list[Item], int]:
        """Return the items that no digest had before, without running a query.

        The next digest has none of them.

        Args:
            names: The names of the queries; all by default.

        Returns:
            The items, the earliest of each query first, and the number of those that were dropped before.

        Raises:
            UnknownName: No standing query has such a name.
        """
        new: list[Item] = []
        dropped = 0
        with self._changed() as alerts:
            for name in dict.fromkeys(names or alerts):
                if name not in alerts:
                    raise UnknownName(f"there is no alert {name!r}; kg alert list names them")
                alert = alerts[name]
                waiting = max(0, alert.count - alert.digested)
                kept = alert.items[max(0, len(alert.items) - waiting) :]
                new += kept
                dropped += waiting - len(kept)
                alerts[name] = replace(alert, digested=alert.count)
        return new, dropped

    @contextmanager
    def _changed(self) -> Iterator[dict[str, Alert]]:
        """Yield the alerts for a change; they are written at the end unless an error occurs."""
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
        text = json.dumps({name: _data(alert) for name, alert in alerts.items()}, ensure_ascii=False)
        try:
            wholefile.write(self._path, text.encode(), durable=True)
        except OSError as error:
            raise StoreError(f"{self._path}: cannot be written: {error.strerror or error}") from error


def _data(alert: Alert) -> dict[str, object]:
    """Return what the file has of an alert."""
    # ``asdict`` would copy every row, which takes half of the time of an evaluation.
    items = [{each.name: getattr(item, each.name) for each in fields(item)} for item in alert.items]
    return {each.name: getattr(alert, each.name) for each in fields(alert)} | {"items": items}


def _alert(data: dict[str, Any]) -> Alert:
    items = tuple(Item(**item) for item in data.pop("items"))
    return Alert(**data, items=items)
