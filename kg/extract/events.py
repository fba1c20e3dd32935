"""Events that words of a text tell of, with the words in their roles, from the lexicon and the syntax.

Who the words in the roles are is the caller's to say (``kg.extract.speakers``): here are tokens only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.extract.arguments import complement_words, conjuncts, doer, is_passive, objects, owners, prepositional, subjects
from kg.extract.lexicon import Combination, Lexicon, event_lexicon
from kg.extract.positions import is_role
from kg.extract.topics import event_topic, noun_topic
from kg.extract.wordlists import word_lists

if TYPE_CHECKING:
    from kg.extract.parsed import Token

Tokens = tuple["Token", ...]

_TRANSITIVE = frozenset({"seize", "assault", "kill", "arrest", "detain", "abduct", "deport", "accuse", "criticize"})
"""Events that require a target."""
_OF_SPEECH = frozenset(
    {
        "agree",
        "promiseAid",
        "normalize",
        "threaten",
        "threatenForce",
        "threatenSanctions",
        "reject",
        "refuseTalks",
        "request",
    }
)
"""Events of words: what their complement tells of is their topic and no event of its own."""

_DURING = frozenset({"during", "after", "amid", "amidst", "following", "since", "in", "at", "throughout", "upon", "by"})
_PLACE_PREPOSITIONS = frozenset({"in", "at", "near", "outside", "inside"})
_TARGET_PREPOSITIONS = frozenset({"against", "on", "at", "upon", "over", "toward", "towards"})
_PLACE_LABELS = frozenset({"GPE", "LOC", "FAC"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event that ``trigger`` tells of. ``nominal`` where a noun tells it alone, without a verb that says it takes
    place.

    ``status`` and ``confidence`` are the network's, where it read the event.

    ``carried`` is the event noun of a verb that has one: what is said of it counts too, as in "the next summit takes
    place".
    """

    trigger: Token
    type: str
    agents: Tokens = ()
    targets: Tokens = ()
    participants: Tokens = ()
    places: Tokens = ()
    topic: tuple[int, int] | None = None
    nominal: bool = False
    carried: Token | None = None
    status: str | None = None
    confidence: float | None = None


def told_events(tokens: Iterable[Token], *, loose: bool = False) -> list[Told]:
    """Return the events of ``tokens``, in text order.

    ``loose`` accepts a bare noun as an event too: for claim content only.
    """
    lexicon = event_lexicon()
    words = list(tokens)
    taken: set[int] = set()
    out = []
    for token in words:
        if token.pos_ in {"VERB", "AUX"} and token.i not in taken:
            told = _told_by_verb(lexicon, token, taken)
            if told is not None:
                out.append(told)
    verbs = {told.trigger.i for told in out}
    for token in words:
        if token.i not in taken and token.i not in verbs and token.pos_ in {"NOUN", "PROPN", "VERB"}:
            told = _told_by_noun(lexicon, token, loose=loose)
            if told is not None:
                out.append(told)
    return sorted(out, key=lambda told: told.trigger.i)


def held_positions(tokens: Iterable[Token]) -> list[Told]:
    """ "X is Y's envoy", "X has been ambassador to Y": holder, whom to, and the words of the role as topic."""
    out = []
    for verb in tokens:
        if verb.lemma_ not in {"be", "become"} or verb.pos_ not in {"AUX", "VERB"}:
            continue
        role = next((c for c in verb.rights if c.dep_ == "attr" and is_role(c)), None)
        holders = subjects(verb)
        if role is None or not holders:
            continue
        whom = [
            *owners(role),
            *(t for t, p in prepositional(role) if p in {"to", "of", "for"}),
        ]
        first = max((c.i + 1 for c in role.lefts if c.dep_ in {"poss", "det"}), default=role.left_edge.i)
        out.append(
            Told(
                trigger=verb,
                type="holdPosition",
                agents=tuple(holders),
                targets=_unique(*whom),
                topic=(first, role.i + 1),
            )
        )
    return out


def _told_by_verb(lexicon: Lexicon, verb: Token, taken: set[int]) -> Told | None:
    """Return the event of a verb, with that of its noun.

    Taken nouns and complements are no separate events.
    """
    lemma = _lemma(lexicon, verb)
    noun = _event_object(lexicon, verb)
    combined = _combined(lexicon.by_verb.get(lemma, ()), verb)
    if combined:
        _take_complements(lexicon, verb, combined, taken)
    elif noun is not None and lemma in lexicon.light:
        combined = _noun_type(lexicon, noun)
    else:
        noun = _happening(lexicon, verb)
        combined = _noun_type(lexicon, noun) if noun is not None else None
    if combined:
        taken.update((noun.i,) if noun is not None else ())
        return _with_noun(lexicon, combined, verb, noun)
    kind = lexicon.verbs.get(lemma)
    if kind is None or _used_otherwise(kind, verb):
        return None
    if kind in _OF_SPEECH:
        _take_complements(lexicon, verb, kind, taken)
    return _with_noun(lexicon, kind, verb, None)


def _lemma(lexicon: Lexicon, verb: Token) -> str:
    """Return the verb's lemma, with the final e that the lemmatizer drops ("staged")."""
    lemma: str = verb.lemma_.lower()
    longer = lemma + "e"
    known = lemma in lexicon.verbs or lemma in lexicon.light or lemma in lexicon.by_verb
    if known or not (longer in lexicon.verbs or longer in lexicon.light or longer in lexicon.by_verb):
        return lemma
    return longer


def _used_otherwise(kind: str, verb: Token) -> bool:
    """Verbs with a second, everyday sense."""
    if kind == "visit" and verb.lemma_.lower() in {"return", "travel", "fly", "arrive"}:
        return not any(c.dep_ == "prep" and c.lower_ in {"to", "in", "at", "from"} for c in verb.children)
    if kind in _TRANSITIVE and not objects(verb):
        return True
    if kind == "meeting" and is_passive(verb):
        return True
    if kind == "meeting" and verb.lemma_.lower() in {"meet", "receive"}:
        return not _is_person_like(verb)
    if kind == "consult" and verb.lemma_.lower() == "discuss":
        return len([t for s in doer(verb) for t in conjuncts(s)]) < 2 and not any(t.tag_ == "NNS" for t in doer(verb))
    if kind == "consult" and verb.lemma_.lower() in {"speak", "talk"}:
        return not any(p == "with" for _, p in prepositional(verb))
    return bool(verb.tag_ in {"VBN", "VBG"} and verb.dep_ == "amod")


def _is_person_like(verb: Token) -> bool:
    """True unless what is met is a thing: "met the deadline", "received a letter"."""
    things = [o for o in objects(verb) if o.dep_ == "dobj"]
    return not things or any(o.ent_type_ or o.pos_ in {"PROPN", "PRON"} or o.lemma_.lower() in _PEOPLE for o in things)


_PEOPLE = word_lists()["met_people"]
_GROUPS = word_lists()["groups"]
_ACTOR_LABELS = frozenset({"PERSON", "ORG", "GPE", "NORP"})
_TIME_LABELS = frozenset({"DATE", "TIME"})


def _combined(rows: tuple[Combination, ...], head: Token) -> str | None:
    if not rows:
        return None
    words = complement_words(head)
    lemmas = {t.lemma_.lower() for t in words} | {t.lower_ for t in words}
    beside = {t.lemma_.lower() for t in head.rights}
    for row in rows:
        if row.modal:
            if any(c.dep_ == "aux" and c.lower_ in row.modal for c in head.lefts) and any(
                c.dep_ == "nsubj" for c in head.lefts
            ):
                return row.type
            continue
        if row.words & (beside if row.direct else lemmas) and (not row.also or row.also & lemmas):
            return row.type
        if row.by and row.by & {t.lemma_.lower() for t in doer(head)}:
            return row.type
    return None


def _take_complements(lexicon: Lexicon, verb: Token, kind: str, taken: set[int]) -> None:
    """ "Agreed to start normalizing relations" is one event, not one for each verb of its complement."""
    for word in complement_words(verb):
        own = lexicon.verbs.get(word.lemma_.lower())
        if kind in _OF_SPEECH or own == kind or _combined(lexicon.by_verb.get(word.lemma_.lower(), ()), word) == kind:
            taken.add(word.i)


def _event_object(lexicon: Lexicon, verb: Token) -> Token | None:
    """Return the event noun of the verb: its object, passive subject, or noun after "participate in"."""
    for token in (*objects(verb), *(t for t, p in prepositional(verb) if p in {"in", "on", "with", "into"})):
        for noun in conjuncts(token):
            if noun.pos_ in {"NOUN", "PROPN"} and _noun_type(lexicon, noun):
                return noun
    return None


def _happening(lexicon: Lexicon, verb: Token) -> Token | None:
    if verb.lemma_.lower() not in lexicon.happen:
        return None
    for token in subjects(verb):
        if token.pos_ in {"NOUN", "PROPN"} and _noun_type(lexicon, token):
            return token
    return None


def _noun_type(lexicon: Lexicon, noun: Token) -> str | None:
    lemma = noun.lemma_.lower()
    for child in noun.lefts:
        if child.dep_ in {"compound", "amod", "nmod"}:
            for first in (child.lemma_.lower(), child.lower_):
                kind = lexicon.compounds.get(f"{first} {lemma}")
                if kind:
                    return kind
    return lexicon.nouns.get(lemma)


def _with_noun(lexicon: Lexicon, kind: str, verb: Token, noun: Token | None) -> Told:
    """Roles of a verb and its event noun together: "held talks with X", "participated in X-Y talks"."""
    by_verb = _roles(lexicon, kind, verb)
    if noun is None:
        return replace(by_verb, topic=event_topic(lexicon, kind, verb))
    by_noun = _noun_roles(lexicon, kind, noun)
    own = _noun_type(lexicon, noun)
    thing = {noun.i} if own != "ceasefire" or own == kind else set()

    def joined(*groups: Tokens) -> Tokens:
        return tuple({t.i: t for group in groups for t in group if t.i not in thing}.values())

    agents, targets = joined(by_verb.agents, by_noun.agents), joined(by_verb.targets, by_noun.targets)
    participants = joined(by_verb.participants, by_noun.participants)
    if kind in lexicon.symmetric:
        participants, agents, targets = joined(participants, agents, targets), (), ()
    elif own in lexicon.symmetric:
        participants = joined(participants, _noun_roles(lexicon, own, noun).participants)
        agents, targets = joined(by_verb.agents), joined(by_verb.targets)
    topic = by_noun.topic if own == kind else event_topic(lexicon, kind, verb)
    places = joined(by_verb.places, by_noun.places)
    return replace(
        by_verb, agents=agents, targets=targets, participants=participants, places=places, topic=topic, carried=noun
    )


def _roles(lexicon: Lexicon, kind: str, verb: Token) -> Told:
    """Return the words around a verb in the roles of its event type."""
    first = tuple(t for s in doer(verb) for t in conjuncts(s))
    second = tuple(t for o in objects(verb) for t in conjuncts(o))
    by_preposition = [(t, p) for t, p in prepositional(verb)]
    places = [t for t, p in by_preposition if p in _PLACE_PREPOSITIONS]
    with_whom = [t for t, p in by_preposition if p in {"with", "between", "alongside"}]
    for thing in second:
        if not thing.ent_type_:
            inner = prepositional(thing)
            places += [t for t, p in inner if p in _PLACE_PREPOSITIONS and t.ent_type_ in _PLACE_LABELS]
            with_whom += [t for t, p in inner if p in {"with", "between"} and kind in lexicon.symmetric]
    against = [t for t, p in by_preposition if p in _TARGET_PREPOSITIONS]
    to_whom = [t for t, p in by_preposition if p in {"to", "into", "from", "for"}]
    if kind in lexicon.place_object:
        places += [*second, *(t for t in to_whom if t.ent_type_)]
        second = tuple(t for t in second if t.ent_type_ == "PERSON" or t.lemma_.lower() in _PEOPLE)
    elif kind in lexicon.topic_object:
        second = tuple(t for t in second if t.ent_type_ or t.lemma_.lower() in _GROUPS)
    if kind in lexicon.symmetric:
        return Told(trigger=verb, type=kind, participants=_unique(*first, *second, *with_whom), places=_unique(*places))
    targets = (*second, *with_whom, *against, *(t for t in to_whom if kind not in lexicon.place_object))
    if kind in {"request", "reject", "accuse", "criticize", "threaten", "complain"}:
        targets = (*second, *against, *(t for t, p in by_preposition if p in {"to", "with"}))
    return Told(
        trigger=verb,
        type=kind,
        agents=_unique(*first),
        targets=_unique(*_aimed_at(verb, [t for t in targets if t.ent_type_ not in _TIME_LABELS])),
        places=_unique(*places),
    )


def _aimed_at(verb: Token, targets: list[Token]) -> list[Token]:
    """Return the targets, or the actors behind targets that are things: "rejected X's proposal", "shell Y towns"."""
    if any(_is_actor(target) for target in targets):
        return targets
    inner = [c for c in verb.rights if c.dep_ in {"ccomp", "xcomp"} and c.pos_ == "VERB"]
    done = [t for clause in inner for t in (*_own_subjects(clause), *objects(clause))]
    behind = [actor for thing in (*targets, *done) for actor in _behind(thing)]
    return behind or targets


def _own_subjects(clause: Token) -> list[Token]:
    """Return the agents of a demanded act; relative and doubled subjects do not count."""
    return [t for t in subjects(clause) if clause.dep_ == "ccomp" and t.tag_ not in {"WDT", "WP"}]


def _is_actor(token: Token) -> bool:
    lemma = token.lemma_.lower()
    return token.pos_ == "PRON" or token.ent_type_ in _ACTOR_LABELS or lemma in _PEOPLE or lemma in _GROUPS


def _behind(thing: Token) -> list[Token]:
    """Return the thing itself if it is an actor, else its owner, maker or qualifying actors."""
    if _is_actor(thing):
        return [thing] if thing.pos_ != "PRON" else []
    around = [
        *owners(thing),
        *(t for t, p in prepositional(thing) if p in {"by", "from", "of", "against", "on", "with"}),
    ]
    named = [t for t in around if _is_actor(t) and t.pos_ != "PRON"]
    return named or [t for t in thing.lefts if t.dep_ in {"amod", "compound", "nmod"} and t.ent_type_ in _ACTOR_LABELS]


def _unique(*tokens: Token) -> Tokens:
    return tuple({t.i: t for t in tokens}.values())


def _told_by_noun(lexicon: Lexicon, noun: Token, *, loose: bool) -> Told | None:
    """Return the event of a noun with an agent, partner or time: "X's visit", "after talks with Y"."""
    if noun.pos_ == "ADJ" or (noun.pos_ == "VERB" and noun.dep_ != "compound"):
        return None
    combined = _combined(lexicon.by_noun.get(noun.lemma_.lower(), ()), noun)
    if combined:
        told = _noun_roles(lexicon, combined, noun)
        behind = tuple(actor for thing in told.targets for actor in _behind(thing))
        return replace(told, targets=_unique(*behind), topic=noun_topic(noun), nominal=True)
    kind = _noun_type(lexicon, noun)
    if kind is None or (noun.dep_ in {"compound", "amod", "nmod"} and not loose) or _is_own_name(noun):
        return None
    told = replace(_noun_roles(lexicon, kind, noun), nominal=True)
    if loose:
        return told
    weak = noun.lemma_.lower() in lexicon.weak
    possessed = any(c.dep_ == "poss" for c in noun.lefts)
    timed = noun.dep_ == "pobj" and noun.head.lower_ in _DURING and noun.head.lower_ not in {"in", "at", "by"}
    known = bool(told.agents or told.participants or told.targets)
    if (
        (possessed and not weak)
        or (known and timed)
        or (known and _definite(noun) and not weak and noun.dep_ in {"nsubj", "nsubjpass"})
    ):
        return told
    return None


def _is_own_name(noun: Token) -> bool:
    return noun.pos_ == "PROPN" and noun.dep_ != "ROOT" and noun.head.pos_ == "PROPN"


def _definite(noun: Token) -> bool:
    return any(c.lower_ in {"the", "this", "that", "these", "those"} for c in noun.lefts)


def _noun_roles(lexicon: Lexicon, kind: str, noun: Token) -> Told:
    """Return the words around an event noun in their roles.

    Examples are possessors, "by X", "between X and Y", "X-Y talks", "to Z".
    """
    agents: list[Token] = []
    agents += [*owners(noun), *_accused(noun)]
    for child in noun.lefts:
        if child.dep_ in {"amod", "compound", "nmod"}:
            agents += _named_modifiers(child)
    by_preposition = prepositional(noun)
    agents += [t for t, p in by_preposition if p == "by"]
    sides = [t for t, p in by_preposition if p in {"between", "with", "among"}]
    places = [t for t, p in by_preposition if p in _PLACE_PREPOSITIONS]
    targets = [t for t, p in by_preposition if p in _TARGET_PREPOSITIONS]
    if kind in lexicon.place_object:
        places += [t for t, p in by_preposition if p in {"to", "of"}]
    elif kind not in lexicon.symmetric:
        targets += [t for t, p in by_preposition if p in {"to", "of"}]
    if kind in lexicon.symmetric:
        return Told(
            trigger=noun,
            type=kind,
            participants=_unique(*agents, *sides),
            places=_unique(*places),
            topic=noun_topic(noun),
        )
    return Told(
        trigger=noun,
        type=kind,
        agents=_unique(*agents),
        targets=_unique(*sides, *targets),
        places=_unique(*places),
        topic=None,
    )


def _accused(noun: Token) -> list[Token]:
    """Whom "accused X of an attack" gives the attack to."""
    if noun.dep_ != "pobj" or noun.head.lower_ not in {"of", "for"} or noun.head.dep_ != "prep":
        return []
    verb = noun.head.head
    blamed = verb.pos_ == "VERB" and event_lexicon().verbs.get(verb.lemma_.lower()) in {"accuse", "criticize"}
    return [t for o in objects(verb) for t in conjuncts(o)] if blamed else []


def _named_modifiers(child: Token) -> list[Token]:
    out = [
        t
        for t in (child, *child.lefts, *child.conjuncts)
        if t.pos_ == "PROPN" or t.ent_type_ in {"NORP", "GPE", "PERSON", "ORG"}
    ]
    return sorted(out, key=lambda t: t.i)
