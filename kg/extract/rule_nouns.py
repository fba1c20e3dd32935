"""Attributions whose cue is a noun or an adjective: Moscow's claim that, expressed a willingness to, is afraid that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.phrases import child, is_finite, is_infinitive, noun_phrase, subject, subtree, verb_group, without
from kg.extract.reading import Range, Reading

if TYPE_CHECKING:
    from kg.extract.parsed import Token


_WITH_OBJECT = frozenset(
    {"accuse", "criticize", "condemn", "warn", "threaten", "demand", "urge", "reject", "deny", "fear"}
)
_TO_DO = frozenset(
    {"promise", "threaten", "demand", "urge", "request", "propose", "reject", "expressWillingness", "hope", "expect"}
)
"""Acts about something that is still to be done: only they take an infinitive."""

_NEAR = 5
_GIVING = frozenset({"express", "voice", "convey"})
_FOR_WHOM = frozenset({"to", "with"})
_ABOUT = frozenset({"of", "about", "over", "for", "against", "on", "regarding", "toward", "towards"})


def noun_attributions(reading: Reading) -> Iterator[Attribution]:
    """Return at most one attribution for each noun or adjective of the lexicon, in text order."""
    for token in reading.doc:
        if token.pos_ in ("NOUN", "PROPN") and token.lemma_.lower() in reading.cues.nouns:
            yield from _of_noun(reading, token)
        elif token.pos_ in ("ADJ", "VERB") and token.lemma_.lower() in reading.cues.adjectives:
            yield from _of_adjective(reading, token)


def _of_noun(reading: Reading, noun: Token) -> Iterator[Attribution]:
    source, cue = _holder(reading, noun)
    clause = _clause_of(reading, noun)
    if clause is not None and (source or not is_infinitive(clause)):
        rule, confidence = "noun.clause", 0.8 if source else 0.5
        first, end = subtree(clause)
    elif source and (_is_against(reading, noun) or _is_voiced(noun)) and (about := _about(noun)) is not None:
        rule, confidence = "noun.about", 0.5
        to_whom = about.lower_ in _FOR_WHOM
        first, end = about.i + (not to_whom), about.right_edge.i + 1
        if to_whom and end < len(reading.doc) and reading.doc[end].head in (noun, noun.head):
            end = reading.doc[end].right_edge.i + 1 if reading.doc[end].dep_ == "prep" else end
        cue = (cue[0], about.i + 1) if about.i == cue[1] and not to_whom else cue
    else:
        return
    content = reading.spans(without((max(first, noun.i + 1), end), *source))
    cues = reading.spans(without(cue, *source))
    if content and cues:
        yield Attribution(source=reading.spans(source), cue=cues, content=content, confidence=confidence, rule=rule)


def _is_against(reading: Reading, noun: Token) -> bool:
    """Return True for accusations, calls, fears and the like, which are about something without a clause."""
    return bool(_WITH_OBJECT & set(reading.cues.nouns[noun.lemma_.lower()].values()))


def _is_voiced(noun: Token) -> bool:
    """Return True for expressed support, voiced optimism: the verb shows that the noun is speech."""
    return noun.dep_ == "dobj" and noun.head.lemma_.lower() in ("express", "voice", "reiterate", "reaffirm", "convey")


def _about(noun: Token) -> Token | None:
    """Return the preposition before the subject matter of the fear, criticism or accusation."""
    wanted = _ABOUT | _FOR_WHOM if _is_voiced(noun) and noun.head.lemma_.lower() in _GIVING else _ABOUT
    holders = (noun, noun.head) if wanted is not _ABOUT else (noun,)
    near = (c for holder in holders for c in holder.children if c.dep_ in ("prep", "dative") and c.i > noun.i)
    return next((c for c in near if c.lower_ in wanted), None)


def _clause_of(reading: Reading, noun: Token) -> Token | None:
    """Return the that-clause or infinitive with the content of the claim, hope or promise."""
    acts = set(reading.cues.nouns[noun.lemma_.lower()].values())
    for c in noun.children:
        if c.i > noun.i and c.dep_ in ("acl", "ccomp", "relcl", "xcomp"):
            mark = child(c, "mark")
            if mark is not None and mark.lower_ == "that" and (is_finite(c) or child(c, "nsubj", "nsubjpass")):
                return c
            if is_infinitive(c) and c.dep_ in ("acl", "xcomp") and acts & _TO_DO:
                return c
    return None


def _holder(reading: Reading, noun: Token) -> tuple[list[Range], Range]:
    """Return the speaker of a claim and the cue words.

    The speaker is a possessive, by- or from-phrase, or the subject of a light verb.
    """
    own = child(noun, "poss")
    if own is not None:
        return _owner(noun, own)
    teller = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ in ("in", "on", "via") else noun
    if reading.cues.takes(teller.lemma_.lower(), "clause") and teller.pos_ == "VERB" and child(teller, "ccomp") is None:
        who = subject(teller)
        if who is not None:  # said in a statement that: the parser hung the clause on the statement
            return noun_phrase(who, teller), verb_group(teller)
    maker = _maker(noun)
    if maker is not None:
        return noun_phrase(maker), (noun.i, noun.i + 1)
    verb = noun.head
    if noun.dep_ == "dobj" and verb.lemma_.lower() in reading.cues.light:
        who = subject(verb)
        if who is not None:
            return noun_phrase(who, verb), (verb_group(verb)[0], noun.i + 1)
    return [], (noun.i, noun.i + 1)


def _maker(noun: Token) -> Token | None:
    """Return the one after by or from: a statement by the ministry."""
    after = (c for c in noun.children if c.dep_ == "prep" and c.lower_ in ("by", "from") and c.i > noun.i)
    return next((pobj for prep in after if (pobj := child(prep, "pobj")) is not None), None)


def _owner(noun: Token, own: Token) -> tuple[list[Range], Range]:
    """Moscow's claim; "they shared their concerns" is a claim of those who shared them."""
    verb = noun.head
    if own.tag_ == "PRP$" and noun.dep_ == "dobj" and verb.pos_ == "VERB" and 0 < noun.i - verb.i <= _NEAR:
        who = subject(verb)
        if who is not None and who.i < verb.i:
            return noun_phrase(who, verb), (verb_group(verb)[0], noun.i + 1)
    return noun_phrase(own), (noun.left_edge.i, noun.i + 1)


def _of_adjective(reading: Reading, adjective: Token) -> Iterator[Attribution]:
    """Attribute adjectives: is afraid that the talks will fail, is willing to talk."""
    verb = adjective.head if adjective.dep_ in ("acomp", "attr", "oprd") else adjective
    if verb is adjective and child(adjective, "auxpass", "cop") is None:
        return
    kinds = reading.cues.adjectives[adjective.lemma_.lower()]
    clause = next(
        (
            c
            for holder in (adjective, verb)
            for c in holder.children
            if c.i > adjective.i and c.dep_ in ("ccomp", "xcomp") and _fits(c, kinds)
        ),
        None,
    )
    who = subject(verb, passive=True)
    if clause is None or who is None or who.lower_ in ("it", "there", "this", "that"):
        return
    source = noun_phrase(who, verb)
    group = (verb_group(verb)[0], adjective.i + 1)
    content = reading.spans([subtree(clause)])
    cues = reading.spans(without(group, *source))
    if content and cues:
        yield Attribution(source=reading.spans(source), cue=cues, content=content, confidence=0.7, rule="adjective")


def _fits(clause: Token, kinds: object) -> bool:
    infinitive = is_infinitive(clause)
    return ("to" in kinds and infinitive) or ("clause" in kinds and not infinitive and is_finite(clause))  # type: ignore[operator]
