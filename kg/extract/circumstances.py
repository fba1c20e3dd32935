"""To whom, about whom, through what and when something was said, as spans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.extract.phrases import child, children, noun_phrase, subject
from kg.extract.saying import Saying
from kg.records import Span, Spans

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_PEOPLE = frozenset({"PERSON", "ORG", "GPE", "NORP"})
_LISTENERS = frozenset(
    {
        "reporter",
        "journalist",
        "audience",
        "supporter",
        "lawmaker",
        "minister",
        "official",
        "crowd",
        "delegate",
        "leader",
        "ambassador",
        "us",
        "me",
    }
)
_GROUPS = frozenset(
    {
        "administration",
        "government",
        "regime",
        "army",
        "military",
        "side",
        "party",
        "country",
        "state",
        "ministry",
        "group",
        "militia",
        "leader",
        "minister",
        "president",
        "neighbor",
        "neighbour",
        "west",
        "east",
        "opposition",
        "kremlin",
        "enemy",
        "authority",
        "navy",
        "police",
        "council",
        "parliament",
        "company",
        "bloc",
        "alliance",
        "movement",
    }
)
_DEMANDED = frozenset({"by", "from", "of", "with", "against"})
_OFFERED = frozenset({"by", "from", "with", "to", "for", "of"})
_MEDIUM_PREPOSITIONS = frozenset({"in", "on", "at", "via", "through", "during", "by", "to"})


def addressee(saying: Saying) -> Spans:
    """Return the addressee: told reporters, urged both sides to, wrote to the council."""
    verb = saying.cue
    if verb is None or verb.pos_ != "VERB" or verb.lower_ == "according":
        return ()
    cues = saying.reading.cues
    tells = cues.takes(saying.word, "hearer") or saying.attribution.rule != "verb.of"
    if tells and cues.takes(saying.word, "hearer", "urge") and not cues.takes(saying.word, "passive"):
        told = child(verb, "dative", "dobj") or _urged_subject(saying) or _called_on(verb)
        is_content = told is not None and saying.attribution.rule != "verb.urge" and saying.in_content(told)
        if told is not None and told.i > verb.i and told.dep_ != "prep" and not (_is_clause(told) or is_content):
            return _phrase(saying, told) if told.lemma_.lower() not in cues.media else ()
    for prep in children(verb, "prep", "dative"):
        pobj = child(prep, "pobj")
        if prep.lower_ == "to" and pobj is not None and not saying.in_content(pobj) and _listens(pobj):
            return _phrase(saying, pobj)
    return ()


def _called_on(verb: Token) -> Token | None:
    """Return the object of "call on" or "appeal to", after the particle or preposition next to the verb."""
    behind = next(
        (c for c in children(verb, "prt", "prep") if c.i == verb.i + 1 and c.lower_ in ("on", "upon", "to", "with")),
        None,
    )
    return child(behind, "pobj") if behind is not None else None


def _is_clause(word: Token) -> bool:
    return word.pos_ in ("VERB", "AUX")


def _urged_subject(saying: Saying) -> Token | None:
    """Return the subject of an infinitive after "urge", where the parser often puts the addressee."""
    head = saying.head
    if head is None or saying.attribution.rule != "verb.urge":
        return None
    return child(head, "nsubj")


def _listens(word: Token) -> bool:
    return (
        word.ent_type_ in _PEOPLE
        or word.lemma_.lower() in _LISTENERS
        or (word.pos_ == "PRON" and word.lower_ not in ("it", "this", "that"))
    )


def _phrase(saying: Saying, head: Token) -> Spans:
    ranges = noun_phrase(head)
    limit = saying.head
    if limit is not None and limit.i > head.i:
        ranges = [(a, min(b, limit.i)) for a, b in ranges if a < limit.i]
    return saying.reading.spans(ranges)


def target(saying: Saying, act: str) -> Spans:
    """Whom the act is against or for: accused Kyiv of, praised the envoy, demands of Ukraine.

    Args:
        saying: The attribution.
        act: Its speech act.
    """
    if act == "accuse":
        return _accused(saying)
    if act in ("condemn", "praise"):
        verb = saying.cue
        whom = child(verb, "dobj") if verb is not None else None
        return _phrase(saying, whom) if whom is not None and whom.i > whom.head.i else ()
    if act in ("demand", "urge", "request", "threaten", "warn"):
        return _obliged(saying) or _concerned(saying, _DEMANDED)
    if act in ("reject", "agree", "promise", "expressWillingness", "recognize"):
        return _concerned(saying, _OFFERED)
    return ()


def _concerned(saying: Saying, prepositions: frozenset[str]) -> Spans:
    """Return the party that a wish, refusal or promise concerns.

    Examples are meet the king, X's proposal, a truce with the rebels.
    """
    head = saying.head
    if head is None:
        return ()
    if head.pos_ in ("VERB", "AUX"):
        things = [c for c in head.children if c.dep_ in ("dobj", "dative") and c.i > head.i]
    else:
        things = [head]
    for thing in things:
        somebody = _somebody(thing) if thing != head else None
        somebody = somebody or _whose(saying, thing) or _behind(thing, prepositions)
        if somebody is not None and saying.in_content(somebody) and not saying.is_speaker(somebody):
            return _own_words(saying, somebody)
    behind = _behind(head, prepositions) if head not in things else None
    if behind is not None and saying.in_content(behind) and not saying.is_speaker(behind):
        return _own_words(saying, behind)
    return ()


def _somebody(word: Token) -> Token | None:
    """Return the word itself if it is an actor: a name, or a group of a named people or body."""
    if word.ent_type_ in _PEOPLE:
        return word
    named = any(c.ent_type_ in _PEOPLE and c.dep_ in ("amod", "compound", "nmod", "poss") for c in word.lefts)
    return word if named and (word.tag_ == "NNS" or word.lemma_.lower() in _GROUPS) else None


def _whose(saying: Saying, thing: Token) -> Token | None:
    """Return the other side's X in "X's proposal", "a Senegalese plan"."""
    owners = [c for c in thing.lefts if c.dep_ in ("poss", "amod", "nmod", "compound") and c.ent_type_ in _PEOPLE]
    return next((c for c in owners if not saying.is_speaker(c)), None)


def _behind(word: Token, prepositions: frozenset[str]) -> Token | None:
    """Return the actor after one of the prepositions of the word, or of its dependents by "of" and the like."""
    for prep in word.rights:
        pobj = child(prep, "pobj") if prep.dep_ in ("prep", "agent") else None
        if pobj is None:
            continue
        if prep.lower_ in prepositions and _somebody(pobj) is not None:
            return pobj
        inner = _behind(pobj, prepositions)
        if inner is not None:
            return inner
    return None


def _accused(saying: Saying) -> Spans:
    verb = saying.cue
    if verb is not None and saying.reading.cues.takes(saying.word, "of"):
        whom = child(verb, "dobj", "nsubjpass")
        if whom is not None:
            return _own_words(saying, whom)
    for word in saying.content_words():
        if word.pos_ != "VERB" or word.dep_ in ("amod", "compound"):
            continue
        guilty = _doer(word)
        if guilty is not None and saying.in_content(guilty):
            return _own_words(saying, guilty)
    named = next(
        (w for w in saying.content_words() if w.ent_type_ in ("NORP", "GPE") and not saying.is_speaker(w)), None
    )
    return (saying.span_of(named),) if named is not None else ()


def blameable(verb: Token) -> bool:
    """Return True if the agent of the verb is a person, state or group, and no plan or law."""
    who = _doer(verb)
    if who is None:
        return False
    if who.ent_type_ in _PEOPLE or who.tag_ == "NNS" or who.lemma_.lower() in _GROUPS:
        return True
    if any(_is_national(c) for c in who.children if c.i < who.i):
        return True
    return who.pos_ in ("PROPN", "PRON") and who.lower_ not in ("it", "this", "that", "which", "what", "there")


def _is_national(word: Token) -> bool:
    """Return True for the Ukrainian of Ukrainian drones, the Berlin of Berlin's tanks."""
    if word.dep_ not in ("amod", "poss", "compound", "nmod"):
        return False
    return word.ent_type_ in ("NORP", "GPE") or (word.dep_ == "amod" and word.is_title and word.i > word.sent.start)


def _doer(verb: Token) -> Token | None:
    """Return the agent of the verb: its subject, or the noun after "by" or "under"."""
    if child(verb, "auxpass", "nsubjpass") is None:
        return subject(verb)
    agent = child(verb, "agent")
    under = agent or next((p for p in children(verb, "prep") if p.lower_ in ("under", "by")), None)
    return child(under, "pobj") if under is not None else None


def _is_added(word: Token, *, of_too: bool) -> bool:
    """Return True for what follows a name and is no part of it: a clause, a phrase but for one with "of"."""
    if word.lower_ == "of":
        return of_too and word.dep_ == "prep"
    return word.dep_ in ("relcl", "acl", "prep")


def _own_words(saying: Saying, head: Token) -> Spans:
    """Return the phrase of the actor; of "Ukrainian drones" only the people or country."""
    owner = next(
        (
            c
            for c in head.children
            if c.i < head.i and c.ent_type_ in ("NORP", "GPE") and c.dep_ in ("amod", "poss", "compound", "nmod")
        ),
        None,
    )
    if owner is not None and head.ent_type_ not in ("PERSON", "ORG"):
        return saying.reading.spans([(owner.left_edge.i, owner.i + 1)])
    first, end = head.left_edge.i, head.right_edge.i + 1
    accused = saying.word in ("accuse", "blame", "charge", "fault")
    for c in head.children:
        if c.i > head.i and _is_added(c, of_too=accused):
            end = min(end, c.left_edge.i)
    return saying.reading.spans([(first, max(end, head.i + 1))])


def _obliged(saying: Saying) -> Spans:
    """Return the actor with an obligation: the addressee, else the subject, else the owner of the wanted thing."""
    verb = saying.cue
    told = _urged_subject(saying) or (
        _called_on(verb) if verb is not None and saying.attribution.rule == "verb.urge" else None
    )
    if told is None and verb is not None and saying.reading.cues.takes(saying.word, "urge", "hearer"):
        told = child(verb, "dobj", "dative")
        told = None if told is not None and _is_clause(told) else told
    if told is not None and told.i > (verb.i if verb is not None else -1):
        return _phrase(saying, told)
    head = saying.head
    if head is None:
        return ()
    somebody = child(head, "nsubj")
    if somebody is not None and _somebody(somebody) is not None:
        return _own_words(saying, somebody)
    wanted = child(head, "dobj")
    owner = child(wanted, "poss") if wanted is not None else None
    return (
        saying.reading.spans([(owner.left_edge.i, owner.i + 1)])
        if owner is not None and owner.ent_type_ in _PEOPLE
        else ()
    )


def _around(saying: Saying) -> Iterator[Token]:
    """Yield the phrases of the cue, outside of content and source."""
    verb = saying.cue
    if verb is None:
        return
    stack = [
        c for c in verb.children if c.dep_ in ("prep", "npadvmod", "pobj", "tmod", "advmod", "dobj", "dative", "agent")
    ]
    for phrase in stack:
        if not saying.in_content(phrase) and not saying.in_source(phrase):
            yield phrase


def medium(saying: Saying) -> Span | None:
    """Through what it was said: a Telegram post, an interview with CNN, X."""
    cues = saying.reading.cues
    for phrase in _around(saying):
        if (
            phrase.dep_ in ("dobj", "dative")
            and phrase.lemma_.lower() in cues.media
            and cues.takes(saying.word, "hearer")
        ):
            return _outside(saying, saying.reading.spans([(phrase.left_edge.i, phrase.right_edge.i + 1)]))
        if phrase.dep_ != "prep" or phrase.lower_ not in _MEDIUM_PREPOSITIONS:
            continue
        pobj = child(phrase, "pobj")
        if pobj is None or pobj.ent_type_ in ("DATE", "TIME"):
            continue
        network = pobj.lower_ in cues.networks and phrase.lower_ in ("on", "via", "in", "through")
        if network or (phrase.lower_ != "to" and pobj.lemma_.lower() in cues.media):
            spans = saying.reading.spans([(pobj.left_edge.i, pobj.right_edge.i + 1)])
            return _outside(saying, spans)
    return None


def _outside(saying: Saying, spans: Spans) -> Span | None:
    """Return the first of the spans, cut at the start of the content."""
    for span in spans:
        end = min([span.end] + [c.start for c in saying.attribution.content if c.start > span.start])
        return saying.reading.clean(span.start, end)
    return None


def _is_told_in_a_clause(word: Token, phrase: Token) -> bool:
    """Return True if a verb is between the word and its phrase, which means another time than that of saying."""
    while word.i != phrase.i and word.head is not word:
        word = word.head
        if word.pos_ == "VERB" and word.i != phrase.i:
            return True
    return False


def _names_a_thing(word: Token, phrase: Token) -> bool:
    """Return True for a time that only identifies a thing: "in a clash since a 2019 truce".

    Words "in a Thursday post" are nevertheless said on Thursday.
    """
    thing = word.head
    is_in_its_name = word.dep_ in {"compound", "nummod", "amod", "nmod", "poss"} and thing.pos_ in {"NOUN", "PROPN"}
    return (
        is_in_its_name and thing.ent_type_ not in {"DATE", "TIME"} and thing.i != phrase.i and thing.head.i != phrase.i
    )


def said_at(saying: Saying) -> Span | None:
    """Return the time of saying: Thursday, last week; also inside the words for the medium."""
    for phrase in _around(saying):
        for word in phrase.subtree:
            if word.ent_type_ not in ("DATE", "TIME") or saying.in_content(word) or saying.in_source(word):
                continue
            if _is_told_in_a_clause(word, phrase) or _names_a_thing(word, phrase):
                continue
            end = word.i + 1
            while (
                end < len(saying.reading.doc)
                and saying.reading.doc[end].ent_iob_ == "I"
                and not saying.in_content(saying.reading.doc[end])
            ):
                end += 1
            return next(iter(saying.reading.spans([(word.i, end)])), None)
    return None
