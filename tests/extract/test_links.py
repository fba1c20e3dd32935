"""Denials and what they deny."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.config import Settings
from kg.extract import EXTRACTORS
from kg.extract.links import find_links
from kg.records import Document, Record
from tests.samples import TEXT, sample


@pytest.fixture(scope="module")
def read() -> object:
    """A function from an article to its record."""
    extractor = EXTRACTORS["rules"](Settings())
    return lambda text: extractor.extract(Document(id="d", text=text))


def denials(record: Record) -> list[tuple[str, str]]:
    """(speaker of the denial, speaker of what is denied) for each link."""
    claims = {claim.id: claim for claim in record.claims}
    names = {entity.id: entity.name for entity in record.entities}
    return [
        (names[claims[link.source].speakers[0]], names[claims[link.target].speakers[0]])
        for link in record.links
        if link.type == "denies"
    ]


def test_denial_of_the_same_deed_is_linked_to_the_accusation() -> None:
    """Belmark denies the shelling that Arvonia accuses it of."""
    record = sample()
    assert [(link.source, link.target) for link in find_links(record.claims, TEXT)] == [("c4", "c1")]


def test_denial_of_something_else_is_not_linked() -> None:
    """A denial of a visit answers no accusation of shelling."""
    record = sample()
    event = replace(record.claims[3].stated_events[0], type="visit")
    other = replace(record.claims[3], stated_events=(event,))
    assert not list(find_links((*record.claims[:3], other), TEXT))


def test_nobody_denies_themselves() -> None:
    """Two claims of one speaker are no denial of each other."""
    record = sample()
    own = replace(record.claims[3], speakers=record.claims[0].speakers)
    assert not list(find_links((*record.claims[:3], own), TEXT))


def test_hearsay_is_not_answered() -> None:
    """What only another claim says was said is no statement that could be denied in the graph."""
    record = sample()
    nested = replace(record.claims[0], parent="c2")
    assert not list(find_links((nested, *record.claims[1:]), TEXT))


def test_denied_charge_in_an_article_is_linked(read: object) -> None:
    """ "Denied the accusation" is linked to the accusation aimed at whoever denies it."""
    record = read("Border\n\nNorway accused Sweden of shelling the port. Sweden denied the accusation.")  # type: ignore[operator]
    assert denials(record) == [("Sweden", "Norway")]


LINKED = [
    # article, kind, who says the later one, who says the earlier one, rule
    (
        "Egypt accused Ethiopia of holding back water. Ethiopia dismissed the charge.",
        "denies",
        "Ethiopia",
        "Egypt",
        "denial.target",
    ),
    (
        "Egypt accused Ethiopia of holding back water. “This is a lie,” Ethiopia's foreign minister Abel Tesfa said.",
        *("denies", "Abel Tesfa", "Egypt", "denial.named"),
    ),
    (
        "The bureau said the ministry had hidden the file. The ministry rejected claims that it had hidden the file.",
        *("denies", "ministry", "bureau", "denial.words"),
    ),
    (
        "South Korea denies North Korea's accusation that it flew drones over Pyongyang.",
        *("denies", "South Korea", "North Korea", "denial.nested"),
    ),
    (
        "Norway accused Sweden of the attack on the port. Sweden ruled out its involvement.",
        *("denies", "Sweden", "Norway", "denial.named"),
    ),
    (
        "Norway accused Sweden of breaking the truce. Sweden accused Norway of breaking the truce.",
        *("answers", "Sweden", "Norway", "answer.accusation"),
    ),
    (
        "Peru accused Chile of spying. Chile accused Peru of spying in return.",
        *("answers", "Chile", "Peru", "answer.accusation"),
    ),
    (
        "Iran demanded that the United States lift sanctions. The United States rejected the demand.",
        *("answers", "United States", "Iran", "answer.named"),
    ),
    (
        "Norway called on Sweden to withdraw its troops. Sweden refused to withdraw.",
        *("answers", "Sweden", "Norway", "answer.event"),
    ),
    (
        "“We will never sign this text,” Anna Berg said. Anna Berg told reporters: “We will never sign this text.”",
        *("repeats", "Anna Berg", "Anna Berg", "repeat.quote"),
    ),
    (
        "Norway said Sweden had shelled the port. Denmark confirmed that Sweden had shelled the port.",
        *("corroborates", "Denmark", "Norway", "confirmation.event"),
    ),
    (
        "Norway said Sweden had shelled the port. Denmark said Sweden had not shelled the port.",
        *("contradicts", "Denmark", "Norway", "denial.event"),
    ),
]

TEMPTING = [
    "Egypt accused Ethiopia of holding back water. Kenya dismissed the charge.",
    "Egypt praised Ethiopia for the dam. Ethiopia dismissed the report.",
    "Egypt accused Ethiopia of holding back water. “This is a lie,” Kenya's foreign minister Abel Tesfa said.",
    "The bureau said the ministry had hidden a file. The ministry rejected any claims that it had burned the letters.",
    "The bureau said the council had hidden the report. The ministry denied that it had hidden the report.",
    "South Korea denies that North Korea said it flew drones over Pyongyang.",
    "South Korea denies that it flew drones over Pyongyang.",
    "South Korea repeated North Korea's accusation that Japan flew drones over Pyongyang.",
    "Norway accused Sweden of the attack on the port. Denmark ruled out its involvement.",
    "Norway accused Sweden of breaking the truce. Sweden accused Denmark of breaking the truce.",
    "Norway accused Sweden of breaking the truce. Sweden accused Norway of jailing the editor.",
    "The union demanded a raise. The court refused to hear the editor who had printed the minister's letters in May.",
    "Iran demanded that the United States lift sanctions. China rejected the demand.",
    "Iran demanded that the United States lift sanctions. The United States rejected the report.",
    "Norway called on Sweden to withdraw its troops. Denmark refused to withdraw.",
    "Norway called on Sweden to withdraw its troops. Sweden refused to pay the fine.",
    "“We will never sign this treaty,” Anna Berg said. Carl Lund told reporters: “We will never sign this treaty.”",
    "“We will never sign this treaty,” Anna Berg said. Later Anna Berg told reporters: “We will never leave it again.”",
    "“Yes,” Anna Berg said. Later Anna Berg told reporters: “Yes.”",
    "Norway said Sweden had shelled the port. Denmark confirmed that Finland had shelled the port.",
    "Norway said Sweden had shelled the port. Denmark could not confirm that Sweden had shelled the port.",
    "Norway said Sweden had shelled the port. Norway confirmed that Sweden had shelled the port.",
    "Norway said Sweden had shelled the port. Denmark said Finland had not shelled the port.",
]


@pytest.mark.parametrize(("text", "kind", "later", "earlier", "rule"), LINKED)
def test_reaction_is_linked_to_what_it_reacts_to(
    read: object, text: str, kind: str, later: str, earlier: str, rule: str
) -> None:
    """Kind, both speakers and the rule of the one link of the article."""
    record = read("Border\n\n" + text)  # type: ignore[operator]
    claims = {claim.id: claim for claim in record.claims}
    names = {entity.id: entity.name for entity in record.entities}
    found = [
        (k.type, names[claims[k.source].speakers[0]], names[claims[k.target].speakers[0]], k.rule) for k in record.links
    ]
    assert found == [(kind, later, earlier, rule)]


@pytest.mark.parametrize("text", TEMPTING)
def test_tempting_pair_is_not_linked(read: object, text: str) -> None:
    """Somebody else, something else, or too little to go by: no link."""
    record = read("Border\n\n" + text)  # type: ignore[operator]
    assert record.links == ()


def test_far_reaction_to_nothing_named_is_not_linked(read: object) -> None:
    """A counter-accusation many paragraphs later may be about something else."""
    between = "The harbour lies on the northern coast and has two piers.\n\n" * 20
    text = "Norway accused Sweden of breaking the truce.\n\n" + between + "Sweden accused Norway of breaking the truce."
    assert read("Border\n\n" + text).links == ()  # type: ignore[operator]
