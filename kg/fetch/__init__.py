"""Pages from the web, fetched politely: no private address, bounded in size and time, a second between two requests.

``Fetcher.get`` gives what a server answered as a plain value; ``kept`` keeps it in a folder. Nothing here reads it.
"""

from __future__ import annotations

from kg.fetch.client import Fetcher, Gone, Limits, Reply, Unreachable

__all__ = ["Fetcher", "Gone", "Limits", "Reply", "Unreachable"]
