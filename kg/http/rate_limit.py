"""Rate limit of expensive requests for each client: a burst, and as many again over time."""

from __future__ import annotations

import ipaddress
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from typing import Final

_MOST_CLIENTS: Final = 10_000


class RateLimiter:
    """Allows ``count`` requests in ``seconds`` for each client. The process keeps the state in memory.

    A network of IPv6 (the first 64 bits) is one client, because the owner of one address has them all.
    """

    def __init__(self, count: int, seconds: float, clock: Callable[[], float]) -> None:
        self._count = count
        self._seconds_each = seconds / count
        self._clock = clock
        self._lock = threading.Lock()
        self._full_at: OrderedDict[str, float] = OrderedDict()  # when each client has its full budget again

    def acquire(self, address: str) -> int:
        """Take one request from the budget of a client. Returns 0, or the whole seconds to wait."""
        client = client_of(address)
        with self._lock:
            now = self._clock()
            full_at = max(self._full_at.get(client, now), now)
            left = self._count - (full_at - now) / self._seconds_each
            if left < 1:
                return math.ceil((1 - left) * self._seconds_each)
            self._full_at[client] = full_at + self._seconds_each
            self._full_at.move_to_end(client)
            while len(self._full_at) > _MOST_CLIENTS:
                self._full_at.popitem(last=False)
            return 0


@lru_cache(1_024)
def client_of(address: str) -> str:
    """Return the key of the client at an address: the address, or the IPv6 network (the first 64 bits)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
