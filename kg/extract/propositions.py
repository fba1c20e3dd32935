"""Which words of a clause make a whole proposition, and which clauses only complete another one.

A fact is a whole proposition: a finite predicate with its subject, or a noun that names an event. A clause that leans
on another one (a relative clause, a purpose, "and left") joins it, or takes along the words that it lacks.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.extract.phrases import FINITE, child, children

if TYPE_CHECKING:
    from kg.extract.clauses import Clauses
    from kg.extract.parsed import Doc, Token

_SUBJECTS: Final = ("nsubj", "nsubjpass", "csubj", "csubjpass", "expl")
_CORE: Final = ("dobj", "ccomp", "xcomp", "attr", "acomp", "oprd")
_SUBORDINATE: Final = frozenset({"ccomp", "csubj", "csubjpass", "advcl", "relcl"})
_LOOSE_ENDS: Final = frozenset({"CCONJ", "SCONJ", "DET", "PUNCT", "SPACE"})
_NAMING: Final = frozenset({"NOUN", "PROPN", "PRON", "NUM"})
_HANDING_ON: Final = frozenset({"ADP", "PART", *_LOOSE_ENDS})
_INCOMPLETE: Final = frozenset({"VERB", "AUX", "ADV"})
_PREDICATES: Final = frozenset({"VERB", "AUX"})
_ASKING: Final = frozenset({"WP", "WRB", "WDT", "WP$"})
_WHEN: Final = frozenset({"after", "before", "despite", "since", "until", "without"})
"""Prepositions of what happened besides: "faced doubts after saying so" is whole without it."""
_STEPS: Final = 6
_NEAR: Final = 8
"""Tokens: what the parse takes for an argument beyond that is none, most times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Propositions:
    """Judges clauses of ``doc``.

    ``said``, ``frame`` and ``cue`` have 1 for a token of attributed words, of a source or cue, and of a cue.
    """

    doc: Doc
    clauses: Clauses
    said: Sequence[int]
    frame: Sequence[int]
    cue: Sequence[int]

    def purposes(self, groups: Mapping[int, list[int]]) -> dict[int, int]:
        """Return for each infinitive without its own subject the clause that it completes, inner ones first.

        "To win the race" alone is no proposition, even if it tells of an event.
        """
        out: dict[int, int] = {}
        for head in sorted(groups, key=self._depth, reverse=True):
            above = self.clauses.above(self.doc[head])
            if above is not None and above.i in groups and _is_bare_infinitive(self.doc[head]):
                out[head] = above.i
        return out

    def joined(self, groups: Mapping[int, list[int]], standing: Container[int]) -> dict[int, list[int]]:
        """The tokens of each clause by its head, those that lean on another one of ``groups`` joined to it.

        Args:
            groups: Token numbers of each clause, by the number of its head.
            standing: Heads of clauses that stay apart, since they tell of an event.
        """
        out = {head: list(tokens) for head, tokens in groups.items()}
        for head in sorted(out, key=self._depth, reverse=True):
            above = self.clauses.above(self.doc[head])
            if head in standing or above is None or above.i not in out or not _leans(self.doc[head]):
                continue
            out[above.i] = sorted({*out[above.i], *out.pop(head)})
        return out

    def completed(self, head: Token, tokens: list[int]) -> list[int]:
        """Return the clause with its missing words: its subject, or the antecedent of its relative pronoun.

        Args:
            head: Head of the clause.
            tokens: Numbers of its tokens.
        """
        lacking = self._lacking(head)
        if lacking is None:
            return tokens
        last = max((other.i for other in lacking.conjuncts if other.i < head.i), default=lacking.i)
        phrase = range(lacking.left_edge.i, max(last, lacking.i) + 1)
        return tokens if any(self.said[i] for i in phrase) else sorted({*tokens, *phrase})

    def is_whole(self, head: Token, tokens: Iterable[int]) -> bool:
        """Return True for a clause with a predicate and a subject, of which nobody else says the half.

        A request states nothing, nor does a heading in the form of a question.

        Args:
            head: Head of the clause.
            tokens: Numbers of its tokens.
        """
        words = [self.doc[i] for i in tokens]
        if _asks_in_a_heading(head) or not self.is_stated(head):
            return False
        if self.is_cut(head) or _only_completes(head) or (_stands_for_a_noun(head) and head.head not in words):
            return False
        return self._has_predicate(head, words)

    def _has_predicate(self, head: Token, words: Sequence[Token]) -> bool:
        """Return True for a clause whose words include a subject and a finite verb, or an own participle."""
        if head.tag_ in {"VBN", "VBG"} and child(head, *_SUBJECTS) is not None:
            return True
        finite = [word.i for word in words if word.tag_ in FINITE and not _is_relative(self.clauses.head(word.i))]
        return bool(finite) and any(
            word.dep_ in _SUBJECTS or (word.pos_ in _NAMING and word.i < finite[-1]) for word in words
        )

    def is_stated(self, head: Token) -> bool:
        """Return False for a request: "For more, write to the editor"."""
        is_bare = head.tag_ == "VB" and head.head.i == head.i
        return not is_bare or any(c.dep_ in {"aux", "auxpass", *_SUBJECTS} for c in head.lefts)

    def trimmed(self, tokens: list[int]) -> list[int]:
        """Return the tokens without conjunctions, articles and punctuation at the ends of a run.

        Before attributed words also without what introduces them: "led the paper to print a page saying ...".
        """
        kept: list[int] = []
        for run in _runs(tokens):
            whole = self._before_words(run) if self._is_said_after(run[-1]) else run
            end = len(whole)
            while end and self.doc[whole[end - 1]].pos_ in _LOOSE_ENDS:
                end -= 1
            kept += whole[:end]
        return kept

    def _before_words(self, run: list[int]) -> list[int]:
        """Return the run without what hands on the words after it; all of it if nothing whole is left."""
        cut = self._before_cue(run)
        end = cut
        while end and (self.cue[run[end - 1]] or self.doc[run[end - 1]].pos_ in _HANDING_ON):
            end -= 1
        if cut == len(run) and end and self.doc[run[end - 1]].pos_ in _INCOMPLETE:
            end = cut  # "prompting a warning": the verb needs its object
        is_whole = any(self.doc[i].pos_ in _PREDICATES for i in run[:end])
        return run[:end] if is_whole else run

    def _before_cue(self, run: list[int]) -> int:
        """Return the place of the run's last participle or infinitive that is a cue, or its length."""
        cues = (n for n, i in enumerate(run) if self.cue[i] and self.doc[i].tag_ in {"VBG", "VB"})
        return max(cues, default=len(run))

    def _is_said_after(self, i: int) -> bool:
        """Return True if attributed words follow the token in its sentence, perhaps after marks."""
        sentence = self.doc[i].sent
        i += 1
        while i < sentence.end and not any(letter.isalnum() for letter in self.doc[i].text):
            i += 1
        return i < sentence.end and bool(self.said[i])

    def _depth(self, i: int) -> int:
        return sum(1 for _ in self.doc[i].ancestors)

    def _lacking(self, head: Token) -> Token | None:
        """Return the missing noun that the clause describes, or None."""
        if _stands_for_a_noun(head):
            return head.head if head.head.pos_ in {"NOUN", "PROPN", "PRON"} else None
        current = head
        for _ in range(_STEPS):
            own = child(current, *_SUBJECTS)
            if own is not None:
                return None if current is head else own
            if current.dep_ not in {"conj", "xcomp", "parataxis"} or current.head is current:
                return None
            current = current.head
        return None

    def is_cut(self, head: Token) -> bool:
        """Return True if an argument of the predicate is attributed words: "It is denouncing ..."."""
        for argument in children(head, *_CORE):
            if self.said[argument.i] and argument.left_edge.i - head.i <= _NEAR:
                return True
            if argument.pos_ in {"VERB", "AUX"} and self.frame[argument.i]:
                return True
            if argument.dep_ == "xcomp" and self.is_cut(argument):
                return True
        with_ = (one for one in children(head, "prep") if one.lower_ not in _WHEN)
        means = (inner for preposition in with_ for inner in children(preposition, "pcomp"))
        return any(self.frame[inner.i] or self.said[inner.i] for inner in means)


def _asks_in_a_heading(head: Token) -> bool:
    """Return True for "Why the port is closed": no question, though it begins as one."""
    sentence = head.sent
    words = [token for token in sentence if not token.is_space and not token.is_punct]
    if head.head.i != head.i or not words or words[0].tag_ not in _ASKING or "?" in sentence.text:
        return False
    return words[0].head.i == head.i or words[0].head.head.i == head.i


def _is_bare_infinitive(head: Token) -> bool:
    is_infinitive = head.tag_ == "VB" and any(c.tag_ == "TO" for c in head.lefts)
    return (
        is_infinitive and head.dep_ in {"advcl", "acl", "relcl", "xcomp", "ccomp"} and child(head, *_SUBJECTS) is None
    )


def _leans(head: Token) -> bool:
    """Return True for a dependent clause: subordinate, or coordinated without its own subject."""
    if head.dep_ in _SUBORDINATE:
        return True
    return head.dep_ in {"conj", "parataxis"} and child(head, *_SUBJECTS) is None


def _stands_for_a_noun(head: Token) -> bool:
    """True for a relative clause with "who", "which" or "that"; "where" and "when" leave nothing out."""
    words = head.doc[head.left_edge.i : head.i]
    return head.dep_ == "relcl" and any(word.tag_ in {"WDT", "WP", "WP$"} for word in words)


def _only_completes(head: Token) -> bool:
    """Return True for a clause that states nothing alone: "that he left", "a charge that stung"."""
    if head.dep_ == "relcl":
        words = head.doc[head.left_edge.i : head.i]
        return any(word.lower_ == "that" and word.tag_ == "WDT" for word in words)
    return any(word.dep_ == "mark" and word.lower_ == "that" for word in head.lefts)


def _is_relative(head: Token) -> bool:
    """True for a clause whose subject is a relative pronoun: it tells of a noun, and is no sentence."""
    subject = child(head, *_SUBJECTS)
    return head.dep_ == "relcl" and subject is not None and subject.tag_ in {"WDT", "WP"}


def _runs(tokens: list[int]) -> list[list[int]]:
    out: list[list[int]] = []
    for i in tokens:
        if out and i == out[-1][-1] + 1:
            out[-1].append(i)
        else:
            out.append([i])
    return out
