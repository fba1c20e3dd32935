"""Requests of the SPARQL 1.1 Protocol to another server, and what its answers mean."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from kg.errors import QueryError, StoreError, UsageError

_ROWS: Final = "application/sparql-results+json"
_TRIPLES: Final = "application/n-triples"
_FORM: Final = re.compile(
    r"""(?: \s | \#[^\n]* | BASE\s*<[^>]*> | PREFIX\s*[^\s:]*:\s*<[^>]*> | VERSION\s*["'][^"']*["'] )*
        (SELECT | ASK | CONSTRUCT | DESCRIBE)""",
    re.VERBOSE | re.IGNORECASE,
)
"""What a query begins with. Virtuoso writes triples as rows when both are accepted."""
_MESSAGE_LENGTH: Final = 500
_OPTIONS: Final = ("update", "default-graph")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a server takes queries and updates, and as whom they are sent.

    ``default_graph`` names the graph that stands for the default graph on a server that has none of its own.
    """

    query_url: str
    update_url: str
    user: str | None = None
    password: str = ""
    default_graph: str | None = None
    timeout: float = 60.0
    """Seconds that the server may be silent."""

    @classmethod
    def of(cls, url: str) -> Endpoint:
        """The endpoint that a URL names: ``http://[USER:PASSWORD@]HOST/PATH[#update=URL&default-graph=IRI]``.

        Updates go to the same URL; where that ends in ``/query``, to its neighbour ``/update``. Raises UsageError.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{url}: a store is a folder or an http(s) URL of a SPARQL endpoint")
        options = dict(parse_qsl(parts.fragment, keep_blank_values=True))
        unknown = set(options) - set(_OPTIONS)
        if unknown:
            raise UsageError(f"{url}: unknown option {min(unknown)!r} after '#'; known are {', '.join(_OPTIONS)}")
        query_url = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))
        neighbour = query_url.removesuffix("/query") + "/update" if query_url.endswith("/query") else query_url
        return cls(
            query_url=query_url,
            update_url=options.get("update", neighbour),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password or ""),
            default_graph=options.get("default-graph"),
        )

    def query(self, text: str, default_graphs: tuple[str, ...] = (), named_graphs: tuple[str, ...] = ()) -> Reply:
        """What the server answers to a query. Raises QueryError for a bad one, StoreError when there is no answer."""
        form = [("query", text)]
        form += [("default-graph-uri", graph) for graph in default_graphs]
        form += [("named-graph-uri", graph) for graph in named_graphs]
        found = _FORM.match(text)
        is_graph = found is not None and found[1].upper() in ("CONSTRUCT", "DESCRIBE")
        return self._post(self.query_url, form, _TRIPLES if is_graph else _ROWS)

    def update(self, text: str) -> None:
        """Have the server make a change. Raises StoreError when it does not."""
        try:
            self._post(self.update_url, [("update", text)], "*/*")
        except QueryError as error:
            raise StoreError(f"the store refuses the change: {error}") from error

    def _post(self, url: str, form: list[tuple[str, str]], accept: str) -> Reply:
        request = urllib.request.Request(url, urlencode(form).encode(), headers={"Accept": accept})
        try:
            with self._opener(url).open(request, timeout=self.timeout) as response:
                return Reply(response.read(), response.headers.get_content_type())
        except urllib.error.HTTPError as error:
            raise _refusal(url, error) from error
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise StoreError(f"{url}: the server cannot be reached or broke off: {reason}") from error

    def _opener(self, url: str) -> urllib.request.OpenerDirector:
        if self.user is None:
            return urllib.request.build_opener()
        known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        known.add_password(None, url, self.user, self.password)
        handlers = (urllib.request.HTTPBasicAuthHandler(known), urllib.request.HTTPDigestAuthHandler(known))
        return urllib.request.build_opener(*handlers)


@dataclass(frozen=True, slots=True)
class Reply:
    """The body of an answer and its media type."""

    body: bytes
    media_type: str


def _refusal(url: str, error: urllib.error.HTTPError) -> QueryError | StoreError:
    message = " ".join(error.read().decode("utf-8", "replace").split())[:_MESSAGE_LENGTH]
    if error.code == HTTPStatus.BAD_REQUEST:
        return QueryError(f"{url}: {message}")
    if error.code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return StoreError(f"{url}: not allowed ({error.code}); put USER:PASSWORD@ before the host: {message}")
    return StoreError(f"{url}: HTTP {error.code}: {message}")
