"""The search page and its index."""

from __future__ import annotations

import re
import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, Quad

from kg import vocab
from kg.app import create_app
from kg.config import Settings
from kg.graph import VersionGraph
from kg.mapper import map_record
from kg.store import EmbeddedStore
from kg.views.search import index as wordindex
from kg.views.search import query
from kg.views.search.index import WordIndex
from kg.views.search.normalize import folded, unfolded
from kg.views.search.query import SearchResults, Wanted, match_of, search
from tests.pages.test_overviews import rows_of, text_of
from tests.pages.test_pages import Page
from tests.samples import TEXT, sample
from tests.served.small_app import BASE

BROWSER = {"Accept": "text/html,*/*;q=0.8"}
OTHER = TEXT.replace("shelling", "stalking").replace("shelled", "stalked")


def filled(*texts: str) -> EmbeddedStore:
    """A store with one article for each text."""
    store = EmbeddedStore.in_memory()
    store.replace([mapped(text, f"a{i}", publisher=f"Paper {i}") for i, text in enumerate(texts)])
    return store


def mapped(text: str, name: str, **about: str) -> VersionGraph:
    """The sample record, with a text of the same lengths in place of its own."""
    record = sample(document_id=name, **about)
    return map_record(replace(record, document=replace(record.document, text=text)), BASE)


def client_of(store: EmbeddedStore) -> FlaskClient:
    """A client of the app over the store."""
    return create_app(Settings(base=BASE), store, questions=()).test_client()


@pytest.fixture(scope="module")
def sampled() -> FlaskClient:
    """A client of the app over two articles."""
    return client_of(filled(TEXT, OTHER))


def found_by(index: WordIndex, words: str) -> SearchResults:
    """What the index has of these words."""
    with index.opened() as connection:
        return search(connection, Wanted(words=words))


# -- the page ------------------------------------------------------------------------------------------------


def test_hit_shows_at_once_whether_it_is_a_fact_or_a_claim(sampled: FlaskClient) -> None:
    """The words stand under the line of their kind, those looked for lit inside of it."""
    page = text_of(sampled, "/search?q=border")
    assert '<span class="claim">Belmark of shelling the <span class="hit">border</span></span>' in page
    assert '<span class="tag claim">claim</span>' in page
    page = text_of(sampled, "/search?q=delegations")
    assert '<span class="fact"><span class="hit">Delegations</span> of Arvonia' in page


def test_hearsay_is_found_as_hearsay(sampled: FlaskClient) -> None:
    """What somebody is said to have said has two lines, and is no claim of the filter."""
    page = text_of(sampled, "/search?q=bridge&kind=inner")
    assert '<span class="tag claim">hearsay</span>' in page
    assert '<span class="claim t1"><span class="claim t0">shadowy forces attacked a' in page
    assert all(row["kind"] == "claim" for row in rows_of(sampled, "/search?q=bridge&kind=claim"))


def test_names_and_headlines_are_found(sampled: FlaskClient) -> None:
    """A name leads to its entity, whichever of its names it is; a headline to its article."""
    page = text_of(sampled, "/search?q=sella")
    assert re.search(r'href="/entity/place/port-sella">Port <span class="hit">Sella', page)
    assert 'href="/entity/organization/sella-wire"' in page
    assert 'href="/entity/political_actor/belmark"' in page  # Port Sella is an alias of it
    assert text_of(sampled, "/search?q=envoys").count('<span class="hit">Envoys</span> of Arvonia') == 2


def test_words_in_quotation_marks_stand_as_they_follow(sampled: FlaskClient) -> None:
    """Not in another order; without the marks in any."""
    assert 'class="claim-card"' in text_of(sampled, '/search?q="the border"')
    assert "Nothing found." in text_of(sampled, '/search?q="border the"')
    assert 'class="claim-card"' in text_of(sampled, "/search?q=border the")
    assert 'class="claim-card"' in text_of(sampled, "/search?q=bord*")


def test_facets_count_what_choosing_them_gives(sampled: FlaskClient) -> None:
    """The number beside each value is the number of rows that the link leads to."""
    with_facets = sampled.get("/search?q=belmark", headers=BROWSER).text
    facets = re.findall(r'<li><a href="(/search\?[^"]*)">[^<]*</a> <span class="soft">(\d+)</span>', with_facets)
    assert len(facets) == 10
    for link, number in facets:
        assert len(rows_of(sampled, link.replace("&amp;", "&"))) == int(number)
    for name in ("Kind", "Speaker", "Act", "Outlet"):
        assert f"<h2>{name}</h2>" in with_facets


def test_facet_that_was_not_counted_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Out of time: the hits are there, the numbers are not, and none is made up."""
    sampled = client_of(filled(TEXT, OTHER))
    monkeypatch.setattr(query, "FACET_SECONDS", -1.0)
    monkeypatch.setattr(query, "_STEPS", 1)
    page = text_of(sampled, "/search?q=belmark")
    assert page.count("Not counted: it would have taken too long.") == 5
    assert 'class="claim-card"' in page


def test_search_that_takes_too_long_is_503_and_not_nothing_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped search says nothing about what the graph holds."""
    sampled = client_of(filled(TEXT, OTHER))
    monkeypatch.setattr(query, "_HIT_SECONDS", -1.0)
    monkeypatch.setattr(query, "_STEPS", 1)
    response = sampled.get("/search?q=belmark", headers=BROWSER)
    assert response.status_code == 503
    assert "Nothing found" not in response.text


def test_nothing_found_says_which_filter_to_drop(sampled: FlaskClient) -> None:
    """With the number that there would be without it; each link leads to that many."""
    page = text_of(sampled, "/search?q=shelling&kind=fact")
    (link,) = re.findall(r'<a href="([^"]*)">without kind</a> there are 2', page)
    assert len(rows_of(sampled, link.replace("&amp;", "&"))) == 2
    assert "Leave one out" in text_of(sampled, "/search?q=zyzzyva")
    assert "drop" in text_of(sampled, "/search?q=zyzzyva&kind=fact&act=say").lower()


def test_filter_without_which_there_is_nothing_either_is_not_named(sampled: FlaskClient) -> None:
    """Of two filters that both leave nothing, dropping one alone leads nowhere; a number would be made up."""
    page = text_of(sampled, "/search?q=shelling&kind=fact&publisher=Nobody")
    assert "Nothing" in page
    assert "Drop a filter" not in page


def test_many_hits_come_in_pages_and_say_so(sampled: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every hit is on one page, and the data of each page is what it shows."""
    whole = {row["statement"] for row in rows_of(sampled, "/search?q=belmark")}
    sampled = client_of(filled(TEXT, OTHER))  # which remembers no page of the usual length
    monkeypatch.setattr(query, "SHOWN", 2)
    monkeypatch.setattr("kg.pages.search.SHOWN", 2)
    assert "1 to 2 of 8." in text_of(sampled, "/search?q=belmark")
    pages = [rows_of(sampled, f"/search?q=belmark&page={number}") for number in (1, 2, 3, 4)]
    assert [len(rows) for rows in pages] == [2, 2, 2, 2]
    assert {row["statement"] for rows in pages for row in rows} == whole
    assert "Next page" in text_of(sampled, "/search?q=belmark&page=2")
    assert "Next page" not in text_of(sampled, "/search?q=belmark&page=4")


def test_more_hits_than_are_counted_are_not_called_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit no number is given."""
    sampled = client_of(filled(TEXT, OTHER))
    monkeypatch.setattr(query, "COUNTED", 1)
    assert "of more than 10,000" in text_of(sampled, "/search?q=belmark")


@pytest.mark.parametrize(
    "address", ["/search?q=belmark", "/search?kind=inner", "/search?q=zyzzyva", "/search?act=deny"]
)
def test_data_of_the_page_are_its_hits(sampled: FlaskClient, address: str) -> None:
    """The query names just the statements that are shown, and gives those."""
    page = text_of(sampled, address)
    rows = rows_of(sampled, address) if "zyzzyva" not in address else []
    assert page.count('<a class="quote" href="/doc/') - page.count("<h2>Headlines</h2>") * 2 == len(rows)


def test_bad_addresses_are_refused(sampled: FlaskClient) -> None:
    """No such kind is 404, too many words 400; another page or speaker is nothing found."""
    assert sampled.get("/search?kind=truth").status_code == 404
    assert sampled.get("/search?q=" + "a" * 301).status_code == 400
    assert sampled.get("/search?q=belmark&page=99999999999999", headers=BROWSER).status_code == 200
    assert "Nothing found" in text_of(sampled, "/search?q=belmark&speaker=%22%3E<x>")


def test_words_are_found_with_other_endings(sampled: FlaskClient) -> None:
    """Every form of a word finds the others, lit as they are written; one with a star is looked up as it is."""
    for words in ("shelling", "shelled", "shells", "border shell"):
        page = text_of(sampled, f"/search?q={words}")
        assert '<span class="hit">shelling</span>' in page
        assert '<span class="hit">shelled</span>' in page
    assert "Nothing found." in text_of(sampled, "/search?q=shells*")
    both = text_of(sampled, "/search?q=borders shell*")
    assert '<span class="hit">shelling</span> the <span class="hit">border</span>' in both


def test_speakers_and_outlets_are_found(sampled: FlaskClient) -> None:
    """A speaker's name finds what was said, an outlet's name its articles; a headline is no hit of an outlet."""
    page = text_of(sampled, "/search?q=arvonia")
    assert "Belmark of shelling the border" in page
    assert {row["speaker"] for row in rows_of(sampled, "/search?q=wire")} == {"Sella Wire"}
    page = text_of(sampled, "/search?q=paper")
    assert '<a class="quote" href="/articles?outlet=Paper+0">Paper 0</a> <span class="soft">1 article</span>' in page
    assert "<h2>Headlines</h2>" not in page


def test_hit_says_who_where_and_when() -> None:
    """Beside its words: speaker, act, headline, outlet and day."""
    client = client_of(dated())
    page = text_of(client, "/search?q=shelling")
    assert "<b>Arvonia</b> accuses <b>Belmark</b>" in page
    assert 'Envoys of Arvonia and Belmark meet</a>, Paper 1, <span class="day">2025-04-02' in page


def dated() -> EmbeddedStore:
    """A store with three articles, of two days and of none."""
    store = EmbeddedStore.in_memory()
    days = ("2025-04-01", "2025-04-02T08:00:00Z", None)
    store.replace(
        [
            mapped(
                TEXT + "!" * number, f"a{number}", publisher=f"Paper {number}", **({"published": day} if day else {})
            )
            for number, day in enumerate(days)
        ]
    )
    return store


def test_hits_are_narrowed_to_days_and_sorted_by_them() -> None:
    """A time of day is within its day; what has no date is in no range and last in either order."""
    client = client_of(dated())

    def found(address: str) -> list[str]:
        return re.findall(
            r"meet</a>, (Paper \d)", text_of(client, f"/search?q=shelling&kind=claim&act=accuse{address}")
        )

    assert found("&sort=newest") == ["Paper 1", "Paper 0", "Paper 2"]
    assert found("&sort=oldest") == ["Paper 0", "Paper 1", "Paper 2"]
    assert found("&from=2025-04-02") == ["Paper 1"]
    assert found("&to=2025-04-02&sort=oldest") == ["Paper 0", "Paper 1"]
    assert found("&from=2025-04-02&to=2025-04-02") == ["Paper 1"]
    assert client.get("/search?q=a&from=soon").status_code == 400


def test_mistyped_word_is_answered_by_one_that_is_there(sampled: FlaskClient) -> None:
    """A word that is there stays, one that is nowhere near any gets no suggestion."""
    page = text_of(sampled, "/search?q=delegatons Arvonia")
    assert 'Did you mean <a href="/search?q=delegations+Arvonia"><b>delegations Arvonia</b></a>?' in page
    assert "Did you mean" not in text_of(sampled, "/search?q=delegations")
    assert "Did you mean" not in text_of(sampled, "/search?q=zyzzyva")


def test_page_past_the_last_says_so(sampled: FlaskClient) -> None:
    """It does not claim that nothing was found."""
    page = text_of(sampled, "/search?q=belmark&page=9")
    assert "Past the last page." in page
    assert "Nothing found." not in page
    assert '<a href="/search?q=belmark">Go to the last page</a>' in page


def test_passages_that_report_no_event_are_named_apart(sampled: FlaskClient) -> None:
    """They are in no count or list of facts, and one click away."""
    page = text_of(sampled, "/search?q=treaty")
    assert "2 passages in the articles’ own voice</a> have these words too, and report no event." in page
    assert "fact-card" not in page
    assert len(rows_of(sampled, "/search?q=treaty&kind=passage")) == 2


def test_renamed_speaker_is_found_by_the_new_name() -> None:
    """Statements follow the name of who made them."""
    store = filled(TEXT)
    index = WordIndex(store, BASE)
    assert found_by(index, "wire").count == 1
    old = [quad for quad in store.quads() if str(quad.object) == '"Sella Wire"' and "prefLabel" in quad.predicate.value]
    new = {Quad(quad.subject, quad.predicate, Literal("Port Gazette"), quad.graph_name) for quad in old}
    store.change(set(old), new)
    assert (found_by(index, "wire").count, found_by(index, "gazette").count) == (0, 1)


# -- what is typed -------------------------------------------------------------------------------------------


@given(words=st.text(alphabet=st.one_of(st.sampled_from("\"*()^:-+{}\x00' AND OR NOT NEAR é文"), st.characters())))
def test_whatever_is_typed_is_no_syntax(words: str) -> None:
    """The index takes every expression that is made of typed words."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    if match := match_of(words):
        connection.execute("SELECT * FROM words WHERE words MATCH ?", (match,)).fetchall()
    connection.close()


def test_operators_are_words(sampled: FlaskClient) -> None:
    """NOT, OR and a column's name are looked for as they stand."""
    for words in ("belmark NOT border", "text:border", "zyzzyva OR border", "NEAR(belmark border)", "-border zyzzyva"):
        assert "Nothing found." in text_of(sampled, f"/search?q={words}")


# -- the index and the store ---------------------------------------------------------------------------------


def test_index_follows_each_write() -> None:
    """What a write brings is found, what it takes away is not; only what it touched is read again."""
    store = filled(TEXT)
    index = WordIndex(store, BASE)
    assert found_by(index, "shelling").count == 2
    other = mapped(OTHER, "b")
    store.replace([other])
    assert (found_by(index, "stalk*").count, found_by(index, "shelling").count) == (2, 2)
    store.withdraw(other.version)
    assert (found_by(index, "stalk*").count, found_by(index, "shelling").count) == (0, 2)
    store.replace([mapped(OTHER, "a0")])  # a new version of the first article
    assert (found_by(index, "stalk*").count, found_by(index, "shelling").count) == (2, 0)
    assert index.revision == store.revision


def test_headline_and_name_follow_too() -> None:
    """A change of an article or an entity alone is seen."""
    store = filled(TEXT)
    index = WordIndex(store, BASE)
    assert found_by(index, "quill").names
    (name,) = [
        quad
        for quad in store.quads()
        if str(quad.object) == '"Ada Quill"' and "default" in str(quad.graph_name).lower()
    ]
    store.change({name}, {Quad(name.subject, name.predicate, Literal("Ada Feather"))})
    assert not found_by(index, "quill").names
    assert found_by(index, "feather").names
    (line,) = [quad for quad in store.quads() if quad.predicate.value == vocab.SCHEMA_HEADLINE]
    store.change({line}, {Quad(line.subject, line.predicate, Literal("Quite another"))})
    assert [hit.pieces[0].text for hit in found_by(index, "quite").headlines] == ["Quite"]
    assert not found_by(index, "envoys").headlines


def test_index_is_never_ahead_of_the_store() -> None:
    """A revision that is counted but not yet written is not taken for read; after it is written it is."""
    store = filled(TEXT)
    index = WordIndex(store, BASE)
    seen: list[tuple[int | None, int]] = []
    graph = mapped(OTHER, "b")

    class Slow(EmbeddedStore):
        """Somebody searches between the count and the write."""

        def _write(self, *args: object) -> None:
            seen.append((found_by(index, "stalk*").count, index.revision or 0))
            super()._write(*args)  # type: ignore[arg-type]

    store.__class__ = Slow
    before = store.revision
    store.replace([graph])
    assert seen == [(0, before)]
    assert found_by(index, "stalk*").count == 2
    assert index.revision == store.revision == before + 1


def test_hit_that_the_store_has_no_longer_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page shows comes from the store, also when that was written since the words were looked up."""
    store = filled(TEXT)
    client = client_of(store)
    assert 'class="claim-card"' in text_of(client, "/search?q=shelling")
    monkeypatch.setattr(WordIndex, "_is_current", lambda _: True)
    store.withdraw(mapped(TEXT, "a0").version)
    page = text_of(client, "/search?q=shelling")
    assert 'class="claim-card"' not in page


def test_kept_index_is_used_again_and_an_absent_or_broken_one_made_anew(tmp_path: Path) -> None:
    """A start costs nothing where the file is of the store's revision; any other file is no harm."""
    store = filled(TEXT)
    path = tmp_path / wordindex.FILE_NAME
    assert found_by(WordIndex(store, BASE, path), "shelling").count == 2
    assert WordIndex(store, BASE, path).revision == store.revision
    assert wordindex._revision_of(path, "https://other.test/") is None
    kept = path.read_bytes()
    store.replace([mapped(OTHER, "b")])
    path.write_bytes(kept)
    late = WordIndex(store, BASE, path)
    assert found_by(late, "stalk*").count == 2
    for content in (b"", b"not a database" * 100):
        path.write_bytes(content)
        assert found_by(WordIndex(store, BASE, path), "stalk*").count == 2
    path.unlink()
    assert found_by(WordIndex(store, BASE, path), "stalk*").count == 2


def test_folder_that_cannot_be_written_is_no_harm(tmp_path: Path) -> None:
    """The index then lies elsewhere."""
    assert found_by(WordIndex(filled(TEXT), BASE, tmp_path / "absent" / "file"), "shelling").count == 2


def test_index_that_is_being_made_is_503(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search does not wait for minutes, and says that it found out nothing."""
    monkeypatch.setattr(wordindex, "WAIT_SECONDS", 0.01)
    waiting: Future[None] = Future()
    monkeypatch.setattr(ThreadPoolExecutor, "submit", lambda *_: waiting)
    response = client_of(filled(TEXT)).get("/search?q=border", headers=BROWSER)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert "Nothing found" not in response.text


def test_days_of_statements_follow_each_write() -> None:
    """The timeline reads them from the index: a statement that was taken back stands on no day."""
    store = filled(TEXT)
    client = client_of(store)
    other = mapped(OTHER, "b")
    assert text_of(client, "/timeline").count('class="quote"') == 2
    store.replace([other])
    assert text_of(client, "/timeline").count('class="quote"') == 4
    store.withdraw(other.version)
    assert text_of(client, "/timeline").count('class="quote"') == 2


@pytest.mark.parametrize(
    ("words", "asked", "lit"),
    [
        ("外交部发言人昨日表示", "发言人", "发言人"),
        ("外交部发言人昨日表示", "发言人 外交", "外交|发言人"),
        ("日本のGDPが伸びた", "gdp", "GDP"),
        ("がんばれと言った", "んばれ", "んばれ"),
        ("รัฐมนตรีกล่าวว่า", "กล่าว", "กล่าว"),
        ("हिन्दी भाषा में", "हिन्दी", "हिन्दी"),
        ("قَالَ الوزيرُ إن", "قال الوزير", "قَالَ|الوزيرُ"),
        ("أعلن الـوزير", "اعلن الوزير", "أعلن|الـوزير"),
        ("שָׁלוֹם עולם", "שלום", "שָׁלוֹם"),
        ("cafe\u0301 and café", "cafe", "cafe\u0301|café"),
        ("naïve ﬁrst", "naive first", "naïve|ﬁrst"),
        ("ЁЛКА", "елка", "ЁЛКА"),
        ("Straße in 서울시", "서울*", "서울시"),
    ],
)
def test_words_of_other_scripts_are_found_and_lit_as_written(words: str, asked: str, lit: str) -> None:
    """Without spaces between them, with marks or without; what is shown is what the article has."""
    quote = f"{words:.<30}"
    index = WordIndex(filled(TEXT.replace("Belmark of shelling the border", quote)), BASE)
    (hit,) = found_by(index, asked).hits
    assert "".join(piece.text for piece in hit.pieces) == quote
    assert [piece.text for piece in hit.pieces if piece.is_lit] == lit.split("|")


@pytest.mark.parametrize(("words", "asked"), [("外交部发言人", "交外"), ("हिन्दी", "हिन्द"), ("รัฐมนตรี", "รฐ")])
def test_other_words_of_these_scripts_are_not_found(words: str, asked: str) -> None:
    """Characters in another order, or without the vowel signs that make the word, are another word."""
    index = WordIndex(filled(TEXT.replace("Belmark of shelling the border", f"{words}{'.' * (30 - len(words))}")), BASE)
    assert not found_by(index, asked).hits


@given(st.text(max_size=40))
def test_folded_text_leads_back_to_what_was_written(text: str) -> None:
    """Each folded character has its place, in order; what is lit there lies in the text."""
    look, places = folded(text)
    assert len(look) == len(places)
    assert list(places) == sorted(places)
    for at in range(len(look)):
        start, end = unfolded(text, places, at, at + 1)
        assert 0 <= start < end <= len(text)


def test_headline_that_is_found_has_its_outlet_and_day() -> None:
    """Two articles with one headline are told apart."""
    page = text_of(client_of(dated()), "/search?q=envoys")
    headlines = page.partition("<h2>Headlines</h2>")[2].partition("</ul>")[0]
    assert sorted(
        re.findall(r"Paper \d, (?:no date|[-\d]+(?: \d\d:\d\d UTC)?)", re.sub(r"<[^>]+>", "", headlines))
    ) == [
        "Paper 0, 2025-04-01",
        "Paper 1, 2025-04-02 08:00 UTC",
        "Paper 2, no date",
    ]


def test_facet_of_days_has_each_day_once() -> None:
    """The hours of a day are not days of their own."""
    store = EmbeddedStore.in_memory()
    store.replace([mapped(TEXT + "!" * n, f"a{n}", published=f"2025-04-02T0{n}:00:00Z") for n in range(3)])
    client = client_of(store)
    page = text_of(client, "/search?q=shelling&act=accuse")
    days = page.partition("<h2>Day of the article</h2>")[2].partition("</ul>")[0]
    assert re.findall(r">([^<]+)</a> <span class=\"soft\">(\d+)<", days) == [("2025-04-02", "3")]
    (link,) = [link for link in Page(page).links if "day=" in link]
    assert 'Statements <span class="soft">3</span>' in text_of(client, link)
