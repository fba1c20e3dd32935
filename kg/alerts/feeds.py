"""Items of standing queries as Atom (RFC 4287), as JSON Feed 1.1, and as lines to read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from kg.alerts.standing import Alert, Item

_NO_XML: Final = {code: None for code in range(32) if code not in (9, 10, 13)} | {0xFFFE: None, 0xFFFF: None}


def as_lines(items: Iterable[Item]) -> str:
    """Return items as text, each with its change, place and question."""
    parts = []
    for item in items:
        lines = [f"{item.kind}: {title_of(item)}"]
        lines += [f"  {name}: {value}" for name, value in item.row.items() if name != "statement"]
        lines += [f"  {name}: {value}" for name, value in (("statement", item.statement), ("span", item.span)) if value]
        lines.append(f"  why: alert {item.alert}, at {item.at}")
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)


def title_of(item: Item) -> str:
    """Return the words of an item's statement, else the values of its row."""
    return item.words or " · ".join(value for name, value in item.row.items() if name != "statement") or item.statement


def as_json_feed(alert: Alert, address: str) -> bytes:
    """Return the items of an alert as a JSON Feed, the latest first.

    Args:
        alert: The standing query.
        address: The URL of the feed.
    """
    items = [{"id": item.id, **_in_feed(item), "_claimgraph": _reason(item)} for item in reversed(alert.items)]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"Alert {alert.name}",
        "feed_url": address,
        "description": f"What is new, changed or withdrawn for: {alert.query}",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def item_json(item: Item) -> dict[str, Any]:
    """Return an item as it is posted to a webhook: what it is, and why it is sent."""
    return {"id": item.id, "alert": item.alert, "at": item.at, "title": title_of(item), **_reason(item)}


def _in_feed(item: Item) -> dict[str, str]:
    shown = {"title": f"{item.kind}: {title_of(item)}", "content_text": as_lines([item]), "date_published": item.at}
    return shown | ({"url": item.statement} if item.statement else {})


def _reason(item: Item) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "query": item.query,
        "row": dict(item.row),
        "statement": item.statement,
        "span": item.span,
    }


def as_atom(alert: Alert, address: str) -> bytes:
    """Return the items of an alert as an Atom feed, the latest first.

    Args:
        alert: The standing query.
        address: The URL of the feed.
    """
    updated = alert.items[-1].at if alert.items else alert.created
    entries = "".join(_entry(item) for item in reversed(alert.items))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{_text(address)}</id>\n<title>Alert {_text(alert.name)}</title>\n<updated>{updated}</updated>\n"
        f'<link rel="self" href={quoteattr(address)}/>\n<author><name>claimgraph</name></author>\n'
        f"<subtitle>{_text(alert.query)}</subtitle>\n{entries}</feed>\n"
    ).encode()


def _entry(item: Item) -> str:
    link = f"<link href={quoteattr(item.statement)}/>\n" if item.statement else ""
    return (
        f"<entry>\n<id>urn:claimgraph:alert:{item.id}</id>\n<title>{_text(f'{item.kind}: {title_of(item)}')}</title>\n"
        f"<updated>{item.at}</updated>\n{link}<category term={quoteattr(item.kind)}/>\n"
        f'<content type="text">{_text(as_lines([item]))}{_text(item.query)}</content>\n</entry>\n'
    )


def _text(text: str) -> str:
    return escape(text.translate(_NO_XML))
