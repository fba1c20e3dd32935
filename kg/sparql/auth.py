"""Write access by a bearer token (RFC 6750) that the server was started with."""

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
    """A secret token, stored as a digest so that no output shows it."""

    digest: bytes = field(repr=False)

    @classmethod
    def of(cls, word: str) -> BearerToken:
        """Return the token for a word."""
        return cls(hashlib.sha256(word.encode()).digest())

    @classmethod
    def read(cls, path: Path) -> BearerToken:
        """Read the token from a file, without surrounding space.

        Raises:
            UsageError: The file cannot be read, or the token is easily guessed.
        """
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
        """Return whether the value of an ``Authorization`` header contains the token."""
        scheme, _, word = credentials.partition(" ")
        # The digests have one length, so the time of the comparison reveals nothing about the word.
        sent = hashlib.sha256(word.strip().encode()).digest()
        return scheme.lower() == "bearer" and hmac.compare_digest(sent, self.digest)

    def demand(self, request: Request) -> None:
        """Check that a request contains the token.

        Raises:
            Refusal: 401 if it does not.
        """
        credentials = request.headers.get("Authorization", "")
        if credentials.partition(" ")[0].lower() != "bearer":
            raise _refusal("Bearer", "To write, send the token: Authorization: Bearer TOKEN.")
        if not self.is_in(credentials):
            raise _refusal('Bearer error="invalid_token"', "The token is not the one this server was started with.")


def _refusal(challenge: str, detail: str) -> Refusal:
    return Refusal(HTTPStatus.UNAUTHORIZED, "unauthorized", detail, headers={"WWW-Authenticate": challenge})
