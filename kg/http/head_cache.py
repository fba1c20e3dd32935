"""Requests of which all but the address came before, byte for byte: a client says the same of itself each time.

To parse such a head again takes a fifth of what the web process does for a small query.
"""

from __future__ import annotations

import re
from typing import Final

from kg.http.request import Fields, Request

LONGEST: Final = 1 << 12
"""Bytes of an address, and of what follows it: what is longer is parsed each time."""
_MOST: Final = 256
_END_OF_LINE: Final = b" HTTP/1.1\r\n"
_END_OF_HEAD: Final = b"\r\n\r\n"
_GET: Final = re.compile(rb"GET /[A-Za-z0-9%/?&=+._~:;,@!$'()*-]*").fullmatch
"""What is a request line however one reads it (RFC 3986, section 2); all others are the parser's to judge."""
_TARGET: Final = slice(len("GET "), None)


class KnownHeads:
    """What was parsed, by the bytes that it was parsed from; of a few clients, and forgotten when there are many."""

    def __init__(self) -> None:
        self._fields: dict[bytes, Fields] = {}

    def find(self, data: bytes) -> tuple[bytes, Fields] | None:
        """Address and headers, where ``data`` is a whole request of which the rest is known: a GET by HTTP/1.1, without
        a body, on a connection that is kept. None for what has to be parsed.
        """
        line, _, rest = data.partition(_END_OF_LINE)
        fields = self._fields.get(rest)
        if fields is None or len(line) > LONGEST or _GET(line) is None:
            return None
        return line[_TARGET], fields

    def learn(self, data: bytes, request: Request) -> None:
        """Know the rest of ``data`` again, of which all was parsed and made this request and nothing else."""
        line, _, rest = data.partition(_END_OF_LINE)
        if _GET(line) is None or len(rest) > LONGEST or rest.find(_END_OF_HEAD) != len(rest) - len(_END_OF_HEAD):
            return
        expects_continue = any(name.lower() == b"expect" for name, _ in request.headers)
        if expects_continue or not request.is_kept:
            return
        if len(self._fields) >= _MOST:
            self._fields.clear()
        self._fields[rest] = request.headers
