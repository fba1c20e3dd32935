"""Attributions whose content is a clause of the cue: said that; the talks, she said, failed; which critics say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.phrases import (
    child,
    children,
    noun_phrase,
    subject,
    subtree,
    verb_group,
    without,
)
from kg.extract.reading import Reading
from kg.extract.verb_content import NOBODY, complement, last_word, made, speaker

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_GAPPED_WORDS = 2


def clause(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """She said (that) the talks had failed; the talks had failed, she said.

    Args:
        reading: The text.
        verb: The verb that may be a cue.
        word: Its lemma, with a particle.
    """
    cues = reading.cues
    clause = complement(verb)
    if clause is None:
        return
    known = cues.takes(word, "clause", "hearer") or cues.takes(verb.lemma_.lower(), "clause", "hearer")
    if not known and not _anyone_may_say(reading, verb, clause):
        return
    source = speaker(verb)
    if source is None:
        return
    group = verb_group(verb)
    first, end = subtree(clause)
    if clause.i < verb.i:
        first = min(first, verb.sent.start) if verb.dep_ == "ROOT" else first
        end = min(end, min(source[0][0], group[0])) if source[0][0] > clause.i else min(end, group[0])
        if last_word(reading, first, max(end, first)) in (";", ":") or reading.doc[end].text in (";", ":"):
            return
        whole = [(first, end)]
    elif first <= verb.i:
        whole = without((first, end), (min(source[0][0], group[0]), group[1]))
    else:
        whole = [(first, _without_aside(reading, first, end))]
    yield from made(reading, "verb.clause", 0.9 if known else 0.5, source=source, cue=[group], content=whole)


def _without_aside(reading: Reading, first: int, end: int) -> int:
    """Return the end of the content before an addition of the article.

    Examples are ", citing the ministry", ", a claim Kyiv rejected".
    """
    doc = reading.doc
    for i in range(first + 1, end - 2):
        if doc[i].text != "," or reading.within[i] >= 0:
            continue
        if doc[i + 1].lower_ in ("citing", "quoting"):
            return i
        noun = doc[i + 2] if doc[i + 1].lower_ in ("a", "an") else None
        if noun is not None and noun.pos_ == "NOUN" and noun.lemma_.lower() in reading.cues.deniable:
            return i
    return end


def gapped(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """Attribute relative clauses: in "the deal, which critics say rewards Tehran" the pronoun is content.

    Args:
        reading: The text.
        verb: The verb that may be a cue.
        word: Its lemma, with a particle.
    """
    own = child(verb, "nsubj")
    if verb.dep_ != "relcl" or not reading.cues.takes(word, "clause"):
        return
    pronoun = verb.left_edge
    who = next((c for c in reversed(children(verb, "nsubj")) if c.i > pronoun.i), None)
    if own is None or who is None or pronoun.lower_ not in ("which", "who", "that") or pronoun.i + 1 != who.left_edge.i:
        return
    group = verb_group(verb)
    rest = (group[1], verb.right_edge.i + 1)
    if (
        rest[1] - rest[0] >= _GAPPED_WORDS
        and reading.doc[rest[0]].pos_ in ("VERB", "AUX", "NOUN")
        and reading.doc[rest[0]].text != ","
    ):
        content = [(pronoun.i, pronoun.i + 1), rest]
        yield from made(reading, "verb.gapped", 0.6, source=noun_phrase(who, verb), cue=[group], content=content)


def _anyone_may_say(reading: Reading, verb: Token, clause: Token) -> bool:
    """Return True for the shape of a report with an unknown verb: actor, verb, that-clause."""
    if verb.lemma_.lower() in reading.cues.never or clause.i < verb.i:
        return False
    mark = child(clause, "mark")
    who = subject(verb)
    if mark is None or mark.lower_ != "that" or who is None:
        return False
    return who.pos_ in ("PROPN", "PRON") or who.ent_type_ in ("PERSON", "ORG", "GPE", "NORP") or who.tag_ == "NNS"


def intrusion(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """Attribute intrusions that the parser missed: "the talks, she said, had failed".

    Args:
        reading: The text.
        verb: The verb that may be a cue.
        word: Its lemma, with a particle.
    """
    if not reading.cues.takes(word, "clause") or verb.tag_ == "VBG" or child(verb, "dobj", "ccomp", "xcomp", "dative"):
        return
    own = child(verb, "nsubj")
    if own is None or verb.dep_ == "relcl" or own.lower_ in NOBODY | {"who", "which"}:
        return
    sentence = verb.sent
    group = verb_group(verb)
    source = noun_phrase(own, verb)
    first, end = min(source[0][0], group[0]), max(source[-1][1], group[1])
    as_clause = first > sentence.start and reading.doc[first - 1].lower_ == "as"
    if as_clause:
        first -= 1
    left = first > sentence.start and last_word(reading, sentence.start, first) in (",", "—", "–", "-", "--")
    end = _with_circumstances(reading, verb, end, sentence.end)
    right = end >= sentence.end or reading.doc[end].is_punct
    if not right or not (left or (as_clause and first <= sentence.start + 1)):
        return
    if first == sentence.start and not as_clause:
        return
    onward = end + 1 < sentence.end and reading.doc[end + 1].tag_ == "VBG"  # the same speaker goes on: calling it ...
    content = [(sentence.start, first)] if onward else [(sentence.start, first), (end, sentence.end)]
    yield from made(reading, "verb.intrusion", 0.7, source=source, cue=[group], content=content)


def _with_circumstances(reading: Reading, verb: Token, end: int, limit: int) -> int:
    """Return the end of the clause after its adverbs and phrases of time and medium."""
    while end < limit:
        token = reading.doc[end]
        holder = next(
            (c for c in verb.children if c.left_edge.i == end and c.dep_ in ("prep", "npadvmod", "advmod")), None
        )
        if holder is None or token.is_punct:
            break
        end = holder.right_edge.i + 1
    return min(end, limit)
