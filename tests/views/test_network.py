"""The graph around an entity: drawn, and as a table."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations

import pytest
from flask.testing import FlaskClient

from benchmarks.articles import graph
from kg.app import create_app
from kg.config import Settings
from kg.mapper import map_record
from kg.pages.network_svg import Drawing, draw
from kg.store import EmbeddedStore
from kg.views import network
from kg.views.network import Network, read_network
from tests.pages.test_overviews import rows_of, text_of
from tests.samples import sample
from tests.served.small_app import BASE

ARVONIA = "entity/political_actor/arvonia"
BELMARK = "entity/political_actor/belmark"


@pytest.fixture(scope="module")
def small() -> EmbeddedStore:
    """A store with the sample record."""
    store = EmbeddedStore.in_memory()
    store.replace([map_record(sample(), BASE)])
    return store


@pytest.fixture(scope="module")
def sampled(small: EmbeddedStore) -> FlaskClient:
    """A client of the app over it."""
    return create_app(Settings(base=BASE), small, questions=()).test_client()


@pytest.fixture(scope="module")
def large() -> EmbeddedStore:
    """A store of made-up articles in which each speaks of many."""
    store = EmbeddedStore.in_memory()
    store.change(set(), {quad for number in range(30) for quad in graph(number)})
    return store


def read(store: EmbeddedStore, depth: int, base: str = BASE, middle: str = BASE + ARVONIA) -> Network:
    """The network around it."""
    return read_network(store, base, middle, depth)


def large_network(store: EmbeddedStore, depth: int = 2) -> Network:
    """The network around one of the made-up actors."""
    base = "https://w3id.org/claimgraph/id/"
    (first, *_) = network.most_quoted(store, base)
    return read(store, depth, base, first["entity"])


def test_statements_between_two_are_merged_by_kind(small: EmbeddedStore) -> None:
    """One solid edge for what happened, one dashed for what the one said of the other."""
    edges = {(edge.mark, edge.one[-7:], edge.other[-7:]): edge.label for edge in read(small, 1).edges}
    assert edges[("claim", "arvonia", "belmark")] == "accuse · C1"
    assert edges[("fact", "arvonia", "belmark")] == "meeting · F1"
    assert edges[("fact", "arvonia", "t-sella")] == "meeting · F1"
    assert len(edges) == 3  # who says nothing of whom it says it of is in no edge; nor is hearsay


def test_what_is_not_asserted_is_no_edge(small: EmbeddedStore) -> None:
    """The treaty that was not signed and the attack that was alleged stand between nobody."""
    assert {what for edge in read(small, 2).edges for what in edge.what} == {"accuse", "meeting"}


def test_solid_is_drawn_for_facts_and_dashed_for_claims(sampled: FlaskClient) -> None:
    """Every line, label and box is there, each label and box a link."""
    page = text_of(sampled, f"/graph?node={ARVONIA}")
    drawn = page.partition("<svg")[2].partition("</svg>")[0]
    assert (drawn.count('class="line fact-line'), drawn.count('class="line claim-line')) == (2, 1)
    assert 'href="/entity/political_actor/belmark"' in drawn
    labels = re.findall(r'<a href="#(e\d+)">', drawn)
    assert len(labels) == 3
    for anchor in labels:
        assert f'<tr id="{anchor}">' in page
    assert "Port Sella (place)" in drawn
    assert "style=" not in page


def test_table_has_the_statements_of_the_drawing(sampled: FlaskClient) -> None:
    """Each number in the table leads to its statement, and those are the rows of the data."""
    address = f"/graph?node={ARVONIA}"
    table = text_of(sampled, address).partition("The same as a table")[2].partition("</table>")[0]
    linked = set(re.findall(r'<a href="/(doc/[^"]*)">', table))
    assert linked == {row["statement"].removeprefix(BASE) for row in rows_of(sampled, address)}
    assert len(linked) == 2


@pytest.mark.parametrize("depth", network.DEPTHS)
def test_data_has_all_statements_of_the_drawing(large: EmbeddedStore, depth: int) -> None:
    """The query of the page finds each statement that is in an edge; where nothing is cut, no other."""
    around = large_network(large, depth)
    found = {row["statement"].value.rpartition("/id")[2] for row in large.query(around.query)}  # type: ignore[union-attr]
    drawn = {path for edge in around.edges for _, path in edge.statements}
    assert drawn
    assert drawn <= found
    if around.count == len(around.nodes):
        assert drawn == found


def test_of_too_many_the_largest_are_shown_and_it_is_said(large: EmbeddedStore) -> None:
    """Forty at most, the middle always, and the number of all."""
    around = large_network(large)
    assert len(around.nodes) == network.MOST < around.count
    client = create_app(Settings(), large, questions=()).test_client()
    page = text_of(client, f"/graph?depth=2&node={around.middle.path[1:]}")
    assert f"40 of {'' if around.is_counted else 'more than '}{around.count} shown" in page
    assert page.partition("<svg")[2].partition("</svg>")[0].count('<rect class="node') == 40


def drawn(large: EmbeddedStore, depth: int) -> Drawing:
    """The drawing of the made-up network."""
    return draw(large_network(large, depth))


@pytest.mark.parametrize("depth", network.DEPTHS)
def test_nothing_lies_over_another(large: EmbeddedStore, depth: int) -> None:
    """Boxes and labels keep clear of each other and inside of the drawing."""
    drawing = drawn(large, depth)
    places = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in drawing.boxes]
    places += [
        (line.x - line.width // 2, line.y - 22, line.x + line.width // 2, line.y + 2)
        for line in drawing.lines
        if line.text
    ]
    assert len(places) >= 17
    for one, other in combinations(places, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1], (one, other)
    for left, top, right, bottom in places:
        assert left >= 0
        assert top >= 0
        assert right <= drawing.width
        assert bottom <= drawing.height


def test_same_network_is_drawn_the_same(large: EmbeddedStore) -> None:
    """The drawing can be cited and compared."""
    assert drawn(large, 2) == drawn(large, 2)


def test_without_a_node_it_is_who_says_most(sampled: FlaskClient) -> None:
    """And the others who say much are one step away."""
    page = text_of(sampled, "/graph")
    assert "<h1>Connections of Sella Wire</h1>" in page
    assert f'href="/graph?node={BELMARK}"' in page


def test_unknown_node_and_depth_are_not_found(sampled: FlaskClient) -> None:
    """404 with what there is; somebody beside whom no one is named says so."""
    assert sampled.get("/graph?node=entity/person/nobody").status_code == 404
    assert sampled.get("/graph?depth=3").status_code == 404
    assert sampled.get("/graph?node=%3E").status_code == 404
    assert "<strong>Nothing found.</strong>" in text_of(sampled, "/graph?node=entity/organization/sella-wire")


def test_empty_graph_has_no_middle() -> None:
    """Nothing is there to stand in it."""
    client = create_app(Settings(base=BASE), EmbeddedStore.in_memory(), questions=()).test_client()
    assert "The graph quotes nobody with a name." in text_of(client, "/graph")


def test_control_character_turns_nothing_round_in_the_drawing() -> None:
    """In a drawing no box can stand around it: its code stands in its place."""
    record = sample()
    entities = tuple(replace(one, name="Arv\u202eonia") if one.id == "arvonia" else one for one in record.entities)
    store = EmbeddedStore.in_memory()
    store.replace([map_record(replace(record, entities=entities), BASE)])
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    page = text_of(client, f"/graph?node={BELMARK}")
    shapes = re.sub("<title>.*?</title>", "", page.partition("<svg")[2].partition("</svg>")[0])
    assert "Arv[U+202E]onia" in shapes
    assert "\u202e" not in shapes


def test_edges_among_the_shown_are_the_same_however_they_are_read(
    large: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the nearest are too many, the further ones are not counted, and no edge between those shown is lost."""
    monkeypatch.setattr(network, "MOST", 3)
    cut = large_network(large)
    assert (len(cut.nodes), cut.is_counted) == (3, False)
    monkeypatch.setattr(network, "MOST", 10_000)
    whole = large_network(large)
    assert whole.is_counted
    ends = {node.iri for node in cut.nodes}

    def between(all_edges: Network) -> set[tuple[str, str, str, tuple[str, ...]]]:
        return {
            (edge.mark, edge.one, edge.other, tuple(path for _, path in edge.statements))
            for edge in all_edges.edges
            if {edge.one, edge.other} <= ends
        }

    assert between(cut) == between(whole)
    assert between(cut)
