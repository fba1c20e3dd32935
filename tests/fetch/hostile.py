"""A server on this machine that does all that servers should not."""

from __future__ import annotations

import contextlib
import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = "<html><body><h1>Talks</h1><p>Ruritania opened its border post on Thursday, its ministry said.</p></body></html>"


class Hostile(ThreadingHTTPServer):
    """Counts what it was asked; ``robots`` is its robots.txt as status and text, ``pages`` what tests put there."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.robots: tuple[int, str] = (404, "")
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        """The server's address, without a slash."""
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [path for path, _ in self.asked]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that leave."""


@contextmanager
def serving() -> Iterator[Hostile]:
    """The server while it runs."""
    server = Hostile()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Hostile
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Be silent."""

    def do_GET(self) -> None:
        self.close_connection = True
        self.server.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        with contextlib.suppress(OSError):
            self._answer(self.path)

    def _answer(self, path: str) -> None:
        name = path.strip("/").partition("?")[0]
        if path in self.server.pages:
            self._send(*self.server.pages[path])
        elif name == "robots.txt":
            self._send(self.server.robots[0], {"content-type": "text/plain"}, self.server.robots[1].encode())
        else:
            getattr(self, f"_{name.replace('-', '_')}", self._page)()

    def _send(self, status: int, headers: dict[str, str], data: bytes = b"") -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        if "content-length" not in headers:
            self.send_header("content-length", str(len(data)))
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def _page(self) -> None:
        self._send(200, {"content-type": "text/html; charset=utf-8"}, PAGE.encode())

    def _loop(self) -> None:
        self._send(302, {"location": "/loop"})

    def _to_file(self) -> None:
        self._send(302, {"location": "file:///etc/passwd"})

    def _to_private(self) -> None:
        self._send(302, {"location": "http://10.0.0.7/secret"})

    def _to_six(self) -> None:
        self._send(302, {"location": "http://[::ffff:127.0.0.1]/secret"})

    def _moved(self) -> None:
        self._send(301, {"location": "/page?a=b%20c#part"})

    def _missing(self) -> None:
        self._send(404, {})

    def _gone(self) -> None:
        self._send(410, {})

    def _busy(self) -> None:
        self._send(503, {"retry-after": "120"})

    def _known(self) -> None:
        if self.headers.get("if-none-match") == '"one"':
            self._send(304, {"etag": '"one"'})
        else:
            self._send(200, {"etag": '"one"', "content-type": "text/html"}, PAGE.encode())

    def _bomb(self) -> None:
        data = gzip.compress(b"\0" * (64 << 20))
        self._send(200, {"content-encoding": "gzip", "content-type": "text/html"}, data)

    def _brotli(self) -> None:
        self._send(200, {"content-encoding": "br"}, b"x" * 100)

    def _cut(self) -> None:
        self._send(200, {"content-encoding": "gzip"}, gzip.compress(PAGE.encode())[:-9])

    def _short(self) -> None:
        self._send(200, {"content-length": "5000"}, PAGE.encode())

    def _long(self) -> None:
        self._send(200, {"content-length": str(1 << 40)}, b"x" * 1000)

    def _endless(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n")
        while not self.server.stopping.is_set():
            self.wfile.write(b"x" * (1 << 16))

    def _drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n")
        self._dribble(b"x")

    def _drip_head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nx: ")
        self._dribble(b"y")

    def _silent(self) -> None:
        self.server.stopping.wait(30)

    def _noise(self) -> None:
        self.wfile.write(b"\0\1\2 no HTTP at all\r\n\r\n")

    def _heads(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * (1 << 21) + b"\r\n\r\n")

    def _dribble(self, byte: bytes) -> None:
        while not self.server.stopping.is_set():
            self.wfile.write(byte)
            self.wfile.flush()
            time.sleep(0.05)
