"""An article for a language model: part of its text, fenced, with its statements."""

from __future__ import annotations

from typing import Final

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.errors import UnknownName
from kg.mcp.answers import ArticleAnswer, SaidAnswer
from kg.mcp.graph_access import GraphAccess
from kg.mcp.rows import rows_of, source_of
from kg.mcp.untrusted_text import fenced
from kg.session import statement_filter
from kg.session.article import version_of
from kg.views.query_files import own_query, records

LENGTH: Final = 12_000
"""Largest number of code points in one result, which ends at the end of a line if possible."""
MOST: Final = 100
"""Largest number of statements in one result; the text ends before the next statement."""


def read(asked: GraphAccess, handle: str, start: int) -> ArticleAnswer:
    """Return part of an article.

    Args:
        asked: The graph.
        handle: The IRI, the 16 digits or the id of the article.
        start: The first code point.

    Raises:
        UnknownName: The article is unknown.
        AmbiguousName: The id has several meanings; the error has the choices.
    """
    try:
        version = version_of(asked.graph, handle)
    except UnknownName as error:
        way = "take the document of a row that search_statements gives"  # a model has no session to list them
        raise UnknownName(f"there is no article {handle[:300]!r}; {way}") from error
    (about,) = records(asked.graph.query(own_query("version", version=version)))
    text = about["text"]
    start = min(start, len(text))
    end = _end(text, start)
    rows = _rows(asked.graph, version, start, end)
    if len(rows) > MOST and rows[MOST].start > start:
        end = rows[MOST].start
        rows = [row for row in rows if row.start < end]
    counts = _counts(asked.graph, version)
    same = records(asked.graph.query(own_query("copies", version=version)))
    more = f"Cut off: characters {start} to {end} of {len(text)}; ask again with start={end}."
    return ArticleAnswer(
        document=version,
        source=source_of(about),
        url=about.get("url", ""),
        facts=counts.get(vocab.REPORTED_FACT, 0),
        claims=counts.get(vocab.CLAIM, 0),
        unclear=counts.get(vocab.UNCLEAR_PASSAGE, 0),
        context=len(records(asked.graph.query(own_query("context", version=version)))),
        copy_of=[one["version"] for one in same if one["relation"] == "origin"],
        copies=[one["version"] for one in same if one["relation"] == "copy"][:MOST],
        text=fenced(text[start:end]),
        start=start,
        end=end,
        cut=more if end < len(text) else "",
        rows=rows[: 2 * MOST],
    )


def _end(text: str, start: int) -> int:
    """Return the end of the last line that fits, or of the text that fits if a line is longer."""
    if len(text) - start <= LENGTH:
        return len(text)
    line = text.rfind("\n", start + 1, start + LENGTH)
    return line + 1 if line > start else start + LENGTH


def _rows(graph: QueryableStore, version: str, start: int, end: int) -> list[SaidAnswer]:
    """Return the statements with a part that begins in the range, in the order of the text."""
    here = f"?at <{vocab.START}> ?from FILTER(?from >= {start} && ?from < {end})"
    own = f"?statement <{vocab.IN_VERSION}> <{version}> ; <{vocab.ANCHOR}> ?at . {here}"
    inner = f"?at <{vocab.IN_VERSION}> <{version}> . {here} GRAPH ?said {{ ?statement <{vocab.STATED_ANCHOR}> ?at }}"
    scopes = {kind: statement_filter.first(own, None) for kind in ("fact", "claim", "unclear")}
    scopes["inner"] = statement_filter.first(inner, None, kept="?statement ?said")
    return sorted(rows_of(graph, scopes), key=lambda row: (row.start, -row.end, row.statement))


def _counts(graph: QueryableStore, version: str) -> dict[str, int]:
    query = (
        f"SELECT ?type (COUNT(DISTINCT ?statement) AS ?n) {{ ?statement <{vocab.IN_VERSION}> <{version}> ; a ?type }} "
        "GROUP BY ?type"
    )
    return {record["type"]: int(record["n"]) for record in records(graph.query(query))}
