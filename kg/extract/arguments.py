"""Subjects, objects and prepositional partners of a word, found through passives, participles and shared subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extract.wordlists import word_lists

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_OBJECT_CONTROL = word_lists()["object_control"]
_CONTROL_THROUGH = word_lists()["object_control_through"]
_BLAMING = word_lists()["blaming"]
_DEEPEST = 6
_WIDEST = 40


def subjects(verb: Token) -> list[Token]:
    """Return the grammatical subjects of the verb itself, first conjuncts only."""
    return [c for c in verb.lefts if c.dep_ in {"nsubj", "nsubjpass"}] or [
        c for c in verb.rights if c.dep_ in {"nsubj", "nsubjpass"}
    ]


def is_passive(verb: Token) -> bool:
    """Return True for a passive verb, participles that qualify a noun included."""
    if any(c.dep_ in {"auxpass", "nsubjpass"} for c in verb.lefts):
        return True
    bare = verb.tag_ == "VBN" and verb.dep_ in {"acl", "advcl"}
    return bare and not any(c.dep_ in {"aux", "nsubj"} for c in verb.lefts)


def doer(verb: Token) -> list[Token]:
    """Return the agents of the verb: its subject, "by X" of a passive, or the subject of the clause above."""
    if is_passive(verb):
        return [t for t, p in prepositional(verb) if p == "by"]
    return _subject_of(verb, _DEEPEST)


def objects(verb: Token) -> list[Token]:
    """Whom or what the verb acts on: its objects, the subject of a passive."""
    if is_passive(verb):
        return _subject_of(verb, _DEEPEST)
    found = [c for c in verb.rights if c.dep_ in {"dobj", "dative", "obj"} and c.pos_ not in {"ADP"}]
    if not found:
        found = [inner for c in verb.rights if c.dep_ == "ccomp" and c.tag_ == "VB" for inner in subjects(c)]
    if verb.dep_ == "relcl":
        found += [verb.head for c in verb.lefts if c.dep_ == "dobj" and c.tag_ in {"WDT", "WP"}]
    return found


def asked_to(verb: Token) -> list[Token]:
    """Return the addressees who are to act: "urged X to leave", "called on X to leave".

    The result is empty if they are the subject of the verb above.
    """
    head, lemma = verb.head, verb.head.lemma_.lower()
    if verb.tag_ == "VB" and verb.dep_ in {"xcomp", "prep", "ccomp", "advcl"}:
        through = [
            noun
            for noun, word in prepositional(head)
            if f"{lemma} {word}" in _CONTROL_THROUGH
            and noun.i < verb.i
            and noun.dep_ != "conj"
            and noun.ent_type_ not in {"DATE", "TIME"}
        ]
        if through:
            return through[-1:]
    return objects(head) if lemma in _OBJECT_CONTROL and verb.dep_ in {"xcomp", "prep", "ccomp"} else []


def _subject_of(verb: Token, depth: int) -> list[Token]:
    found = subjects(verb)
    if found and found[0].tag_ in {"WDT", "WP"} and verb.dep_ == "relcl":
        return [verb.head]
    if found and not (found[0].lower_ == "that" and verb.dep_ == "relcl"):
        return found
    if found:
        return [verb.head]
    if depth == 0 or verb.head.i == verb.i:
        return []
    return _shared_subject(verb, depth - 1)


def _shared_subject(verb: Token, depth: int) -> list[Token]:
    head = verb.head
    if verb.dep_ == "pcomp" and head.dep_ == "prep":
        if head.lower_ in {"of", "for"} and head.head.lemma_.lower() in _BLAMING:
            return _blamed(head.head, head)
        verb, head = head, head.head
    if verb.dep_ in {"acl", "relcl"} and head.pos_ in {"NOUN", "PROPN", "PRON"}:
        return _through_noun(verb, head, depth)
    if head.pos_ in {"NOUN", "PROPN"}:
        return _through_noun(verb, head, depth)
    if head.pos_ not in {"VERB", "AUX", "ADJ"}:
        return []
    asked = asked_to(verb)
    if asked:
        return asked
    if verb.dep_ in {"conj", "xcomp", "advcl", "prep", "ccomp", "dep", "acomp"}:
        if is_passive(head) and verb.dep_ != "conj":
            return _subject_of(head, depth) if subjects(head) else doer(head)
        return _subject_of(head, depth)
    return []


def _blamed(verb: Token, preposition: Token) -> list[Token]:
    """Return X of "accused X of": the object, else the name or noun before "of", but not the subject."""
    found = objects(verb)
    if found or preposition.i == 0:
        return found
    before = preposition.nbor(-1)
    return [before] if before.pos_ in {"NOUN", "PROPN", "PRON"} and before.i > verb.i else []


def _through_noun(verb: Token, noun: Token, depth: int) -> list[Token]:
    """Return the subject of an infinitive or participle of a noun.

    Examples are "a willingness to revive", "forces attacking".
    """
    if verb.tag_ == "VBG" or (verb.tag_ in {"VBD", "VBZ", "VBP"} and verb.dep_ == "relcl"):
        return [noun]
    owned_by = owners(noun)
    if owned_by:
        return owned_by
    above = noun.head
    if noun.dep_ in {"dobj", "attr"} and above.pos_ in {"VERB", "AUX"} and depth:
        return _subject_of(above, depth - 1)
    if noun.dep_ == "pobj" and above.head.pos_ in {"VERB", "AUX"} and depth:
        return _subject_of(above.head, depth - 1)
    return []


def owners(noun: Token) -> list[Token]:
    """Return the possessors of the noun with their conjuncts, as in "X and Y's attempts"."""
    found = [c for c in noun.lefts if c.dep_ == "poss"]
    if not found and noun.i > 1 and noun.nbor(-1).tag_ == "POS":
        found = [noun.nbor(-2)]
    out: dict[int, Token] = {}
    for owner in found:
        while owner.dep_ == "conj" and owner.head.pos_ in {"PROPN", "NOUN"} and owner.i - owner.head.i < _WIDEST:
            owner = owner.head
        out.update({t.i: t for t in conjuncts(owner) if t.i < noun.i})
    return list(out.values())


def prepositional(head: Token) -> list[tuple[Token, str]]:
    """Return (noun, preposition) for all prepositional phrases of ``head``, conjuncts included, in text order.

    Phrases of the object count too if the object carries the verb's sense ("paid a visit to X").
    """
    out: list[tuple[Token, str]] = []
    for child in head.children if head.pos_ in {"VERB", "AUX"} else head.rights:
        if child.dep_ in {"prep", "agent", "dative"} and child.pos_ in {"ADP", "SCONJ", "VERB"}:
            out += _through(child, child.lower_)
        elif child.dep_ == "prt":
            continue
    return out


def _through(preposition: Token, word: str) -> list[tuple[Token, str]]:
    out: list[tuple[Token, str]] = []
    for child in preposition.rights:
        if child.dep_ == "pobj":
            out += [(t, word) for t in conjuncts(child)]
        elif child.dep_ == "prep" or (child.dep_ == "conj" and child.pos_ == "ADP"):
            out += _through(child, child.lower_)
    return out


def conjuncts(token: Token) -> list[Token]:
    """Return the token and its conjuncts ("and", commas), in text order."""
    out, queue = [token], [token]
    while queue and len(out) < _WIDEST:
        joined = [c for c in queue.pop().rights if c.dep_ == "conj"]
        out += joined
        queue += joined
    return sorted(out, key=lambda t: t.i)


def complement_words(head: Token) -> list[Token]:
    """Return the complements of ``head``: objects, infinitives and prepositional phrases, a few levels deep."""
    out: list[Token] = []
    level = [head]
    for _ in range(3):
        following = []
        for token in level:
            for child in token.children:
                if len(out) >= _WIDEST:
                    return out
                if child.dep_ in {
                    "dobj",
                    "pobj",
                    "prep",
                    "xcomp",
                    "prt",
                    "nsubjpass",
                    "acl",
                    "relcl",
                    "amod",
                    "compound",
                    "attr",
                    "dative",
                    "pcomp",
                    "conj",
                    "nmod",
                    "advcl",
                    "obj",
                    "oprd",
                    "advmod",
                    "agent",
                }:
                    if child.dep_ in {"relcl", "advcl", "conj"} and (
                        child.pos_ in {"VERB", "AUX"} and child.tag_ != "VB"
                    ):
                        continue
                    if child.dep_ == "conj" and token is head:
                        continue
                    out.append(child)
                    following.append(child)
        level = following
    return out
