"""``kg query``: queries on a store."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from kg import inputfile
from kg.cli import options, outputs
from kg.errors import InputError, UsageError
from kg.wording import counted
from kg.workflow import printable

if TYPE_CHECKING:
    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

_LONGEST = 16 << 20
_SOLUTIONS = ("json", "csv", "tsv", "xml")
_GRAPHS = ("turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml")


@click.command
@click.argument("sparql", required=False)
@options.store
@click.option("-f", "--file", type=click.Path(path_type=Path), help="Read the query from this file (- for stdin).")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["table", *_SOLUTIONS, *_GRAPHS]),
    help="Format of the answer.  [default: table for rows, turtle for a graph]",
)
@options.output
@options.force
def command(
    sparql: str | None,
    store: str | None,
    file: Path | None,
    format_name: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """Run a SPARQL 1.1 query on a store and print the answer.

    Facts are in the default graph. The content of each claim is in its own graph: ?claim cg:content ?g . GRAPH ?g { ...
    }
    """
    from kg import config
    from kg.store import reading

    outputs.demand_free([output], [file], force=force)
    text = _text(sparql, file)
    settings, _ = config.load(flags={"store": store})
    with reading(settings.store) as opened:
        data = _written(opened.query(text), format_name)
    with outputs.opened(output) as out:
        out.write(data)


def _text(sparql: str | None, file: Path | None) -> str:
    if (sparql is None) == (file is None):
        raise UsageError("give the query as an argument or with -f FILE, one of the two")
    if sparql is not None:
        return sparql
    try:
        if str(file) == "-":
            return inputfile.utf8(_read(sys.stdin.buffer), "-")
        with Path(str(file)).open("rb") as source:
            return inputfile.utf8(_read(source), str(file))
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error}") from error


def _read(source: BinaryIO) -> bytes:
    """Read a file or a pipe to its end. Raises InputError if it is too long."""
    data = source.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        raise InputError(f"the query is longer than {_LONGEST:,} bytes")
    return data


def _written(results: QuerySolutions | QueryTriples | QueryBoolean, name: str | None) -> bytes:
    from pyoxigraph import QueryBoolean, QueryResultsFormat, QueryTriples, serialize

    from kg import rdffiles
    from kg.vocab import PREFIXES

    if isinstance(results, QueryTriples):
        if name in (*_SOLUTIONS, "table"):
            raise UsageError(f"--format {name} is for rows; this query gives a graph: use {', '.join(_GRAPHS)}")
        return serialize(results, format=rdffiles.FORMATS[name or "turtle"], prefixes=dict(PREFIXES)) or b""
    if name in _GRAPHS:
        raise UsageError(f"--format {name} is for graphs; this query gives rows: use table, {', '.join(_SOLUTIONS)}")
    if name in _SOLUTIONS:
        formats = {
            "json": QueryResultsFormat.JSON,
            "csv": QueryResultsFormat.CSV,
            "tsv": QueryResultsFormat.TSV,
            "xml": QueryResultsFormat.XML,
        }
        return results.serialize(format=formats[str(name)]) or b""
    if isinstance(results, QueryBoolean):
        return b"yes\n" if results else b"no\n"
    return _table(results).encode()


def _table(results: QuerySolutions) -> str:
    """Return rows under their variables, with IRIs shortened and columns aligned."""
    header = [variable.value for variable in results.variables]
    rows = [[_short(solution[i]) for i in range(len(header))] for solution in results]
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [header, ["-" * width for width in widths], *rows]
    text = "\n".join("  ".join(v.ljust(w) for v, w in zip(line, widths, strict=True)).rstrip() for line in lines)
    return f"{text}\n({counted(len(rows), 'row')})\n"


def _short(term: object) -> str:
    from pyoxigraph import Literal, NamedNode

    from kg.vocab import PREFIXES

    if term is None:
        return ""
    if isinstance(term, Literal):
        return printable(" ".join(term.value.split()))
    if isinstance(term, NamedNode):
        for prefix, namespace in PREFIXES.items():
            if term.value.startswith(namespace):
                return f"{prefix}:{term.value[len(namespace) :]}"
    return str(term)
