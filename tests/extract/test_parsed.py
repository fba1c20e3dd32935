"""The plain values of a parse say what spaCy's own objects say."""

from __future__ import annotations

import pytest

from kg.extract.language import parse
from kg.extract.parsed import Doc
from tests.extract.reading import SEED, model

TEXTS = [
    SEED.read_bytes().decode(),
    "Talks begin\n\n“No,” he said – Anna, Bob and Carl’s aide, who left, weren’t there… \U0001f600\r\nU.S. end.\n",
    ".",
]
WORDS = ("text", "lower_", "lemma_", "pos_", "tag_", "dep_", "ent_type_", "ent_iob_", "whitespace_", "idx", "i")
FLAGS = ("is_alpha", "is_punct", "is_quote", "is_space", "is_title", "is_upper")
GROUPS = ("lefts", "rights", "children", "ancestors", "subtree", "conjuncts")


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_every_token_is_as_in_the_parse(text: str) -> None:
    """Its words, its flags, and who hangs on whom."""
    whole = parse(model(), text)
    doc = Doc(whole)
    assert len(doc) == len(whole) > 0
    for ours, theirs in zip(doc, whole, strict=True):
        assert [getattr(ours, name) for name in WORDS] == [getattr(theirs, name) for name in WORDS]
        assert [getattr(ours, name) for name in FLAGS] == [getattr(theirs, name) for name in FLAGS]
        assert ours.is_sent_start == bool(theirs.is_sent_start)
        for name in GROUPS:
            assert [w.i for w in getattr(ours, name)] == [w.i for w in getattr(theirs, name)], name
        edges = (theirs.head.i, theirs.left_edge.i, theirs.right_edge.i, theirs.sent.start, theirs.sent.end)
        assert (ours.head.i, ours.left_edge.i, ours.right_edge.i, ours.sent.start, ours.sent.end) == edges


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_every_stretch_is_as_in_the_parse(text: str) -> None:
    """Sentences, names, and slices with any ends: their words, places and roots."""
    whole = parse(model(), text)
    doc = Doc(whole)
    assert [(s.start, s.end, s.text) for s in doc.sents] == [(s.start, s.end, s.text) for s in whole.sents]
    assert [(e.start, e.end, e.label_) for e in doc.ents] == [(e.start, e.end, e.label_) for e in whole.ents]
    for start in range(-2, len(doc), 3):
        for end in (start - 1, start + 1, start + 4, -1):
            ours, theirs = doc[start:end], whole[start:end]
            assert (ours.text, len(ours)) == (theirs.text, len(theirs))
            if len(ours):
                assert (ours.root.i, ours.start_char, ours.end_char) == (
                    theirs.root.i,
                    theirs.start_char,
                    theirs.end_char,
                )
                assert ours[-1].i == theirs[-1].i
    with pytest.raises(IndexError):
        doc[len(doc) - 1].nbor(1)
