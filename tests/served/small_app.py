"""The app over a small graph, and the same served for real."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from pyoxigraph import RdfFormat

from kg.app import create_app
from kg.config import Settings
from kg.store import EmbeddedStore
from kg.views.competency_questions import Question
from tests.served.serving import ending_well

BASE = "https://data.test/id/"
PREFIX = "PREFIX cg: <https://w3id.org/claimgraph/ns#>\n"
GRAPH = Path(__file__).parent / "small.trig"
QUESTIONS = (
    Question(
        name="CQ1",
        title="What do articles say themselves?",
        description="Facts only.",
        query=f"{PREFIX}SELECT ?fact ?text {{ ?fact a cg:ReportedFact ; cg:text ?text }}\n",
    ),
    Question(
        name="CQ2",
        title="Who said what?",
        description="",
        query=f"{PREFIX}SELECT ?who ?text {{ ?claim cg:speaker ?who ; cg:text ?text }} ORDER BY ?text\n",
    ),
)

_SERVER = """
from tests.served.small_app import small_app
from kg.http.server import serve
serve(small_app(), "127.0.0.1", 0)
"""


def small_store() -> EmbeddedStore:
    """The graph of ``small.trig`` in memory."""
    store = EmbeddedStore.in_memory()
    store.load(GRAPH, RdfFormat.TRIG, BASE)
    return store


def small_app() -> Flask:
    """Return the app over the small graph."""
    return create_app(Settings(base=BASE), small_store(), questions=QUESTIONS)


@contextmanager
def served_small_app() -> Iterator[str]:
    """Yield the address of the app behind the production server, in a process of its own."""
    with ending_well([sys.executable, "-c", _SERVER]) as address:
        yield address
