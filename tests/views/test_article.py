"""The page of a version: its text, marked."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis.strategies import integers, lists, sets, tuples

from kg.app import create_app
from kg.config import Settings
from kg.mapper import map_record
from kg.records import Claim, Document, Event, Fact, Record, Span, Spans, Unclear
from kg.store import EmbeddedStore
from kg.views import article
from kg.views.article import Paragraph
from kg.views.article_outline import Outlines, pieces_of
from kg.views.text_runs import Layer, TextRun
from tests.pages.test_pages import Page
from tests.samples import TEXT, framed, sample
from tests.served.browsing import many
from tests.served.small_app import BASE

BROWSER = {"Accept": "text/html,*/*;q=0.8"}
MARKS = {"fact", "claim", "unclear"}


class Marked(HTMLParser):
    """The paragraphs of the page, each code point with the marks it stands under."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[list[tuple[str, frozenset[str], int]]] = []
        self.badges: list[tuple[str, str]] = []
        self.cards: list[str] = []
        self._open: list[str] = []
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A paragraph, a mark or a badge begins."""
        values = {name: value or "" for name, value in attrs}
        if values.get("class") == "text":
            self.paragraphs.append([])
            self._inside, self._open = True, []
        elif self._inside and tag == "span":
            self._open.append(values.get("class", ""))
        elif self._inside and tag == "a":
            self.badges.append((values["data-n"], values["aria-label"]))
        elif values.get("class", "").startswith("card "):
            self.cards.append(values["id"])

    def handle_endtag(self, tag: str) -> None:
        """A paragraph or a mark ends."""
        if tag in ("p", "h1"):
            self._inside = False
        elif self._inside and tag == "span":
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text under the marks that are open."""
        if self._inside:
            classes = [name for span in self._open for name in span.split()]
            marks = frozenset(classes)
            self.paragraphs[-1] += [(character, marks, classes.count("claim")) for character in data]

    @property
    def text(self) -> list[str]:
        """The text of each paragraph."""
        return ["".join(character for character, _, _ in paragraph) for paragraph in self.paragraphs]


def page_of(record: Record, query: str = "") -> str:
    """The page of the record's version."""
    store = EmbeddedStore.in_memory()
    graph = map_record(record, BASE)
    store.replace([graph])
    client: FlaskClient = create_app(Settings(base=BASE), store, questions=()).test_client()
    response = client.get("/" + graph.version.removeprefix(BASE) + query, headers=BROWSER)
    assert response.status_code == 200, response.text
    return response.text


def covered(spans: list[Spans]) -> set[int]:
    """The code points of these spans."""
    return {at for pieces in spans for span in pieces for at in range(span.start, span.end)}


def marked(record: Record) -> dict[int, tuple[str, frozenset[str], int]]:
    """Each code point of the text as it stands on the page, by its offset."""
    read = Marked(page_of(record))
    text = record.document.text
    assert read.text == [line for line in text.split("\n") if line.strip()]
    found: dict[int, tuple[str, frozenset[str], int]] = {}
    start = 0
    for paragraph in read.paragraphs:
        words = "".join(character for character, _, _ in paragraph)
        start = text.index(words, start)
        found |= {start + at: point for at, point in enumerate(paragraph)}
        start += len(words)
    return found


def assert_marks_are_true(record: Record) -> None:
    """For each code point: the mark of a claim where a claim is, of a fact where only a fact is, and no other."""
    claims = covered([claim.content for claim in record.claims])
    unclear = covered([(passage.span,) for passage in record.unclear]) - claims
    facts = covered([fact.anchor for fact in record.facts]) - claims - unclear
    for at, (_, marks, _) in marked(record).items():
        expected = "claim" if at in claims else "unclear" if at in unclear else "fact" if at in facts else ""
        assert marks & MARKS == ({expected} if expected else set()), (at, record.document.text[at])


def test_text_of_the_page_is_the_text_of_the_article() -> None:
    """Code point for code point, badges and all; the headline is the heading."""
    page = page_of(sample())
    assert Marked(page).text == [line for line in TEXT.split("\n") if line]
    assert '<h1 class="text" data-at="0">Envoys of Arvonia and Belmark meet</h1>' in page.replace("\n</h1>", "</h1>")


def test_context_is_drawn_quietly_and_as_no_statement() -> None:
    """A heading that states nothing has no line and no badge, and the page does not say that it was not read."""
    page = page_of(framed())
    assert '<span class="context">Envoys of Arvonia and Belmark meet</span>' in page
    assert "Nothing was read from “Envoys" not in page
    assert_marks_are_true(framed())


def test_every_code_point_has_the_mark_of_its_statement() -> None:
    """A claim never looks like a fact, and nothing is marked that the records do not mark."""
    assert_marks_are_true(sample())


def test_claim_inside_a_claim_has_two_lines() -> None:
    """The outer line is kept, the inner one stands under it."""
    record = sample()
    inner = covered([claim.content for claim in record.claims if claim.parent])
    for at, (_, marks, lines) in marked(record).items():
        assert lines == ((2 if at in inner else 1) if "claim" in marks else 0)


def test_crossing_and_broken_statements_keep_their_lines() -> None:
    """Statements that cross, touch or come in pieces; where lines meet, the claim's stays."""
    record = sample()
    first = record.claims[0]
    pieces = (
        Span(first.content[0].start, first.content[0].start + 3),
        Span(first.content[0].end - 4, first.content[0].end),
    )
    touching = Fact(id="f9", anchor=(Span(pieces[0].start - 8, pieces[0].start),), rule="test")
    crossing = Fact(id="f8", anchor=(Span(pieces[0].start - 14, pieces[0].start - 4),), rule="test")
    broken: Claim = replace(first, content=pieces, source=(), cue=(), stated_events=())
    unclear = Unclear(span=Span(pieces[0].start + 1, pieces[1].start), reason="test")
    tangled = replace(
        record,
        facts=(*record.facts, crossing, touching),
        claims=(broken, *record.claims[1:]),
        unclear=(*record.unclear, unclear),
    )
    assert_marks_are_true(tangled)


@pytest.mark.parametrize(
    "text",
    [
        "One",
        'Title\n\n<script>alert(1)</script> & "quotes" <b>',
        "Title\r\n\r\nwindows lines\r\n",
        "عنوان\n\nقال الوزير إن المفاوضات مستمرة",
        "Title\n\n  leading and   inner   spaces\tand tabs  ",
        "a\n" * 50,
        "Title\n\nturned \u202eround\u202c, zero\u200bwidth, \u0007 bell and \u0085",
    ],
)
def test_any_text_comes_through(text: str) -> None:
    """Markup, spaces, other scripts and line ends are the article's own."""
    record = Record(document=Document(id="x", title="x", text=text), run=sample().run)
    read = Marked(page_of(record))
    expected = [line for line in text.split("\n") if line.strip()]
    assert read.text == expected


def test_badges_lead_to_cards_and_have_names() -> None:
    """Each statement has one badge, and a card it leads to; a screen reader hears who speaks."""
    read = Marked(page_of(sample()))
    numbers = [number for number, _ in read.badges]
    assert sorted(numbers) == sorted(read.cards) == ["C1", "C2", "C3", "C4", "F1", "F2", "U1"]
    names = dict(read.badges)
    assert names["C1"] == "Claim 1: Arvonia accuses Belmark"
    assert names["F1"].startswith("Fact 1: Arvonia and Belmark · meeting: the border")


def test_card_of_a_nested_claim_says_inside_which() -> None:
    """Hearsay is never shown as the claim of the one who is quoted."""
    card = page_of(sample()).partition('<li id="C3"')[2].partition("</li>")[0]
    assert "Ada Quill" in card
    assert "inside C2" in card
    assert 'claim-card inner"' in card


def test_fragment_of_every_span_iri_is_on_the_page() -> None:
    """``V#char=255,310`` leads to the place in the text, without script."""
    record = sample()
    page = page_of(record)
    spans = [span for fact in record.facts for span in fact.anchor]
    for claim in record.claims:
        # the graph has no span for the speaker and the cue of a claim inside a claim
        spans += claim.content if claim.parent else claim.content + claim.source + claim.cue
    for span in spans:
        assert page.count(f'id="char={span.start},{span.end}"') == 1


def test_speech_act_is_shown_in_words() -> None:
    """The denial says that it denies."""
    card = page_of(sample()).partition('<li id="C4"')[2].partition("</li>")[0]
    assert "<b>Belmark</b> denies" in " ".join(card.split())


def test_filter_leaves_only_what_is_asked_for_and_says_so() -> None:
    """Kind, speaker and act narrow the marks, badges and cards; the text stays, and the whole is still counted."""
    for query, left in (
        ("?kind=fact", {"F1", "F2"}),
        ("?kind=fact&kind=unclear", {"F1", "F2", "U1"}),
        ("?speaker=Belmark", {"C4"}),
        ("?act=accuse", {"C1", "C3"}),
        ("?kind=nonsense", {"C1", "C2", "C3", "C4", "F1", "F2", "U1"}),
    ):
        page = page_of(sample(), query)
        read = Marked(page)
        assert {number for number, _ in read.badges} == set(read.cards) == left
        assert read.text == [line for line in TEXT.split("\n") if line]
        assert '<span class="claim">3 claims by others</span> and 1 inside of claims' in page
        assert ("<strong>Filtered:</strong>" in page) == (len(left) < 7)


def test_counts_of_an_article_are_those_of_the_list_and_of_home() -> None:
    """A fact that tells of two events and an office is three things; a claim inside of a claim is named apart."""
    record = sample()
    more = (Event(type="ceasefire"), Event(type="holdPosition", agents=("arvonia",), topic="chair"))
    fact = replace(record.facts[0], events=(*record.facts[0].events, *more))
    page = page_of(replace(record, facts=(fact, *record.facts[1:])))
    assert '<span class="fact">2 events itself</span>' in page
    assert "1 office held, 1 passage that reports no event." in page
    assert '<span class="claim">3 claims by others</span> and 1 inside of claims.' in page
    store = EmbeddedStore.in_memory()
    store.replace([map_record(replace(record, facts=(fact, *record.facts[1:])), BASE)])
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    row = client.get("/articles", headers=BROWSER).text.partition("<tbody>")[2]
    assert re.findall(r'<td class="number">\s*(\d+)', row) == ["2", "3"]
    home = client.get("/", headers=BROWSER).text
    assert '<span class="fact">2 events</span>' in home
    assert '<span class="claim">3 claims</span>' in home


def test_filter_that_leaves_nothing_says_which_to_drop() -> None:
    """Nothing found is not an article without statements."""
    page = page_of(sample(), "?speaker=Belmark&act=accuse")
    assert "<strong>Nothing found.</strong> No statement of this article has this kind, speaker and act" in page
    assert Marked(page).cards == []


def test_later_part_of_a_statement_has_its_badge_again() -> None:
    """A statement in pieces shows at each later piece that it goes on."""
    record = sample()
    content = record.claims[0].content[0]
    pieces = (Span(content.start, content.start + 3), Span(content.end - 4, content.end))
    broken = replace(record.claims[0], content=pieces)
    read = Marked(page_of(replace(record, claims=(broken, *record.claims[1:]))))
    assert ("…C1", "Claim 1 goes on") in read.badges
    assert [number for number, _ in read.badges].count("C1") == 1


def test_other_versions_are_named_on_the_page() -> None:
    """A reader sees that there was another text, and what became of it."""
    store = EmbeddedStore.in_memory()
    old, new = sample(), sample(TEXT + "\n\nMore.")
    store.replace([map_record(old, BASE)])
    store.replace([map_record(new, BASE)])
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    page = client.get("/doc/" + new.document.sha256[:16], headers=BROWSER).text
    assert f"<code>{old.document.sha256[:16]}</code></a> (superseded, " in page


def test_page_and_its_query_have_the_same_statements() -> None:
    """The link at the foot runs to one row for each card, with the words, the speaker and the place."""
    record = sample()
    store = EmbeddedStore.in_memory()
    store.replace([map_record(record, BASE)])
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    page = client.get("/doc/" + record.document.sha256[:16], headers=BROWSER).text
    (link,) = [link for link in Page(page).links if link.endswith("&format=csv")]
    rows = list(csv.DictReader(io.StringIO(client.get(link).text)))
    assert len(rows) == len(Marked(page).cards) == 7
    for row in rows:
        assert record.document.text[int(row["start"]) : int(row["end"])] == row["quote"]
    denial = next(row for row in rows if row["act"] == "deny")
    assert denial["speaker_iri"] == f"{BASE}entity/political_actor/belmark"
    assert (denial["day_earliest"], denial["polarity"], denial["kind"]) == ("2025-04-03", "negative", "claim")
    assert {row["kind"] for row in rows} == {"fact", "claim", "inner", "unclear"}
    (query,) = [link for link in Page(page).links if link.startswith("/query?query=")]
    assert "7 rows" in client.get(query, headers=BROWSER).text


def test_long_article_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the limit the page ends with where it goes on, and the rest is there."""
    monkeypatch.setattr(article, "WHOLE_LIMIT", 4)
    monkeypatch.setattr(article, "PAGE_LIMIT", 4)
    lines = [line for line in TEXT.split("\n") if line]
    first = page_of(sample())
    assert "Cut off:" in first
    assert f"up to paragraph 3 of {len(lines)}." in " ".join(first.split())
    assert Marked(first).text == lines[:3]
    assert "paragraph=3" in first
    rest = Marked(page_of(sample(), "?paragraph=3"))
    assert rest.text == lines[3:]
    assert rest.badges[0][0] == "F2"  # numbers are those of the whole article
    assert '<h1>Envoys of Arvonia and Belmark meet <span class="soft">from paragraph 4 on' in page_of(
        sample(), "?paragraph=3"
    )
    assert "Cut off" not in page_of(sample(), "?paragraph=3")


def test_paragraph_of_many_statements_comes_in_pieces() -> None:
    """Without a line break in it an article is paged all the same: every word and every card once, none unmarked."""
    record = many(750, between=" ")
    store = EmbeddedStore.in_memory()
    store.replace([map_record(record, BASE)])
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    waiting, text, cards = ["/doc/" + record.document.sha256[:16]], [], []
    while waiting:
        page = client.get(waiting.pop(), headers=BROWSER).text
        read = Marked(page)
        text += read.text
        cards += read.cards
        assert len(read.cards) <= 200
        assert set(read.cards) == {number for number, _ in read.badges}
        waiting = re.findall('href="([^"]+)">Go on reading', page)
        assert ("this one goes on" in page) == bool(waiting)
    title, words = record.document.text.split("\n")
    assert text[0] == title
    assert "".join(text[1:]) == words
    assert cards == [f"F{number + 1}" for number in range(750)]


@given(
    spans=lists(tuples(integers(0, 99), integers(1, 40)), max_size=60),
    most=integers(1, 9),
    breaks=sets(integers(0, 99)),
)
def test_pieces_are_the_text_and_short(spans: list[tuple[int, int]], most: int, breaks: set[int]) -> None:
    """All of each line in order; a piece with more than the most of words has no place to be cut at."""
    text = "".join("\n" if at in breaks else "x" for at in range(100))
    found = sorted({(start, min(start + length, 100)) for start, length in spans}, key=lambda one: (one[0], -one[1]))
    layers = [Layer(start, end, "claim", str(number)) for number, (start, end) in enumerate(found)]
    pieces = list(pieces_of(text, layers, most))
    assert "".join(text[start:end] for start, end in pieces) == text.replace("\n", "")
    for start, end in pieces:
        assert start < end
        begin = [layer.start for layer in layers if start <= layer.start < end]
        for place in set(begin[: most + 1]) - {start} if len(begin) > most else ():
            assert any(layer.start < place < layer.end for layer in layers)


def test_outline_of_a_long_article_is_read_once() -> None:
    """For each revision of the store: what was read of it before is not read again, and never served after a write."""
    record = many(310)
    store = EmbeddedStore.in_memory()
    graph = map_record(record, BASE)
    store.replace([graph])
    outlines = Outlines()
    first = outlines.of(store, graph.version)
    assert outlines.of(store, graph.version) is first
    store.withdraw(graph.version)
    assert not outlines.of(store, graph.version).placed


@pytest.mark.parametrize("query", ["?paragraph=-5", "?paragraph=x", "?paragraph="])
def test_nonsense_paragraph_is_the_first(query: str) -> None:
    """A number that is none begins at the beginning."""
    assert Marked(page_of(sample(), query)).text[0] == TEXT.split("\n")[0]


def test_paragraph_beyond_the_end_shows_none() -> None:
    """Nothing is left to show, and the page says so."""
    page = page_of(sample(), "?paragraph=99")
    assert Marked(page).text == []
    assert "The text has no paragraph there." in page


def test_page_begins_at_the_place_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """``?at=`` is a code point of the whole text: the page with its paragraph, and the way back to the first."""
    monkeypatch.setattr(article, "WHOLE_LIMIT", 4)
    monkeypatch.setattr(article, "PAGE_LIMIT", 4)
    at = TEXT.index("Reportedly a third")
    page = page_of(sample(), f"?at={at}")
    first = next(iter(Marked(page).text))
    assert first.startswith("No treaty was signed")
    assert f'data-at="{TEXT.index(first)}"' in page
    assert "From the beginning" in page
    assert Marked(page_of(sample(), "?at=999999")).text == Marked(page_of(sample())).text


def test_card_leads_to_its_graph_with_what_was_said() -> None:
    """A claim's own triples, and its content in the graph of the claim."""
    store = EmbeddedStore.in_memory()
    graph = map_record(sample(), BASE)
    store.replace([graph])
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    page = client.get("/" + graph.version.removeprefix(BASE), headers=BROWSER).text
    links = [link for link in Page(page).links if link.endswith("?format=trig") and "/claim/" in link]
    assert len(links) == 4
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200
        assert "statedText" in answer.text


@pytest.mark.parametrize(
    ("runs", "unread"),
    [
        ((TextRun(text=" ``\u00a4 ", offset=0),), ("``\u00a4",)),
        ((TextRun(text=" — “", offset=0), TextRun(text="he", offset=4, is_source=True)), ()),
        ((TextRun(text="said", offset=0, is_cue=True), TextRun(text=": ", offset=4)), ()),
        ((TextRun(text=", and ", offset=0),), ()),
        ((TextRun(text="on Friday", offset=0, is_adjunct=True), TextRun(text="By Ann", offset=9, is_context=True)), ()),
        ((TextRun(text="Stray words", offset=0), TextRun(text=".", offset=11)), ("Stray words",)),
    ],
    ids=["stray characters", "marks and a source", "a cue", "a word that joins", "an adjunct and context", "words"],
)
def test_what_nothing_was_read_from_is_said(runs: tuple[TextRun, ...], unread: tuple[str, ...]) -> None:
    """Characters in no statement, but not white space, marks between statements, or who says it."""
    assert Paragraph(start=0, runs=runs, cards=()).unread == unread
