"""Who a pronoun, a role ("the envoy") or a joint phrase ("both countries") stands for: small rules, the nearest that agrees.

Nothing is guessed where two would do equally: an unresolved word stays unresolved. A pronoun inside a quotation is the
quoted speaker's and is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.extract.cast import Cast, Mention
from kg.extract.positions import Position, role_phrases
from kg.extract.wordlists import word_lists
from kg.records import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_HE = frozenset({"he", "him", "his", "himself"})
_SHE = frozenset({"she", "her", "hers", "herself"})
_THEY = frozenset({"they", "them", "their", "theirs", "themselves"})
_IT = frozenset({"it", "its", "itself"})
_JOINT = frozenset({"both", "two"})
_JOINT_NOUNS = frozenset({"country", "side", "nation", "state", "capital", "government", "party", "power", "leader", "president", "neighbor", "neighbour"})
_REACH = 3
"""Sentences back that a pronoun looks."""

_Group = tuple[str, ...]


class References:
    """For tokens that name nobody themselves, the entities they stand for."""

    def __init__(self) -> None:
        self._of: dict[int, _Group] = {}

    def set(self, token: int, group: _Group) -> None:
        """Notes what the token stands for."""
        self._of[token] = group

    def get(self, token: int) -> _Group:
        """The entities the token stands for; empty where that is not known."""
        return self._of.get(token, ())


def resolve_references(doc: Doc, cast: Cast, positions: list[Position], quoted: Callable[[int], bool]) -> References:
    """Resolves roles, joint phrases and pronouns of the whole text, and adds those of one entity to its mentions."""
    references = References()
    _resolve_roles(doc, cast, positions, references)
    _Pronouns(doc, cast, references, quoted).run()
    return references


def _resolve_roles(doc: Doc, cast: Cast, positions: list[Position], references: References) -> None:
    """ "Y's envoy" is who was said to be Y's adviser, envoy or the like; the only one, or else the last one spoken of."""
    agents = word_lists()["agents"]
    for noun, owner in role_phrases(doc, cast):
        lemma = noun.lemma_.lower()
        same = [p for p in positions if (owner is None or owner in p.targets) and p.start <= noun.i or owner is not None and owner in p.targets]
        exact = [p for p in same if p.noun == lemma]
        fitting = exact or ([p for p in same if p.noun in agents] if lemma in agents or noun.lower_ in agents else [])
        holders = dict.fromkeys(p.holder for p in fitting if p.holder != owner)
        if not holders:
            continue
        before = [p.holder for p in fitting if p.start <= noun.i and p.holder in holders]
        if len(holders) > 1 and not before:
            continue
        holder = before[-1] if before else next(iter(holders))
        references.set(noun.i, (holder,))
        start = noun.left_edge.i
        if noun.i - start <= 6:
            while start < noun.i and (doc[start].is_punct or doc[start].is_space):
                start += 1
            cast.mention(holder, Span(doc[start].idx, noun.idx + len(noun.text)))


class _Pronouns:
    """One walk over the text with the entities of the last sentences at hand."""

    def __init__(self, doc: Doc, cast: Cast, references: References, quoted: Callable[[int], bool]) -> None:
        self._doc, self._cast, self._references, self._quoted = doc, cast, references, quoted
        self._gender: dict[str, str] = {}
        self._recent: list[list[tuple[int, _Group]]] = []
        """For each of the last sentences its entity groups with a rank: 0 subject, 1 other."""
        self._pair: _Group = ()

    def run(self) -> None:
        for sentence in self._doc.sents:
            self._recent.append([])
            for token in sentence:
                self._visit(token)
            del self._recent[: -_REACH]

    def _visit(self, token: Token) -> None:
        low = token.lower_
        mentions = [m for m in self._cast.at(token.i) if m.end - 1 == token.i]
        if mentions:
            self._note(token, mentions[0])
        elif self._references.get(token.i):
            self._remember(token, self._references.get(token.i))
        elif self._quoted(token.i):
            return
        elif token.pos_ == "NOUN" and token.lemma_.lower() in _JOINT_NOUNS and any(c.lower_ in _JOINT for c in token.lefts):
            if self._pair:
                self._references.set(token.i, self._pair)
                self._remember(token, self._pair)
        elif token.pos_ == "PRON":
            self._pronoun(token, low)

    def _note(self, token: Token, mention: Mention) -> None:
        self._learn_gender(token, mention)
        group = [mention.entity]
        for other in token.conjuncts:
            for m in self._cast.at(other.i)[:1]:
                group.append(m.entity)
        first = token.dep_ != "conj"
        together = tuple(dict.fromkeys(group))
        if len(together) > 1 and first:
            self._remember(token, together)
        if self._is_state(mention.entity):
            self._pairs(token, together)
        self._remember(token, (mention.entity,))

    def _is_state(self, entity: str) -> bool:
        return self._cast.type_of(entity) == "political_actor"

    def _pairs(self, token: Token, together: _Group) -> None:
        """Two states spoken of together: "X and Y", "X-Y talks", "between X and Y"."""
        states = tuple(e for e in together if self._is_state(e))
        if len(states) == 2 and token.dep_ != "conj":
            self._pair = states
        hyphen = token.i + 2 < len(self._doc) and self._doc[token.i + 1].text in {"-", "–"}
        if hyphen:
            after = [m.entity for m in self._cast.at(token.i + 2) if self._is_state(m.entity)]
            if after and after[0] != together[0]:
                self._pair = (together[0], after[0])

    def _learn_gender(self, token: Token, mention: Mention) -> None:
        before = self._doc[mention.start - 1] if mention.start else None
        lists = word_lists()
        for word in (before,) if before is not None else ():
            if word.text in lists["male"] or word.lower_ in lists["male"]:
                self._gender[mention.entity] = "male"
            elif word.text in lists["female"] or word.lower_ in lists["female"]:
                self._gender[mention.entity] = "female"

    def _remember(self, token: Token, group: _Group) -> None:
        top = token
        while top.dep_ == "compound" and top.head.i != top.i:
            top = top.head
        rank = 0 if top.dep_ in {"nsubj", "nsubjpass"} else 1
        if top.dep_ in {"pobj"} and top.head.lower_ in {"in", "at", "near"} and len(group) == 1:
            rank = 2
        self._recent[-1].append((rank, group))

    def _pronoun(self, token: Token, low: str) -> None:
        if low in _HE:
            group = self._person("male", token)
        elif low in _SHE:
            group = self._person("female", token)
        elif low in _THEY:
            group = self._first(self._is_they)
        elif low in _IT and token.dep_ != "expl":
            group = self._first(lambda g: len(g) == 1 and self._cast.type_of(g[0]) in {"political_actor", "organization"})
        else:
            return
        if not group:
            return
        self._references.set(token.i, group)
        for entity in group if len(group) == 1 else ():
            self._cast.mention(entity, Span(token.idx, token.idx + len(token.text)))
        self._remember(token, group)

    def _is_they(self, group: _Group) -> bool:
        kinds = {self._cast.type_of(e) for e in group}
        return kinds <= {"political_actor", "organization"} or (len(group) > 1 and kinds <= {"person", "political_actor", "organization"})

    def _person(self, gender: str, token: Token) -> _Group:
        other = "female" if gender == "male" else "male"

        def agrees(group: _Group) -> bool:
            return len(group) == 1 and self._cast.type_of(group[0]) == "person" and self._gender.get(group[0]) != other

        group = self._first(agrees)
        if group:
            self._gender.setdefault(group[0], gender)
        return group

    def _first(self, agrees: Callable[[_Group], bool]) -> _Group:
        """The subject before others of the same sentence, sentences backwards; in its own sentence the first subject."""
        for k, sentence in enumerate(reversed(self._recent)):
            for rank in (0, 1) if k else (0, 1, 2):
                found = [group for r, group in sentence if r == rank and agrees(group)]
                if found:
                    joint = [g for g in found if len(g) > 1]
                    return (joint or found)[0]
        return ()
