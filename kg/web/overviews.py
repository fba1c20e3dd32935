"""The pages over all articles: the matrix of who says what about whom, and the timeline."""

from __future__ import annotations

from http import HTTPStatus

import pyoxigraph as ox
from flask import Flask, render_template, request

from kg import vocab
from kg.web.matrix import read_matrix
from kg.web.problems import Refusal
from kg.web.queryable import QueryableStore
from kg.web.timeline import read_timeline


class Overviews:
    """The views. ``base`` is where our own IRIs begin."""

    def __init__(self, store: QueryableStore, base: str) -> None:
        self._store = store
        self._base = base

    def matrix(self) -> str:
        """``?act=`` chooses the act of speech, ``?from=`` and ``?to=`` one pair, by the path of their IRIs."""
        act = request.args.get("act", "")
        if act and act not in vocab.SPEECH_ACTS:
            known = ", ".join(sorted(vocab.SPEECH_ACTS))
            raise Refusal(HTTPStatus.NOT_FOUND, "no-such-act", f"There is no act {act!r}. There are: {known}.")
        chosen = None
        if request.args.get("from"):
            chosen = (self._iri(request.args["from"]), self._iri(request.args.get("to", "")))
        matrix = read_matrix(self._store, self._base, act, chosen)
        return render_template("matrix.html", matrix=matrix, base=self._base)

    def timeline(self) -> str:
        """``?first=`` is how many statements to leave out from the beginning."""
        first = max(request.args.get("first", 0, type=int), 0)
        return render_template("timeline.html", timeline=read_timeline(self._store, self._base, first))

    def _iri(self, path: str) -> str:
        """The IRI of that path; empty stays empty. Raises Refusal (404) for what makes none."""
        try:
            return ox.NamedNode(self._base + path).value if path else ""
        except ValueError:
            raise Refusal(HTTPStatus.NOT_FOUND, "no-such-thing", f"{path!r} is no path of an IRI.") from None


def install(app: Flask, store: QueryableStore, base: str) -> None:
    """Serve the pages."""
    overviews = Overviews(store, base)
    app.add_url_rule("/matrix", "matrix", overviews.matrix)
    app.add_url_rule("/timeline", "timeline", overviews.timeline)
