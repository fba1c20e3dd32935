"""Web pages, fetched politely: public addresses only, limits of size and time, one request a second for each host.

``Fetcher.get`` returns the response as a plain value; ``kept`` saves it in a folder. This package does not parse pages.
"""

from __future__ import annotations

from kg.fetch.client import Fetcher, Gone, Limits, Reply, Unreachable

__all__ = ["Fetcher", "Gone", "Limits", "Reply", "Unreachable"]
