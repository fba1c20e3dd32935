"""Parsing of serialized answers back to terms: rows, triples or a boolean."""

from __future__ import annotations

from typing import Final

from pyoxigraph import QueryResultsFormat, Store, parse_query_results

from kg import nquads
from kg.engine.answer import Answer
from kg.engine.queryable import Results
from kg.errors import QueryTooLarge

_MOST_BYTES: Final = 64 << 20
"""Largest size of results that a page reads, in bytes."""


def read_results(answer: Answer, most: int | None = None) -> Results:
    """Parse an answer: rows from TSV, triples from N-Triples, which both have one line for each.

    Args:
        answer: The answer.
        most: The largest number of rows to read.

    Raises:
        QueryTooLarge: The results are larger than a page can hold. Errors of a streamed body are possible too.
    """
    heading = answer.kind != "graph"
    body = _lines(answer, None if most is None else most + heading)
    if heading:
        try:
            return parse_query_results(body, QueryResultsFormat.TSV)
        except MemoryError as error:
            raise _too_long() from error
    # Only a store can turn triples into query results.
    triples = Store()
    triples.bulk_extend(nquads.read(body))
    return triples.query("CONSTRUCT WHERE { ?s ?p ?o }")


def _lines(answer: Answer, most: int | None) -> bytes:
    """Read the first ``most`` lines; the worker need not write the rest."""
    if isinstance(answer.body, bytes):
        taken = bytearray(answer.body)
    else:
        taken = bytearray()
        for piece in answer.body:
            taken += piece
            if len(taken) > _MOST_BYTES or (most is not None and taken.count(b"\n") >= most):
                answer.body.close()
                break
    lines = taken.split(b"\n", most) if most is not None else []
    if most is not None and len(lines) > most:
        del taken[len(taken) - len(lines[-1]) :]
    if len(taken) > _MOST_BYTES:
        raise _too_long()
    return bytes(taken)


def _too_long() -> QueryTooLarge:
    return QueryTooLarge("the results are longer than a page can hold; ask for less at once, or take them as data")
