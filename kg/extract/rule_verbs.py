"""Attributions whose cue is a verb with its content as clause, infinitive, object or prepositional phrase."""

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
    is_passive,
    lemma,
    noun_phrase,
    subject,
    subtree,
    verb_group,
    without,
)
from kg.extract.reading import Range, Reading

if TYPE_CHECKING:
    from spacy.tokens import Token

_NOT_VERBAL = frozenset({"amod", "compound", "aux", "auxpass", "nmod"})
_WHOLE = frozenset(
    {"ROOT", "ccomp", "advcl", "conj", "parataxis", "relcl", "acl", "xcomp", "pcomp", "dep", "csubj", "appos", "intj"}
)
_COMPLEMENTIZERS = frozenset({"that", "whether", "if", "how", "why", "what", "where", "when", "who", "like", "as"})
_NOBODY = frozenset({"there", "you", "this", "that", "what"})
_SPEAKING = frozenset({"ORG", "PERSON", "GPE", "NORP"})
_GAPPED_WORDS = 2
_ASKED = frozenset({"ask", "press", "question"})
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


def verb_attributions(reading: Reading) -> Iterator[Attribution]:
    """One attribution at most for each verb, in text order."""
    for token in reading.doc:
        if token.pos_ not in ("VERB", "AUX") or token.dep_ in _NOT_VERBAL:
            continue
        found = next(_of_verb(reading, token), None)
        if found is not None:
            yield found


def _of_verb(reading: Reading, verb: Token) -> Iterator[Attribution]:
    """What the verb hands on, the surest pattern first."""
    word = lemma(verb)
    if verb.lower_ in ("let", "let's") or word in ("be", "have", "do"):
        return
    yield from _passive(reading, verb, word)
    if is_passive(verb) or (verb.tag_ == "VBN" and verb.dep_ in ("advcl", "acl") and child(verb, "aux") is None):
        return
    yield from _gapped(reading, verb, word)
    yield from _clause(reading, verb, word)
    yield from _intrusion(reading, verb, word)
    yield from _urged(reading, verb, word)
    yield from _intended(reading, verb, word)
    yield from _of_somebody(reading, verb, word)
    yield from _prepositional(reading, verb, word)
    yield from _object(reading, verb, word)


def _made(
    reading: Reading,
    rule: str,
    confidence: float,
    *,
    source: list[Range],
    cue: list[Range],
    content: list[Range],
) -> Iterator[Attribution]:
    """The attribution of token ranges, with source and cue cut out of the content; nothing where no word is left."""
    pieces = [part for whole in content for part in without(whole, *source, *cue)]
    spans = reading.spans(pieces)
    cues = reading.spans(cue)
    if spans and cues:
        yield Attribution(source=reading.spans(source), cue=cues, content=spans, confidence=confidence, rule=rule)


def _speaker(verb: Token) -> list[Range] | None:
    """The ranges of who speaks; None where nobody does or the word only fills the place."""
    who = subject(verb)
    if who is None or who.lower_ in _NOBODY or (who.lower_ in ("which", "that") and who.dep_ in ("det", "mark")):
        return None
    if who.lower_ == "that" and verb.dep_ != "relcl":
        return None
    return noun_phrase(who, verb)


def _complement(verb: Token) -> Token | None:
    """The finite clause that is the object of the verb."""
    for c in verb.children:
        if c.dep_ != "ccomp" or is_infinitive(c):
            continue
        mark = child(c, "mark")
        if mark is not None and mark.lower_ not in _COMPLEMENTIZERS:
            continue
        if is_finite(c) or mark is not None or _asks(c):
            return c
    return None


def _asks(clause: Token) -> bool:
    return clause.left_edge.lower_ in ("what", "how", "why", "where", "when", "who", "whether", "if")


def _clause(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """She said (that) the talks had failed; the talks had failed, she said."""
    cues = reading.cues
    clause = _complement(verb)
    if clause is None:
        return
    known = cues.takes(word, "clause", "hearer") or cues.takes(verb.lemma_.lower(), "clause", "hearer")
    if not known and not _anyone_may_say(reading, verb, clause):
        return
    source = _speaker(verb)
    if source is None:
        return
    group = verb_group(verb)
    first, end = subtree(clause)
    if clause.i < verb.i:
        first = min(first, verb.sent.start) if verb.dep_ == "ROOT" else first
        end = min(end, min(source[0][0], group[0])) if source[0][0] > clause.i else min(end, group[0])
        if _last_word(reading, first, max(end, first)) in (";", ":") or reading.doc[end].text in (";", ":"):
            return
        whole = [(first, end)]
    elif first <= verb.i:
        whole = without((first, end), (min(source[0][0], group[0]), group[1]))
    else:
        whole = [(first, _without_aside(reading, first, end))]
    yield from _made(reading, "verb.clause", 0.9 if known else 0.5, source=source, cue=[group], content=whole)


def _without_aside(reading: Reading, first: int, end: int) -> int:
    """Where the content ends before what the article adds: ", citing the ministry", ", a claim Kyiv rejected"."""
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


def _gapped(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """The deal, which critics say rewards Tehran: the relative pronoun belongs to what the critics say."""
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
        yield from _made(reading, "verb.gapped", 0.6, source=noun_phrase(who, verb), cue=[group], content=content)


def _anyone_may_say(reading: Reading, verb: Token, clause: Token) -> bool:
    """True where the shape alone shows that a verb outside of the lexicon hands on: somebody, verb, that-clause."""
    if verb.lemma_.lower() in reading.cues.never or clause.i < verb.i:
        return False
    mark = child(clause, "mark")
    who = subject(verb)
    if mark is None or mark.lower_ != "that" or who is None:
        return False
    return who.pos_ in ("PROPN", "PRON") or who.ent_type_ in ("PERSON", "ORG", "GPE", "NORP") or who.tag_ == "NNS"


def _intrusion(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """The talks, she said, had failed; as she put it, the talks had failed. The parser does not always see whose clause it is."""
    if not reading.cues.takes(word, "clause") or verb.tag_ == "VBG" or child(verb, "dobj", "ccomp", "xcomp", "dative"):
        return
    own = child(verb, "nsubj")
    if own is None or verb.dep_ == "relcl" or own.lower_ in _NOBODY | {"who", "which"}:
        return
    sentence = verb.sent
    group = verb_group(verb)
    source = noun_phrase(own, verb)
    first, end = min(source[0][0], group[0]), max(source[-1][1], group[1])
    as_clause = first > sentence.start and reading.doc[first - 1].lower_ == "as"
    if as_clause:
        first -= 1
    left = first > sentence.start and _last_word(reading, sentence.start, first) in (",", "—", "–", "-", "--")
    end = _with_circumstances(reading, verb, end, sentence.end)
    right = end >= sentence.end or reading.doc[end].is_punct
    if not right or not (left or (as_clause and first <= sentence.start + 1)):
        return
    if first == sentence.start and not as_clause:
        return
    onward = end + 1 < sentence.end and reading.doc[end + 1].tag_ == "VBG"  # the same speaker goes on: calling it ...
    content = [(sentence.start, first)] if onward else [(sentence.start, first), (end, sentence.end)]
    yield from _made(reading, "verb.intrusion", 0.7, source=source, cue=[group], content=content)


def _last_word(reading: Reading, start: int, end: int) -> str:
    for i in range(end - 1, start - 1, -1):
        if not reading.doc[i].is_space:
            return reading.doc[i].text
    return ""


def _with_circumstances(reading: Reading, verb: Token, end: int, limit: int) -> int:
    """The end of the clause after its adverbs and phrases of time and medium."""
    while end < limit:
        token = reading.doc[end]
        holder = next(
            (c for c in verb.children if c.left_edge.i == end and c.dep_ in ("prep", "npadvmod", "advmod")), None
        )
        if holder is None or token.is_punct:
            break
        end = holder.right_edge.i + 1
    return min(end, limit)


def _passive(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """Is expected to meet; was accused of fraud by the court; it was reported that; asked whether."""
    clause = _complement(verb)
    takes = reading.cues.takes
    cue = [verb_group(verb)]
    if (
        word in _ASKED
        and verb.tag_ == "VBN"
        and clause is not None
        and clause.i > verb.i
        and child(verb, "nsubj") is None
    ):
        yield from _made(reading, "verb.asked", 0.7, source=[], cue=cue, content=[subtree(clause)])
        return
    about = child(verb, "nsubjpass", "csubjpass")
    if about is None and verb.tag_ == "VBN" and child(verb, "auxpass") is not None:
        about = subject(verb, passive=True)
    if about is None:
        return
    rest = child(verb, "xcomp")
    source = _by_whom(verb, far=rest is None)
    by = [(a - 1, b) for a, b in source[:1]]
    whom = noun_phrase(about, verb)[-1:]  # of "those who are expected to", only who
    if clause is not None and clause.i > verb.i and about.lower_ == "it" and takes(word, "passive", "clause"):
        yield from _made(reading, "verb.passive", 0.8, source=source, cue=cue, content=[subtree(clause)])
    elif rest is not None and is_infinitive(rest) and rest.i > verb.i and takes(word, "passive"):
        content = [*whom, *without(subtree(rest), *by)]
        yield from _made(reading, "verb.passive", 0.8, source=source, cue=cue, content=content)
    elif (phrase := _what_of(verb)) is not None and takes(word, "of"):
        content = [*whom, *without(phrase, *by)]
        yield from _made(reading, "verb.passive-of", 0.6, source=source, cue=cue, content=content)


def _by_whom(verb: Token, *, far: bool) -> list[Range]:
    """Who does what is told in the passive: after by; ``far`` also where the parser hung it on a later word."""
    for word in verb.subtree if far else verb.children:
        if word.i > verb.i and (word.dep_ == "agent" or (word.dep_ == "prep" and word.lower_ == "by")):
            pobj = child(word, "pobj")
            if pobj is not None and (word.head == verb or pobj.ent_type_ in _SPEAKING or pobj.tag_ == "NNS"):
                return noun_phrase(pobj)
    return []


def _urged(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """Urged both sides to stop; told them to stop; called on them to stop."""
    if not reading.cues.takes(word, "urge"):
        return
    source = _speaker(verb)
    if source is None:
        return
    cue = [verb_group(verb)]
    somebody = child(verb, "dobj", "dative")
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
        own = child(c, "nsubj")
        if own is not None and own.i > verb.i:
            content = [subtree(c)]
        elif somebody is not None and (c.dep_ != "advcl" or on is not None):
            content = [(subtree(somebody)[0], subtree(c)[1])]
        else:
            continue
        yield from _made(reading, "verb.urge", 0.8, source=source, cue=cue, content=content)
        return


def _intended(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """Vowed to return, wants to talk."""
    if not reading.cues.takes(word, "to"):
        return
    rest = child(verb, "xcomp")
    if rest is None or not is_infinitive(rest) or rest.i < verb.i:
        return
    source = _speaker(verb)
    if source is not None:
        yield from _made(reading, "verb.to", 0.8, source=source, cue=[verb_group(verb)], content=[subtree(rest)])


def _what_of(verb: Token) -> Range | None:
    """What somebody is accused of, blamed for, described as: the phrase after the person."""
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
    return None


def _of_somebody(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """Accused Kyiv of breaking the truce, called the plan a disgrace, thanked him for coming."""
    if not reading.cues.takes(word, "of"):
        return
    source = _speaker(verb)
    if source is None:
        return
    somebody = child(verb, "dobj")
    small = next(
        (c for c in children(verb, "ccomp", "oprd") if c.i > verb.i and not is_finite(c) and not is_infinitive(c)), None
    )
    if somebody is not None and somebody.i > verb.i:
        phrase = _what_of(verb) or _inside_object(somebody)
        if phrase is not None and phrase[1] > somebody.i:
            content = (subtree(somebody)[0], max(phrase[1], subtree(somebody)[1]))
            yield from _made(reading, "verb.of", 0.8, source=source, cue=[verb_group(verb)], content=[content])
    elif small is not None:
        yield from _made(reading, "verb.of", 0.7, source=source, cue=[verb_group(verb)], content=[subtree(small)])


def _inside_object(somebody: Token) -> Range | None:
    """The of-phrase that the parser hung on the person instead of the verb."""
    phrase = next(
        (c for c in somebody.children if c.dep_ in ("prep", "appos") and c.lower_ in ("of", "for", "as")), None
    )
    return subtree(phrase) if phrase is not None else None


def _prepositional(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """Called for a ceasefire, warned of consequences, insisted on guarantees."""
    wanted = reading.cues.prepositions(word)
    if not wanted or child(verb, "dobj", "ccomp", "xcomp"):
        return
    source = _speaker(verb)
    if source is None:
        return
    for prep in children(verb, "prep"):
        if prep.i > verb.i and prep.lower_ in wanted and not is_circumstance(prep):
            cue = (
                [(verb_group(verb)[0], prep.i + 1)]
                if prep.i == verb.i + 1
                else [verb_group(verb), (prep.i, prep.i + 1)]
            )
            content = [(prep.i + 1, subtree(prep)[1])]
            yield from _made(reading, "verb.prep", 0.7, source=source, cue=cue, content=content)
            return


def _object(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """Announced his arrival, condemned the attack, rejected the plan, denied sending troops."""
    if not reading.cues.takes(word, "np") and not reading.cues.takes(verb.lemma_.lower(), "np"):
        return
    what = child(verb, "dobj")
    if what is None:
        what = next((c for c in children(verb, "xcomp", "ccomp") if c.tag_ == "VBG" and not is_finite(c)), None)
    if what is None or what.i < verb.i or what.lower_ in _EMPTY_OBJECT:
        return
    source = _speaker(verb)
    if word == "cite" and verb.tag_ == "VBG":
        return  # names a source of the source, not what is said
    if source is None or _is_it(reading, source):
        return
    end = subtree(what)[1]
    for c in verb.children:
        if c.dep_ == "prep" and c.left_edge.i == end and not is_circumstance(c) and c.lower_ not in _ASIDE:
            end = subtree(c)[1]
    group = verb_group(verb)
    yield from _made(reading, "verb.object", 0.7, source=source, cue=[group], content=[(subtree(what)[0], end)])


def _is_it(reading: Reading, source: list[Range]) -> bool:
    return len(source) == 1 and source[0][1] - source[0][0] == 1 and reading.doc[source[0][0]].lower_ == "it"
