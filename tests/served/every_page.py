"""The address of every page over one small graph: for the tests that hold of all of them.

The graph is made by hand, not read from an article, so that no change of an extractor changes a page.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from kg.config import Settings
from kg.mapper import map_record
from kg.store import EmbeddedStore
from kg.views.competency_questions import Question
from tests.samples import sample
from tests.served.small_app import QUESTIONS

BASE: Final = "https://data.test/id/"
_RECORD: Final = sample(publisher="The Sample Herald", published="2025-04-04")
_EARLIER: Final = replace(
    _RECORD,
    document=replace(_RECORD.document, text=_RECORD.document.text + " Or not."),
    claims=_RECORD.claims[:3],
    links=(),
)
_WITHDRAWN: Final = replace(
    _RECORD, document=replace(_RECORD.document, id="taken-back", text=_RECORD.document.text + " Taken back.")
)
_HASH: Final = _RECORD.document.sha256[:16]
_TEXT: Final = _RECORD.document.text


def _of(kind: str, words: str) -> str:
    start = _TEXT.index(words)
    return f"/doc/{_HASH}/{kind}/{start}-{start + len(words)}"


_FACT: Final = _of("fact", "Delegations of Arvonia and Belmark met in Port Sella on 3 April 2025")
_ACCUSATION: Final = _of("claim", "Belmark of shelling the border")
_REPORT: Final = _of("claim", "that Belmark's minister Ada Quill had said shadowy forces attacked a bridge")
_INNER: Final = _of("claim", "shadowy forces attacked a bridge").rpartition("/")[2]

WITH_ROWS: Final = {
    "article": f"/doc/{_HASH}",
    "article-filtered": f"/doc/{_HASH}?kind=fact",
    "claim": _ACCUSATION,
    "denial": _of("claim", "that it shelled the border"),
    "hearsay": f"{_REPORT}/content/claim/{_INNER}",
    "fact": _FACT,
    "unclear": _of("unclear", "Reportedly a third round will follow"),
    "entity": "/about/entity/political_actor/belmark",
    "place": "/about/entity/place/port-sella",
    "matrix": "/matrix",
    "matrix-pair": "/matrix?act=deny&from=entity/political_actor/belmark",
    "timeline": "/timeline",
    "timeline-by-article": "/timeline?by=article",
    "graph": "/graph?node=entity/political_actor/arvonia",
    "graph-further": "/graph?node=entity/political_actor/arvonia&depth=2",
    "search": "/search?q=border",
    "search-filtered": "/search?q=b*&kind=inner",
    "compare": "/compare?about=entity/political_actor/belmark",
    "compare-statement": f"/compare?about={_ACCUSATION[1:]}",
    "versions": f"/doc/{_HASH}?v={_EARLIER.document.sha256[:16]}",
    "reader-question": "/questions/who-accuses-whom",
    "reader-question-of-somebody": "/questions/what-somebody-said?value=Belmark",
}
"""The pages of statements: each has its rows as CSV, and the query that gives them."""

OTHERS: Final = {
    "start": "/",
    "articles": "/articles",
    "articles-filtered": "/articles?from=2025-04-04&to=2025-04-04&outlet=The Sample Herald",
    "speakers": "/speakers",
    "places": "/places?sort=name",
    "events": "/events",
    "events-nothing": "/events?words=zyzzyva",
    "articles-past": "/articles?page=9",
    "compare-start": "/compare",
    "about": "/about",
    "api": "/api",
    "help": "/help",
    "questions": "/questions/CQ1",
    "reader-questions": "/questions/",
    "reader-question-nothing": "/questions/what-was-denied?value=Nobody",
    "vocabulary": "/ns",
    "search-empty": "/search",
    "search-nothing": "/search?q=zyzzyva",
    "search-filter-to-drop": "/search?q=shelling&kind=fact",
    "matrix-nothing": "/matrix?act=praise",
    "event": f"/about/doc/{_HASH}/event/{_FACT.rpartition('/')[2]}",
    "not-found": "/nowhere",
    "gone": f"/doc/{_WITHDRAWN.document.sha256[:16]}",
}
EVERY_PAGE: Final = {**WITH_ROWS, **OTHERS}
SETTINGS: Final = Settings(base=BASE)
ASKED: Final[tuple[Question, ...]] = QUESTIONS


def filled() -> EmbeddedStore:
    """The graph: an article in two versions, as two dumps loaded, and a version that was withdrawn."""
    store = EmbeddedStore.in_memory()
    now, earlier, taken_back = (map_record(record, BASE) for record in (_RECORD, _EARLIER, _WITHDRAWN))
    store.replace([taken_back])
    store.withdraw(taken_back.version, "The quotation was made up", datetime(2025, 4, 5, 9, 30, tzinfo=UTC))
    store.change(set(), {*now.quads, *earlier.quads})
    return store
