"""Accounts side by side."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from kg.app import create_app
from kg.config import Settings
from kg.mapper import map_record
from kg.records import Event
from kg.store import EmbeddedStore
from kg.views import accounts
from tests.pages.test_overviews import rows_of, statement, text_of
from tests.samples import sample
from tests.served.small_app import BASE

BELMARK = "/compare?about=entity/political_actor/belmark"
ARVONIA = "/compare?about=entity/political_actor/arvonia"


def two_papers() -> FlaskClient:
    """A client of the app over two papers: in the second the meeting is what Arvonia says, and nothing is denied."""
    first = sample(publisher="The Herald")
    told = replace(
        first.claims[0],
        speech_act="say",
        targets=(),
        stated_events=(Event(type="meeting", participants=("arvonia", "belmark")),),
    )
    second = replace(sample(document_id="second", publisher="The Bugle"), facts=(), claims=(told,), links=())
    second = replace(second, document=replace(second.document, text=first.document.text + " "))
    store = EmbeddedStore.in_memory()
    store.replace([map_record(first, BASE), map_record(second, BASE)])
    return create_app(Settings(base=BASE), store, questions=()).test_client()


@pytest.fixture(scope="module")
def sampled() -> FlaskClient:
    """The two papers."""
    return two_papers()


def sections(page: str) -> tuple[str, str, str]:
    """What several tell, what is disputed, what one tells."""
    found = re.search(r"<h2>Reported by several(.*)<h2>Disputed(.*)<h2>Reported by one(.*)</main>", page)
    assert found
    return found[1], found[2], found[3]


def test_what_several_tell_stands_side_by_side(sampled: FlaskClient) -> None:
    """The meeting is a fact of one article and, in the other, what somebody said: each with its own mark."""
    common, _, _ = sections(text_of(sampled, ARVONIA))
    assert "<h3>meeting: Arvonia, Belmark</h3>" in common
    herald, arvonia = re.findall(r"<h4>([^<]*)</h4>(.*?)</section>", common)
    assert (herald[0], arvonia[0]) == ("The Herald", "Arvonia")
    assert '<span class="tag fact">fact</span>' in herald[1]
    assert '<span class="tag claim">claim</span>' in arvonia[1]
    assert "fact-card" not in arvonia[1]


def test_what_is_denied_shows_both_quotes(sampled: FlaskClient) -> None:
    """The accusation and the denial, once, and the denied words as denied, never as the denier's own."""
    _, disputed, _ = sections(text_of(sampled, BELMARK))
    assert disputed.count("Belmark of shelling the border") == 1
    assert disputed.count("that it shelled the border") == 1
    belmark = disputed.partition("<h4>Belmark</h4>")[2]
    assert belmark.index("⊘ denies it") < belmark.index("that it shelled the border")


def test_what_only_one_says_comes_last_under_who_says_it(sampled: FlaskClient) -> None:
    """Hearsay names who is said to have said it, as what somebody else says."""
    page = text_of(sampled, "/compare?about=" + statement(sampled, "accuse")[1:])
    assert "⊘ denies it" in sections(page)[1]
    _, _, alone = sections(text_of(sampled, "/compare?about=entity/political_actor/belmark&by=outlet"))
    assert "The Bugle" not in alone  # it tells nothing of Belmark that nobody else does


def test_accounts_by_outlet_are_by_who_publishes_them(sampled: FlaskClient) -> None:
    """A claim then stands under the paper that passes it on, still as a claim."""
    common, _, _ = sections(text_of(sampled, f"{ARVONIA}&by=outlet"))
    assert [teller for teller, _ in re.findall(r"<h4>([^<]*)</h4>(.*?)</section>", common)] == [
        "The Herald",
        "The Bugle",
    ]
    assert '<span class="tag claim">claim</span>' in common


@pytest.mark.parametrize("address", [BELMARK, ARVONIA, f"{ARVONIA}&by=outlet"])
def test_data_are_the_statements_that_are_compared(sampled: FlaskClient, address: str) -> None:
    """Each statement of the page is a row, and each row is on the page."""
    page = text_of(sampled, address)
    shown = set(re.findall(r'<a class="quote" href="/(doc/[^"]*)">', page))
    assert shown == {row["statement"].removeprefix(BASE) for row in rows_of(sampled, address)}
    assert len(shown) >= 2


def test_too_many_statements_are_cut_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of three is not all; the data has them. The app is one of its own: its cut pages are remembered."""
    monkeypatch.setattr(accounts, "MOST", 1)
    sampled = two_papers()
    page = text_of(sampled, f"{BELMARK}&by=speaker")
    assert re.search(r"<strong>Cut off:</strong> 1 of \d statements are compared", page)
    assert len(rows_of(sampled, BELMARK)) > 1


@pytest.mark.parametrize("about", ["entity/person/nobody", "article/sample", "%3E", "doc/0000000000000000"])
def test_what_tells_of_nothing_is_not_found(sampled: FlaskClient, about: str) -> None:
    """404 with the way out."""
    assert sampled.get(f"/compare?about={about}").status_code == 404


def test_nothing_chosen_gives_whom_accounts_can_be_compared_about(sampled: FlaskClient) -> None:
    """The page is in the menu, and each of its choices is a page of accounts."""
    page = text_of(sampled, "/compare")
    choices = re.findall(r'href="(/compare\?about=[^"]*)"', page)
    assert choices
    for choice in choices:
        assert "Accounts of" in text_of(sampled, choice)


def test_accounts_of_a_statement_have_its_words_in_quotation_marks(sampled: FlaskClient) -> None:
    """ "Accounts of X of shelling the border" would name a happening, and it is what somebody said."""
    statements = re.findall(r'href="/(doc/[^"#]*/(?:fact|claim)/[^"#]*)"', text_of(sampled, BELMARK))
    page = text_of(sampled, f"/compare?about={statements[0]}")
    assert re.search(r"<h1>Accounts of <span class=\"(?:fact|claim)\">“[^<]*”</span></h1>", page)
    assert "<h1>Accounts of Belmark</h1>" in text_of(sampled, BELMARK)


@pytest.mark.parametrize("address", ["/compare?about=", "/graph?node=", "/matrix?act=accuse&from="])
def test_whole_iri_names_the_same_as_its_path(sampled: FlaskClient, address: str) -> None:
    """What is copied from the data works in an address of a page."""
    path = "entity/political_actor/arvonia"
    whole, short = (text_of(sampled, address + about) for about in (BASE + path, path))
    assert short.partition("<main")[2].partition("</main>")[0] == whole.partition("<main")[2].partition("</main>")[0]


def test_entity_without_events_says_that_nothing_is_told(sampled: FlaskClient) -> None:
    """Nothing found, not an empty page."""
    assert "<strong>Nothing found.</strong>" in text_of(sampled, "/compare?about=entity/organization/sella-wire")


def test_entity_and_statement_lead_to_their_accounts(sampled: FlaskClient) -> None:
    """One click from either."""
    assert BELMARK in text_of(sampled, "/about/entity/political_actor/belmark")
    path = statement(sampled, "accuse")
    assert f'href="/compare?about={path[1:]}"' in text_of(sampled, path)
