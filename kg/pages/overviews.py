"""Pages over all articles: the matrix, the timeline, the network of an entity, stories, and accounts side by side."""

from __future__ import annotations

from http import HTTPStatus

import pyoxigraph as ox
from flask import Flask, render_template, request

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.http.problems import Refusal
from kg.iri import is_statement
from kg.pages.network_svg import draw
from kg.views.accounts import compare, topic_of
from kg.views.matrix import read_matrix
from kg.views.network import DEPTHS, most_quoted, most_quoted_query, read_network
from kg.views.query_files import own_query, records
from kg.views.search.index import WordIndex
from kg.views.statement_card import in_quotes
from kg.views.statement_rows import UNNAMED_VALUE
from kg.views.story import MOST, read_disputes, read_story
from kg.views.terms import mark_of
from kg.views.timeline import read_timeline


class Overviews:
    """The views. ``base`` is the base of our own IRIs."""

    def __init__(self, store: QueryableStore, base: str, index: WordIndex) -> None:
        self._store = store
        self._base = base
        self._index = index

    def matrix(self) -> str:
        """Return the matrix.

        ``?act=`` selects the speech act, ``?from=`` and ``?to=`` a pair by the paths of its IRIs.

        Raises:
            Refusal: The act or an IRI is unknown.
        """
        act = request.args.get("act", "")
        if act and act not in vocab.SPEECH_ACTS:
            known = ", ".join(sorted(vocab.SPEECH_ACTS))
            raise Refusal(HTTPStatus.NOT_FOUND, "no-such-act", f"There is no act {act!r}. There are: {known}.")
        chosen = None
        if request.args.get("from"):
            is_unnamed = request.args["from"] == UNNAMED_VALUE
            speaker = vocab.UNNAMED_SOURCE if is_unnamed else self._iri(request.args["from"])
            chosen = (speaker, self._iri(request.args.get("to", "")))
        matrix = read_matrix(self._store, self._base, act, chosen)
        return render_template("matrix.html", matrix=matrix, path_of=self._path)

    def timeline(self) -> str:
        """Return the timeline. ``?first=`` is the number of statements to skip.

        ``?by=article`` shows the claims without a day, by the day of their article.
        """
        first = max(request.args.get("first", 0, type=int), 0)
        by_article = request.args.get("by") == "article"
        timeline = read_timeline(self._store, self._base, self._index, first, by_article=by_article)
        return render_template("timeline.html", timeline=timeline, by_article=by_article)

    def graph(self) -> str:
        """Return the network of an entity.

        ``?node=`` is its path, by default the most quoted; ``?depth=`` is 1 or 2.

        Raises:
            Refusal: The entity or the depth is unknown.
        """
        depth = request.args.get("depth", 1, type=int)
        if depth not in DEPTHS:
            known = " and ".join(map(str, DEPTHS))
            raise Refusal(HTTPStatus.NOT_FOUND, "no-such-depth", f"There is no graph of that depth: there are {known}.")
        quoted = most_quoted(self._store, self._base)
        middle = self._iri(request.args.get("node", "")) or (quoted[0]["entity"] if quoted else "")
        if not middle:
            return self._choose("Connections", "Who is connected with whom, and by which statements.", "graph", "node")
        if not self._store.query(f"ASK {{ <{middle}> <{vocab.SKOS_PREF_LABEL}> ?name }}"):
            raise Refusal(HTTPStatus.NOT_FOUND, "no-such-thing", "The graph holds nobody of that name.")
        network = read_network(self._store, self._base, middle, depth)
        return render_template(
            "graph.html",
            network=network,
            drawing=draw(network),
            names={node.iri: node for node in network.nodes},
            quoted=quoted,
            base=self._base,
        )

    def compare(self) -> str:
        """Return accounts side by side.

        ``?about=`` is the path of a topic; ``?by=outlet`` groups by publisher.

        The topic is an entity, an event or a statement.

        Raises:
            Refusal: The topic is unknown.
        """
        about, by_outlet = self._iri(request.args.get("about", "")), request.args.get("by") == "outlet"
        path = about.removeprefix(self._base)
        if not about:
            note = "What several speakers or outlets say about one actor, place or event, side by side."
            return self._choose("Compare accounts", note, "compare", "about")
        topic = topic_of(self._store, self._base, about)
        called = records(self._store.query(own_query("called", about=about)))
        if topic is None or not called:
            raise Refusal(HTTPStatus.NOT_FOUND, "nothing-to-compare", _not_comparable(path, is_known=bool(called)))
        comparison = compare(self._store, self._base, topic, by_outlet=by_outlet)
        mark, name = mark_of(path), called[0]["name"]
        return render_template(
            "compare.html",
            comparison=comparison,
            name=in_quotes(name) if mark else name,
            about=path,
            mark=mark,
            by_outlet=by_outlet,
        )

    def story(self) -> str:
        """Return the story of a statement. ``?about=`` is its path; without it, the page shows the disputes.

        Raises:
            Refusal: The statement is unknown.
        """
        about = self._iri(request.args.get("about", ""))
        if not about:
            return self.disputes()
        told = read_story(self._store, self._base, about) if is_statement(about) else None
        if told is None:
            path = about.removeprefix(self._base)
            raise Refusal(
                HTTPStatus.NOT_FOUND, "no-such-story", f"{path!r} is no fact and no claim of this graph. See /disputes."
            )
        return render_template("story.html", story=told, most=MOST, base=self._base)

    def disputes(self) -> str:
        """Return the statements that deny or contradict others."""
        found = read_disputes(self._store, self._base)
        return render_template("disputes.html", disputes=found, base=self._base, query=own_query("all-disputes"))

    def _path(self, iri: str) -> str:
        """Return the form of a speaker or target in an address."""
        return UNNAMED_VALUE if iri == vocab.UNNAMED_SOURCE else iri.removeprefix(self._base)

    def _choose(self, title: str, note: str, page: str, field: str) -> str:
        """Return the page without a selection, with the available entities."""
        return render_template(
            "choose.html",
            title=title,
            note=note,
            page=page,
            field=field,
            quoted=most_quoted(self._store, self._base),
            base=self._base,
            query=most_quoted_query(self._base),
        )

    def _iri(self, path: str) -> str:
        """Return the IRI for a path or one of our IRIs; empty for an empty path. Raises Refusal (404)."""
        try:
            return ox.NamedNode(self._base + path.removeprefix(self._base)).value if path else ""
        except ValueError:
            raise Refusal(HTTPStatus.NOT_FOUND, "no-such-thing", f"{path!r} is no path of an IRI.") from None


def _not_comparable(path: str, *, is_known: bool) -> str:
    """Return why a thing has no accounts to compare."""
    if is_known:
        why = "reports no event as it happened, or names nobody who takes part in it"
    else:
        why = "is no entity, event or statement of an event in this graph"
    return f"{path!r} {why}. Choose a topic at /compare."


def install(app: Flask, store: QueryableStore, base: str, index: WordIndex) -> None:
    """Serve the pages.

    Args:
        app: The app.
        store: The graph.
        base: The base of our own IRIs.
        index: The full-text index.
    """
    overviews = Overviews(store, base, index)
    app.add_url_rule("/matrix", "matrix", overviews.matrix)
    app.add_url_rule("/compare", "compare", overviews.compare)
    app.add_url_rule("/story", "story", overviews.story)
    app.add_url_rule("/disputes", "disputes", overviews.disputes)
    app.add_url_rule("/graph", "graph", overviews.graph)
    app.add_url_rule("/timeline", "timeline", overviews.timeline)
