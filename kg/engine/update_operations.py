"""Operations of a SPARQL update, split by its tokens. The text must have passed the engine's parser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from kg.tokenizer import tokens

_NO_OPERATION: Final = frozenset({"PREFIX", "BASE", "VERSION"})
_TARGETS: Final = frozenset({"DEFAULT", "NAMED", "ALL"})


@dataclass(slots=True, kw_only=True)
class UpdateOperation:
    """One operation, in pieces of its text.

    ``name`` is its first word in upper case; of INSERT DATA, DELETE DATA and DELETE WHERE the first two, and of any
    other with WHERE it is MODIFY. ``prologue`` has all declarations before it. ``graphs`` are the graphs that an
    operation on graphs names, each an IRI as it is written, or DEFAULT, NAMED or ALL.
    """

    name: str
    prologue: str
    is_silent: bool = False
    graphs: list[str] = field(default_factory=list)
    with_graph: str | None = None
    using: list[str] = field(default_factory=list)
    using_named: list[str] = field(default_factory=list)
    deleted: str | None = None
    """A block with its braces, as the next two are."""
    inserted: str | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """A keyword, in upper case; empty for what is none."""
        return self.text.upper() if self.kind == "word" else ""


class _TokenReader:
    """The tokens of a text, one after the other."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [_Token(k, t, at, at + len(t)) for k, t, at in tokens(text) if k != "blank"]
        self._at = 0

    @property
    def next(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    @property
    def word(self) -> str:
        return "" if self.next is None else self.next.word

    def take(self) -> _Token:
        if self.next is None:
            raise ValueError("the update ends where it must not")
        token, self._at = self.next, self._at + 1
        return token

    def has(self, word: str) -> bool:
        """Take the next token if it is that keyword."""
        if self.word != word:
            return False
        self._at += 1
        return True

    def block(self) -> str:
        """Take all from a brace to the one that closes it."""
        first = last = self.take()
        depth = 1
        while depth:
            last = self.take()
            depth += {"{": 1, "}": -1}.get(last.text, 0) if last.kind == "bracket" else 0
        return self._text[first.start : last.end]


def operations(text: str) -> Iterator[UpdateOperation]:
    """Yield the operations of an update in their order.

    Raises:
        ValueError: It cannot be taken apart.
    """
    reader, prologue = _TokenReader(text), ""
    while reader.next is not None:
        first = reader.take()
        if first.word in _NO_OPERATION:
            declared = [first, reader.take()]
            if first.word == "PREFIX":
                declared += _rest_of_prefix(reader, declared[-1])
            prologue += " ".join(token.text for token in declared) + "\n"
        elif first.text != ";":
            yield _operation(first, reader, prologue)


def _rest_of_prefix(reader: _TokenReader, name: _Token) -> list[_Token]:
    """Take the tokens after the name up to the IRI."""
    rest = [] if name.kind == "iri" else [reader.take()]
    while rest and rest[-1].kind != "iri":
        rest.append(reader.take())
    return rest


def _operation(first: _Token, reader: _TokenReader, prologue: str) -> UpdateOperation:
    name = first.word
    if name in ("INSERT", "DELETE") and reader.word in ("DATA", "WHERE"):
        what = UpdateOperation(name=f"{name} {reader.take().word}", prologue=prologue)
        what.inserted = reader.block()
        return what
    if name in ("INSERT", "DELETE", "WITH"):
        return _modify(first, reader, prologue)
    what = UpdateOperation(name=name, prologue=prologue, is_silent=reader.has("SILENT"))
    while reader.next is not None and reader.next.text != ";":
        token = reader.take()
        if token.word not in ("GRAPH", "TO", "INTO"):
            what.graphs.append(token.word if token.word in _TARGETS else token.text)
    return what


def _modify(first: _Token, reader: _TokenReader, prologue: str) -> UpdateOperation:
    what = UpdateOperation(name="MODIFY", prologue=prologue)
    keyword = first
    if keyword.word == "WITH":
        what.with_graph, keyword = reader.take().text, reader.take()
    if keyword.word == "DELETE":
        what.deleted, keyword = reader.block(), reader.take()
    if keyword.word == "INSERT":
        what.inserted, keyword = reader.block(), reader.take()
    while keyword.word == "USING":
        names = what.using_named if reader.has("NAMED") else what.using
        names.append(reader.take().text)
        keyword = reader.take()
    if keyword.word != "WHERE":
        raise ValueError(f"there is {keyword.text!r} where WHERE is expected")
    what.where = reader.block()
    return what
