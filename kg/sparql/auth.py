"""Who may write: whoever sends the token that the server was started with (RFC 6750, bearer tokens)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from flask import Request

from kg import inputfile
from kg.errors import InputError, UsageError
from kg.http.problems import Refusal

_SHORTEST = 16


@dataclass(frozen=True, slots=True)
class BearerToken:
    """A secret word. It is kept as a digest, so that nothing that prints this shows it."""

    digest: bytes = field(repr=False)

    @classmethod
    def of(cls, word: str) -> BearerToken:
        """The token of that word."""
        return cls(hashlib.sha256(word.encode()).digest())

    @classmethod
    def read(cls, path: Path) -> BearerToken:
        """The token in a file, without the space around it. Raises UsageError for one that is easily guessed."""
        try:
            word = inputfile.utf8(path.read_bytes(), str(path)).strip()
        except (OSError, InputError) as error:
            raise UsageError(f"{path}: the token cannot be read: {error}") from error
        if len(word) < _SHORTEST or any(character.isspace() for character in word):
            raise UsageError(
                f"{path}: a token is one word of at least {_SHORTEST} characters; make one with: openssl rand -hex 32"
            )
        return cls.of(word)

    def is_in(self, credentials: str) -> bool:
        """Return whether the value of an ``Authorization`` header carries the token."""
        scheme, _, word = credentials.partition(" ")
        # Digests of one length, so that the time it takes says nothing about the word.
        sent = hashlib.sha256(word.strip().encode()).digest()
        return scheme.lower() == "bearer" and hmac.compare_digest(sent, self.digest)

    def demand(self, request: Request) -> None:
        """Raises Refusal (401) for a request that does not carry it."""
        credentials = request.headers.get("Authorization", "")
        if credentials.partition(" ")[0].lower() != "bearer":
            raise _refusal("Bearer", "To write, send the token: Authorization: Bearer TOKEN.")
        if not self.is_in(credentials):
            raise _refusal('Bearer error="invalid_token"', "The token is not the one this server was started with.")


def _refusal(challenge: str, detail: str) -> Refusal:
    return Refusal(HTTPStatus.UNAUTHORIZED, "unauthorized", detail, headers={"WWW-Authenticate": challenge})
