"""Mapping from a node of the graph to its words in the article."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import accumulate

from pyoxigraph import NamedNode, Triple

from kg import vocab
from kg.validate.report import Finding, Term, TextLocation

# Ways from any node to the nearest words: its own anchor, else that of its statement.
_TO_WORDS = (vocab.ANCHOR, vocab.STATED_ANCHOR, vocab.ACCORDING_TO, vocab.FROM)
_TO_WORDS_BACKWARDS = (vocab.DESCRIBES, vocab.WHEN, vocab.SAID_AT, vocab.MENTIONS, vocab.SPEAKER)
# Ways to the complete text, for nodes without words.
_TO_TEXT = (vocab.IN_VERSION, vocab.PROV_USED)
_TO_TEXT_BACKWARDS = (vocab.PROV_SPECIALIZATION_OF,)
_BACKWARDS = frozenset({*_TO_WORDS_BACKWARDS, *_TO_TEXT_BACKWARDS})
_READ = frozenset(
    {
        *_TO_WORDS,
        *_TO_TEXT,
        vocab.START,
        vocab.END,
        vocab.FULL_TEXT,
        vocab.SCHEMA_SHA256,
        vocab.PROV_SPECIALIZATION_OF,
        vocab.DCTERMS_IDENTIFIER,
    }
)


def located(findings: Iterable[Finding], triples: Iterable[Triple]) -> tuple[Finding, ...]:
    """Return the findings, each with its position in the article if the graph has one.

    Args:
        findings: The findings.
        triples: The triples of the data.
    """
    texts = _Texts(triples)
    return tuple(replace(finding, place=texts.place(finding)) for finding in findings)


class _Texts:
    """The texts of the versions in a graph, and the ways from nodes to them."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._forwards: dict[tuple[Term, str], list[Term]] = {}
        self._backwards: dict[tuple[Term, str], list[Term]] = {}
        self._lines: dict[str, list[int]] = {}
        for subject, predicate, value in triples:
            if predicate.value in _READ:
                self._forwards.setdefault((subject, predicate.value), []).append(value)
            if predicate.value in _BACKWARDS:
                self._backwards.setdefault((value, predicate.value), []).append(subject)

    def place(self, finding: Finding) -> TextLocation | None:
        """Return the offending value if it is a span, else the words of the focus."""
        nodes = [node for node in (finding.value, finding.focus) if isinstance(node, NamedNode)]
        for node in nodes:
            if self._value(node, vocab.START) is not None:
                return self._of_span(node)
        ways = ((_TO_WORDS, _TO_WORDS_BACKWARDS), (_TO_TEXT, _TO_TEXT_BACKWARDS))
        places = (self._nearest(node, *way) for way in ways for node in reversed(nodes))
        return next((place for place in places if place is not None), None)

    def _nearest(self, node: Term, forwards: tuple[str, ...], backwards: tuple[str, ...]) -> TextLocation | None:
        """Search breadth first, so that a claim's own anchor precedes that of the claim around it."""
        waiting, seen = [node], {node}
        for current in waiting:
            if self._value(current, vocab.START) is not None:
                return self._of_span(current)
            if self._value(current, vocab.FULL_TEXT) is not None:
                return self._at(current, 0, 0)
            for neighbour in self._neighbours(current, forwards, backwards):
                if neighbour not in seen:
                    seen.add(neighbour)
                    waiting.append(neighbour)
        return None

    def _neighbours(self, node: Term, forwards: tuple[str, ...], backwards: tuple[str, ...]) -> Iterator[Term]:
        for predicate in forwards:
            yield from sorted(self._forwards.get((node, predicate), ()), key=str)
        for predicate in backwards:
            yield from sorted(self._backwards.get((node, predicate), ()), key=str)

    def _value(self, node: Term, predicate: str) -> str | None:
        """Return the first value in sorted order, so that a broken graph gives the same place each time."""
        values = self._forwards.get((node, predicate))
        return min(values, key=str).value if values else None

    def _of_span(self, span: Term) -> TextLocation | None:
        version = self._value(span, vocab.IN_VERSION)
        start, end = self._value(span, vocab.START) or "", self._value(span, vocab.END) or ""
        if version is None or not (start.isdecimal() and end.isdecimal()):
            return None
        return self._at(NamedNode(version), int(start), int(end))

    def _at(self, version: Term, start: int, end: int) -> TextLocation | None:
        text = self._value(version, vocab.FULL_TEXT)
        if text is None:
            return None
        article = self._value(version, vocab.PROV_SPECIALIZATION_OF)
        document = None if article is None else self._value(NamedNode(article), vocab.DCTERMS_IDENTIFIER)
        sha256 = self._value(version, vocab.SCHEMA_SHA256) or ""
        if version.value not in self._lines:
            self._lines[version.value] = _starts_of_lines(text)
        return _place(text, self._lines[version.value], document or version.value, version.value, sha256, start, end)


def place_in(text: str, document: str, sha256: str, start: int, end: int) -> TextLocation:
    """Return the position of a span in a text without a graph.

    Args:
        text: The text.
        document: The id of the article.
        sha256: The hash of the text.
        start: The start in code points.
        end: The end in code points, exclusive.
    """
    return _place(text, _starts_of_lines(text), document, "", sha256, start, end)


def _place(text: str, lines: list[int], document: str, version: str, sha256: str, start: int, end: int) -> TextLocation:
    # A shifted span may end after the text: the report then refers to the end of the text.
    start = max(0, min(start, len(text)))
    end = min(max(start, end), len(text))
    line, column = _position(text, lines, start)
    end_line, end_column = _position(text, lines, end)
    return TextLocation(
        document=document,
        version=version,
        sha256=sha256,
        start=start,
        end=end,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        line_text=text.split("\n")[line - 1].rstrip("\r"),
    )


def _starts_of_lines(text: str) -> list[int]:
    lengths = (len(line) + 1 for line in text.split("\n"))
    return list(accumulate(lengths, initial=0))[:-1]


def _position(text: str, starts: list[int], offset: int) -> tuple[int, int]:
    """Return line and column, both from 1; the column in UTF-16 code units (SARIF 2.1.0, 3.14.2)."""
    line = bisect_right(starts, offset)
    before = text[starts[line - 1] : offset]
    return line, len(before.encode("utf-16-le")) // 2 + 1
