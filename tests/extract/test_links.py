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
