"""Who reviews: a cookie with the name of a person who has given the token."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Final

from flask import request
from werkzeug.wrappers import Response

from kg.corrections.values import MAX_NAME

if TYPE_CHECKING:
    from kg.sparql.auth import BearerToken

COOKIE: Final = "claimgraph_review"
PATH: Final = "/review"


class Reviewers:
    """Knows persons by their cookie.

    Args:
        token: What the server was started with.
    """

    def __init__(self, token: BearerToken) -> None:
        self._token = token

    def who(self) -> str | None:
        """Return the person in the cookie; with the token in the header, the person in ``X-Reviewer``."""
        name, _, mark = request.cookies.get(COOKIE, "").partition(".")
        if name and mark and hmac.compare_digest(self._mark(name), mark):
            return urlsafe_b64decode(name).decode()
        if self._token.is_in(request.headers.get("Authorization", "")):
            return request.headers.get("X-Reviewer", "").strip()[:MAX_NAME] or "not named"
        return None

    def remember(self, response: Response, name: str) -> None:
        """Set the cookie of a person, which no script can read.

        Args:
            response: What is answered.
            name: Who gave the token.
        """
        coded = urlsafe_b64encode(name.encode()).decode()
        value, secure = f"{coded}.{self._mark(coded)}", request.scheme == "https"
        response.set_cookie(COOKIE, value, httponly=True, samesite="Strict", path=PATH, secure=secure)

    def _mark(self, coded: str) -> str:
        return hmac.new(self._token.digest, f"review {coded}".encode(), hashlib.sha256).hexdigest()
