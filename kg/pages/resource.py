"""Descriptions of our IRIs: RDF for programs, a page for people.

``/doc/...``, ``/article/...`` and ``/entity/...`` correspond to the same paths under the base of our IRIs. They are
also served under the base's own path, for a server at its base. An IRI that is not a document (a person, an event)
redirects with 303 to the document about it (https://www.w3.org/TR/cooluris/).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
from flask import Flask, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.http.problems import Refusal
from kg.iri import is_statement, parse
from kg.pages.network_svg import draw
from kg.sparql import serialize
from kg.sparql.formats import GRAPH_FORMATS, HTML, choose_format
from kg.store import ReplacedVersions
from kg.views import citation
from kg.views.article import MARKS, Filter, article_scopes, read_article
from kg.views.article_outline import Outlines
from kg.views.entity import read_entity
from kg.views.network import read_network
from kg.views.query_files import bind, own_query, records
from kg.views.result_table import ROW_LIMIT, Table, table_of
from kg.views.statement import read_statement
from kg.views.statement_card import Card, heading_of
from kg.views.statement_rows import rows_query
from kg.views.terms import Mark, mark_of, plain
from kg.views.version_diff import compare_versions, in_force

ABOUT: Final = "about"
_KINDS: Final = ("article", "doc", "entity")
_DOCUMENTS: Final = frozenset({"article", "version", "entities", "fact", "claim", "unclear", "link", "content"})
_QUAD_FORMATS: Final = frozenset({ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS, ox.RdfFormat.JSON_LD})
_DISTINCT_FORMATS: Final = tuple({offer.name: offer for offer in reversed(GRAPH_FORMATS)}.values())[::-1]
_MOST: Final = 200
_SENTENCE: Final[dict[Mark, str]] = {
    "fact": "What an article says in its own voice: reported, not checked.",
    "claim": "What someone said, as an article passes it on: what was said, not what happened.",
    "unclear": "Words of which it is unclear who says them.",
    "mixed": "",
    "": "",
}
_CITATIONS: Final[Mapping[str, tuple[Callable[[Card, Mapping[str, str]], str], str]]] = {
    "text": (citation.as_text, "text/plain; charset=utf-8"),
    "bibtex": (citation.as_bibtex, "application/x-bibtex; charset=utf-8"),
    "csl": (citation.as_csl, "application/vnd.citationstyles.csl+json"),
    "schema": (citation.as_schema, "application/ld+json"),
}
_NAMES: Final = (
    f"SELECT DISTINCT ?name {{ VALUES ?p {{ <{vocab.SKOS_PREF_LABEL}> <{vocab.SCHEMA_HEADLINE}> <{vocab.TEXT}> "
    f"<{vocab.STATED_TEXT}> <{vocab.STATED_NAME}> }} "
    "{ <urn:thing> ?p ?name } UNION { GRAPH ?content { <urn:thing> ?p ?name } } } ORDER BY ?name"
)
_ANYWHERE: Final = (
    "{ <urn:thing> ?property ?value } UNION "
    f"{{ GRAPH ?content {{ <urn:thing> ?property ?value ; <{vocab.ACCORDING_TO}> ?claim }} }}"
)
_SAID: Final = (
    f"{{ <urn:thing> <{vocab.CONTENT}> ?content }} UNION "
    f"{{ GRAPH ?around {{ <urn:thing> <{vocab.STATED_CONTENT}> ?content }} }} "
    "GRAPH ?content { ?subject ?property ?value }"
)
_REFERENCES: Final = (
    "{ ?subject ?property <urn:thing> } UNION "
    f"{{ GRAPH ?content {{ ?subject ?property <urn:thing> ; <{vocab.ACCORDING_TO}> ?claim }} }}"
)


class ResourcePages:
    """The views of our IRIs."""

    def __init__(self, store: QueryableStore, base: str, replaced: ReplacedVersions | None = None) -> None:
        self._replaced = replaced
        self._store = store
        self._base = base
        self._outlines = Outlines()

    def thing(self, kind: str, rest: str) -> AnyResponse:
        """Return a document, or redirect to the description of any other thing.

        Args:
            kind: The first part of the path.
            rest: The rest of the path.
        """
        path = _iri_path(kind, rest)
        self._demand_known(path)
        if _is_document(path):
            return self.about(kind, rest)
        response = redirect(f"/{ABOUT}/{quote(kind)}/{quote(rest)}", HTTPStatus.SEE_OTHER)
        response.headers["Vary"] = "Accept"
        return response

    def about(self, kind: str, rest: str) -> Response:
        """Return the description in the client's preferred format.

        Args:
            kind: The first part of the path.
            rest: The rest of the path.
        """
        path = _iri_path(kind, rest)
        self._demand_known(path)
        name = request.args.get("format") or None
        offer = choose_format((*GRAPH_FORMATS, HTML), name, request.headers.get("Accept"))
        body: str | bytes
        if offer is HTML:
            body = self._article(path, rest) or self._page(path, rest)
        elif offer.engine in _QUAD_FORMATS:
            body = serialize.write(self._quads(self._base + path), offer)
        else:
            body = serialize.write((quad.triple for quad in self._quads(self._base + path)), offer)
        response = Response(body, content_type=offer.content_type)
        response.headers["Vary"] = "Accept"
        return response

    def _demand_known(self, path: str) -> None:
        """Raise Refusal: 410 for a withdrawn or superseded thing, 404 for an unknown one."""
        iri, version = _term(self._base + path), _term(self._base + "/".join(path.split("/")[:2]))
        if self._ask(f"ASK {{ {version} <{vocab.STATUS}> <{vocab.MOD_WITHDRAWN}> }}"):
            raise self._gone("withdrawn", version, f"{self._withdrawn(version)} Nothing of it is served any more.")
        if self._ask(
            f"ASK {{ {{ {iri} ?p ?o }} UNION {{ GRAPH ?g {{ {iri} ?p ?o }} }} UNION {{ GRAPH {iri} {{ ?s ?p ?o }} }} }}"
        ):
            return
        if self._ask(f"ASK {{ {version} <{vocab.STATUS}> <{vocab.MOD_SUPERSEDED}> }}"):
            raise self._gone("superseded", version, "was replaced by a newer version of its article.")
        raise Refusal(HTTPStatus.NOT_FOUND, "no-such-thing", f"The graph holds nothing named {iri}.")

    def _gone(self, reason: str, version: ox.NamedNode, what: str) -> Refusal:
        """Return a 410 error with the current versions of the same article."""
        versions = records(self._store.query(own_query("versions", version=version)))
        extras = {"in_force": in_force(versions), "headline": self._headline(version)}
        return Refusal(HTTPStatus.GONE, reason, f"{version} {what}", extras=extras)

    def _withdrawn(self, version: ox.NamedNode) -> str:
        """Return the time and the reason of a withdrawal, as far as they were recorded."""
        (told,) = records(self._store.query(own_query("withdrawn", version=version)))
        when = f" on {told['when'].replace('T', ' at ').replace('Z', ' UTC')}" if "when" in told else ""
        missing = " and ".join(word for word in ("when", "why") if word not in told)
        why = f" Why: “{plain(told['why'])}”." if "why" in told else ""
        return f"was withdrawn{when}.{why}" + (f" {missing.capitalize()} was not recorded." if missing else "")

    def _ask(self, query: str) -> bool:
        return bool(self._store.query(query))

    def _quads(self, iri: str) -> Iterator[ox.Quad]:
        """Yield the quads about an IRI.

        These are its own quads, those of a version's statements, and those of a claim's content. Claim content stays in
        the graph of its claim in formats with graphs.
        """
        waiting, seen = [iri], set[str]()
        for quad in self._own_quads(iri):
            waiting += _content_graphs(quad)
            yield quad
        while waiting:
            graph = waiting.pop()
            if graph not in seen:
                seen.add(graph)
                for s, p, o in self._rows(f"SELECT ?s ?p ?o {{ GRAPH {_term(graph)} {{ ?s ?p ?o }} }}"):
                    quad = ox.Quad(s, p, o, ox.NamedNode(graph))
                    waiting += _content_graphs(quad)
                    yield quad

    def _own_quads(self, iri: str) -> Iterator[ox.Quad]:
        node = _term(iri)
        for s, p, o in self._rows(
            f"SELECT ?s ?p ?o {{ {{ VALUES ?s {{ {node} }} ?s ?p ?o }} "
            f"UNION {{ ?s <{vocab.IN_VERSION}> {node} ; ?p ?o }} }}"
        ):
            yield ox.Quad(s, p, o)
        for s, p, o, g in self._rows(
            f"SELECT ?s ?p ?o ?g {{ VALUES ?s {{ {node} }} GRAPH ?g {{ ?s ?p ?o ; <{vocab.ACCORDING_TO}> ?claim }} }}"
        ):
            yield ox.Quad(s, p, o, g)

    def _rows(self, query: str) -> Iterator[ox.QuerySolution]:
        results = self._store.query(query)
        if not isinstance(results, ox.QuerySolutions):
            raise TypeError("only a SELECT has rows")
        yield from results

    def _article(self, path: str, rest: str) -> str | None:
        """Return the page of a version's text with marked statements; None for any other path."""
        ref = parse(path)
        if ref is None or ref.kind != "version":
            return None
        if other := request.args.get("v"):
            return self._revision(path, rest, other)
        first = request.args.get("paragraph", 0, type=int)
        chosen = Filter(
            kinds=frozenset(request.args.getlist("kind")) & frozenset(MARKS),
            speaker=request.args.get("speaker", ""),
            act=request.args.get("act", ""),
        )
        article = read_article(
            self._store,
            self._base,
            self._base + path,
            max(first, 0),
            chosen,
            at=request.args.get("at", type=int),
            outlines=self._outlines,
        )
        if article is None:
            return None
        return render_template(
            "article.html",
            article=article,
            chosen=chosen,
            marks=MARKS,
            path=path,
            rest=rest,
            base=self._base,
            iri=self._base + path,
            offers=_DISTINCT_FORMATS,
            rows_query=rows_query(article_scopes(self._base + path)),
        )

    def _revision(self, path: str, rest: str, other: str) -> str:
        """Return the comparison of a version with another one of its article."""
        beside = _term(f"{self._base}doc/{other}").value
        kept = None if self._replaced is None else self._replaced.read(beside)
        revision = compare_versions(self._store, self._base, self._base + path, beside, kept)
        if revision is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "no-such-version", f"The article has no other version {other!r}.")
        return render_template("revisions.html", revision=revision, rest=rest, other=other, most=ROW_LIMIT)

    def cite(self, rest: str) -> Response:
        """Return a citation of a statement: ``?as=bibtex``, ``csl``, ``schema`` or ``text``.

        Raises:
            Refusal: The statement or the format is unknown, or the statement is no schema.org Claim.
        """
        path, name = f"doc/{rest}", request.args.get("as", "text")
        self._demand_known(path)
        told = read_statement(self._store, self._base, self._base + path) if is_statement(path) else None
        writer, media_type = _CITATIONS.get(name, (None, ""))
        if told is None or writer is None:
            raise Refusal(
                HTTPStatus.NOT_FOUND, "no-such-citation", f"Statements are cited as one of: {', '.join(_CITATIONS)}."
            )
        if name == "schema" and not citation.is_factual_claim(told.card):
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                "no-factual-claim",
                "A schema.org Claim is what a speaker puts forward as so: this is no such claim. Cite it as text.",
            )
        return Response(writer(told.card, told.about), content_type=media_type)

    def _page(self, path: str, rest: str) -> str:
        iri = _term(self._base + path)
        if is_statement(path) and (told := read_statement(self._store, self._base, iri.value)):
            own = {
                "told": told,
                "cited": citation.as_text(told.card, told.about),
                "heading": plain(heading_of(told.card)),
            }
            return self._described("statement.html", path, rest, is_factual=citation.is_factual_claim(told.card), **own)
        if path.startswith("entity/"):
            whole = read_entity(self._store, self._base, iri.value)
            network = read_network(self._store, self._base, iri.value, 1)
            return self._described(
                "entity.html",
                path,
                rest,
                entity=whole,
                base_of=self._base,
                network=network,
                drawing=draw(network),
                names_of_nodes={node.iri: node for node in network.nodes},
            )
        replaced_by = in_force(records(self._store.query(own_query("versions", version=iri))))
        heading = self._headline(iri)
        return self._described(
            "thing.html",
            path,
            rest,
            replaced_by=replaced_by,
            base=self._base,
            heading=f"{heading} (replaced version)" if heading and replaced_by else heading,
            is_raw=True,
        )

    def _headline(self, version: ox.NamedNode) -> str:
        """Return the headline of a version's article, or an empty text."""
        found = records(self._store.query(own_query("headline", version=version)))
        return found[0]["headline"] if found else ""

    def _described(self, template: str, path: str, rest: str, **own: object) -> str:
        """Return a page with the description of a thing and the template's own values."""
        iri = _term(self._base + path)
        return render_template(
            template,
            **own,
            path=path,
            rest=rest,
            iri=self._base + path,
            names=[row[0].value for row in self._rows(bind(_NAMES, thing=iri))],
            mark=mark_of(path),
            sentence=_SENTENCE[mark_of(path)],
            properties=self._table(
                f"SELECT ?property ?value {{ {bind(_ANYWHERE, thing=iri)} }} ORDER BY ?property ?value"
            ),
            said=self._table(
                f"SELECT ?subject ?property ?value {{ {bind(_SAID, thing=iri)} }} ORDER BY ?subject ?property"
            ),
            references=self._table(f"SELECT ?subject ?property {{ {bind(_REFERENCES, thing=iri)} }}", _MOST),
            offers=_DISTINCT_FORMATS,
        )

    def _table(self, query: str, limit: int = ROW_LIMIT) -> Table:
        return table_of(self._store, self._base, self._store.query(query), limit)


def install(app: Flask, store: QueryableStore, base: str, replaced: ReplacedVersions | None = None) -> None:
    """Serve the IRIs under ``base``, at the root and under the base's own path.

    Args:
        app: The app.
        store: The graph.
        base: The base of our own IRIs.
        replaced: The saved replaced versions, if any.
    """
    things = ResourcePages(store, base, replaced)
    kinds = f"<any({', '.join(_KINDS)}):kind>/<path:rest>"
    for prefix in dict.fromkeys(("/", urlsplit(base).path or "/")):
        name = prefix.strip("/").replace("/", "_").replace(".", "_")
        app.add_url_rule(f"{prefix}{kinds}", f"thing{name}", things.thing)
    app.add_url_rule(f"/{ABOUT}/{kinds}", "about", things.about)
    app.add_url_rule("/cite/doc/<path:rest>", "cite", things.cite)


def _iri_path(kind: str, rest: str) -> str:
    """Return the path as written in the IRI: the server has decoded the escapes of an article's id."""
    return f"{kind}/{quote(rest, safe='')}" if kind == "article" else f"{kind}/{rest}"


def _term(iri: str) -> ox.NamedNode:
    """Return the node with an IRI. Raises Refusal (404) for an invalid IRI."""
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise Refusal(HTTPStatus.NOT_FOUND, "no-such-thing", f"{iri!r} is not an IRI.") from None


def _content_graphs(quad: ox.Quad) -> list[str]:
    is_content = quad.predicate.value in (vocab.CONTENT, vocab.STATED_CONTENT)
    return [quad.object.value] if is_content and isinstance(quad.object, ox.NamedNode) else []


def _is_document(path: str) -> bool:
    """Return whether a path names a document: an article, or a part of its graph."""
    ref = parse(path)
    return ref is not None and ref.is_whole and ref.kind in _DOCUMENTS and "/content/" not in path
