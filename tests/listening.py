"""A server that nobody should call."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def visited() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that only notes who connects, and its notes."""
    seen: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def note() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                seen.append("connected")
                connection.close()

        thread = threading.Thread(target=note)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/", seen
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
