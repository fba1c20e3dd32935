"""What a host's robots.txt allows (RFC 9309)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from protego import Protego

MAX_BYTES: Final = 512 << 10
_MAX_PAUSE: Final = 30.0
_FRESH: Final = 3600.0
"""Seconds after which a robots.txt is fetched again."""
_RETRY: Final = 60.0
"""Seconds after which an unreadable robots.txt is fetched again."""
_MAX_AGE: Final = 86_400.0
"""Seconds for which a robots.txt stays valid while it cannot be fetched again (RFC 9309, 2.4)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one host. ``reason`` explains why an address is not allowed."""

    reason: str = "its host's robots.txt asks programs to leave it alone"
    _parsed: Protego | None = None
    _closed: bool = False

    @classmethod
    def of_answer(cls, status: int, data: bytes) -> Rules:
        """Return the rules in an answer: none for a missing file, everything refused if the server fails.

        Args:
            status: The HTTP status.
            data: The body.
        """
        from protego import Protego

        if status == 200:
            return cls(_parsed=Protego.parse(data.decode("utf-8", "replace").lstrip("\ufeff")))
        if status >= 500 or status == 429:
            return cls.closed(f"its robots.txt cannot be read (status {status}), which means no until it can")
        return cls()

    @classmethod
    def closed(cls, reason: str) -> Rules:
        """Return rules that refuse all addresses."""
        return cls(reason=reason, _closed=True)

    @property
    def is_closed(self) -> bool:
        """Return True if the file could not be read."""
        return self._closed

    def allows(self, url: str, agent: str) -> bool:
        """Return True if a program may fetch the address.

        Args:
            url: The address.
            agent: The name of the program in its ``User-Agent``.
        """
        if self._closed:
            return False
        return self._parsed is None or bool(self._parsed.can_fetch(url, agent))

    def pause(self, agent: str) -> float:
        """Return the host's pause between two requests in seconds, with an upper limit; 0 by default."""
        asked = None if self._parsed is None else self._parsed.crawl_delay(agent)
        return min(float(asked or 0), _MAX_PAUSE)


@dataclass(frozen=True, slots=True)
class HeldRules:
    """The rules of one host with the time that they were read at, and the time to ask for them again."""

    rules: Rules
    read_at: float
    again_at: float

    @classmethod
    def of(cls, rules: Rules, now: float, before: HeldRules | None = None) -> HeldRules:
        """Return rules that were fetched now.

        Args:
            rules: The rules of the answer.
            now: The time in seconds.
            before: The rules held until now: they go on counting for a day while the file cannot be read.
        """
        if not rules.is_closed:
            return cls(rules, now, now + _FRESH)
        if before is not None and not before.rules.is_closed and now - before.read_at < _MAX_AGE:
            return cls(before.rules, before.read_at, now + _RETRY)
        return cls(rules, now, now + _RETRY)
