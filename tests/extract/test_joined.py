"""Attributions of the rules and of the trained parser made one list."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc

from kg.extract.analysis import Analysis
from kg.extract.attribution import Attribution
from kg.extract.joined import joined, parted
from kg.records import Span

TEXT = "Talks\n\nNorway told Sweden that the port is open. Both countries agreed to start trading."


@pytest.fixture(scope="module")
def doc() -> Doc:
    """The parsed text."""
    return Analysis().parse(TEXT)


def attribution(source: str, cue: str, content: str, rule: str = "test") -> Attribution:
    """An attribution of the text by its words."""

    def span(words: str) -> tuple[Span, ...]:
        start = TEXT.index(words)
        return (Span(start, start + len(words)),)

    return Attribution(source=span(source), cue=span(cue), content=span(content), confidence=0.5, rule=rule)


TOLD = attribution("Norway", "told", "that the port is open")


def test_what_both_found_is_the_rules() -> None:
    """The same cue, or mostly the same content, is one attribution, with the rule's spans."""
    same_cue = attribution("Norway", "told", "the port is", "model")
    same_content = attribution("Sweden", "Sweden", "the port is open", "model")
    assert joined([TOLD], [same_cue, same_content]) == [TOLD]


def test_what_only_the_parser_found_is_added() -> None:
    """A cue that no rule has is taken from the parser, in text order."""
    talks = attribution("Talks", "Talks", "Norway", "model")
    assert joined([TOLD], [talks]) == [talks, TOLD]


def test_deed_is_no_cue(doc: Doc) -> None:
    """ "Both countries agreed to start" tells what happened, whoever marks it."""
    agreed = attribution("Both countries", "agreed", "to start trading", "model")
    assert parted([TOLD, agreed], doc) == ([TOLD], [agreed])


def test_nothing_found_is_nothing_joined() -> None:
    """Two empty lists make one."""
    assert joined([], []) == []
