"""Gold for links between articles: clusters of marked articles (marks: ``corpus/clusters/README.md``)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

from kg import inputfile, vocab
from kg.errors import InputError
from kg.records import Document, Impossible, Span

ANY_KIND: Final = "*"
SYMMETRIC: Final = frozenset({"contradicts", "corroborates"})
"""Kinds that hold in both directions."""
_MARK: Final = re.compile(r"<(?P<close>/?)(?P<number>\d+)>|\[(?P<words>[^\[\]]+)\](?P<label>[a-z]\d+)")
_LEFT_OVER: Final = re.compile(r"[<>\[\]]")
_STATEMENT: Final = re.compile(r"[a-z]\d+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldArticle:
    """One article of a cluster: its bare text, its statements by name, and its labelled mentions."""

    letter: str
    document: Document
    statements: Mapping[str, Span]
    mentions: tuple[tuple[Span, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class GoldLink:
    """A link between two statements, by their names; of a forbidden one ``kind`` may be :data:`ANY_KIND`."""

    kind: str
    source: str
    target: str


@dataclass(slots=True, kw_only=True)
class Cluster:
    """Articles about the same event, with their links."""

    id: str
    writer: str
    title: str
    articles: dict[str, GoldArticle] = field(default_factory=dict)
    copies: set[tuple[str, str]] = field(default_factory=set)
    events: dict[str, tuple[str, ...]] = field(default_factory=dict)
    links: list[GoldLink] = field(default_factory=list)
    allowed: list[GoldLink] = field(default_factory=list)
    forbidden: list[GoldLink] = field(default_factory=list)

    def statements(self) -> dict[str, tuple[GoldArticle, Span]]:
        """Return each statement by name, with its article."""
        return {
            name: (article, span) for article in self.articles.values() for name, span in article.statements.items()
        }


def read_clusters(folder: Path) -> list[Cluster]:
    """Read and check the clusters of a folder.

    Args:
        folder: Has one ``*.txt`` for each cluster.

    Raises:
        InputError: The folder has no cluster, or a cluster is wrong; the message names file and line.
    """
    paths = sorted(folder.glob("*.txt")) if folder.is_dir() else []
    if not paths:
        raise InputError(f"{folder}: no clusters here; a cluster is a file such as c01.txt (corpus/clusters/README.md)")
    return [read_cluster(path) for path in paths]


def read_cluster(path: Path) -> Cluster:
    """Read one cluster.

    Args:
        path: Its file.

    Raises:
        InputError: A mark or a line is wrong; the message names file and line.
    """
    try:
        lines = inputfile.utf8(path.read_bytes(), str(path)).splitlines()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error})") from error
    cluster: Cluster | None = None
    heading: tuple[int, str] | None = None
    body: list[str] = []
    joining = False
    for number, line in enumerate(lines, 1):
        try:
            if cluster is None:
                cluster = _heading(line)
            elif joining:
                _join(cluster, line)
            elif line.startswith("@ ") or line == "%%":
                if heading is not None:
                    _add_article(cluster, heading[1], body)
                heading, body, joining = (number, line), [], line == "%%"
            else:
                body.append(line)
        except (ValueError, Impossible) as error:
            raise InputError(f"{path}:{number}: {error}") from error
    if cluster is None or not joining:
        raise InputError(f"{path}: a cluster has a line '### ID WRITER TITLE', articles, and a line '%%'")
    return cluster


def _heading(line: str) -> Cluster:
    words = line.split(None, 3)
    if len(words) != 4 or words[0] != "###":
        raise ValueError("a cluster begins with a line '### ID WRITER TITLE'")
    return Cluster(id=words[1], writer=words[2], title=words[3])


def _add_article(cluster: Cluster, heading: str, body: list[str]) -> None:
    parts = [part.strip() for part in heading.removeprefix("@ ").split("|")]
    if len(parts) != 3 or not re.fullmatch(r"[a-z]", parts[0]) or parts[0] in cluster.articles:
        raise ValueError(
            f"{heading!r}: an article begins with a line '@ LETTER | OUTLET | PUBLISHED', each letter once"
        )
    letter, outlet, published = parts
    text, statements, mentions = _bare("\n".join(body).strip() + "\n", letter)
    document = Document(
        id=f"{cluster.id}-{letter}",
        text=text,
        title=text.partition("\n")[0],
        publisher=outlet,
        published=published,
        language="en",
    )
    cluster.articles[letter] = GoldArticle(
        letter=letter, document=document, statements=statements, mentions=tuple(mentions)
    )


def _bare(marked: str, letter: str) -> tuple[str, dict[str, Span], list[tuple[Span, str]]]:
    """Return the text without its marks, and the content of the marks."""
    pieces: list[str] = []
    length = end = 0
    opened: dict[str, int] = {}
    statements: dict[str, Span] = {}
    mentions: list[tuple[Span, str]] = []
    for mark in _MARK.finditer(marked):
        pieces.append(marked[end : mark.start()])
        length += len(pieces[-1])
        end = mark.end()
        if mark["label"]:
            pieces.append(mark["words"])
            mentions.append((Span(length, length + len(mark["words"])), mark["label"]))
            length += len(mark["words"])
        elif mark["close"]:
            if mark["number"] not in opened:
                raise ValueError(f"article {letter}: {mark[0]} closes what was not opened")
            statements[letter + mark["number"]] = Span(opened.pop(mark["number"]), length)
        elif mark["number"] in opened or letter + mark["number"] in statements:
            raise ValueError(f"article {letter}: {mark[0]} is opened twice")
        else:
            opened[mark["number"]] = length
    pieces.append(marked[end:])
    text = "".join(pieces)
    if opened:
        raise ValueError(f"article {letter}: <{min(opened)}> is never closed")
    left = _LEFT_OVER.search(text)
    if left is not None:
        raise ValueError(
            f"article {letter}: a mark that is none: {text[max(0, left.start() - 20) : left.end() + 20]!r}"
        )
    return text, statements, mentions


def _join(cluster: Cluster, line: str) -> None:
    words = line.partition(" : ")[0].split()
    if not words:
        return
    match words:
        case ["copy", source, target, *rest] if rest in ([], ["trimmed"]):
            _demand(cluster, {source, target} <= cluster.articles.keys(), line, "no such article")
            cluster.copies.add((source, target))
        case ["event", name, *statements]:
            _demand_statements(cluster, line, statements)
            cluster.events[name] = tuple(statements)
        case ["link", kind, *statements] if len(statements) >= 2:
            _demand_statements(cluster, line, statements)
            _demand(cluster, kind in vocab.LINK_TYPES, line, f"no kind of link {kind!r}")
            cluster.links += [GoldLink(kind=kind, source=a, target=b) for a, b in pairwise(statements)]
            later = [(a, b) for i, a in enumerate(statements) for b in statements[i + 2 :]]
            cluster.allowed += [GoldLink(kind=kind, source=a, target=b) for a, b in later]
        case ["maybe" | "not" as which, kind, source, target]:
            _demand_statements(cluster, line, [source, target])
            known = kind in vocab.LINK_TYPES or (which == "not" and kind == ANY_KIND)
            _demand(cluster, known, line, f"no kind of link {kind!r}")
            link = GoldLink(kind=kind, source=source, target=target)
            (cluster.allowed if which == "maybe" else cluster.forbidden).append(link)
            _demand(cluster, not _conflict(cluster), line, "is wanted and forbidden")
        case _:
            raise ValueError(f"{line!r}: a line is copy, event, link, maybe or not (corpus/clusters/README.md)")


def _demand(cluster: Cluster, condition: bool, line: str, problem: str) -> None:
    if not condition:
        raise ValueError(f"{cluster.id}: {line!r}: {problem}")


def _demand_statements(cluster: Cluster, line: str, names: list[str]) -> None:
    known = cluster.statements()
    for name in names:
        _demand(cluster, _STATEMENT.match(name) is not None and name in known, line, f"no statement {name!r}")
    _demand(cluster, len(set(names)) == len(names), line, "a statement is named twice")


def _conflict(cluster: Cluster) -> bool:
    """Return whether a link is both allowed and forbidden."""
    wanted = [*cluster.links, *cluster.allowed]
    kinds = {(link.kind, _ends(link)) for link in wanted}
    pairs = {tuple(sorted(_ends(link))) for link in wanted}
    return any(
        tuple(sorted(_ends(link))) in pairs if link.kind == ANY_KIND else (link.kind, _ends(link)) in kinds
        for link in cluster.forbidden
    )


def _ends(link: GoldLink) -> tuple[str, str]:
    """Return both ends, in a fixed order if the kind has no direction."""
    if link.kind in (*SYMMETRIC, ANY_KIND):
        return min(link.source, link.target), max(link.source, link.target)
    return link.source, link.target


def counts(clusters: list[Cluster]) -> Iterator[tuple[str, int]]:
    """Yield the kinds of things in the clusters, each with its number."""
    yield "clusters", len(clusters)
    yield "articles", sum(len(c.articles) for c in clusters)
    yield "statements", sum(len(c.statements()) for c in clusters)
    yield "mentions", sum(len(a.mentions) for c in clusters for a in c.articles.values())
    yield "copies", sum(len(c.copies) for c in clusters)
    yield "events", sum(len(c.events) for c in clusters)
    yield "links", sum(len(c.links) for c in clusters)
    for kind, number in sorted(Counter(link.kind for c in clusters for link in c.links).items()):
        yield f"  {kind}", number
    yield "tempting pairs", sum(len(c.forbidden) for c in clusters)
