"""A parsed text as plain values: what the rules read of spaCy's ``Doc``, each thing read out of it once.

spaCy makes a new object each time that a token is looked at, and looks each of its words up again; the rules look at a
token some sixty times. Names and meanings are spaCy's, so that its documentation holds here too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from spacy.tokens import Doc as Parse


class Token:
    """One word, mark or blank. ``lefts`` and ``rights`` are its direct dependents on either side, in text order."""

    __slots__ = (
        *("dep_", "doc", "ent_iob_", "ent_type_", "head", "i", "idx", "is_alpha", "is_punct", "is_quote"),
        *("is_sent_start", "is_space", "is_title", "is_upper", "left_edge", "lefts", "lemma_", "lower_", "pos_"),
        *("right_edge", "rights", "sentence", "tag_", "text", "whitespace_"),
    )  # fmt: skip
    doc: Doc
    i: int
    idx: int
    text: str
    lower_: str
    lemma_: str
    pos_: str
    tag_: str
    dep_: str
    ent_type_: str
    ent_iob_: str
    whitespace_: str
    is_alpha: bool
    is_punct: bool
    is_quote: bool
    is_space: bool
    is_title: bool
    is_upper: bool
    is_sent_start: bool
    head: Token
    left_edge: Token
    right_edge: Token
    lefts: tuple[Token, ...]
    rights: tuple[Token, ...]
    sentence: int

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return self.text

    @property
    def children(self) -> tuple[Token, ...]:
        """The direct dependents, those on the left first."""
        return self.lefts + self.rights if self.lefts and self.rights else self.lefts or self.rights

    @property
    def sent(self) -> Stretch:
        """The sentence."""
        return self.doc.sents[self.sentence]

    @property
    def ancestors(self) -> Iterator[Token]:
        """The heads above, the nearest first."""
        token = self
        for _ in range(len(self.doc)):
            if token.head is token:
                return
            token = token.head
            yield token

    @property
    def subtree(self) -> Iterator[Token]:
        """The token and all that depends on it, in text order. A chain of a thousand words takes no deeper stack."""
        waiting = [(self, False)]
        while waiting:
            word, is_opened = waiting.pop()
            if is_opened:
                yield word
                continue
            waiting += [(right, False) for right in reversed([*word.rights])]
            waiting.append((word, True))
            waiting += [(left, False) for left in reversed([*word.lefts])]

    @property
    def conjuncts(self) -> tuple[Token, ...]:
        """What is joined to the token, without the token itself."""
        start = self
        while start.dep_ == "conj" and start.head is not start:
            start = start.head
        out = [start]
        for word in out:
            out += [child for child in word.rights if child.dep_ == "conj"]
        return tuple(word for word in out if word is not self)

    def nbor(self, offset: int = 1) -> Token:
        """Return the token at this offset.

        Raises:
            IndexError: The offset is outside of the text.
        """
        if not 0 <= self.i + offset < len(self.doc):
            raise IndexError(self.i + offset)
        return self.doc[self.i + offset]


class Stretch:
    """Tokens ``start`` up to ``end`` of a doc: a sentence, a name, a slice."""

    __slots__ = ("doc", "end", "label_", "start")

    def __init__(self, doc: Doc, start: int, end: int, label: str = "") -> None:
        self.doc, self.start, self.end, self.label_ = doc, start, end, label

    def __len__(self) -> int:
        return self.end - self.start

    def __iter__(self) -> Iterator[Token]:
        return iter(self.doc.tokens[self.start : self.end])

    @overload
    def __getitem__(self, at: int) -> Token: ...
    @overload
    def __getitem__(self, at: slice) -> Stretch: ...
    def __getitem__(self, at: int | slice) -> Token | Stretch:
        if isinstance(at, slice):
            first, last, _ = at.indices(len(self))
            return Stretch(self.doc, self.start + first, self.start + max(first, last))
        return self.doc.tokens[range(self.start, self.end)[at]]

    @property
    def start_char(self) -> int:
        """The code point at which it begins."""
        return self.doc.tokens[self.start].idx

    @property
    def end_char(self) -> int:
        """The code point after its last one."""
        last = self.doc.tokens[self.end - 1]
        return last.idx + len(last.text)

    @property
    def text(self) -> str:
        """Its words as they are written."""
        return self.doc.text[self.start_char : self.end_char] if self.end > self.start else ""

    @property
    def root(self) -> Token:
        """The token nearest to the root of the sentence."""
        for token in self:
            if token.head is token:
                return token
        outside = [token for token in self if not self.start <= token.head.i < self.end]
        return min(outside, key=_steps_to_root, default=self[0])


def _steps_to_root(token: Token) -> int:
    """Heads above it; a mark or blank on which nothing hangs comes after all others."""
    bare = (token.is_punct or token.is_space) and not token.children
    return len(token.doc) if bare else sum(1 for _ in token.ancestors)


class Doc:
    """The tokens of a text with its sentences and the recogniser's names; ``parse`` is what they were read out of.

    ``kept`` is where :mod:`kg.extract.modality` keeps, by token, what it has read; it knows the type of that.
    """

    __slots__ = ("ents", "kept", "parse", "sents", "text", "tokens")

    def __init__(self, parse: Parse) -> None:
        self.parse = parse
        self.kept: dict[int, object] = {}
        self.text: str = parse.text
        self.tokens = _tokens(self, parse)
        self.sents = [Stretch(self, sent.start, sent.end) for sent in (parse.sents if len(parse) else ())]
        self.ents = [Stretch(self, ent.start, ent.end, ent.label_) for ent in parse.ents]
        for number, sent in enumerate(self.sents):
            for token in sent:
                token.sentence = number

    def __len__(self) -> int:
        return len(self.tokens)

    def __iter__(self) -> Iterator[Token]:
        return iter(self.tokens)

    @overload
    def __getitem__(self, at: int) -> Token: ...
    @overload
    def __getitem__(self, at: slice) -> Stretch: ...
    def __getitem__(self, at: int | slice) -> Token | Stretch:
        if isinstance(at, slice):
            first, last, _ = at.indices(len(self.tokens))
            return Stretch(self, first, max(first, last))
        return self.tokens[at]


def _tokens(doc: Doc, parse: Parse) -> list[Token]:
    """Return the tokens of the parse, linked to each other."""
    out = [Token() for _ in range(len(parse))]
    for token, read in zip(out, parse, strict=True):
        token.doc, token.sentence = doc, 0
        token.i, token.idx, token.text, token.lower_ = read.i, read.idx, read.text, read.lower_
        token.lemma_, token.pos_, token.tag_, token.dep_ = read.lemma_, read.pos_, read.tag_, read.dep_
        token.ent_type_, token.ent_iob_, token.whitespace_ = read.ent_type_, read.ent_iob_, read.whitespace_
        token.is_alpha, token.is_punct, token.is_quote = read.is_alpha, read.is_punct, read.is_quote
        token.is_space, token.is_title, token.is_upper = read.is_space, read.is_title, read.is_upper
        token.is_sent_start = bool(read.is_sent_start)
        token.head, token.left_edge, token.right_edge = out[read.head.i], out[read.left_edge.i], out[read.right_edge.i]
        token.lefts = tuple([out[child.i] for child in read.lefts]) if read.n_lefts else ()
        token.rights = tuple([out[child.i] for child in read.rights]) if read.n_rights else ()
    return out
