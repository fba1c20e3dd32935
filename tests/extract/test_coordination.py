"""What a verb after "and" is joined to, by the forms of the verbs."""

from __future__ import annotations

import pytest

from kg.extract.language import parse
from tests.extract.reading import model
from tests.extract.spoken import said

HEAD = "Talks\n\n"
JOINED = [
    (
        "Keller assured him that deliveries would continue without interruption and stressed that gas is cheap.",
        "stressed",
        "assured",
    ),
    ("The union alleged that both governments were lying and demanded to see the lists.", "demanded", "alleged"),
    ("Keller said that he had visited Paris and met the minister.", "met", "visited"),
    ("Keller said that Russia did not attack Iran but bombed Kyiv.", "bombed", "attack"),
    ("Keller said that she would stay and that it was fine.", "was", "stay"),
]


@pytest.mark.parametrize(("text", "verb", "head"), JOINED)
def test_verb_goes_on_with_one_of_its_own_form(text: str, verb: str, head: str) -> None:
    """A past tense does not go on after "would continue"; with a perfect, or a subject of its own, it stays."""
    doc = parse(model(), HEAD + text)
    (found,) = [token for token in doc if token.text == verb]
    assert found.head.text == head


def test_what_is_joined_to_the_speech_verb_has_its_speaker() -> None:
    """The second thing said is said by the same person, and is no part of the first."""
    found = said(HEAD + JOINED[0][0])
    assert [(source, cue) for source, cue, _ in found] == [("Keller", "assured"), ("Keller", "stressed")]
    assert found[0][2] == "that deliveries would continue without interruption"
