"""Referents of pronouns, roles ("the envoy") and joint phrases ("both countries"), by small rules.

The nearest matching entity is chosen.

Nothing is guessed where two would do equally: an unresolved word stays unresolved. A pronoun inside a quotation is the
quoted speaker's and is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.extract.arguments import asked_to, conjuncts
from kg.extract.cast import Cast, TokenMention
from kg.extract.positions import Position, is_role, office_of, role_phrases
from kg.extract.source_names import phrase_words, words_of
from kg.extract.wordlists import word_lists
from kg.records import Span

if TYPE_CHECKING:
    from kg.extract.parsed import Doc, Token

_HE = frozenset({"he", "him", "his", "himself"})
_SHE = frozenset({"she", "her", "hers", "herself"})
_THEY = frozenset({"they", "them", "their", "theirs", "themselves"})
_IT = frozenset({"it", "its", "itself"})
_JOINT = frozenset({"both", "two"})
_JOINT_NOUNS = frozenset(
    {
        "country",
        "side",
        "nation",
        "state",
        "capital",
        "government",
        "party",
        "power",
        "leader",
        "president",
        "neighbor",
        "neighbour",
    }
)
_JOINT_PEOPLE = frozenset(
    {"leader", "president", "minister", "man", "woman", "official", "diplomat", "politician", "envoy"}
)
_FORMER = frozenset({"former", "ex", "onetime", "one-time"})
_REACH = 3
"""Sentences back that a pronoun looks."""

_Group = tuple[str, ...]


class References:
    """The entities to which words other than names refer."""

    def __init__(self) -> None:
        self._of: dict[int, _Group] = {}
        self._holders: dict[int, str] = {}

    def set(self, token: int, group: _Group) -> None:
        """Set the referents of a token.

        Args:
            token: Number of the token.
            group: The entities that it refers to.
        """
        self._of[token] = group

    def get(self, token: int) -> _Group:
        """Return the referents of a token; empty if they are unknown."""
        return self._of.get(token, ())

    def set_holder(self, token: int, entity: str) -> None:
        """Notes as whom a pronoun knows the one without a name whose office the token is.

        Args:
            token: Number of the token.
            entity: The holder of the office.
        """
        self._holders[token] = entity

    def holder(self, token: int) -> _Group:
        """Return the holder of a position; empty for all other tokens."""
        return (self._holders[token],) if token in self._holders else ()


def resolve_references(
    doc: Doc,
    cast: Cast,
    positions: list[Position],
    quoted: Callable[[int], bool],
    speaks: Callable[[int], bool] = lambda _: False,
    said: Callable[[int], bool] = lambda _: False,
) -> References:
    """Resolve roles, joint phrases and pronouns of the whole text, and add those of one entity to its mentions.

    Args:
        doc: The parsed text.
        cast: Its entities so far.
        positions: Who holds which position according to the text.
        quoted: Tells by its number a token that stands in quotation marks.
        speaks: Tells one of the source of a claim. "They said" is who spoke before, rather than whom one spoke of.
        said: Tells one of the content of a claim: "Ministers will refuse, they said" is no minister's word.

    Returns:
        What the tokens stand for that name nobody themselves.
    """
    references = References()
    _resolve_roles(doc, cast, positions, references)
    _Pronouns(doc, cast, references, quoted, speaks, said).run()
    return references


def _resolve_roles(doc: Doc, cast: Cast, positions: list[Position], references: References) -> None:
    """Resolve "Y's envoy" to the person introduced as Y's adviser, envoy or the like.

    Of several persons, the last mentioned one is chosen.
    """
    agents = word_lists()["agents"]
    for noun, owner in role_phrases(doc, cast):
        lemma = office_of(noun)
        same = [
            p
            for p in positions
            if ((owner is None or owner in p.targets) and p.start <= noun.i)
            or (owner is not None and owner in p.targets)
        ]
        exact = [p for p in same if p.noun == lemma]
        fitting = exact or ([p for p in same if p.noun in agents] if lemma in agents or noun.lower_ in agents else [])
        if not _is_past(doc, noun.left_edge.i, noun.i):
            fitting = [p for p in fitting if not _is_past(doc, p.start, max(p.end, p.words[1]))] or fitting
        holders = dict.fromkeys(p.holder for p in fitting if p.holder != owner)
        if not holders:
            continue
        before = [p for p in fitting if p.start <= noun.i and p.holder in holders]
        if len(holders) > 1 and not before:
            continue
        holder = _last_named(doc, before) if before else next(iter(holders))
        references.set(noun.i, (holder,))
        start = noun.left_edge.i
        if noun.i - start <= 6:
            while start < noun.i and (doc[start].is_punct or doc[start].is_space):
                start += 1
            cast.mention(holder, Span(doc[start].idx, noun.idx + len(noun.text)))


def _is_past(doc: Doc, start: int, end: int) -> bool:
    """Return True if the words say that an office is no longer held: "the former governor"."""
    return any(doc[i].lower_ in _FORMER for i in range(max(start - 1, 0), end))


def _last_named(doc: Doc, before: list[Position]) -> str:
    """Return the last mentioned holder.

    Within a sentence its subject: "Secretary X met Cabinet Secretary Y".
    """
    last = before[-1]
    sentence = doc[last.start].sent.start
    beside = [p for p in before if doc[p.start].sent.start == sentence]
    acting = [p for p in beside if any(t.dep_ == "nsubj" and t.head.dep_ == "ROOT" for t in doc[p.start : p.end])]
    return (acting or [last])[-1].holder


class _Pronouns:
    """One walk over the text with the entities of the last sentences at hand."""

    def __init__(
        self,
        doc: Doc,
        cast: Cast,
        references: References,
        quoted: Callable[[int], bool],
        speaks: Callable[[int], bool],
        said: Callable[[int], bool],
    ) -> None:
        self._doc, self._cast, self._references, self._quoted = doc, cast, references, quoted
        self._speaks, self._said = speaks, said
        self._apart: set[_Group] = set()
        """Groups of this sentence that are only told of in what somebody says."""
        self._gender: dict[str, str] = {}
        self._offices: set[str] = set()
        """Entities with a role name, such as "the Prime Minister": a person holds the role."""
        self._recent: list[list[tuple[int, _Group]]] = []
        """For each of the last sentences its entity groups with a rank: -1 subject that speaks, 0 subject, 1 other."""
        self._pairs_of: list[_Group] = []
        """Two states mentioned together, for each of the last sentences."""

    def run(self) -> None:
        for sentence in self._doc.sents:
            self._recent.append([])
            self._apart = set()
            self._pairs_of.append(())
            for token in sentence:
                self._visit(token)
            del self._recent[:-_REACH], self._pairs_of[:-_REACH]

    def _visit(self, token: Token) -> None:
        low = token.lower_
        mentions = [m for m in self._cast.at(token.i) if m.end - 1 == token.i]
        if mentions and self._quoted(token.i) and self._cast.type_of(mentions[0].entity) == "person":
            self._learn_gender(mentions[0])  # who speaks of him is another
        elif mentions and self._is_writer(mentions[0]):
            self._learn_gender(mentions[0])  # who writes is "I"
        elif mentions:
            self._note(token, mentions[0])
        elif self._references.get(token.i):
            self._remember(token, self._references.get(token.i))
        elif self._quoted(token.i):
            return
        elif self._is_people(token):
            words = words_of(phrase_words(token)) if self._speaks(token.i) else _without_article(token)
            self._remember(token, (self._cast.add("unnamed_source", words),))
        elif self._is_holder(token):
            holder = self._cast.add("unnamed_source", _whole_phrase(token))
            self._offices.add(holder)
            self._references.set_holder(token.i, holder)
            self._remember(token, (holder,))
        elif self._is_former(token):
            self._set(token, self._only_person())
        elif self._is_pair(token):
            pair = self._two_people(token) or self._two_states()
            self._set(token, pair)
        elif token.pos_ == "PRON":
            self._pronoun(token, low)

    def _set(self, token: Token, group: _Group) -> None:
        if group:
            self._references.set(token.i, group)
            self._remember(token, group)

    def _is_people(self, token: Token) -> bool:
        """ "Supporters believe": many without a name, whom "they" may mean."""
        plural = token.tag_ == "NNS" and token.dep_ in {"nsubj", "nsubjpass"}
        is_known = is_role(token) or token.lemma_.lower() in word_lists()["people"]
        return plural and (is_known or (self._speaks(token.i) and not self._is_pair(token)))

    def _is_holder(self, token: Token) -> bool:
        """ "The Foreign Secretary thanked her", "I asked a retired general": one without a name, whom "he" may mean.

        Not "a consul must be able to cook": what somebody thinks of consuls is of none of them.
        """
        is_one = token.tag_ in {"NN", "NNP"} and token.dep_ in {"nsubj", "nsubjpass", "dobj"}
        articles = {child.lower_ for child in token.lefts if child.dep_ == "det"}
        if any(m.end - 1 == c.i for c in token.rights if c.dep_ == "appos" for m in self._cast.at(c.i)):
            return False  # "a spokesman, X": X is who is meant
        return is_one and is_role(token) and ("the" in articles or (bool(articles) and token.head.dep_ == "ROOT"))

    def _is_writer(self, mention: TokenMention) -> bool:
        """Return True for a name alone in its line, after "By"."""
        before, after = mention.start - 1, mention.end
        if before < 0 or self._doc[before].lower_ != "by":
            return False
        is_first = before == 0 or self._doc[before - 1].text.endswith("\n")
        return is_first and (after == len(self._doc) or self._doc[after].text.startswith("\n"))

    def _is_former(self, token: Token) -> bool:
        """ "The former admiral": who was just spoken of, by what he was before."""
        before = {child.lower_ for child in token.lefts}
        return token.tag_ == "NN" and "the" in before and bool(before & _FORMER)

    def _only_person(self) -> _Group:
        """Return the only person of this sentence and the one before, if there is exactly one."""
        groups = [g for sentence in self._recent[-2:] for _, g in sentence]
        people = dict.fromkeys(e for g in groups for e in g if self._cast.type_of(e) == "person")
        return tuple(people) if len(people) == 1 else ()

    def _is_pair(self, token: Token) -> bool:
        joint = any(c.lower_ in _JOINT for c in token.lefts)
        return joint and token.pos_ in {"NOUN", "PROPN"} and token.lemma_.lower() in _JOINT_NOUNS | _JOINT_PEOPLE

    def _two_people(self, token: Token) -> _Group:
        """ "The two leaders": the two persons of one of the last sentences, where there are just two."""
        if token.lemma_.lower() not in _JOINT_PEOPLE:
            return ()
        for sentence in reversed(self._recent):
            people = dict.fromkeys(e for _, g in sentence for e in g if self._cast.type_of(e) == "person")
            if len(people) == 2:
                return tuple(people)
        return ()

    def _note(self, token: Token, mention: TokenMention) -> None:
        self._learn_gender(mention)
        if is_role(token):
            self._offices.add(mention.entity)
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
        """Record two states mentioned together: "X and Y", "X-Y talks", "between X and Y"."""
        states = tuple(e for e in together if self._is_state(e))
        if len(states) == 2 and token.dep_ != "conj":
            self._pairs_of[-1] = states
        hyphen = token.i + 2 < len(self._doc) and self._doc[token.i + 1].text in {"-", "–"}
        if hyphen:
            after = [m.entity for m in self._cast.at(token.i + 2) if self._is_state(m.entity)]
            if after and after[0] != together[0]:
                self._pairs_of[-1] = (together[0], after[0])

    def _learn_gender(self, mention: TokenMention) -> None:
        """By the title before a name, or else by the given name."""
        if self._cast.type_of(mention.entity) != "person":
            return
        before = self._doc[mention.start - 1] if mention.start else None
        given = self._doc[mention.start].text if mention.end - mention.start > 1 else ""
        lists = word_lists()
        for gender in ("male", "female"):
            if before is not None and (before.text in lists[gender] or before.lower_ in lists[gender]):
                self._gender[mention.entity] = gender
            elif given in lists[f"{gender}_names"]:
                self._gender.setdefault(mention.entity, gender)

    def _remember(self, token: Token, group: _Group) -> None:
        top = _top(token)
        acting = top.head if top.dep_ == "appos" and top.head.dep_ in {"nsubj", "nsubjpass"} else top
        rank = 0 if acting.dep_ in {"nsubj", "nsubjpass"} else 1
        if rank == 0 and self._speaks(acting.i):
            rank = -1
        if top.dep_ in {"pobj"} and top.head.lower_ in {"in", "at", "near"} and len(group) == 1:
            rank = 2
        if self._said(token.i):
            self._apart.add(group)
        else:
            self._apart.discard(group)
        self._recent[-1].append((rank, group))

    def _pronoun(self, token: Token, low: str) -> None:
        if low in _HE:
            group = self._person(token, "male")
        elif low in _SHE:
            group = self._person(token, "female")
        elif low in _THEY:
            group = self._asked(token, self._is_many) or self._first(token, self._is_joint, subject=self._is_many)
        elif low in _IT and token.dep_ != "expl":
            group = self._asked(token, self._is_body) or self._first(token, self._is_body)
        else:
            return
        if not group:
            return
        self._references.set(token.i, group)
        for entity in group if len(group) == 1 else ():
            self._cast.mention(entity, Span(token.idx, token.idx + len(token.text)))
        self._remember(token, group)

    def _asked(self, token: Token, agrees: Callable[[_Group], bool]) -> _Group:
        """Return the addressee who owns the object: in "called on X to withdraw its troops" the troops are X's."""
        verb = token.head
        while verb.pos_ != "VERB" and verb.head.i != verb.i:
            verb = verb.head
        if token.tag_ != "PRP$" or verb.tag_ != "VB":
            return ()
        words = [word for one in asked_to(verb) for word in conjuncts(one)]
        named = [m.entity for word in words for m in self._cast.at(word.i) if m.end - 1 == word.i]
        group = tuple(dict.fromkeys(named))
        return group if group and agrees(group) else ()

    def _is_many(self, group: _Group) -> bool:
        return self._is_joint(group) or self._is_body(group) or self._is_crowd(group)

    def _is_joint(self, group: _Group) -> bool:
        return len(group) > 1 and {self._cast.type_of(e) for e in group} <= {
            "person",
            "political_actor",
            "organization",
        }

    def _is_crowd(self, group: _Group) -> bool:
        is_many = len(group) == 1 and group[0] not in self._offices
        return is_many and self._cast.type_of(group[0]) == "unnamed_source"

    def _is_body(self, group: _Group) -> bool:
        return len(group) == 1 and self._cast.type_of(group[0]) in {"political_actor", "organization"}

    def _person(self, token: Token, gender: str) -> _Group:
        other = "female" if gender == "male" else "male"

        def agrees(group: _Group) -> bool:
            is_somebody = len(group) == 1 and (self._cast.type_of(group[0]) == "person" or group[0] in self._offices)
            return is_somebody and self._gender.get(group[0]) != other

        group = self._first(token, agrees)
        if group:
            self._gender.setdefault(group[0], gender)
        return group

    def _first(
        self, token: Token, agrees: Callable[[_Group], bool], subject: Callable[[_Group], bool] | None = None
    ) -> _Group:
        """The subject before others of the same sentence, then the sentence before; the first that agrees, those of
        many first. Who spoke comes first for a pronoun that speaks.

        ``subject`` is what a subject must agree with, where that differs.
        """
        speaks = self._speaks(token.i)
        orders = ({-1}, {0}, {1}) if speaks else ({-1, 0}, {1})
        skipped = self._apart if speaks and not self._said(token.i) else set()
        for sentence in (
            [each for each in self._recent[-1] if each[1] not in skipped],
            *reversed(self._recent[:-1]),
        ):
            for ranks in orders:
                fits = agrees if 1 in ranks else subject or agrees
                found = [group for rank, group in sentence if rank in ranks and fits(group)]
                if found:
                    return min(found, key=lambda group: (len(group) == 1, not self._is_crowd(group)))
        return ()

    def _two_states(self) -> _Group:
        """Return the last two states mentioned together, or alone in one sentence."""
        for pair, sentence in zip(reversed(self._pairs_of), reversed(self._recent), strict=True):
            if pair:
                return pair
            alone = dict.fromkeys(g[0] for rank, g in sentence if rank < 2 and len(g) == 1 and self._is_state(g[0]))
            if len(alone) == 2:
                return tuple(alone)
        return ()


def _top(token: Token) -> Token:
    """Return the noun that the token is a part of: the surname of a given name."""
    while token.dep_ == "compound" and token.head.i != token.i:
        token = token.head
    return token


def _without_article(noun: Token) -> str:
    """Return the noun with the words before it, except an article: "Senior officials"."""
    words = [t for t in noun.lefts if t.dep_ in {"amod", "compound", "nummod", "nmod"}]
    start = min((t.left_edge.i for t in words), default=noun.i)
    return " ".join(noun.doc[start : noun.i + 1].text.split())


def _whole_phrase(noun: Token) -> str:
    """Return the whole noun phrase up to a comma without "the", as the name of a source."""
    words = list(noun.doc[noun.left_edge.i : noun.right_edge.i + 1])
    end = next((n for n, word in enumerate(words) if word.i > noun.i and word.text in {",", ";", "("}), len(words))
    start = 1 if words[0].lower_ == "the" else 0
    return " ".join(noun.doc[words[start].i : words[end - 1].i + 1].text.split())
