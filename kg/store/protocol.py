"""Requests of the SPARQL 1.1 Protocol to another server, and what its answers mean."""

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
"""What a query begins with. Virtuoso writes triples as rows when both are accepted."""
_OPTIONS: Final = ("update", "default-graph")


class _Basic(urllib.request.HTTPBasicAuthHandler):
    """Leaves a server alone that asks for something else than a password; urllib's own fails on it."""

    def http_error_401(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage) -> Any:
        return super().http_error_401(req, fp, code, msg, headers) if _asks_password(headers) else None


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """The same for the other way of sending one."""

    def http_error_401(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage) -> Any:
        return super().http_error_401(req, fp, code, msg, headers) if _asks_password(headers) else None


def _asks_password(headers: HTTPMessage) -> bool:
    return headers.get("WWW-Authenticate", "").partition(" ")[0].lower() in ("basic", "digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a server takes queries and updates, and as whom they are sent.

    ``default_graph`` names the graph that stands for the default graph on a server that has none of its own.
    """

    query_url: str
    update_url: str
    user: str | None = None
    password: str = ""
    token: str | None = field(default=None, repr=False)
    """Sent with changes as ``Authorization: Bearer``, to this server and to none that it redirects to."""
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

    def query(self, text: str, default_graphs: tuple[str, ...] = (), named_graphs: tuple[str, ...] = ()) -> ServerReply:
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
        except (OSError, HTTPException, ValueError) as error:  # the last: a way of asking for a password, unknown
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
    """Return the request for an update, sent as it is: as a form it would be three times as long."""
    headers = {"Accept": "*/*", "Content-Type": "application/sparql-update; charset=utf-8"}
    request = urllib.request.Request(url, text.encode(), headers=headers)
    request.add_unredirected_header("Authorization", f"Bearer {token}")
    return request


@dataclass(frozen=True, slots=True)
class ServerReply:
    """The body of an answer and its media type."""

    body: bytes
    media_type: str


def _refusal(url: str, error: urllib.error.HTTPError, *, was_sent: bool) -> QueryError | StoreError:
    message = _message(error)
    if error.code == HTTPStatus.BAD_REQUEST:
        return QueryError(f"{url}: {message}")
    if error.code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return StoreError(f"{url}: not allowed ({error.code}){_way_in(error, was_sent=was_sent)}: {message}")
    return StoreError(f"{url}: HTTP {error.code}: {message}")


def _way_in(error: urllib.error.HTTPError, *, was_sent: bool) -> str:
    """Return what would let a user in, as far as the server says it."""
    challenge = error.headers.get("WWW-Authenticate", "").lower()
    if challenge.startswith("bearer"):
        return "; that is not its token" if was_sent else "; set KG_TOKEN, or name --token-file FILE"
    if challenge or error.code == HTTPStatus.UNAUTHORIZED:
        return "; put USER:PASSWORD@ before the host"
    return ""


def _message(error: urllib.error.HTTPError) -> str:
    """Return what the server says, in its words."""
    try:
        data = error.read(LONGEST_REFUSAL)
    except (OSError, HTTPException):
        data = b""
    return words_of(data, str(error.reason or "no reason given"))
