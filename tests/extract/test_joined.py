"""Attributions of the rules and of the trained parser made one list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.extract.analysis import Analysis
from kg.extract.attribution import Attribution
from kg.extract.choice import Choice, features
from kg.extract.joined import joined, matched, parted, without_faint
from kg.extract.parsed import Doc
from kg.records import Span, Spans

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
RULES = Choice({"constant": -9.0})
PARSER = Choice({"constant": 9.0})


def believed(content: Spans) -> bool:
    """Everything is somebody's."""
    return bool(content)


def doubted(content: Spans) -> bool:
    """Nothing is."""
    return not content


def test_what_both_found_is_one() -> None:
    """The same cue, or mostly the same content, is one attribution."""
    same_cue = attribution("Norway", "told", "the port is", "model")
    same_content = attribution("Sweden", "Sweden", "the port is open", "model")
    assert joined([TOLD], [same_cue, same_content], TEXT, RULES, believed=believed) == [TOLD]


def test_what_both_found_has_the_spans_of_the_likelier_and_the_name_of_the_rule() -> None:
    """The parser's words where they are likelier right; how they are read is the rule's to say."""
    shorter = attribution("Norway", "told", "the port is open", "model")
    (found,) = joined([TOLD], [shorter], TEXT, PARSER, believed=believed)
    assert (found.content, found.rule) == (shorter.content, TOLD.rule)


def test_one_of_the_parsers_stands_for_one_of_the_rules_only() -> None:
    """Two attributions never get the same spans."""
    other = attribution("Sweden", "Sweden", "the port is open")
    theirs = attribution("Norway", "told", "the port is open", "model")
    found = joined([TOLD, other], [theirs], TEXT, PARSER, believed=believed)
    assert len({(a.source, a.cue, a.content) for a in found}) == 2


def test_turn_of_one_report_is_not_that_report() -> None:
    """Most of its content is the same, but the parser's cue is that of what stands inside: nothing comes twice."""
    inner = attribution("Norway", "told", "that the port is open")
    outer = attribution("Talks", "Talks", "Norway told Sweden that the port is open")
    theirs = attribution("Norway", "told", "Sweden that the port is open", "model")
    assert matched([outer, inner], [theirs]) == ([None, None], [])


def test_what_stands_inside_another_content_stays_the_rules() -> None:
    """The parser has seen no claims inside of claims: of those it cuts, only the outer one may change."""
    inner = attribution("Sweden", "that the port", "is open")
    outer = attribution("Talks", "Norway", "told Sweden that the port is open")
    theirs = attribution("Sweden", "that the port", "open", "model")
    assert matched([outer, inner], [theirs]) == ([None, None], [])
    assert matched([inner], [theirs]) == ([theirs], [])


def test_what_only_the_parser_found_is_added() -> None:
    """A cue that no rule has is taken from the parser, in text order."""
    talks = attribution("Talks", "Talks", "Norway", "model")
    assert joined([TOLD], [talks], TEXT, RULES, believed=believed) == [talks, TOLD]


def test_what_only_the_parser_found_needs_words_that_are_likely_somebodys() -> None:
    """Where its two readings of the words disagree it is dropped; what a rule found too is not."""
    talks = attribution("Talks", "Talks", "Norway", "model")
    same_cue = attribution("Norway", "told", "the port is", "model")
    assert joined([TOLD], [talks, same_cue], TEXT, RULES, believed=doubted) == [TOLD]


def test_choice_weighs_each_feature_by_its_name() -> None:
    """A chance is a half without weights, and goes the way its one weight says."""
    longer = attribution("Norway", "told", "that the port is open. Both", "model")
    assert Choice({}).chance(TOLD, longer, TEXT) == 0.5
    assert Choice({"rule inside": 2.0}).chance(TOLD, longer, TEXT) > 0.8
    assert Choice({"rule inside": 2.0}).chance(longer, TOLD, TEXT) == 0.5


def test_content_that_stops_in_mid_clause_does_not_end_a_clause() -> None:
    """ "the port is | open." stops short, "the port is open|." does not."""
    short = attribution("Norway", "told", "that the port", "model")
    named = features(TOLD, short, TEXT)
    assert (named["rule ends a clause"], named["model ends a clause"]) == (1.0, 0.0)


def test_deed_is_no_cue(doc: Doc) -> None:
    """ "Both countries agreed to start" tells what happened, whoever marks it."""
    agreed = attribution("Both countries", "agreed", "to start trading", "model")
    assert parted([TOLD, agreed], doc) == ([TOLD], [agreed])


def test_parsers_spans_never_take_in_the_cue_of_another() -> None:
    """A content that swallows "told" and leaves Norway's words half behind stays the rule's."""
    ours = attribution("Talks", "agreed", "Norway")
    theirs = attribution("Talks", "agreed", "Norway told Sweden that the port", "model")
    assert matched([ours], [theirs]) == ([theirs], [])
    assert matched([ours, TOLD], [theirs])[0][0] is None


def test_parsers_spans_never_swallow_what_the_same_speaker_adds() -> None:
    """A content that takes in "told" and all of Norway's words stays the rule's where Norway is the speaker of both."""
    ours = attribution("Norway", "Talks", "Sweden")
    theirs = attribution("Norway", "Talks", "told Sweden that the port is open", "model")
    anothers = attribution("Sweden", "Talks", "told Sweden that the port is open", "model")
    assert matched([ours, TOLD], [theirs])[0][0] is None
    assert matched([ours, TOLD], [anothers])[0][0] == anothers


def test_view_that_is_shared_is_no_deed() -> None:
    """ "Agreed with Norway" is what Sweden thinks; the same verb before "to" is what was done."""
    text = "Talks\n\nSweden agreed with Norway. Sweden agreed to lend the ships."
    at = text.index("agreed with"), text.index("agreed to")
    views = [
        Attribution(cue=(Span(n, n + len("agreed")),), content=(Span(n + 7, n + 18),), confidence=0.5, rule="model")
        for n in at
    ]
    assert parted(views, Analysis().parse(text)) == (views[:1], views[1:])


def test_nothing_found_is_nothing_joined() -> None:
    """Two empty lists make one."""
    assert joined([], [], TEXT, RULES, believed=believed) == []


@pytest.mark.parametrize(
    ("confidence", "cue", "kept", "likelier"),
    [(0.29, "told", 0, 1), (0.29, "trading", 0, 0), (0.31, "told", 1, 0), (0.31, "trading", 1, 0)],
)
def test_parser_alone_needs_confidence(doc: Doc, confidence: float, cue: str, kept: int, likelier: int) -> None:
    """Without it there is no claim; with a known cue the words may still be attributed, and make no fact."""
    found = replace(attribution("Norway", cue, "that the port is open", "model"), confidence=confidence)
    assert tuple(map(len, without_faint([found], [found], doc))) == (kept, likelier)


def test_faint_attribution_that_a_rule_has_too_is_kept(doc: Doc) -> None:
    """Only what the parser alone found is faint."""
    found = replace(TOLD, confidence=0.1)
    assert without_faint([found], [], doc) == ([found], [])
