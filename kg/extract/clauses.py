"""The clauses of a parsed text: the verb that heads the clause of each word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.extract.modality import is_clause_head
from kg.extract.times import Tense
from kg.records import Span

if TYPE_CHECKING:
    from kg.extract.parsed import Doc, Token


class Clauses:
    """The clause of every token, worked out once for the doc."""

    def __init__(self, doc: Doc) -> None:
        self._doc = doc
        self._head = [-1] * len(doc)
        for token in doc:
            self._find(token)

    def _find(self, token: Token) -> None:
        path = []
        while self._head[token.i] < 0 and not is_clause_head(token):
            path.append(token.i)
            token = token.head
        if self._head[token.i] < 0:
            self._head[token.i] = token.i
        for i in path:
            self._head[i] = self._head[token.i]

    def head(self, i: int) -> Token:
        """Return the head of the clause of token ``i``."""
        return self._doc[self._head[i]]

    def above(self, head: Token) -> Token | None:
        """Return the head of the clause around this one, or None for a main clause."""
        return None if head.head.i == head.i else self.head(head.head.i)

    def outwards(self, head: Token) -> Iterator[Token]:
        """Yield this clause head and those with the same time: the main clause of a participle or a "where" clause."""
        current: Token | None = head
        for _ in range(5):
            if current is None:
                return
            yield current
            if not _shares_time(current):
                return
            current = self.above(current)


def _shares_time(head: Token) -> bool:
    if head.dep_ == "relcl":
        return any(t.lower_ in {"where", "when"} for t in head.doc[head.left_edge.i : head.i + 1]) or any(
            t.lower_ in {"where", "when"} for c in head.rights for t in c.subtree
        )
    return head.dep_ in {"advcl", "conj"} and not any(c.dep_ in {"nsubj", "nsubjpass", "mark"} for c in head.lefts)


def tense_of(head: Token) -> Tense:
    """Return the tense of a verb, by its tag and auxiliaries."""
    words = {c.lower_ for c in head.lefts if c.dep_ in {"aux", "auxpass"}}
    if words & {"will", "shall", "'ll", "’ll"}:
        return "future"
    if words & {"had", "was", "were", "has", "have", "did"} or head.tag_ in {"VBD", "VBN"}:
        return "past"
    above = head.head
    if head.tag_ in {"VBG", "VB"} and above.i != head.i and above.pos_ in {"VERB", "AUX"}:
        return tense_of(above)
    return "present" if head.tag_ in {"VBZ", "VBP", "VB"} else "past"


def pieces(doc: Doc, tokens: list[int]) -> tuple[Span, ...]:
    """Return the tokens as spans in text order: neighbors joined, punctuation and blanks at the edges removed.

    Args:
        doc: The parsed text.
        tokens: Numbers of tokens.
    """
    runs: list[list[int]] = []
    for i in tokens:
        if runs and i == runs[-1][-1] + 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    out = []
    for run in runs:
        worded = [i for i in run if any(c.isalnum() or c == "_" for c in doc[i].text)]
        if worded:
            last = doc[worded[-1]]
            out.append(Span(doc[worded[0]].idx, last.idx + len(last.text)))
    return tuple(out)
