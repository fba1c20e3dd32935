"""The pages for people."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat

from kg.app import create_app
from kg.config import Settings
from kg.errors import EngineBusy, KgError, QueryTimeout, QueryTooLarge, StoreError
from kg.mapper import map_record
from kg.pages import home
from kg.pages.home import _ADDRESS_LIMIT
from kg.records import Event
from kg.store import EmbeddedStore
from kg.views.result_table import ROW_LIMIT
from tests.samples import sample
from tests.served.small_app import BASE, QUESTIONS, small_store

PAGES = ("/", "/query", "/questions/CQ1", "/questions/CQ2", "/query?query=ASK+{}", "/query?query=SELECT", "/nowhere")
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
VOID_ELEMENTS = {"meta", "link", "br", "input"}


class Page(HTMLParser):
    """A page read strictly: elements must nest; keeps links, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.elements: set[str] = set()
        self.labels: set[str] = set()
        self.ids: set[str] = set()
        self.text = ""
        self.marked: list[tuple[str, str]] = []
        self._mark = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what is opened."""
        self.elements.add(tag)
        values = dict(attrs)
        self.attributes.update(values)
        if tag not in VOID_ELEMENTS:
            self.open.append(tag)
        if tag == "a":
            self.links.append(values["href"] or "")
        if tag == "label":
            self.labels.add(values.get("for") or "")  # one around its field needs none
        if "id" in values:
            assert values["id"] not in self.ids
            self.ids.add(values["id"] or "")
        self._mark = values.get("class") or ""

    def handle_endtag(self, tag: str) -> None:
        """What is closed must be the innermost."""
        assert self.open.pop() == tag
        self._mark = ""

    def handle_data(self, data: str) -> None:
        """Keep the text, and the mark it stands in."""
        self.text += data
        if self._mark in ("fact", "claim", "unclear"):
            self.marked.append((self._mark, data))


def page(client: FlaskClient, address: str) -> Page:
    """The page at that address, as a browser asks for it."""
    return Page(client.get(address, headers=BROWSER).text)


def ask(client: FlaskClient, query: str) -> Page:
    """The query page after running ``query``."""
    response = client.get("/query", query_string={"query": query}, headers=BROWSER)
    assert response.status_code == 200, response.text
    return Page(response.text)


@pytest.mark.parametrize("address", PAGES)
def test_page_needs_no_script_and_no_inline_style(client: FlaskClient, address: str) -> None:
    """The strict policy is sent, and the page keeps to it."""
    response = client.get(address, headers=BROWSER)
    assert response.content_type == "text/html; charset=utf-8"
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "unsafe" not in policy
    read = Page(response.text)
    assert "style" not in read.attributes | read.elements
    assert not [name for name in read.attributes if name.startswith("on")]
    assert "script" not in read.elements or address.startswith("/query")  # the editor; without script there is the form
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", PAGES)
def test_every_page_says_that_facts_are_reported_not_checked(client: FlaskClient, address: str) -> None:
    """The footer says on each page what a fact is and what a claim is."""
    text = page(client, address).text
    assert "reported, not checked" in text
    assert "never the article’s word" in text


@pytest.mark.parametrize("address", PAGES)
def test_links_of_a_page_lead_somewhere(client: FlaskClient, address: str) -> None:
    """No link of ours is dead, but for things that this server does not describe yet."""
    for link in page(client, address).links:
        parts = urlsplit(link)
        if parts.netloc or not parts.path or parts.path.startswith("/doc/") or parts.path.startswith("/entity/"):
            continue
        response = client.get(link, headers=BROWSER, follow_redirects=True)
        assert response.status_code == 200 or link == "/sparql", link


def test_start_page_counts_what_the_graph_holds(client: FlaskClient) -> None:
    """Facts and claims are counted apart, in their own marks."""
    read = page(client, "/")
    assert ("fact", "1 event") in read.marked
    assert ("claim", "2 claims") in read.marked
    assert ("unclear", "1 passage") in read.marked
    assert "by 2 speakers" in " ".join(read.text.split())


def test_start_page_says_what_this_is_and_that_a_program_errs(client: FlaskClient) -> None:
    """In its first sentences, before anything else; the search stands on top of it as of every page."""
    text = client.get("/", headers=BROWSER).text
    lead = " ".join(re.sub("<[^>]*>", "", text.partition('<p class="lead">')[2].partition("</p>")[0]).split())
    assert "keeps apart what an article reports itself and what it quotes from others" in lead
    assert "A program read the texts, and it makes mistakes" in lead
    for address in PAGES:
        header = client.get(address, headers=BROWSER).text.partition("<header")[2].partition("</header>")[0]
        assert header.count("<a ", 0, header.index("<input")) == 1  # two Tabs after the link that skips it


def test_start_page_shows_an_example_of_a_fact_and_of_a_claim(client: FlaskClient) -> None:
    """Each in its own mark, with whose word it is."""
    read = page(client, "/")
    assert ("fact", "Ruritania reopened the border post") in read.marked
    assert ("claim", "shelling the bridge") in read.marked
    assert "Ruritania accuses Freedonia" in " ".join(read.text.split())


def test_counts_of_the_start_page_lead_to_their_lists(client: FlaskClient) -> None:
    """What is counted can be looked at, as many as are counted."""
    links = page(client, "/").links
    for link in ("/articles", "/events", "/speakers", "/places", "/search?kind=claim", "/search?kind=unclear"):
        assert link in links


def test_example_of_a_fact_is_no_speech_act() -> None:
    """ "X accused Y" as a fact beside what X said explains nothing, so an event that is no act of speech goes first."""
    record = sample()
    for number, words in enumerate(("Delegations of Arvonia", "No treaty was signed")):
        facts = tuple(
            replace(fact, polarity="positive", events=(Event(type=kind, agents=("arvonia",), targets=("belmark",)),))
            for fact, kind in zip(record.facts, (("airstrike", "accuse"), ("accuse", "airstrike"))[number], strict=True)
        )
        store = EmbeddedStore.in_memory()
        store.replace([map_record(replace(record, facts=facts), BASE)])
        page = create_app(Settings(base=BASE), store, questions=()).test_client().get("/", headers=BROWSER).text
        assert words in page.partition('id="example"')[2].partition("</section>")[0]


def test_query_page_names_and_describes_its_examples(client: FlaskClient) -> None:
    """Each is named and runs; readers have questions of their own."""
    read = page(client, "/query")
    for question in QUESTIONS:
        assert question.title in read.text
        assert any(parse_qs(urlsplit(link).query).get("query") == [question.query] for link in read.links)
    assert "Facts only." in read.text


def test_start_page_counts_again_after_a_write(tmp_path: Path) -> None:
    """The counts are those of the store's present revision."""
    store = EmbeddedStore.in_memory()
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    assert "The graph is empty" in page(client, "/").text
    more = tmp_path / "more.nt"
    more.write_text(
        "<x:f> <https://w3id.org/claimgraph/ns#describes> <x:e> .\n"
        "<x:e> <https://w3id.org/claimgraph/ns#eventType> <https://w3id.org/claimgraph/evt/meeting> .\n"
    )
    store.load(more, RdfFormat.N_TRIPLES, BASE)
    assert ("fact", "1 event") in page(client, "/").marked


def test_question_page_shows_query_and_answer(client: FlaskClient) -> None:
    """The rows, the query that made them, and what kind of statement it asks for."""
    read = page(client, "/questions/CQ1")
    assert QUESTIONS[0].query.strip() in read.text
    assert ("fact", "Ruritania reopened the border post") in read.marked
    assert "This asks for facts: what articles say in their own voice; reported, not checked." in read.text
    assert "what was said, not what happened" in page(client, "/questions/CQ2").text


@pytest.mark.parametrize("address", ["/questions/CQ1", "/questions/CQ2"])
def test_data_links_give_the_rows_of_the_page(client: FlaskClient, address: str) -> None:
    """The query in the link is the query of the page, and each format answers."""
    links = [link for link in page(client, address).links if link.startswith("/sparql?")]
    assert [parse_qs(urlsplit(link).query)["format"] for link in links] == [["json"], ["xml"], ["csv"], ["tsv"]]
    question = next(q for q in QUESTIONS if address.endswith(q.name))
    for link in links:
        assert parse_qs(urlsplit(link).query)["query"] == [question.query]
    rows = json.loads(client.get(links[0]).text)["results"]["bindings"]
    shown = page(client, address).text
    assert rows
    assert all(row["text"]["value"] in shown for row in rows)


def test_unknown_question_is_not_found(client: FlaskClient) -> None:
    """404 with the names there are."""
    response = client.get("/questions/CQ99", headers=BROWSER)
    assert response.status_code == 404
    assert "CQ1, CQ2" in response.text


# -- marks -----------------------------------------------------------------------------------------------


def test_claim_never_looks_like_a_fact(client: FlaskClient) -> None:
    """Whatever a query asks for: the words of a claim carry its mark, and so does every IRI of it."""
    cg = "https://w3id.org/claimgraph/ns#"
    read = ask(client, f"SELECT ?s ?o {{ {{ ?s <{cg}text> ?o }} UNION {{ GRAPH ?g {{ ?s <{cg}statedText> ?o }} }} }}")
    said = {text for mark, text in read.marked if mark == "claim" and "line" not in text}
    assert {"shelling the bridge", "it", "doc/0123456789abcdef/claim/66-85/content/proposition"} <= said
    facts = {text for mark, text in read.marked if mark == "fact"}
    assert facts == {"solid line", "Ruritania reopened the border post", "doc/0123456789abcdef/fact/0-34", "fact"}
    assert ("unclear", "words of no known speaker") in read.marked


def test_table_of_claims_has_a_dashed_edge(client: FlaskClient) -> None:
    """Rows without any words of a claim are still seen to be about claims."""
    query = "SELECT ?who ?act { ?c a <https://w3id.org/claimgraph/ns#Claim> ; ?p ?who, ?act }"
    assert '<table class="of-claims">' in client.get("/query", query_string={"query": query}).text
    assert '<table class="of-facts">' in client.get("/questions/CQ1").text
    sheet = (Path(home.__file__).parent / "static" / "style.css").read_text("utf-8")
    assert re.search(r"\.of-claims \{ border-left: 4px dashed", sheet)
    assert re.search(r"\.of-facts \{ border-left: 4px solid", sheet)


def test_words_that_are_both_fact_and_claim_are_shown_as_a_claim(tmp_path: Path) -> None:
    """Where the same words are both, the weaker mark wins."""
    store = small_store()
    more = tmp_path / "more.nt"
    type_, text = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "<https://w3id.org/claimgraph/ns#text>"
    more.write_text(
        f'<x:f> {type_} <https://w3id.org/claimgraph/ns#ReportedFact> .\n<x:f> {text} "shelling the bridge" .\n'
    )
    store.load(more, RdfFormat.N_TRIPLES, BASE)
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    read = ask(client, "SELECT ('shelling the bridge' AS ?x) {}")
    assert ("claim", "shelling the bridge") in read.marked
    assert ("fact", "shelling the bridge") not in read.marked


def test_text_of_an_article_is_not_taken_for_what_it_says(client: FlaskClient) -> None:
    """The whole text holds claims: where it stands unmarked, it says so."""
    response = client.get("/query?query=SELECT+?t+{?v+<https://w3id.org/claimgraph/ns%23fullText>+?t}", headers=BROWSER)
    assert '<span class="tag mixed">what it says and what it passes on</span>' in response.text


def test_long_text_is_cut_and_says_so(client: FlaskClient) -> None:
    """A cell shows its beginning and how long it is."""
    read = ask(client, f"SELECT ('{'ab' * 600}' AS ?x) {{}}")
    assert "ab…" in read.text
    assert "cut here, 1,200 characters in all" in read.text


def test_tag_says_in_words_what_the_line_shows(client: FlaskClient) -> None:
    """Without style, too, a claim is called one."""
    response = client.get("/questions/CQ2", headers=BROWSER)
    assert response.text.count('<span class="tag claim">claim</span>') == 2


# -- the query form --------------------------------------------------------------------------------------


def test_form_is_labelled_and_filled_with_prefixes(client: FlaskClient) -> None:
    """A first query stands ready, and runs."""
    response = client.get("/query", headers=BROWSER)
    assert Page(response.text).labels == {"text"}
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", response.text, re.DOTALL)
    assert found
    query = found[1].replace("&lt;", "<").replace("&gt;", ">")
    assert "PREFIX cg: <https://w3id.org/claimgraph/ns#>" in query
    assert "shelling the bridge" in ask(client, query).text


def test_typed_query_stays_in_the_form(client: FlaskClient) -> None:
    """What was typed comes back, escaped."""
    query = "SELECT ('</textarea><script>alert(1)</script>' AS ?x) {}"
    response = client.get("/query", query_string={"query": query}, headers=BROWSER)
    assert "<script>" not in response.text
    assert response.text.count("&lt;script&gt;") == 2


def test_form_can_be_posted(client: FlaskClient) -> None:
    """A query too long for an address runs as well, and is not offered as a link."""
    query = "ASK {} #" + "x" * _ADDRESS_LIMIT
    response = client.post("/query", data={"query": query}, headers=BROWSER)
    assert response.status_code == 200
    assert 'method="post"' in response.text
    assert "too long for a link" in response.text


def test_states_are_told_apart(client: FlaskClient) -> None:
    """Nothing found, failed and cut off never look alike."""
    nothing = client.get("/query", query_string={"query": "SELECT * { ?s <x:none> ?o }"}, headers=BROWSER)
    failed = client.get("/query", query_string={"query": "SELECT * {"}, headers=BROWSER)
    many = " ".join(map(str, range(ROW_LIMIT + 1)))
    cut = client.get("/query", query_string={"query": f"SELECT * {{ VALUES ?x {{ {many} }} }}"}, headers=BROWSER)
    whole = client.get("/query", query_string={"query": f"SELECT * {{ VALUES ?x {{ {many} }} }} LIMIT {ROW_LIMIT}"})
    assert (nothing.status_code, failed.status_code, cut.status_code) == (200, 400, 200)
    sentences = {"Nothing found": nothing, "Query failed": failed, "Cut off": cut}
    for sentence, response in sentences.items():
        assert [s for s in sentences if s in response.text] == [sentence]
        assert response is not whole
    assert not any(sentence in whole.text for sentence in sentences)
    assert f"{ROW_LIMIT:,} rows" in whole.text
    assert "line 1" in failed.text


def test_refused_query_is_shown_as_failed(client: FlaskClient) -> None:
    """The form tells of SERVICE as the endpoint does."""
    response = client.get("/query", query_string={"query": "SELECT * { SERVICE <http://x.test/> {} }"}, headers=BROWSER)
    assert response.status_code == 403
    assert "SERVICE is refused" in response.text


def test_failed_store_is_not_shown_as_nothing_found() -> None:
    """A store that breaks gives 500 in the one shape, for people and for programs."""

    class Broken(EmbeddedStore):
        def query(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise StoreError("store/: the disk is gone; restore it from a dump")

    client = create_app(Settings(base=BASE), Broken.in_memory(), questions=QUESTIONS).test_client()
    for address in ("/", "/questions/CQ1", "/query?query=ASK+{}", "/sparql?query=ASK+{}"):
        response = client.get(address, headers=BROWSER)
        assert response.status_code == 500, address
        assert "the disk is gone" in response.text
        assert "Nothing found" not in response.text
    assert client.get("/").content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (QueryTimeout("stopped after 10 s"), "timeout"),
        (QueryTooLarge("512 MB"), "too-large"),
        (EngineBusy("all"), "busy"),
    ],
)
def test_stopped_query_is_503_and_not_nothing_found(error: KgError, reason: str) -> None:
    """A page whose query was stopped says so, and when to come back; nobody takes it for an empty graph."""

    class Stopped(EmbeddedStore):
        def query(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise error

    client = create_app(Settings(base=BASE), Stopped.in_memory(), questions=QUESTIONS).test_client()
    for address in ("/", "/questions/CQ1", "/matrix", "/timeline", "/doc/0123456789abcdef", "/sparql?query=ASK+{}"):
        response = client.get(address, headers=BROWSER)
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5"), address
        assert "Nothing found" not in response.text
        assert "this says nothing about what the graph holds" in response.text
    assert json.loads(client.get("/matrix").text)["reason"] == reason


def test_yes_or_no_is_not_a_verdict(client: FlaskClient) -> None:
    """ASK is answered in words about the graph."""
    read = ask(client, "ASK { ?s ?p ?o }")
    assert "Answer: yes" in " ".join(read.text.split())
    assert "not a verdict" in read.text


def test_triples_are_shown_as_a_table(client: FlaskClient) -> None:
    """CONSTRUCT gives subject, predicate and object, and links to graph formats."""
    read = ask(client, "CONSTRUCT WHERE { ?s <https://w3id.org/claimgraph/ns#describes> ?o }")
    assert "1 triple" in read.text
    assert "cg:describes" in read.text
    assert any("format=turtle" in link for link in read.links)


def test_content_is_escaped_and_hostile_iris_are_text(client: FlaskClient) -> None:
    """Markup stays text; only web addresses become links."""
    query = "SELECT ('<b onclick=x>' AS ?a) (<javascript:alert(1)> AS ?b) (<https://x.test/?a=1&b='> AS ?c) {}"
    response = client.get("/query", query_string={"query": query}, headers=BROWSER)
    read = Page(response.text)
    assert "<b onclick=x>" in read.text
    assert "javascript:alert(1)" in read.text
    assert not [link for link in read.links if link.startswith("javascript:")]
    assert "https://x.test/?a=1&b='" in read.links


@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\u0007", "\u00ad", "\u2066", "\ufeff", "\u0085"])
def test_control_characters_are_shown_and_isolated(client: FlaskClient, character: str) -> None:
    """A right-to-left override reverses nothing after it: it stands alone in a box that shows its code."""
    response = client.get(
        "/query", query_string={"query": f"SELECT (CONCAT('ab', 'cd') AS ?x) (STR('{character}') AS ?y) {{}}"}
    )
    table = response.text.partition("<tbody>")[2]
    assert f'<span class="ctl" title="U+{ord(character):04X}">{character}</span>' in table
    assert table.count(character) == 1


def test_claim_of_another_base_is_marked_too(client: FlaskClient) -> None:
    """A peer's claim is still a claim; an address that only resembles one is not."""
    read = ask(
        client,
        "SELECT (<https://peer.test/kg/doc/00000000deadbeef/claim/1-2/content/event/1> AS ?a) "
        "(<https://peer.test/doc/00000000deadbeef/event/1-2> AS ?b) (<https://peer.test/doc/x/claim/1> AS ?c) {}",
    )
    assert ("claim", "https://peer.test/kg/doc/00000000deadbeef/claim/1-2/content/event/1") in read.marked
    assert ("fact", "https://peer.test/doc/00000000deadbeef/event/1-2") in read.marked
    assert "https://peer.test/doc/x/claim/1" not in {text for _, text in read.marked}


def test_control_character_lets_no_markup_through(client: FlaskClient) -> None:
    """Text before and after a control character is escaped as well."""
    response = client.get("/query", query_string={"query": "SELECT ('<b>\u200b<i>' AS ?x) {}"})
    table = response.text.partition("<tbody>")[2]
    assert "<b>" not in table
    assert "<i>" not in table
    assert "&lt;b&gt;" in table


def test_headline_of_an_article_is_escaped(client: FlaskClient) -> None:
    """What a publisher wrote is text, never markup."""
    response = client.get("/", headers=BROWSER)
    assert "Ruritania reopens &lt;b&gt;border&lt;/b&gt; post" in response.text


def test_installed_questions_are_served(app: Flask) -> None:
    """Without any given, the app lists the questions that come with the package."""
    assert app.name == "kg.pages"
    client = create_app(Settings(base=BASE), small_store()).test_client()
    assert client.get("/").status_code == 200
