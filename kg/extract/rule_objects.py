"""Attributions whose content is an object of the cue: an infinitive, a noun phrase, what follows a preposition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.phrases import (
    child,
    children,
    is_circumstance,
    is_finite,
    is_infinitive,
    subtree,
    verb_group,
)
from kg.extract.reading import Range, Reading
from kg.extract.verb_content import made, speaker

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_ASIDE = frozenset({"during", "after", "before", "by"})
_EMPTY_OBJECT = frozenset(
    {
        "one",
        "them",
        "it",
        "that",
        "this",
        "so",
        "what",
        "which",
        "who",
        "whom",
        "itself",
        "himself",
        "herself",
        "themselves",
    }
)


def _urged_one(verb: Token) -> Token | None:
    """Return the object of the verb, else of its particle."""
    somebody = child(verb, "dobj", "dative")
    particle = child(verb, "prt")
    if somebody is not None or particle is None:
        return somebody
    return child(particle, "pobj") or child(verb, "pobj")


def urged(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """Urged both sides to stop; told them to stop; called on them to stop.

    Args:
        reading: The text.
        verb: The verb that may be a cue.
        word: Its lemma, with a particle.
    """
    if not reading.cues.takes(word, "urge"):
        return
    source = speaker(verb)
    if source is None:
        return
    cue = [verb_group(verb)]
    somebody = _urged_one(verb)
    on = next(
        (c for c in children(verb, "prep") if c.lower_ in ("on", "to", "upon", "with", "for") and c.i == cue[0][1]),
        None,
    )
    if somebody is None and on is not None:
        somebody = child(on, "pobj")
        cue = [(cue[0][0], on.i + 1)]
    for c in children(verb, "ccomp", "xcomp", "advcl"):
        if c.i < verb.i or not is_infinitive(c):
            continue
        own = child(c, "nsubj", "nsubjpass")
        if own is not None and own.i > verb.i:
            content = [subtree(c)]
        elif somebody is not None and (c.dep_ != "advcl" or on is not None):
            content = [(subtree(somebody)[0], subtree(c)[1])]
        else:
            continue
        yield from made(reading, "verb.urge", 0.8, source=source, cue=cue, content=content)
        return


def intended(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """Vowed to return, wants to talk.

    Args:
        reading: The text.
        verb: The verb that may be a cue.
        word: Its lemma, with a particle.
    """
    if not reading.cues.takes(word, "to"):
        return
    rest = child(verb, "xcomp")
    if rest is None or not is_infinitive(rest) or rest.i < verb.i:
        return
    source = speaker(verb)
    if source is not None:
        yield from made(reading, "verb.to", 0.8, source=source, cue=[verb_group(verb)], content=[subtree(rest)])


def what_of(verb: Token) -> Range | None:
    """Return the phrase after the person: the accusation, blame or description."""
    for c in verb.children:
        if (
            c.i > verb.i
            and c.dep_ == "prep"
            and c.lower_ in ("of", "for", "as", "with", "to")
            and not is_circumstance(c)
        ):
            return subtree(c)
        if c.i > verb.i and c.dep_ == "oprd":
            return subtree(c)
        turn = child(c, "pobj") if c.dep_ == "prep" and c.lower_ == "in" else None
        if turn is not None and turn.lower_ == "turn" and (of := child(turn, "prep")) is not None:
            return subtree(of)  # accused Rome in turn of
    return None


def of_somebody(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """Accused Kyiv of breaking the truce, called the plan a disgrace, thanked him for coming.

    Args:
        reading: The text.
        verb: The verb that may be a cue.
        word: Its lemma, with a particle.
    """
    if not reading.cues.takes(word, "of"):
        return
    source = speaker(verb)
    if source is None:
        return
    somebody = child(verb, "dobj")
    small = next(
        (c for c in children(verb, "ccomp", "oprd") if c.i > verb.i and not is_finite(c) and not is_infinitive(c)), None
    )
    if somebody is not None and somebody.i > verb.i:
        phrase = what_of(verb) or _inside_object(somebody)
        if phrase is not None and phrase[1] > somebody.i:
            content = (subtree(somebody)[0], max(phrase[1], subtree(somebody)[1]))
            yield from made(reading, "verb.of", 0.8, source=source, cue=[verb_group(verb)], content=[content])
    elif (near := _neighbour(verb)) is not None and (phrase := what_of(verb)) is not None:
        content = (near.i, max(phrase[1], subtree(near)[1]))
        yield from made(reading, "verb.of", 0.7, source=source, cue=[verb_group(verb)], content=[content])
    elif small is not None:
        yield from made(reading, "verb.of", 0.7, source=source, cue=[verb_group(verb)], content=[subtree(small)])


def _neighbour(verb: Token) -> Token | None:
    """Return the neighboring of "accused neighboring Kenya of", which the parser reads as a verb."""
    return next(
        (c for c in children(verb, "xcomp") if c.tag_ == "VBG" and c.i == verb.i + 1 and child(c, "dobj")), None
    )


def _inside_object(somebody: Token) -> Range | None:
    """Return the of-phrase that the parser attached to the person instead of the verb."""
    phrase = next(
        (c for c in somebody.children if c.dep_ in ("prep", "appos") and c.lower_ in ("of", "for", "as")), None
    )
    return subtree(phrase) if phrase is not None else None


def prepositional(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """Called for a ceasefire, warned of consequences, insisted on guarantees.

    Args:
        reading: The text.
        verb: The verb that may be a cue.
        word: Its lemma, with a particle.
    """
    wanted = reading.cues.prepositions(word)
    if not wanted or child(verb, "dobj", "ccomp", "xcomp"):
        return
    source = speaker(verb)
    if source is None:
        return
    for prep in children(verb, "prep"):
        if prep.i > verb.i and prep.lower_ in wanted and (prep.lower_ == "of" or not is_circumstance(prep)):
            cue = (
                [(verb_group(verb)[0], prep.i + 1)]
                if prep.i == verb.i + 1
                else [verb_group(verb), (prep.i, prep.i + 1)]
            )
            content = [(prep.i + 1, subtree(prep)[1])]
            yield from made(reading, "verb.prep", 0.7, source=source, cue=cue, content=content)
            return


def plain_object(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """Attribute a plain object: announced his arrival, condemned the attack, denied sending troops.

    Args:
        reading: The text.
        verb: The verb that may be a cue.
        word: Its lemma, with a particle.
    """
    takes = reading.cues.takes
    refused = takes(word, "not") and child(verb, "neg") is not None
    if not refused and not takes(word, "np") and not takes(verb.lemma_.lower(), "np"):
        return
    what = _object(verb)
    if what is None:
        return
    source = speaker(verb)
    if word == "cite" and verb.tag_ == "VBG":
        return  # names a source of the source, not what is said
    if source is None or _is_it(reading, source):
        return
    content = (subtree(what)[0], _end_of_object(verb, what))
    yield from made(reading, "verb.object", 0.7, source=source, cue=[verb_group(verb)], content=[content])


def _object(verb: Token) -> Token | None:
    """Return the object after the verb, a noun or an -ing form, unless it is a bare pronoun."""
    what = child(verb, "dobj")
    if what is None:
        what = next((c for c in children(verb, "xcomp", "ccomp") if c.tag_ == "VBG" and not is_finite(c)), None)
    if what is None or what.i < verb.i:
        return None
    return None if what.lower_ in _EMPTY_OBJECT and child(what, "amod") is None else what


def _end_of_object(verb: Token, what: Token) -> int:
    """Return the end of the object with the phrases right after it that the parser gave to the verb."""
    end = subtree(what)[1]
    for c in verb.children:
        if c.dep_ == "prep" and c.left_edge.i == end and not is_circumstance(c) and c.lower_ not in _ASIDE:
            end = subtree(c)[1]
    return end


def _is_it(reading: Reading, source: list[Range]) -> bool:
    return len(source) == 1 and source[0][1] - source[0][0] == 1 and reading.doc[source[0][0]].lower_ == "it"
