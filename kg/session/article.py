"""An article as a Python value: its exact text, and its statements."""

from __future__ import annotations

import pyoxigraph as ox

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.errors import AmbiguousName, UnknownName
from kg.session import html
from kg.session.names import is_iri
from kg.session.statements import Statements
from kg.views.article import article_scopes, numbered_cards, read_article
from kg.views.query_files import own_query, records
from kg.views.statement_rows import read_rows, rows_query
from kg.wording import counted


class StoredArticle:
    """One version of an article.

    ``text`` is exact: offsets of statements count its code points, end exclusive.

    Unknown values of ``headline``, ``publisher``, ``published`` and ``url`` are empty.
    """

    def __init__(self, store: QueryableStore, version: str) -> None:
        (about,) = records(store.query(own_query("version", version=version)))
        self._store = store
        self.iri = version
        self.text = about["text"]
        self.headline = about.get("headline", "")
        self.publisher = about.get("publisher", "")
        self.published = about.get("published", "")
        self.url = about.get("url", "")
        rows = read_rows(store, rows_query(article_scopes(version)))
        cards = numbered_cards(store, html.NO_PAGES, rows)
        self.statements = Statements(list(cards.values()))

    @property
    def facts(self) -> Statements:
        """The facts of the article: reported, not checked."""
        return self.statements.of("fact")

    @property
    def claims(self) -> Statements:
        """The claims of the article, including claims inside of claims."""
        return self.statements.of("claim")

    @property
    def unclear(self) -> Statements:
        """The passages whose speaker is unclear."""
        return self.statements.of("unclear")

    @property
    def context(self) -> tuple[tuple[str, str], ...]:
        """Kind and words of passages that frame the article and state nothing: dateline, byline, headings."""
        rows = records(self._store.query(own_query("context", version=self.iri)))
        return tuple(
            (row["kind"].removeprefix(vocab.MOD), self.text[int(row["start"]) : int(row["end"])]) for row in rows
        )

    def __repr__(self) -> str:
        counts = (
            f"{counted(len(self.facts), 'fact')}, {counted(len(self.claims), 'claim')}, {len(self.unclear)} unclear"
        )
        counts += f", {len(self.context)} context"
        return f"<Article {self.headline or self.iri!r}: {counts}>"

    def _repr_html_(self) -> str:
        page = read_article(self._store, html.NO_PAGES, self.iri)
        return html.article(page, self.iri) if page else html.result((), (), {}, total=0)


def version_of(store: QueryableStore, handle: str) -> str:
    """Return the IRI of a version with its text in the graph.

    Args:
        store: The graph.
        handle: The IRI of a version or article, the article's id, or (the beginning of) a version's 16 digits. An
            article means its current version.

    Raises:
        UnknownName: There is no such article.
        AmbiguousName: There are several; the error has the choices.
    """
    if is_iri(handle):
        given = f"VALUES ?given {{ <{handle}> }} FILTER(?version = ?given || ?article = ?given)"
    else:
        words = ox.Literal(handle)
        given = f"FILTER(?id = {words} || STRSTARTS(STRAFTER(STR(?version), '/doc/'), {words}))"
    rows = records(
        store.query(
            f"SELECT DISTINCT ?version ?headline {{ ?version <{vocab.FULL_TEXT}> ?text ; "
            f"<{vocab.PROV_SPECIALIZATION_OF}> ?article . OPTIONAL {{ ?article <{vocab.DCTERMS_IDENTIFIER}> ?id }} "
            f"OPTIONAL {{ ?article <{vocab.SCHEMA_HEADLINE}> ?headline }} {given} }} ORDER BY ?version LIMIT 20"
        )
    )
    if not rows:
        raise UnknownName(f"there is no article {handle!r}; session.articles() lists them")
    if len(rows) > 1:
        raise AmbiguousName(handle, {row["version"]: row.get("headline", "") for row in rows})
    return rows[0]["version"]
