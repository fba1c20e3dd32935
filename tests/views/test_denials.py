"""A denial is shown the right way round: what is denied is never told as said, what is said never as denied."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import kg
from kg.app import create_app
from kg.config import Settings
from kg.dump import dump
from kg.iri import SEED_BASE
from kg.mapper import map_record
from kg.rdffiles import FORMATS
from kg.records import Claim, Evidence, Record
from kg.store import EmbeddedStore
from kg.views.statement_card import card_of
from kg.views.statement_rows import Row, rows_query
from tests.samples import at, sample

TEXT = """Arvonia and the letter

Arvonia denied it: “No such letter existed”. Belmark denied that it wrote the letter. Port Sella Radio said \
falsely that the letter burned. Arvonia rejected the plan. “We will not sign,” Arvonia answered.
"""


def claim(number: int, act: str, words: str, by: str, decided: str, form: str = "indirect") -> Claim:
    """A negative claim of which the word that makes it so is known."""
    return Claim(
        id=f"c{number}",
        source=(),
        cue=(),
        content=at(words, TEXT),
        speakers=(by,),
        speech_act=act,
        quote_form=form,
        polarity="negative",
        evidence=(Evidence(feature="polarity", spans=at(decided, TEXT)),),
        rule="test",
    )


def letters() -> Record:
    """Denials in the speaker's own negative words, and of somebody's words."""
    whole = sample()
    return replace(
        whole,
        document=replace(whole.document, id="letters", text=TEXT),
        entities=tuple(replace(entity, mentions=()) for entity in whole.entities[:2]),
        facts=(),
        links=(),
        unclear=(),
        claims=(
            claim(1, "deny", "No such letter existed", "arvonia", "No", "direct"),
            claim(2, "deny", "it wrote the letter", "belmark", "denied that"),
            claim(3, "say", "the letter burned", "belmark", "falsely"),
            claim(4, "reject", "the plan", "arvonia", "rejected"),
            claim(5, "reject", "We will not sign", "arvonia", "not", "direct"),
        ),
    )


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The letters."""
    store = EmbeddedStore.in_memory()
    store.replace([map_record(letters(), SEED_BASE)])
    return store


@pytest.fixture(scope="module")
def client(store: EmbeddedStore) -> FlaskClient:
    """Its pages."""
    return create_app(Settings(), store).test_client()


EXPECTED = {
    "No such letter existed": ("Arvonia says in denial", "in the words"),
    "it wrote the letter": ("Belmark denies", "of the words"),
    "the letter burned": ("Belmark says that not", "of the words"),
    "the plan": ("Arvonia rejects", "of the words"),
    "We will not sign": ("Arvonia says in rejection", "in the words"),
}


def test_python_and_exports_tell_which_way_round(store: EmbeddedStore, tmp_path: Path) -> None:
    """The sentence of a statement, the columns of a data frame, what is printed."""
    path = tmp_path / "letters.nq"
    path.write_bytes(dump(store.quads(), FORMATS["nquads"]))
    with kg.open(path) as graph:
        claims = {one.quote: one for one in graph.claims()}
        assert {words: (one.card.sentence, one.row.negation) for words, one in claims.items()} == EXPECTED
        assert "says that it is not so" in repr(claims["it wrote the letter"])
        assert "not so" not in repr(claims["No such letter existed"])
        assert {row["negation"] for row in graph.claims().to_dicts()} == {"in the words", "of the words"}
        assert "these words are not so" in claims["it wrote the letter"]._repr_html_()


@pytest.mark.parametrize(
    "address", ["/search?q=wrote+letter", "/search?act=deny", "/doc/{hash}", "/entity/political_actor/belmark"]
)
def test_every_list_tells_which_way_round(client: FlaskClient, address: str) -> None:
    """Wherever a denial's words stand, it is said whether they are denied."""
    version = map_record(letters(), SEED_BASE).version.rpartition("/")[2]
    html = {"Accept": "text/html"}
    text = client.get(address.format(hash=version), headers=html, follow_redirects=True).text
    text = re.sub(r"<[^>]*>", "", text)
    assert "it wrote the letter" in text
    assert "these words are not so" in text
    if "No such letter existed" in text and "belmark" not in address:
        assert "says in denial" in text


def test_statement_and_citation_of_a_denial(client: FlaskClient) -> None:
    """The heading is no bare quote of what is denied, and nobody is cited as having said it."""
    graph = map_record(letters(), SEED_BASE)
    start, end = at("it wrote the letter", TEXT)[0].start, at("it wrote the letter", TEXT)[0].end
    path = f"{graph.version.removeprefix(SEED_BASE)}/claim/{start}-{end}"
    page = client.get(f"/{path}", headers={"Accept": "text/html"}, follow_redirects=True).text
    assert (
        '<h1><span class="tag claim">claim</span> <span class="claim">Belmark denies: “it wrote the letter”</span>'
        in page
    )
    for name in ("text", "bibtex", "csl"):
        cited = client.get(f"/cite/{path}?as={name}").text
        assert "denied by Belmark" in cited
        assert "said by" not in cited


def test_heading_of_a_denial_in_negative_words_has_these_words(client: FlaskClient) -> None:
    """ "Arvonia says in denial" alone would leave open what it says."""
    graph = map_record(letters(), SEED_BASE)
    (span,) = at("No such letter existed", TEXT)
    path = f"{graph.version.removeprefix(SEED_BASE)}/claim/{span.start}-{span.end}"
    page = client.get(f"/{path}", headers={"Accept": "text/html"}, follow_redirects=True).text
    assert "Arvonia says in denial: “No such letter existed”</span>" in page


def test_data_of_a_page_tell_which_way_round(client: FlaskClient) -> None:
    """The CSV of the statements has it in a column of its own."""
    page = client.get("/search?act=deny").text
    assert "negation" in page or "CSV" in page
    query = rows_query({"claim": "?statement a cg:Claim ."})
    rows = list(csv.DictReader(io.StringIO(client.get("/sparql", query_string={"query": query, "format": "csv"}).text)))
    assert {row["quote"]: row["negation"] for row in rows} == {words: how for words, (_, how) in EXPECTED.items()}


@pytest.mark.parametrize(
    ("act", "negation", "sentence"),
    [
        ("deny", "", "X denies"),
        ("accuse", "of the words", "X accuses that not"),
        ("doubt", "of the words", "X doubts"),
        ("say", "in the words", "X says"),
    ],
)
def test_verbs(act: str, negation: str, sentence: str) -> None:
    """Double negation stays what it is; an act that is against its words says so by itself."""
    row = Row(statement="s", kind="claim", speaker="X", act=act, negation=negation)
    assert card_of(row, "b/", {}).sentence == sentence
