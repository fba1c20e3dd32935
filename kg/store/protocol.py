"""Client of the SPARQL 1.1 Protocol for another server."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from kg.errors import QueryError, StoreError, UsageError
from kg.server_words import LONGEST_REFUSAL, words_of

if TYPE_CHECKING:
    from http.client import HTTPMessage
    from urllib.request import Request

_ROWS: Final = "application/sparql-results+json"
_TRIPLES: Final = "application/n-triples"
_FORM: Final = re.compile(
    r"""(?: \s | \#[^\n]* | BASE\s*<[^>]*> | PREFIX\s*[^\s:]*:\s*<[^>]*> | VERSION\s*["'][^"']*["'] )*
        (SELECT | ASK | CONSTRUCT | DESCRIBE)""",
    re.VERBOSE | re.IGNORECASE,
)
"""The beginning of a query. Virtuoso writes triples as rows if a client accepts both."""
_OPTIONS: Final = ("update", "default-graph")


class _Basic(urllib.request.HTTPBasicAuthHandler):
    """Ignores servers that request other credentials than a password, on which urllib's class fails."""

    def http_error_401(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage) -> Any:
        return super().http_error_401(req, fp, code, msg, headers) if _asks_password(headers) else None


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """The same for digest authentication."""

    def http_error_401(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage) -> Any:
        return super().http_error_401(req, fp, code, msg, headers) if _asks_password(headers) else None


def _asks_password(headers: HTTPMessage) -> bool:
    return headers.get("WWW-Authenticate", "").partition(" ")[0].lower() in ("basic", "digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """The URLs and the credentials of a server.

    ``default_graph`` names the graph that replaces the default graph on a server without one.
    """

    query_url: str
    update_url: str
    user: str | None = None
    password: str = ""
    token: str | None = field(default=None, repr=False)
    """Token for changes, sent as ``Authorization: Bearer`` to this server and not to redirect targets."""
    default_graph: str | None = None
    timeout: float = 60.0
    """Seconds that the server may be silent."""

    @classmethod
    def of(cls, url: str) -> Endpoint:
        """Parse the URL of an endpoint: ``http://[USER:PASSWORD@]HOST/PATH[#update=URL&default-graph=IRI]``.

        Updates go to the same URL or, if that ends in ``/query``, to ``/update`` beside it.

        Raises:
            UsageError: The URL is not valid.
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

    def query(self, text: str, default_graphs: tuple[str, ...] = (), named_graphs: tuple[str, ...] = ()) -> ServerReply:
        """Send a query and return the response.

        Args:
            text: The query.
            default_graphs: The graphs of the default graph.
            named_graphs: The named graphs.

        Raises:
            QueryError: The server refuses the query.
            StoreError: The server does not answer.
        """
        form = [("query", text)]
        form += [("default-graph-uri", graph) for graph in default_graphs]
        form += [("named-graph-uri", graph) for graph in named_graphs]
        found = _FORM.match(text)
        is_graph = found is not None and found[1].upper() in ("CONSTRUCT", "DESCRIBE")
        return self._post(self.query_url, form, _TRIPLES if is_graph else _ROWS)

    def update(self, text: str) -> None:
        """Send an update.

        Raises:
            StoreError: The server refuses the update or does not answer.
        """
        try:
            if self.token is None:
                self._post(self.update_url, [("update", text)], "*/*")
            else:
                self._send(_changing(self.update_url, text, self.token))
        except QueryError as error:
            raise StoreError(f"the store refuses the change: {error}") from error

    def _post(self, url: str, form: list[tuple[str, str]], accept: str) -> ServerReply:
        return self._send(urllib.request.Request(url, urlencode(form).encode(), headers={"Accept": accept}))

    def _send(self, request: urllib.request.Request) -> ServerReply:
        url = request.full_url
        try:
            with self._opener(url).open(request, timeout=self.timeout) as response:
                return ServerReply(response.read(), response.headers.get_content_type())
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(url, error, was_sent=request.has_header("Authorization")) from error
        except (OSError, HTTPException, ValueError) as error:  # ValueError: the server requests unknown credentials
            reason = getattr(error, "reason", None) or error
            raise StoreError(f"{url}: the server cannot be reached or broke off: {reason}") from error

    def _opener(self, url: str) -> urllib.request.OpenerDirector:
        if self.user is None:
            return urllib.request.build_opener()
        known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        known.add_password(None, url, self.user, self.password)
        handlers = (_Basic(known), _Digest(known))
        return urllib.request.build_opener(*handlers)


def _changing(url: str, text: str, token: str) -> urllib.request.Request:
    """Return the request for an update. The text is the body, because a form would be three times as long."""
    headers = {"Accept": "*/*", "Content-Type": "application/sparql-update; charset=utf-8"}
    request = urllib.request.Request(url, text.encode(), headers=headers)
    request.add_unredirected_header("Authorization", f"Bearer {token}")
    return request


@dataclass(frozen=True, slots=True)
class ServerReply:
    """The body of a response and its media type."""

    body: bytes
    media_type: str


def _refusal(url: str, error: urllib.error.HTTPError, *, was_sent: bool) -> QueryError | StoreError:
    message = _message(error)
    if error.code == HTTPStatus.BAD_REQUEST:
        return QueryError(f"{url}: {message}")
    if error.code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return StoreError(f"{url}: not allowed ({error.code}){_way_in(error, was_sent=was_sent)}: {message}")
    is_elsewhere = error.code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
    way = "; is this the address of a SPARQL endpoint? That of kg serve ends in /sparql" if is_elsewhere else ""
    return StoreError(f"{url}: HTTP {error.code}: {message}{way}")


def _way_in(error: urllib.error.HTTPError, *, was_sent: bool) -> str:
    """Return advice about the missing credentials, as far as the response allows it."""
    challenge = error.headers.get("WWW-Authenticate", "").lower()
    if challenge.startswith("bearer"):
        return "; that is not its token" if was_sent else "; set KG_TOKEN, or name --token-file FILE"
    if challenge or error.code == HTTPStatus.UNAUTHORIZED:
        return "; put USER:PASSWORD@ before the host"
    return ""


def _message(error: urllib.error.HTTPError) -> str:
    """Return the server's message."""
    try:
        data = error.read(LONGEST_REFUSAL)
    except (OSError, HTTPException):
        data = b""
    return words_of(data, str(error.reason or "no reason given"))
