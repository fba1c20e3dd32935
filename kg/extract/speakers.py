"""Who is meant by the words in a role: the speakers of a claim, the doers and partners of an event.

A claim always gets a speaker. Where the text names none, it is an unnamed source called by the source's own words;
where there are no words either, one that is "not named". Who exists only inside what somebody says is a stated
participant.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.arguments import conjuncts
from kg.extract.cast import Cast, TokenMention
from kg.extract.coreference import References
from kg.extract.positions import is_role
from kg.extract.source_names import person_in_title, phrase_words, words_of
from kg.extract.wordlists import word_lists
from kg.records import Span, Spans

if TYPE_CHECKING:
    from kg.extract.parsed import Doc, Token

NOT_NAMED = "not named"

_QUESTION = re.compile(r"^[ \t]*Q(?:uestion)?[.:]", re.MULTILINE)
_ANSWERS = frozenset({"A", "Answer"})
_THINGS = frozenset({"place", "agreement", "conflict"})

_SELF = frozenset({"government", "regime", "leadership", "authority", "side", "administration", "state", "capital"})
"""Bodies that speak as their state; of "officials" the text leaves open who they are."""
_CARRIERS = word_lists()["carriers"]
_CARRYING = frozenset({"in", "from", "by", "of"})
_ARTICLES = frozenset({"the", "a", "an"})
_LONGEST_NAME = 160
_HE = frozenset({"he", "him", "his"})
_SHE = frozenset({"she", "her", "hers"})
_SOME = frozenset({"some", "several", "other", "any", "no", "these", "those"})
_GOING_ON = frozenset({"he", "she", "they", "it", "him", "her"})
_WRITERS = frozenset({"i", "we"})
_WRITERS_TOLD = frozenset({"us", "me"})
_BEFORE_NOUN = frozenset({"compound", "amod", "nmod", "det", "nummod", "poss", "punct"})
_NEAR = 3
"""Words from a part of a phrase to its noun."""
_PERSONAL = frozenset(
    {"i", "me", "my", "we", "us", "our", "you", "your", "he", "him", "she", "her", "they", "them", "it"}
)


@dataclass(frozen=True, slots=True)
class Speakers:
    """The entity ids of a claim's speakers and how sure it is that they are meant, 0 to 1."""

    ids: tuple[str, ...]
    confidence: float = 1.0


class Identifier:
    """Turns words in a role into entities of the cast, adding unnamed sources and stated participants to it.

    ``voices`` are the persons whom labels name, by the label; ``author`` is who "I" and "we" are in the article.
    """

    def __init__(
        self,
        doc: Doc,
        cast: Cast,
        references: References,
        voices: Mapping[Span, str] | None = None,
        author: str | None = None,
    ) -> None:
        self._doc, self._cast, self._references = doc, cast, references
        self._voices, self._author = voices or {}, author
        self.starts = [token.idx for token in doc]
        self._text = doc.text

    def tokens(self, spans: Iterable[Span]) -> list[Token]:
        """Return the tokens in the spans, in text order."""
        out: list[Token] = []
        for span in spans:
            i = bisect_left(self.starts, span.start)
            while i < len(self._doc) and self.starts[i] < span.end:
                out.append(self._doc[i])
                i += 1
        return out

    def entities(self, words: Iterable[Token], *, within: Sequence[Span] | None = None) -> tuple[str, ...]:
        """Return the entities that the words name or refer to, each once.

        ``within`` a claim's content, new participants are created.
        """
        out: dict[str, None] = {}
        for word in words:
            found = self._named(word)
            if not found and within is not None:
                found = self._stated_participant(word, within)
            out.update(dict.fromkeys(found))
        return tuple(out)

    def _named(self, word: Token) -> tuple[str, ...]:
        if word.tag_ in {"WP", "WDT"} and word.head.dep_ == "relcl":
            word = word.head.head
        mentions = self._ending_at(word) or self._in_apposition(word)
        if mentions:
            return (mentions[0].entity,)
        return (
            self._references.get(word.i)
            or self._through_state(word)
            or self._through_of(word)
            or self._through_name(word)
        )

    def _through_name(self, word: Token) -> tuple[str, ...]:
        """ "The NOMA (North Maridian Assembly) bloc": the organization named before what it is."""
        if word.lemma_.lower() not in word_lists()["called"]:
            return ()
        before = [c for c in word.lefts if c.dep_ in {"compound", "nmod"} and c.pos_ == "PROPN"]
        named = [m.entity for c in before for m in self._ending_at(c)[:1]]
        return tuple(e for e in dict.fromkeys(named) if self._cast.type_of(e) == "organization")[:1]

    def _ending_at(self, word: Token) -> list[TokenMention]:
        """Return the mentions that end in the word, the longest first, else those that include it."""
        found = self._cast.at(word.i)
        return [m for m in found if m.end - 1 == word.i] or found[:1]

    def _in_apposition(self, word: Token) -> list[TokenMention]:
        """ "The prime minister, X": the name beside the role."""
        if not is_role(word):
            return []
        beside = [c for c in word.rights if c.dep_ == "appos" and ":" not in self._text[word.idx : c.idx]]
        found = [m for c in beside for m in self._ending_at(c)]
        return [m for m in found if self._cast.type_of(m.entity) == "person"]

    def _through_state(self, word: Token) -> tuple[str, ...]:
        """ "Russian and U.S. officials": the states that the adjectives name."""
        if word.lemma_.lower() not in word_lists()["state_bodies"]:
            return ()
        out: dict[str, None] = {}
        for child in word.lefts:
            if child.dep_ in {"amod", "compound", "poss", "nmod"}:
                out.update(dict.fromkeys(e for e in self._references.get(child.i) if self._acts(e)))
                for t in conjuncts(child):
                    for inner in (*t.lefts, t):
                        out.update(dict.fromkeys(m.entity for m in self._cast.at(inner.i)[:1] if self._acts(m.entity)))
        return tuple(out)

    def _through_of(self, word: Token) -> tuple[str, ...]:
        """ "Representatives of the X administration": whom they act for."""
        if word.lemma_.lower() not in word_lists()["state_bodies"]:
            return ()
        for child in word.rights:
            if child.dep_ == "prep" and child.lower_ in {"of", "from"}:
                found = [
                    m.entity
                    for c in child.rights
                    if c.dep_ == "pobj"
                    for t in conjuncts(c)
                    for m in self._ending_at(t)[:1]
                ]
                if found:
                    return tuple(e for e in dict.fromkeys(found) if self._cast.type_of(e) != "place")
        return ()

    def _acts(self, entity: str) -> bool:
        return self._cast.type_of(entity) in {"political_actor", "organization"}

    def _stated_participant(self, word: Token, within: Sequence[Span]) -> tuple[str, ...]:
        """Return an unnamed participant that exists only in the content.

        None for a pronoun, or a thing outside of it.
        """
        if word.pos_ not in {"NOUN", "PROPN"} or not any(s.start <= word.idx < s.end for s in within):
            return ()
        name, span = self._phrase(word, within)
        if not name:
            return ()
        entity = self._cast.add("stated_participant", name)
        self._cast.mention(entity, span)
        return (entity,)

    def unnamed(self, word: Token) -> tuple[str, ...]:
        """Return an unnamed group or person of the article, which belongs to this document alone.

        "The minister" is no new person, but an earlier one.
        """
        if word.pos_ not in {"NOUN", "PROPN"} or (is_role(word) and word.tag_ == "NN" and _is_known(word)):
            return ()
        name, span = self._phrase(word, (Span(0, len(self._text)),))
        if not name:
            return ()
        entity = self._cast.add("unnamed_source", name)
        self._cast.mention(entity, span)
        return (entity,)

    def _phrase(self, word: Token, within: Sequence[Span]) -> tuple[str, Span]:
        """Return the noun phrase around ``word`` within the spans, without its complements."""
        start = word.left_edge.i
        if word.i - start > 8:
            start = word.i
        inside = [t for t in self._doc[start : word.i + 1] if any(s.start <= t.idx < s.end for s in within)]
        while inside and (
            inside[0].is_punct or inside[0].is_space or inside[0].is_quote or inside[0].lower_ in _ARTICLES
        ):
            inside = inside[1:]
        if not inside:
            return "", Span(word.idx, word.idx + len(word))
        span = Span(inside[0].idx, word.idx + len(word))
        return " ".join(span.of(self._text).split()), span

    def in_spans(self, spans: Spans, *, stated: bool) -> tuple[str, ...]:
        """Return the entities of a target or addressee span: its heads, else the only named one.

        Args:
            spans: The words.
            stated: The words are in the content of a claim.
        """
        tokens = [t for t in self.tokens(spans) if not t.is_space]
        heads = [t for t in _heads(tokens) if t.pos_ in {"NOUN", "PROPN", "PRON", "ADJ"}]
        found = self.entities((t for head in heads for t in conjuncts(head)), within=None)
        if not found:
            named = dict.fromkeys(m.entity for t in tokens for m in self._cast.at(t.i)[:1])
            found = tuple(named)[:1]
        if not found and stated:
            found = self.entities(heads, within=spans)
        return found

    def listeners(self, span: Span, *, nested: bool) -> tuple[str, ...]:
        """Return the entities that an addressee span names, or one named by its words.

        "Us" outside of claims is the author.

        Args:
            span: The words.
            nested: The claim is inside of another one.
        """
        span = self._whole_phrase(span)
        found = tuple(e for e in self.in_spans((span,), stated=nested) if self._cast.type_of(e) not in _THINGS)
        if found:
            return found
        words = " ".join(span.of(self._text).split())
        if words.lower() in _WRITERS_TOLD and not nested:
            return (self._author,) if self._author else self._unnamed(words.lower(), (span,), nested=False)
        if words.lower() in _PERSONAL:
            return ()
        return self._unnamed(words.removeprefix("the "), (span,), nested=nested)

    def _whole_phrase(self, span: Span) -> Span:
        """Return the noun phrase around a partial span: "-General" of "the Secretary-General".

        A span with its own noun is returned unchanged, and so is one far from its noun.
        """
        tokens = [t for t in self.tokens((span,)) if not t.is_space]
        head = _noun_of(tokens)
        if head is None:
            return span
        first = head
        while first.i and _stands_before(self._doc[first.i - 1], first.i, head.i):
            first = self._doc[first.i - 1]
        start = min(first.idx, span.start) if first.i <= tokens[0].i else tokens[0].idx
        return Span(start, head.idx + len(head.text))

    def is_same(self, inner: Spans, outer: Spans) -> bool:
        """Return True if the source ``inner``, in the content of ``outer``, is ``outer`` or refers to it.

        An unresolved pronoun counts as the outer speaker, as in :meth:`speakers`.
        """
        words = self.tokens(inner)
        named = set(self.entities(words))
        if not named:
            return inner == outer or (bool(words) and all(word.lower_ in _PERSONAL for word in words))
        around = self.tokens(outer)
        holders = {entity for word in around for entity in self._references.holder(word.i)}
        return named <= holders.union(self.entities(around))

    def speakers(
        self,
        source: Spans,
        *,
        nested: bool,
        before: Sequence[str] = (),
        above: Sequence[str] = (),
        continues: bool = False,
    ) -> Speakers:
        """The speakers named by the source words. ``before`` are those of the statement before, ``above`` of the one
        around.

        ``continues``: a quotation that stands free and goes on with the speaker before. A pronoun that nothing
        resolves is taken for the speaker before it, with half the confidence.
        """
        if len(source) == 1 and source[0] in self._voices:
            return Speakers((self._voices[source[0]],), 1.0)
        tokens = [t for t in self.tokens(source) if not t.is_space and not t.is_quote]
        if self._author and not above and len(tokens) == 1 and tokens[0].lower_ in _WRITERS:
            return Speakers((self._author,), 0.8)
        if not tokens and continues and before:
            return Speakers(tuple(before), 0.6)
        if not tokens:
            return Speakers((self._cast.add("unnamed_source", NOT_NAMED),), 0.8)
        if len(tokens) == 1 and tokens[0].pos_ == "DET" and tokens[0].head.pos_ in {"NOUN", "PROPN"}:
            tokens = [tokens[0].head]
            source = (Span(tokens[0].idx, tokens[0].idx + len(tokens[0].text)),)
        if (asked := self._interviewed(tokens)) is not None:
            return Speakers((asked,), 0.9)
        if (titled := person_in_title(tokens, self._cast)) is not None:
            return Speakers((titled.entity,), 0.9)
        out: dict[str, None] = {}
        confidence = 1.0
        for head in self._source_heads(tokens):
            ids, sure = self._speaker(head, source, nested=nested, before=before, above=above)
            out.update(dict.fromkeys(ids))
            confidence = min(confidence, sure)
        if not out:
            out = dict.fromkeys(self._unnamed(" ".join(t.text for t in tokens), source, nested=nested))
        return Speakers(tuple(out), confidence)

    def _interviewed(self, tokens: Sequence[Token]) -> str | None:
        """Return the person who answers at "A:": the most frequent name before the first question."""
        label = tokens[0]
        if len(tokens) > 1 or label.text.rstrip(".") not in _ANSWERS:
            return None
        end = label.idx + len(label.text)
        colon = self._text[end : end + 8].lstrip(" \t.")[:1] == ":"
        first = _QUESTION.search(self._text)
        if not colon or first is None:
            return None
        before = Counter(m.entity for m in self._cast.mentions if self.starts[m.start] < first.start())
        people = [entity for entity, _ in before.most_common() if self._cast.type_of(entity) == "person"]
        return people[0] if people else None

    def _source_heads(self, tokens: list[Token]) -> Iterator[Token]:
        inside = {t.i for t in tokens}
        heads = _heads(tokens)
        relative = [t for t in heads if t.tag_ == "WP" and t.head.dep_ == "relcl"]
        for head in relative or heads:
            if head.pos_ in {"VERB", "ADP", "DET", "SCONJ", "PUNCT", "CCONJ", "AUX", "ADV"}:
                continue
            for token in _listed(head):
                if token.i in inside and not _describes(token, head):
                    yield self._behind_carrier(token, inside)

    def _behind_carrier(self, head: Token, inside: set[int]) -> Token:
        """ "Reports in U.S. media", "X's statement": who stands behind the report."""
        if head.lemma_.lower() not in _CARRIERS:
            return head
        for child in head.lefts:
            if child.dep_ == "poss":
                return child
        for child in head.rights:
            if child.dep_ in {"prep", "agent"} and child.lower_ in _CARRYING:
                inner = next((c for c in child.rights if c.dep_ == "pobj" and c.i in inside), None)
                if inner is not None:
                    return inner
        return head

    def _speaker(
        self, head: Token, source: Spans, *, nested: bool, before: Sequence[str], above: Sequence[str]
    ) -> tuple[tuple[str, ...], float]:
        if head.tag_ in {"WP", "WDT"} and head.head.dep_ == "relcl":
            head = self._antecedent(head)
        mentions = self._in_apposition(head) or [
            m for m in self._ending_at(head) if self._cast.type_of(m.entity) not in _THINGS
        ]
        if mentions and not _is_some_of(head):
            return (mentions[0].entity,), 1.0
        references = self._references.get(head.i)
        if references:
            return references, 0.9 if head.pos_ != "PRON" else 0.8
        if head.pos_ == "PRON" and head.lower_ in _PERSONAL and above:
            return tuple(above), 0.7
        if head.pos_ == "PRON" and before and head.lower_ in _GOING_ON and self._agrees(head, before):
            return tuple(before), 0.5
        if head.lemma_.lower() in _SELF:
            states = self._through_state(head) or self._through_of(head)
            if states:
                return states, 0.9
        return self._unnamed(self._source_words(head, source), source, nested=nested), 0.8

    def _agrees(self, pronoun: Token, entities: Sequence[str]) -> bool:
        """Return False for a "she" and whom the text calls "he", and for an "it" and a person."""
        if pronoun.lower_ == "it":
            return not any(self._cast.type_of(entity) == "person" for entity in entities)
        other = next((words for words in (_HE, _SHE) if pronoun.lower_ in words), None)
        if other is None:
            return True
        other = _SHE if other is _HE else _HE
        spans = (span for entity in entities for span in self._cast.draft(entity).mentions)
        return not any(self._text[span.start : span.end].lower() in other for span in spans)

    def _antecedent(self, pronoun: Token) -> Token:
        """Return the antecedent of a relative pronoun.

        For "who" a person, even if the parse has a nearer noun.
        """
        head: Token = pronoun.head.head
        mentions = self._ending_at(head)
        if pronoun.lower_ != "who" or not mentions or self._cast.type_of(mentions[0].entity) == "person":
            return head
        for i in range(pronoun.i - 1, max(pronoun.sent.start, pronoun.i - 25) - 1, -1):
            if any(self._cast.type_of(m.entity) == "person" and m.end - 1 == i for m in self._cast.at(i)):
                return self._doc[i]
        return head

    def _source_words(self, head: Token, source: Spans) -> str:
        """Return the words of an unnamed source, inside its span."""
        inside = [t for t in phrase_words(head) if any(s.start <= t.idx < s.end for s in source)]
        return words_of(inside) or head.text

    def _unnamed(self, words: str, source: Spans, *, nested: bool) -> tuple[str, ...]:
        name = " ".join(words.split())[:_LONGEST_NAME].strip() or NOT_NAMED
        entity = self._cast.add("stated_participant" if nested else "unnamed_source", name)
        text = self._text
        for span in source:
            at = text.find(name, span.start, span.end)
            if at >= 0:
                self._cast.mention(entity, Span(at, at + len(name)))
                break
        return (entity,)


def _noun_of(tokens: Sequence[Token]) -> Token | None:
    """Return the noun of the tokens' phrase; None if it is missing or far away."""
    if not tokens:
        return None
    head = tokens[-1]
    while head.dep_ in _BEFORE_NOUN and head.i < head.head.i <= tokens[-1].i + _NEAR:
        head = head.head
    if head.pos_ in {"ADP", "DET", "ADJ"}:
        above = {t.i for t in head.ancestors}
        head = next((t for t in tokens if t.i in above and t.pos_ in {"NOUN", "PROPN"}), head)
    return head if head.pos_ in {"NOUN", "PROPN"} else None


def _stands_before(token: Token, first: int, noun: int) -> bool:
    """Return True for a word that belongs to the noun, or to one of those before it from ``first`` on."""
    return token.dep_ in _BEFORE_NOUN and first <= token.head.i <= noun


def _is_some_of(head: Token) -> bool:
    """Return True for "many Afghans": people of a state, who do not speak for it."""
    return head.tag_ == "NNPS" and any(c.tag_ in {"CD", "JJ", "JJR", "JJS"} or c.lower_ in _SOME for c in head.lefts)


def _is_known(word: Token) -> bool:
    """Return True for a noun with "the", "this", "his" before it."""
    return any(c.dep_ == "poss" or c.lower_ in {"the", "this", "that"} for c in word.lefts)


def _listed(head: Token) -> list[Token]:
    """Return the token with its conjuncts, also if the parse reads the second of "X, Y and Z" as another name."""
    names = [c for c in head.rights if c.dep_ == "appos" and head.pos_ == c.pos_ == "PROPN" and len(conjuncts(c)) > 1]
    beside = [c for c in names if c.doc[c.left_edge.i - 1].text == ","]
    return [*conjuncts(head), *(token for c in beside for token in conjuncts(c))]


def _describes(joined: Token, head: Token) -> bool:
    """Return True for "a Democrat" of "X, head of the staff, and a Democrat", and for a day."""
    if joined.i == head.i:
        return False
    is_more = any(c.dep_ == "appos" and c.i < joined.i for c in head.rights)
    indefinite = any(c.lower_ in {"a", "an"} for c in joined.lefts)
    return joined.ent_type_ in {"DATE", "TIME"} or (is_more and indefinite and head.pos_ == "PROPN")


def _heads(tokens: list[Token]) -> list[Token]:
    """Return the tokens that depend on none of the others; a conjunct depends on its first."""
    inside = {t.i for t in tokens}
    return [t for t in tokens if (t.head.i not in inside or t.head.i == t.i) and not t.is_punct]
