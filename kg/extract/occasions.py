"""Which attributions inside of somebody's words report an occasion of speaking or thinking, and which only name one.

"Two diplomats told me that Kastovia walked out" hands on what they said. "We would never say that the border is
closed", "to prove that it is safe", "it shows that they were right" and "I am sure that they will come" hand on
nothing that anybody said: those words are the outer speaker's own, and stay in the outer content (annotation guide,
"Nesting"). At the top the same words are kept: there they keep what is supposed out of the article's own voice.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from kg.extract.acts import Act
from kg.extract.attribution import Attribution
from kg.extract.modality import modality_of
from kg.extract.nesting import parents
from kg.extract.phrases import lemma
from kg.extract.wordlists import word_lists
from kg.records import Spans

if TYPE_CHECKING:
    from kg.extract.parsed import Doc, Token

_PROVING: Final = word_lists("modality")["proving"]
_PROVING_OF_THINGS: Final = word_lists("modality")["proving_of_things"]
_THINGS: Final = frozenset({"it", "this", "that", "these", "which", "what"})
_SELF: Final = frozenset({"i", "we"})
_NOW: Final = frozenset({"VBP", "VBG", "JJ"})
_THOUGHTS: Final = frozenset({"believe", "doubt", "expect", "expressWillingness", "fear", "hope", "recognize"})
"""Acts of thinking: who says that he thinks so has said what he thinks, and not reported it."""


def reported(
    attributions: Sequence[Attribution],
    acts: Sequence[Act],
    doc: Doc,
    is_same: Callable[[Spans, Spans], bool],
) -> list[bool]:
    """For each attribution whether it is to be told: True at the top, and where it reports an occasion of its own.

    ``acts`` go with ``attributions`` one to one; ``is_same`` says of an inner and an outer source
    whether they name the same.
    """
    starts = [token.idx for token in doc]
    out = []
    for inner, act, parent in zip(attributions, acts, parents(attributions), strict=True):
        if parent is None:
            out.append(True)
            continue
        cue = _words(doc, starts, inner.cue)
        outer = attributions[parent]
        own = is_same(inner.source, outer.source)
        out.append(_is_occasion(cue, inner, outer, act, own=own) if cue else not own)
    return out


def _words(doc: Doc, starts: list[int], spans: Spans) -> list[Token]:
    return [token for s in spans for token in doc[bisect_left(starts, s.start) : bisect_left(starts, s.end)]]


def _is_occasion(cue: list[Token], inner: Attribution, outer: Attribution, act: Act, *, own: bool) -> bool:
    """Return True if the inner claim reports an occasion of its own.

    With ``own``, the speaker of ``outer`` is the speaker of ``inner`` too.
    """
    numbers = {token.i for token in cue}
    head = next((token for token in cue if token.head.i not in numbers or token.head.i == token.i), cue[0])
    source = {span.of(head.doc.text).lower() for span in inner.source}
    proves = lemma(head) in _PROVING or (lemma(head) in _PROVING_OF_THINGS and bool(source & _THINGS))
    by_saying_so = bool(source) and source <= _SELF and _is_present(head)
    own_thought = own and act.speech_act in _THOUGHTS and not _was_before(head)
    is_state = act.speech_act == "expressWillingness" and any(token.pos_ == "ADJ" for token in cue)
    return not (proves or by_saying_so or own_thought or is_state or _is_supposed(head, cue, outer.content))


def _is_supposed(head: Token, cue: list[Token], outer: Spans) -> bool:
    """Return True for hypothetical or future speech, which did not occur."""

    def inside(token: Token) -> bool:
        return any(span.start <= token.idx < span.end for span in outer)

    told = modality_of(head, inside=inside)
    if told.frame != "nonFuture" or told.certainty == "possible" or any(token.tag_ == "MD" for token in cue):
        return True
    return head.tag_ == "VB" and any(token.lower_ == "to" for token in (*cue, *head.lefts))


def _is_present(head: Token) -> bool:
    """Return True for opinions expressed by saying so: "I am sure", "we are asking"; not "I have argued"."""
    return head.tag_ in _NOW and not _was_before(head)


def _was_before(head: Token) -> bool:
    """Return True for an earlier occasion, also in past narration: "Had hoped", "did think"."""
    return any(token.tag_ == "VBD" and token.dep_ == "aux" for token in head.lefts)
