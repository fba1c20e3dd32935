"""A language model behind an OpenAI-compatible server: one question, one answer, and patience with what goes wrong.

Plain ``urllib``: one POST a question needs no library. The key goes into the request's header and nowhere else; it is
cut out of any message of the server that repeats it, and no redirect is followed with it.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, Final

from kg.errors import InputError
from kg.server_words import LONGEST_REFUSAL, words_of

ATTEMPTS: Final = 4
"""The number of attempts of one question before an error."""
LONGEST_PAUSE: Final = 60.0
"""Seconds that a server can make us wait with Retry-After."""
MOST_BYTES: Final = 16_000_000
"""Of one answer."""
_LATER: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_FORMAT: Final = ("response_format", "json_schema")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReply:
    """The words of an answer, the tokens it cost with its question, and whether it is whole or was cut off."""

    text: str
    tokens: int
    whole: bool


class _Again(Exception):
    """A retry is possible, after ``pause`` seconds if the server gives a number."""

    def __init__(self, problem: str, pause: float | None = None) -> None:
        super().__init__(problem)
        self.pause = pause


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Return None, so that a redirect is an error."""


class Server:
    """``url`` is the base (``.../v1``), ``timeout`` the seconds for one whole answer, ``pause`` the first pause."""

    def __init__(self, url: str, model: str, *, key: str | None, timeout: float, pause: float = 1.0) -> None:
        self.url = url.rstrip("/")
        self.model = model
        self._key = key
        self._timeout = timeout
        self._pause = pause
        self._strict = True
        self._opener = urllib.request.build_opener(_Stay)

    def ask(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> ModelReply:
        """Return the answer to ``messages``.

        Temporary errors (busy, broken, slow, cut off) are retried with growing pauses.

        Raises:
            InputError: The server refuses, or all attempts failed; the message names the server and its reason.
        """
        problem = ""
        for attempt in range(ATTEMPTS):
            try:
                return self._once(messages, schema)
            except _Again as again:
                problem = str(again)
                pause = self._pause * 2**attempt if again.pause is None else again.pause
                if attempt + 1 < ATTEMPTS:
                    time.sleep(min(pause, LONGEST_PAUSE))
        raise InputError(
            f"{self.url}: the language model did not answer, asked {ATTEMPTS} times: {problem}; "
            "run again later: what it has answered is kept"
        )

    def _once(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> ModelReply:
        try:
            body = self._post(self._question(messages, schema))
        except urllib.error.HTTPError as error:
            with error:
                said = self._said(error)
            if error.code in _LATER:
                raise _Again(f"{error.code} {said}", _seconds(error.headers.get("Retry-After"))) from None
            if error.code in (400, 422) and self._strict and any(word in said for word in _FORMAT):
                self._strict = False  # it knows no schemas: the next question has the schema in its words
                return self._once(messages, schema)
            raise InputError(
                f"{self.url}: the server refuses: {error.code} {said}; see llm_url, llm_model and KG_LLM_KEY"
            ) from None
        except (TimeoutError, urllib.error.URLError, ConnectionError, http.client.HTTPException) as error:
            raise _Again(f"{getattr(error, 'reason', None) or error or type(error).__name__}") from error
        return _reply(body, messages)

    def _question(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> bytes:
        question: dict[str, Any] = {"model": self.model, "messages": messages, "temperature": 0, "seed": 0}
        if self._strict:
            named = {"name": "annotation", "schema": schema, "strict": True}
            question["response_format"] = {"type": "json_schema", "json_schema": named}
        else:
            words = "Answer with one JSON object of this JSON Schema:\n" + json.dumps(schema)
            question["messages"] = [*messages, {"role": "user", "content": words}]
            question["response_format"] = {"type": "json_object"}
        return json.dumps(question).encode()

    def _post(self, body: bytes) -> bytes:
        """Return the whole body of the answer within the timeout, which ``urllib`` applies only to each piece."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        until = time.monotonic() + self._timeout
        request = urllib.request.Request(f"{self.url}/chat/completions", body, headers)
        pieces, length = [], 0
        with self._opener.open(request, timeout=self._timeout) as response:
            while piece := response.read1(65_536):
                pieces.append(piece)
                length += len(piece)
                if time.monotonic() > until:
                    raise TimeoutError(f"no whole answer in {self._timeout:g} seconds")
                if length > MOST_BYTES:
                    raise InputError(f"{self.url}: an answer of more than {MOST_BYTES} bytes; this is no chat server")
        return b"".join(pieces)

    def _said(self, error: urllib.error.HTTPError) -> str:
        """Return the server's reason for a refusal in a line, without the key."""
        try:
            data = error.read(LONGEST_REFUSAL)
        except (OSError, http.client.HTTPException):
            data = b""
        text = words_of(data, str(error.reason))
        return (text.replace(self._key, "***") if self._key else text)[:300]


def _seconds(header: str | None) -> float | None:
    return float(header) if header is not None and header.isascii() and header.strip().isdigit() else None


def _reply(body: bytes, messages: list[dict[str, str]]) -> ModelReply:
    try:
        data = json.loads(body)
        choice = data["choices"][0]
        text = choice["message"]["content"]
        tokens = (data.get("usage") or {}).get("total_tokens")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise _Again(f"what came is no chat completion ({type(error).__name__})") from error
    if not isinstance(text, str):
        raise _Again("the answer has no text")
    if not isinstance(tokens, int):
        tokens = roughly(sum(len(m["content"]) for m in messages) + len(text))
    return ModelReply(text=text, tokens=tokens, whole=choice.get("finish_reason") != "length")


def roughly(characters: int) -> int:
    """About as many tokens, where nobody counts them."""
    return characters // 4 + 1
