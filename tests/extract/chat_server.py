"""A chat server on a real socket that answers as it is told: well, badly, late, or not at all."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Says:
    """One answer: ``text`` in a chat completion, or ``body`` as it is; after ``wait`` seconds, byte by byte if slow."""

    text: str = ""
    status: int = 200
    body: bytes | None = None
    wait: float = 0
    drip: bool = False
    finish: str = "stop"
    headers: dict[str, str] = field(default_factory=dict)

    def bytes(self) -> bytes:
        """The body."""
        if self.body is not None:
            return self.body
        choice = {"message": {"role": "assistant", "content": self.text}, "finish_reason": self.finish}
        return json.dumps({"choices": [choice], "usage": {"total_tokens": 1000}}).encode()


class ChatServer(ThreadingHTTPServer):
    """Answers the questions with ``says`` in turn, the last one again and again, or by a function of the question."""

    daemon_threads = True

    def __init__(self, *says: Says | Callable[[Json], Says]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.says = list(says)
        self.questions: list[Json] = []
        self.keys: list[str | None] = []

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: ChatServer

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.questions.append(question)
        self.server.keys.append(self.headers["Authorization"])
        said = self.server.says[0] if len(self.server.says) == 1 else self.server.says.pop(0)
        said = said if isinstance(said, Says) else said(question)
        body = said.bytes()
        try:
            time.sleep(said.wait)
            self.send_response(said.status)
            for name, value in {"Content-Length": str(len(body)), **said.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            for piece in [body[i : i + 1] for i in range(len(body))] if said.drip else [body]:
                self.wfile.write(piece)
                time.sleep(0.02 if said.drip else 0)
        except OSError:
            pass  # whoever asked has gone

    def log_message(self, *_: object) -> None:
        """Silence."""


@contextmanager
def serving(*says: Says | Callable[[Json], Says]) -> Iterator[ChatServer]:
    """The server, on a port of its own, until the block is left."""
    server = ChatServer(*says)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def passage_of(question: Json) -> str:
    """The passage that a question is about."""
    shown: str = json.loads(question["messages"][1]["content"])["passage"]
    return shown


# -- items of an answer, with every field that is asked for ------------------------------------------------------------


def entity(id: str, type: str, name: str, *mentions: str) -> Json:
    """An entity."""
    return {"id": id, "type": type, "name": name, "aliases": [], "mentions": list(mentions)}


def event(type: str, **parts: Any) -> Json:
    """An event."""
    roles: Json = {role: [] for role in ("agents", "targets", "participants", "places")}
    return {"type": type, **roles, "when": None, "topic": None, **parts}


def claim(source: str, cue: str, content: str | list[str], *speakers: str, **parts: Any) -> Json:
    """A claim."""
    return {
        "source": [source] if source else [],
        "cue": [cue] if cue else [],
        "content": [content] if isinstance(content, str) else content,
        "speakers": list(speakers),
        "speech_act": "say",
        "quote_form": "indirect",
        **_MODALITY,
        "addressees": [],
        "targets": [],
        "medium": None,
        "said_at": None,
        "stated_events": [],
        "evidence": [],
        **parts,
    }


def fact(anchor: str, *events: Json, **parts: Any) -> Json:
    """A fact."""
    return {"anchor": [anchor], **_MODALITY, "events": list(events), "evidence": [], **parts}


def evidence(feature: str, *spans: str) -> Json:
    """The words that decided."""
    return {"feature": feature, "spans": list(spans)}


_MODALITY = {"polarity": "positive", "certainty": "certain", "frame": "nonFuture", "confidence": 0.9}


def answer(
    *, entities: list[Json] | None = None, claims: list[Json] | None = None, facts: list[Json] | None = None
) -> str:
    """A whole answer."""
    return json.dumps({"entities": entities or [], "claims": claims or [], "facts": facts or []})
