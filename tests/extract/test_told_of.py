"""Whom a passive tells of is not who says it."""

from __future__ import annotations

from functools import cache

import pytest

from kg.extract.analysis import Analysis
from kg.extract.attribution import Attribution
from kg.extract.attribution_rules import find
from kg.extract.quotes import find_quotes
from kg.extract.told_of import without_the_told_of
from kg.records import Span


@cache
def analysis() -> Analysis:
    """Loaded once."""
    return Analysis()


def source_of(text: str, source: str, cue: str, content: str) -> str:
    """The source's words after the correction, of an attribution by its words."""

    def span(words: str) -> tuple[Span, ...]:
        start = text.index(words)
        return (Span(start, start + len(words)),)

    marked = Attribution(source=span(source), cue=span(cue), content=span(content), confidence=0.5, rule="model")
    (found,) = without_the_told_of([marked], analysis().parse(text))
    return " ".join(text[s.start : s.end] for s in found.source)


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"),
    [
        ("Police arrested men from groups accused of the attack.", "groups", "accused", "of the attack"),
        ("Britain appeared set for a new row.", "Britain", "appeared", "set for a new row"),
        ("The general is expected to resign on Monday.", "The general", "is expected", "to resign on Monday"),
        ("Police searched the homes of men suspected of smuggling arms.", "men", "suspected", "of smuggling arms"),
    ],
)
def test_somebody_told_of_is_no_source(text: str, source: str, cue: str, content: str) -> None:
    """Who accuses, expects or suspects is not said."""
    assert source_of(text, source, cue, content) == ""


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"),
    [
        ("Norway accused Sweden of the attack.", "Norway", "accused", "Sweden of the attack"),
        (
            "The minister was quoted as saying that it is late.",
            "The minister",
            "was quoted as saying",
            "that it is late",
        ),
        ("The general, accused by Norway of the attack, left.", "Norway", "accused", "of the attack"),
    ],
)
def test_who_says_it_stays_the_source(text: str, source: str, cue: str, content: str) -> None:
    """In the active, where somebody is quoted, and after "by"."""
    assert source_of(text, source, cue, content) == source


@pytest.mark.parametrize(
    ("text", "source", "content"),
    [
        ("Police arrested men from groups accused of the attack.", "", "groups … of the attack"),
        (
            "The general, accused by Norway of ordering the strike, left.",
            "Norway",
            "The general … of ordering the strike",
        ),
    ],
)
def test_participle_after_its_noun_is_a_cue_of_the_rules(text: str, source: str, content: str) -> None:
    """What the noun is accused of is content, with the noun."""
    (found,) = find(analysis().parse(text), find_quotes(text))
    assert " … ".join(text[s.start : s.end] for s in found.source) == source
    assert " … ".join(text[s.start : s.end] for s in found.content) == content
