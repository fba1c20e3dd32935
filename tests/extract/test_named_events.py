"""Events that the network read, as tokens of a parse; positions among them."""

from collections.abc import Sequence

import pytest

from kg.extract.assemble import assemble
from kg.extract.attribution import Attribution
from kg.extract.event_model import Manner, NamedEvent
from kg.extract.named_events import JoinedEvents, LexiconEvents, NetworkEvents, modality
from kg.extract.quotes import find_quotes
from kg.records import Document, Event, Record, Run, Span
from tests.extract.reading import named, parsed, small_gazetteer

RUN = Run(extractor="test", version="0")


def event(text: str, trigger: str, kind: str, status: str = "happened", **roles: list[str]) -> NamedEvent:
    """An event whose trigger and roles are given by their words."""

    def span(words: str) -> Span:
        start = text.index(words)
        return Span(start, start + len(words))

    return NamedEvent(
        trigger=span(trigger),
        type=kind,
        status=status,
        roles=tuple((role, span(words)) for role, some in roles.items() for words in some),
        confidence=0.9,
    )


def read(text: str, *events: NamedEvent, attributions: Sequence[Attribution] = ()) -> Record:
    """The record of a text with these events, in which nobody says anything but what is given."""
    doc = parsed(text)
    return assemble(
        Document(id="t", text=text),
        doc,
        find_quotes(text),
        attributions,
        gazetteer=small_gazetteer(),
        run=RUN,
        events=NetworkEvents(doc, events),
    )


def told(record: Record) -> list[Event]:
    """The events that the record asserts."""
    return [event for fact in record.facts if fact.asserts_events for event in fact.events]


def fact_words(record: Record, kind: str) -> list[str]:
    """The words of the facts with an event of that type."""
    text = record.document.text
    found = [fact for fact in record.facts if any(event.type == kind for event in fact.events)]
    return [" … ".join(span.of(text) for span in fact.anchor) for fact in found]


def test_event_of_an_unknown_verb_is_asserted_with_its_people() -> None:
    """What no list of words has comes out with the entities that stand in its roles."""
    text = "Russia shafted Iran in Geneva."
    record = read(text, event(text, "shafted", "assault", agents=["Russia"], targets=["Iran"], places=["Geneva"]))
    (found,) = told(record)
    assert found.type == "assault"
    assert [named(record, *found.agents), named(record, *found.targets)] == [["Russia"], ["Iran"]]
    assert [entity.name for entity in record.entities if entity.id in found.places] == ["Geneva"]


def test_joined_names_in_one_mention_are_all_in_the_role() -> None:
    """A mention of two states gives both."""
    text = "Russia and Iran huddled on Monday."
    (found,) = told(read(text, event(text, "huddled", "meeting", participants=["Russia and Iran"])))
    assert len(found.participants) == 2


@pytest.mark.parametrize("status", ["negative", "future", "possible", "hypothetical"])
def test_event_that_is_not_so_is_not_asserted(status: str) -> None:
    """The network's word that something did not happen, or not yet, is enough."""
    text = "Russia shafted Iran."
    record = read(text, event(text, "shafted", "assault", status, agents=["Russia"], targets=["Iran"]))
    assert told(record) == []
    assert [fact.asserts_events for fact in record.facts] == [False]


def test_event_that_the_syntax_negates_is_not_asserted() -> None:
    """The network's word that something happened does not outweigh a negation above it."""
    text = "Russia never shafted Iran."
    assert told(read(text, event(text, "shafted", "assault", agents=["Russia"]))) == []
    bare = "Russia shafted Iran."
    assert len(told(read(bare, event(bare, "shafted", "assault", agents=["Russia"])))) == 1


def test_of_two_events_of_one_family_the_roles_are_the_lexicon_s() -> None:
    """The type is the network's where it is sure; an event of another family is the network's alone."""
    text = "Russia attacked Iran and shafted Ukraine."
    doc = parsed(text)
    own = event(text, "shafted", "seize", agents=["Russia"])
    hint = Span(text.index("attacked"), text.index("attacked") + len("attacked"))
    assert [t.type for t in JoinedEvents(doc, [own], [hint]).among(doc)] == ["assault", "seize"]
    near = event(text, "attacked", "airstrike")
    (both,) = JoinedEvents(doc, [near], []).among(doc)
    assert (both.type, [t.text for t in both.agents], both.status) == ("airstrike", ["Russia"], "happened")
    undone = event(text, "attacked", "airstrike", "negative")
    assert [modality(t).asserted for t in JoinedEvents(doc, [undone], []).among(doc)] == [False]
    other = event(text, "attacked", "criticize", agents=["Russia"])
    (found,) = JoinedEvents(doc, [other], []).among(doc)
    assert (found.type, found.status) == ("criticize", "happened")


def test_lexicon_names_no_event_where_the_network_sees_none() -> None:
    """A word in another sense ("attacked the record") is no event, whatever list it stands in."""
    doc = parsed("Russia attacked Iran.")
    assert JoinedEvents(doc, [], []).among(doc) == []
    assert [t.type for t in JoinedEvents(doc, [], [Span(7, 15)]).among(doc)] == ["assault"]


def test_noun_that_the_network_is_sure_of_is_so_in_any_clause() -> None:
    """What a clause that is not so presupposes is so: "could not speak after the attack"."""
    text = "Keller could return after the rampage."
    sure = event(text, "rampage", "assault")
    assert [e.type for e in told(read(text, sure))] == ["assault"]
    unsure = event(text, "rampage", "assault", "possible")
    assert told(read(text, unsure)) == []


@pytest.mark.parametrize("words", ["a pause in rampages", "a halt to border rampages", "the threat of a rampage"])
def test_event_that_is_kept_off_is_not_presupposed(words: str) -> None:
    """An end, a pause or a danger of it says that it is not so."""
    text = f"Keller could welcome {words}."
    word = "rampages" if "rampages" in words else "rampage"
    assert told(read(text, event(text, word, "assault"))) == []


def test_event_beside_the_name_of_a_speaker_is_the_article_s_own() -> None:
    """What a relative clause tells of the one who speaks, the article says itself."""
    text = "Keller, who shafted Iran, said it rained."
    source = Span(0, text.index(", said"))
    cue = Span(text.index("said"), text.index("said") + 4)
    content = Span(text.index("it rained"), text.index("."))
    attribution = Attribution(source=(source,), cue=(cue,), content=(content,), confidence=0.9, rule="test")
    record = read(text, event(text, "shafted", "assault", targets=["Iran"]), attributions=[attribution])
    assert [e.type for e in told(record)] == ["assault"]
    assert len(record.claims) == 1


def test_status_of_the_lexicon_is_the_syntax() -> None:
    """An event that the network did not read is told as the syntax tells it."""
    doc = parsed("Russia did not attack Iran.")
    (one,) = LexiconEvents().among(doc)
    assert modality(one).polarity == "negative"


def test_position_that_no_rule_finds_is_told() -> None:
    """An office away from the name becomes a position with its holder."""
    text = "Anna Keller met reporters. At thirty she had become Russia's chief wrangler."
    holding = event(text, "wrangler", "holdPosition", agents=["Anna Keller"], targets=["Russia"])
    record = read(text, holding)
    (found,) = [e for e in told(record) if e.type == "holdPosition"]
    assert named(record, *found.agents) == ["Anna Keller"]
    assert named(record, *found.targets) == ["Russia"]
    assert found.topic == "chief wrangler"


def test_position_is_a_whole_proposition() -> None:
    """Its words are not the office alone, and hold the person where the sentence names one."""
    text = "Anna Keller met reporters. At thirty she had become Russia's chief wrangler."
    far = read(text, event(text, "wrangler", "holdPosition", agents=["Anna Keller"], targets=["Russia"]))
    assert fact_words(far, "holdPosition") == ["At thirty she had become Russia's chief wrangler"]
    text = "Anna Keller has stayed on as chief wrangler."
    near = read(text, event(text, "wrangler", "holdPosition", agents=["Anna Keller"]))
    assert fact_words(near, "holdPosition") == ["Anna Keller has stayed on as chief wrangler"]


def test_position_that_the_sentence_states_is_told_once() -> None:
    """What "X is Y's envoy" tells, the network does not tell again."""
    text = "Anna Keller is Russia's envoy."
    record = read(text, event(text, "envoy", "holdPosition", agents=["Anna Keller"], targets=["Russia"]))
    assert [e.type for e in told(record)] == ["holdPosition"]


def test_position_is_not_told_twice() -> None:
    """What a rule beside the name has told, the network does not tell again."""
    text = "Russian President Anna Keller left."
    holding = event(text, "President", "holdPosition", agents=["Anna Keller"], targets=["Russian"])
    assert [e.type for e in told(read(text, holding))] == ["holdPosition"]


def test_sure_manner_replaces_the_act_of_the_rules() -> None:
    """How a claim is made is the network's to say where it is sure, else the rules'."""
    from kg.extract.acts import Act, as_read

    sure = Manner(act=("warn", 0.99), polarity=("negative", 0.99), certainty=("certain", 0.9), frame=("future", 0.2))
    act = Act(speech_act="say", evidence=(("act", Span(0, 4)), ("frame", Span(5, 9))))
    (found,) = as_read([act], [sure])
    assert (found.speech_act, found.polarity, found.frame) == ("warn", "negative", "nonFuture")
    assert found.evidence == (("frame", Span(5, 9)),)
    assert as_read([act], [None]) == [act]
    (denied,) = as_read([Act(speech_act="deny", polarity="negative")], [sure])
    assert denied.speech_act == "deny"


def test_plain_saying_replaces_what_only_the_content_implies() -> None:
    """Where the cue names the act, or the network is less sure, the rules' act stays."""
    from kg.extract.acts import Act, as_read

    def manner(chance: float) -> Manner:
        sure = ("certain", 0.5)
        return Manner(act=("say", chance), polarity=("positive", 0.5), certainty=sure, frame=("future", 0.2))

    implied = Act(speech_act="accuse", is_implied=True, evidence=(("act", Span(0, 4)),))
    (said,) = as_read([implied], [manner(0.9)])
    assert (said.speech_act, said.evidence) == ("say", ())
    assert as_read([implied], [manner(0.8)]) == [implied]
    named = Act(speech_act="accuse")
    assert as_read([named], [manner(0.99)]) == [named]
