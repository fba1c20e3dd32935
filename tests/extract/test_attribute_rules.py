"""The English model's rules by table: the matches are spaCy's."""

from typing import Any

import pytest
import spacy
from spacy.tokens import Doc

from kg.extract.attribute_rules import AttributeRules, by_table
from tests.extract.reading import model

ODD = [
    "It ain't over, y' all, and there's nothin' to do: they're gone, aren't they?",
    "But he'd have said that which I did. \n\n You saw it; what's her name? This is all but one.",
    "We shall not (n't) be told to go, though none of us can; either way the U.S. will've gone. 'Cause I said so.",
    "",
    " ",
]


@pytest.mark.parametrize("text", ODD)
def test_matches_are_those_of_spacy(text: str) -> None:
    """Each rule matches where spaCy's own matcher finds it, in the same order."""
    ruler: Any = model().get_pipe("attribute_ruler")
    doc = model()(text)
    assert ruler.match(doc) == sorted(set(type(ruler).match(ruler, doc)))


def test_rule_of_two_tokens_needs_both() -> None:
    """A rule of two tokens matches neither the first alone nor the end of a text."""
    doc = Doc(spacy.blank("en").vocab, words=["go", "on", "go"])
    rules = AttributeRules([(0, [{"LOWER": "go"}, {"LOWER": {"REGEX": "^o"}}]), (1, [{"LOWER": {"NOT_IN": ["on"]}}])])
    assert rules.find(doc) == [(0, 0, 2), (1, 0, 1), (1, 2, 3)]


def test_other_kinds_of_rules_stay_with_spacy() -> None:
    """A model whose rules ask for more than the table knows keeps its own matcher."""
    plain = spacy.blank("en")
    ruler: Any = plain.add_pipe("attribute_ruler")
    ruler.add([[{"SHAPE": "Xxx"}]], {"POS": "PROPN"})
    by_table(plain)
    assert "match" not in vars(ruler)
    assert [token.pos_ for token in plain("Ann said")] == ["PROPN", ""]
