"""The statement, entity, matrix and timeline pages."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from kg.app import create_app
from kg.config import Settings
from kg.mapper import map_record
from kg.records import TimeExpression
from kg.store import EmbeddedStore
from kg.views import entity, timeline
from kg.views.citation import as_text
from kg.views.statement_card import card_of
from kg.views.statement_rows import Row
from tests.pages.test_pages import Page
from tests.samples import TEXT, at, sample
from tests.served.small_app import BASE

BROWSER = {"Accept": "text/html,*/*;q=0.8"}
VERSION = "/doc/" + sample().document.sha256[:16]
ARVONIA = "/about/entity/political_actor/arvonia"
BELMARK = "/about/entity/political_actor/belmark"
_STATEMENT = re.compile("/(?:claim|fact|unclear)/")
HOSTILE = "<script>alert(1)</script> \"'& ‮{{ 7*7 }} \\ }"


@pytest.fixture(scope="module")
def sampled() -> FlaskClient:
    """A client of the app over the sample record."""
    return client_of(published="2025-04-03", publisher="The Sample Herald")


def client_of(**about: str) -> FlaskClient:
    """A client of the app over the sample record with this about its document."""
    store = EmbeddedStore.in_memory()
    store.replace([map_record(sample(**about), BASE)])
    return create_app(Settings(base=BASE), store, questions=()).test_client()


def text_of(client: FlaskClient, address: str) -> str:
    """The page there, white space made one."""
    response = client.get(address, headers=BROWSER, follow_redirects=True)
    assert response.status_code == 200, response.text
    return " ".join(response.text.split())


def statement(client: FlaskClient, act: str) -> str:
    """The path of the one statement of that act."""
    query = (
        "PREFIX cg: <https://w3id.org/claimgraph/ns#> "
        f"SELECT ?c {{ ?c cg:speechAct <https://w3id.org/claimgraph/act/{act}> }}"
    )
    (row,) = csv.DictReader(io.StringIO(client.get("/sparql", query_string={"query": query, "format": "csv"}).text))
    return "/" + row["c"].removeprefix(BASE)


def rows_of(client: FlaskClient, address: str) -> list[dict[str, str]]:
    """The rows of the CSV that a page links to; the query linked beside it gives the same number."""
    links = Page(client.get(address, headers=BROWSER, follow_redirects=True).text).links
    (link,) = [link for link in links if link.endswith("&format=csv")]
    rows = list(csv.DictReader(io.StringIO(client.get(link).text)))
    (text,) = parse_qs(urlsplit(link).query)["query"]
    (query,) = [one for one in links if one.startswith("/query?") and parse_qs(urlsplit(one).query)["query"] == [text]]
    count = f"{len(rows)} row{'' if len(rows) == 1 else 's'}"
    assert count in client.get(query, headers=BROWSER).text
    return rows


# -- a statement ---------------------------------------------------------------------------------------------


def test_statement_shows_its_words_in_their_paragraph(sampled: FlaskClient) -> None:
    """Whose word it is, and the text around it with only this one marked."""
    page = text_of(sampled, statement(sampled, "accuse"))
    assert "<b>Arvonia</b></a> accuses" in page
    paragraph = page.partition('<p class="text">')[2].partition("</p>")[0]
    assert re.sub("<[^>]*>", "", paragraph).startswith("Arvonia accused Belmark of shelling the border, and")
    assert paragraph.count('<span class="claim') == 1


def test_denial_and_what_it_denies_lead_to_each_other(sampled: FlaskClient) -> None:
    """The accusation shows that it was denied and by whom; the denial shows whose words it denies."""
    accusation, denial = statement(sampled, "accuse"), statement(sampled, "deny")
    told = text_of(sampled, accusation)
    assert "⊘ Denied by" in told
    assert f'href="{denial}"' in told
    answered = text_of(sampled, denial)
    assert "⊘ Denies" in answered
    assert f'href="{accusation}"' in answered


def test_statement_is_cited_as_what_the_article_passes_on(sampled: FlaskClient) -> None:
    """Text, BibTeX and CSL-JSON name the words, the speaker, the article and the place."""
    path = statement(sampled, "accuse").replace("/doc/", "/cite/doc/")
    for name in ("text", "bibtex", "csl"):
        cited = sampled.get(f"{path}?as={name}").text
        assert "Belmark of shelling the border" in cited
        assert "said by Arvonia, as the article passes it on" in cited
        assert "The Sample Herald" in cited
    (item,) = json.loads(sampled.get(f"{path}?as=csl").text)
    assert item["issued"] == {"date-parts": [[2025, 4, 3]]}
    assert sampled.get(f"{path}?as=bibtex").text.count("{") == sampled.get(f"{path}?as=bibtex").text.count("}")


def test_schema_claim_has_no_rating_and_is_only_what_is_put_forward(sampled: FlaskClient) -> None:
    """An accusation is one; a denial, a fact and hearsay are none."""
    cite = statement(sampled, "accuse").replace("/doc/", "/cite/doc/")
    claim = json.loads(sampled.get(f"{cite}?as=schema").text)
    assert (claim["@type"], claim["author"][0]["name"]) == ("Claim", "Arvonia")
    assert "ating" not in json.dumps(claim)
    inner = next(row["statement"] for row in rows_of(sampled, VERSION) if row["kind"] == "inner")
    fact = next(row["statement"] for row in rows_of(sampled, VERSION) if row["kind"] == "fact")
    for path in (statement(sampled, "deny"), "/" + inner.removeprefix(BASE), "/" + fact.removeprefix(BASE)):
        response = sampled.get(path.replace("/doc/", "/cite/doc/") + "?as=schema")
        assert (response.status_code, json.loads(response.text)["reason"]) == (404, "no-factual-claim")
        assert "no schema.org Claim" in text_of(sampled, path)


def test_what_is_said_not_to_be_so_is_no_schema_claim() -> None:
    """Words under a negation could be read without it."""
    record = sample()
    said = replace(record.claims[0], polarity="negative")
    store = EmbeddedStore.in_memory()
    store.replace([map_record(replace(record, claims=(said, *record.claims[1:])), BASE)])
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    cite = statement(client, "accuse").replace("/doc/", "/cite/doc/")
    assert client.get(f"{cite}?as=schema").status_code == 404


def test_hearsay_says_so_when_cited(sampled: FlaskClient) -> None:
    """The one inside is never quoted as if the article had heard it."""
    inner = next(row["statement"] for row in rows_of(sampled, VERSION) if row["kind"] == "inner")
    cited = sampled.get("/" + inner.removeprefix(BASE).replace("doc/", "cite/doc/") + "?as=text").text
    assert "said by Ada Quill, as the article passes it on, inside of what someone else is quoted with" in cited


# -- an entity -----------------------------------------------------------------------------------------------


def test_entity_keeps_what_it_says_from_what_is_said_about_it(sampled: FlaskClient) -> None:
    """Each section has its own statements and their number."""
    page = text_of(sampled, BELMARK)
    said = page.partition('Statements by Belmark <span class="soft">1</span>')[2].partition("<h2>")[0]
    about = page.partition('Statements about Belmark <span class="soft">1</span>')[2].partition("<h2>")[0]
    assert "that it shelled the border" in said
    assert "Belmark of shelling the border" in about
    assert "Belmark of shelling the border" not in said
    assert 'Events with Belmark <span class="soft">1</span>' in page  # the treaty that was not signed is no event


def test_hearsay_is_a_section_of_its_own(sampled: FlaskClient) -> None:
    """What others say that somebody said is not among what that person says."""
    page = text_of(sampled, "/about/entity/person/ada-quill")
    assert "Statements by" not in page
    assert 'What others say that Ada Quill said <span class="soft">1</span>' in page


def test_place_and_actor_of_one_name_lead_to_each_other(sampled: FlaskClient) -> None:
    """Both pages say that they are not the same."""
    assert 'Not the same as <a href="/entity/place/port-sella">' in text_of(sampled, BELMARK)
    assert 'Not the same as <a href="/entity/political_actor/belmark">' in text_of(
        sampled, "/about/entity/place/port-sella"
    )


def test_data_of_an_entity_has_all_its_statements(sampled: FlaskClient) -> None:
    """One row for each statement in any part."""
    assert sorted(row["kind"] for row in rows_of(sampled, BELMARK)) == ["claim", "claim", "fact"]


# -- the matrix ----------------------------------------------------------------------------------------------


def test_matrix_counts_who_says_it_about_whom(sampled: FlaskClient) -> None:
    """The number leads to the statements; a denied one says so."""
    page = text_of(sampled, "/matrix?act=accuse")
    assert 'aria-label="Arvonia about Belmark: 1, 1 denied"' in page
    assert "what was said, not what happened" in page
    assert "shadowy forces" not in page  # hearsay is not among them
    assert [row["quote"] for row in rows_of(sampled, "/matrix?act=accuse")] == ["Belmark of shelling the border"]


def test_matrix_shows_no_one_named_last(sampled: FlaskClient) -> None:
    """A claim about nobody in particular has a column of its own, and a pair that can be chosen."""
    page = text_of(sampled, "/matrix?act=deny")
    assert 'aria-label="Belmark about No target: 1"' in page
    chosen = "/matrix?act=deny&from=entity/political_actor/belmark"
    assert "that it shelled the border" in text_of(sampled, chosen)
    assert len(rows_of(sampled, chosen)) == 1


def test_pair_without_statements_says_so(sampled: FlaskClient) -> None:
    """Nothing found, with the way out; an unknown act is 404."""
    page = text_of(sampled, "/matrix?act=accuse&from=entity/political_actor/belmark")
    assert "<strong>Nothing found.</strong> This pair has no statement of this act." in page
    assert "No claim in the graph is of the act" in text_of(sampled, "/matrix?act=praise")
    assert sampled.get("/matrix?act=nonsense").status_code == 404
    assert sampled.get("/matrix?act=accuse&from=%3E%20%7D").status_code == 404


# -- the timeline --------------------------------------------------------------------------------------------


def test_bar_is_as_long_as_the_days_that_are_possible() -> None:
    """From the earliest to the latest on the line of the page; a day that is given has none, and none is guessed."""
    months = {"April 2025": ("2025-04-01", "2025-04-30"), "by Friday": (None, "2025-04-04")}
    store = EmbeddedStore.in_memory()
    for number, (words, (first, last)) in enumerate(months.items()):
        record = sample(TEXT + " More." * number, document_id=words)
        time = TimeExpression(text=words, earliest=first, latest=last)
        facts = tuple(replace(f, events=tuple(replace(e, when=time) for e in f.events)) for f in record.facts)
        store.replace([map_record(replace(record, facts=facts), BASE)])
    page = text_of(create_app(Settings(base=BASE), store, questions=()).test_client(), "/timeline")
    (bar,) = re.findall(r'<rect class="extent-bar" x="(\d+)" y="1" width="(\d+)"', page)
    assert bar == ("0", "30")
    assert "on a line from <time>2025-04-01</time> to <time>2025-04-30</time>" in page
    assert "<h2>? to 2025-04-04" in page


def test_timeline_puts_statements_on_their_day(sampled: FlaskClient) -> None:
    """Facts by when it happened, claims by when it was said."""
    page = text_of(sampled, "/timeline")
    assert '<time datetime="2025-04-03">' in page
    assert page.count('class="quote"') == len(rows_of(sampled, "/timeline")) == 2


def test_statement_without_a_date_stands_apart() -> None:
    """A time in words that no day is known for is in no day's list."""
    record = sample()
    thursday = TimeExpression(text="Thursday")
    undated = replace(record, claims=tuple(replace(claim, said_at=thursday) for claim in record.claims))
    store = EmbeddedStore.in_memory()
    store.replace([map_record(undated, BASE)])
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    page = text_of(client, "/timeline")
    dated, _, apart = page.partition('No date can be given <span class="soft">3</span>')
    assert dated.count('class="quote"') == 1
    assert apart.count('“Thursday” <span class="nodate">no date</span>') == 3
    assert len(rows_of(client, "/timeline")) == 4


def test_statement_with_an_end_only_is_dated_by_it() -> None:
    """ "By Friday" has a last day: it is on the timeline, once, with its beginning unknown."""
    record = sample()
    until = TimeExpression(text="by Friday", latest="2025-04-04")
    store = EmbeddedStore.in_memory()
    claims = (replace(record.claims[0], said_at=until),)
    store.replace([map_record(replace(record, facts=(), claims=claims, links=()), BASE)])
    page = text_of(create_app(Settings(base=BASE), store, questions=()).test_client(), "/timeline")
    assert "<h2>? to 2025-04-04" in page
    assert "No date can be given" not in page


def test_long_lists_are_cut_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of two is not shown as all; the data has both, and the next page the rest."""
    monkeypatch.setattr(timeline, "SHOWN", 1)
    monkeypatch.setattr(entity, "SHOWN", 1)
    client = client_of()
    assert "1 to 1 of 2 statements" in text_of(client, "/timeline")
    assert "2 to 2 of 2 statements" in text_of(client, "/timeline?first=1")
    assert len(rows_of(client, "/timeline")) == 2
    store = EmbeddedStore.in_memory()
    record = sample()
    twice = replace(record.claims[3], id="c9", content=at("No treaty", TEXT), stated_events=())
    store.replace([map_record(replace(record, facts=(), claims=(*record.claims, twice)), BASE)])
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    assert "<strong>Cut off:</strong> 1 of 2." in text_of(client, BELMARK)


def test_permanent_link_keeps_what_was_chosen(sampled: FlaskClient) -> None:
    """The address of a matrix names its act."""
    assert '<a href="/matrix?act=deny">Permanent link</a>' in text_of(sampled, "/matrix?act=deny")


# -- every page ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/matrix", "/timeline", BELMARK, VERSION])
def test_page_gives_its_graph(sampled: FlaskClient, address: str) -> None:
    """JSON-LD, Turtle and TriG under the links at the foot; a statement's own is on its card."""
    links = Page(sampled.get(address, headers=BROWSER).text).links
    for name in ("jsonld", "turtle", "trig"):
        (link,) = [link for link in links if link.endswith(f"format={name}") and not _STATEMENT.search(link)]
        assert sampled.get(link).status_code == 200


@pytest.mark.parametrize("about", ["publisher", "url", "language", "licence"])
def test_hostile_words_about_an_article_stay_words(about: str) -> None:
    """Nothing of a publisher, address or licence becomes markup, on any page."""
    client = client_of(**{about: HOSTILE})
    accusation = statement(client, "accuse")
    for address in (VERSION, accusation, BELMARK, "/matrix", "/timeline", "/"):
        page = text_of(client, address)
        assert "<script>alert" not in page
        assert "49" not in page.partition("<main")[2].partition("</main>")[0] or "7*7" in page
        Page(client.get(address, headers=BROWSER, follow_redirects=True).text)
    for name in ("text", "bibtex", "csl", "schema"):
        assert client.get(f"{accusation.replace('/doc/', '/cite/doc/')}?as={name}").status_code == 200


@pytest.mark.parametrize(
    ("words", "cited"),
    [
        ("it rained", "“it rained”"),
        ("“It rained,”", "“It rained,”"),
        ('"It rained,"', '"It rained,"'),
        ("“one” and “the other”", "““one” and “the other””"),
        ("”", "“””"),
        ("", "“”"),
    ],
)
def test_words_are_cited_in_one_pair_of_quotation_marks(words: str, cited: str) -> None:
    """The article's own where it has put them around all of it; the words themselves are never changed."""
    row = Row(statement="x:doc/0/claim/0-9", kind="claim", quote=words)
    card = card_of(row, "x:", {})
    assert as_text(card, {}).startswith(f"{cited}, said by someone")


# -- words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "is_many"),
    [
        ("Polish officials", True),
        ("the heads of government of the Island Group", True),
        ("“numerous forces”", True),
        ("We", True),
        ("Officials", True),
        ("the Maltese hosts", True),
        ("two people close to the talks", True),
        ("United States", False),
        ("the Netherlands", False),
        ("Reuters", False),
        ("Honduras", False),
        ("the boss", False),
        ("a spokesman of the ministers", False),
        ("the head of the talks", False),
        ("Egypt", False),
        ("", False),
    ],
)
def test_verb_agrees_with_who_speaks(name: str, is_many: bool) -> None:
    """Officials reject, the United States rejects."""
    row = Row(statement=f"{BASE}doc/x/claim/1-2", kind="claim", speaker=name, act="reject", quote="it")
    assert card_of(row, BASE, {}).verb == ("reject" if is_many else "rejects")


def test_heading_of_a_statement_is_who_says_it_about_whom(sampled: FlaskClient) -> None:
    """Not a scrap of its words; where nobody is named, and in a denial, the words are needed."""
    heads = {
        statement(sampled, "accuse"): "claim Arvonia accuses Belmark",
        f"{VERSION}/fact/{offsets('No treaty was signed')}": "fact No treaty was signed",
        f"{VERSION}/unclear/{offsets('Reportedly a third round will follow')}": "unclear Unclear who says it",
    }
    for address, heading in heads.items():
        found = re.findall("<h1>(.*?)</h1>", text_of(sampled, address))
        assert [" ".join(re.sub("<[^>]*>", "", one).split()) for one in found] == [heading]
    denial = text_of(sampled, statement(sampled, "deny"))
    assert "that it shelled the border" in re.findall("<h1>(.*?)</h1>", denial)[0]


def offsets(words: str) -> str:
    """Where these words stand in the sample's text, as a statement's IRI has it."""
    (span,) = at(words)
    return f"{span.start}-{span.end}"


def test_raw_triples_are_closed_where_a_page_has_more_to_say(sampled: FlaskClient) -> None:
    """Of an entity and a statement; what has no page of its own shows them."""
    for address in (BELMARK, statement(sampled, "accuse")):
        page = text_of(sampled, address)
        assert '<details class="raw"><summary><h2>Properties</h2></summary>' in page
        assert '<details class="raw" open>' not in page
    event = text_of(
        sampled,
        f"/about{VERSION}/event/{offsets('Delegations of Arvonia and Belmark met in Port Sella on 3 April 2025')}",
    )
    assert '<details class="raw" open><summary><h2>Properties</h2></summary>' in event


def test_words_that_report_no_event_are_counted_as_none(sampled: FlaskClient) -> None:
    """Neither in the article's summary and bar, nor at home, nor in a list; they are named beside it."""
    page = text_of(sampled, VERSION)
    lead = page.partition('<p class="lead">')[2].partition("</p>")[0]
    assert re.search(r"reports <span class=\"fact\">1 event itself", lead)
    assert "1 passage that reports no event." in page
    assert '<rect class="bar-fact" x="0" y="0" width="1"' in page
    assert '<span class="fact">1 event</span>' in text_of(sampled, "/")
    assert '<h1>Events <span class="soft">1</span></h1>' in text_of(sampled, "/events")
    assert "no event is asserted" not in page


def test_version_that_was_withdrawn_is_headed_by_its_headline() -> None:
    """Not by its hash; the page says that it was withdrawn."""
    store = EmbeddedStore.in_memory()
    graph = map_record(sample(), BASE)
    store.replace([graph])
    store.withdraw(graph.version, "A slip", datetime(2025, 4, 5, tzinfo=UTC))
    page = create_app(Settings(base=BASE), store, questions=()).test_client().get(VERSION, headers=BROWSER).text
    assert '<h1>Envoys of Arvonia and Belmark meet <span class="soft">withdrawn</span></h1>' in page


def test_no_page_calls_a_person_it(sampled: FlaskClient) -> None:
    """Sections and links have the name, or no pronoun."""
    page = text_of(sampled, "/about/entity/organization/sella-wire")
    for words in ("Said by it", "about it", "by it", "with it", "of it", "beside it"):
        assert words not in page


# -- any size, and none --------------------------------------------------------------------------------------


def unnamed_twice() -> FlaskClient:
    """A client of the app over two articles in each of which nobody knows who accuses."""
    store = EmbeddedStore.in_memory()
    for number in range(2):
        record = sample(text=TEXT + "!" * number, document_id=f"a{number}", published=f"2025-04-0{number + 3}")
        claims = (replace(record.claims[0], speakers=("someone",)), *record.claims[1:])
        store.replace([map_record(replace(record, claims=claims), BASE)])
    return create_app(Settings(base=BASE), store, questions=()).test_client()


def test_unnamed_sources_are_one_row_of_the_matrix() -> None:
    """However many articles have one; the number leads to all their statements, and so does the data."""
    client = unnamed_twice()
    page = text_of(client, "/matrix?act=accuse")
    assert page.count('<th scope="row">Unnamed source</th>') == 1
    (link,) = re.findall(r'href="(/matrix\?act=accuse&amp;from=unnamed[^"]*)"', page)
    rows = rows_of(client, link.replace("&amp;", "&"))
    assert len(rows) == 2
    assert text_of(client, link.replace("&amp;", "&")).count('<a class="quote"') == 2


def test_act_without_any_target_has_no_column_twice(sampled: FlaskClient) -> None:
    """The page says that none names a target, and counts each speaker once."""
    page = text_of(sampled, "/matrix?act=deny")
    assert "None of them names a target." in page
    assert '<th scope="col">No target</th>' in page
    assert '<th scope="col" class="total">all</th>' not in page
    assert "Who denies, and about whom" in page


def test_timeline_says_how_many_of_how_many_it_shows(sampled: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it shows all."""
    assert "1 to 2 of 2 statements with a day." in text_of(sampled, "/timeline")
    monkeypatch.setattr(timeline, "SHOWN", 1)
    one = client_of(published="2025-04-03")
    assert "<strong>Cut off:</strong> 1 to 1 of 2 statements with a day." in text_of(one, "/timeline")
    assert "<strong>Cut off:</strong> 2 to 2 of 2 statements with a day." in text_of(one, "/timeline?first=1")


def test_claims_without_a_day_stand_on_that_of_their_article_and_it_is_said() -> None:
    """On a view of their own, so that nobody takes it for the day on which they were made."""
    client = unnamed_twice()
    page = text_of(client, "/timeline?by=article")
    assert "by the <strong>day of their article</strong>: said on it or before." in page
    assert re.findall(r'<time datetime="([^"]*)">', page.partition("<ol")[2]) == ["2025-04-03", "2025-04-04"]
    shown = re.findall(r'<a class="quote" href="/([^"]*)"', page)
    assert sorted(BASE + path for path in shown) == sorted(
        row["statement"] for row in rows_of(client, "/timeline?by=article")
    )
    assert len(shown) == 4
    undated = client_of()
    assert "1 to" not in text_of(undated, "/timeline?by=article")


@pytest.mark.parametrize(
    "address",
    [
        *("/", "/articles", "/speakers", "/places", "/events", "/matrix", "/matrix?act=say", "/timeline", "/graph"),
        *(
            "/timeline?by=article",
            "/compare",
            "/search",
            "/search?q=x",
            "/questions/",
            "/help",
            "/about",
            "/api",
            "/ns",
        ),
    ],
)
def test_page_of_an_empty_graph_is_no_error(address: str) -> None:
    """Each says that nothing is there, or what it is for."""
    empty = create_app(Settings(base=BASE), EmbeddedStore.in_memory(), questions=()).test_client()
    assert empty.get(address, headers=BROWSER).status_code == 200
