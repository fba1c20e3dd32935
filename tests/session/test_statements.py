"""Claims and facts at hand: whose words, about whom, and where they stand."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kg.errors import AmbiguousName, UnknownName, UsageError
from kg.records import Claim, Document, Entity, Fact, Record, Run, Span
from kg.session import Session
from kg.session.statements import ITSELF
from tests.samples import TEXT, framed, sample
from tests.session.graphs import session_of


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """The sample, at hand."""
    return session_of(tmp_path_factory.mktemp("graph"))


def quotes(statements: object) -> list[str]:
    """The words of each."""
    return [statement.quote for statement in statements]  # type: ignore[attr-defined]


def test_every_row_says_kind_speaker_words_and_place(session: Session) -> None:
    """And the place is where the words stand in the exact text."""
    rows = [*session.claims(hearsay=True).to_dicts(), *session.facts().to_dicts()]
    assert len(rows) == 6
    for row in rows:
        for name in ("kind", "speaker", "quote", "document", "start", "end", "spans", "statement"):
            assert row[name] not in (None, ""), name
        text = session.article(str(row["document"])).text
        assert text[int(str(row["start"])) : int(str(row["end"]))] == row["quote"]


def test_claims_are_found_by_who_says_them(session: Session) -> None:
    """By name, by alias, by a part of the name, by IRI."""
    assert quotes(session.claims(by="Arvonia")) == ["Belmark of shelling the border"]
    assert quotes(session.claims(by="wire")) == quotes(session.claims(by="SELLA  WIRE"))
    (found,) = session.find("Sella Wire")
    assert quotes(session.claims(by=found.iri)) == quotes(session.claims(by="Sella Wire"))


def test_iri_is_taken_as_it_is_if_it_is_known(session: Session) -> None:
    """Also one of Wikidata's; one that the graph does not have is an error, and not "nobody said anything"."""
    quill = session.claims(by="http://www.wikidata.org/entity/Q42", hearsay=True)
    assert quotes(quill) == quotes(session.claims(by="Ada Quill", hearsay=True)) == ["shadowy forces attacked a bridge"]
    with pytest.raises(UnknownName, match="arvonja"):
        session.claims(by="https://w3id.org/claimgraph/id/entity/political_actor/arvonja")


def test_hearsay_is_given_only_where_it_is_asked_for(session: Session) -> None:
    """What a minister is only reported to have said is not among her claims."""
    assert not session.claims(by="Quill")
    (inner,) = session.claims(by="Quill", hearsay=True)
    assert inner.kind == "inner"
    assert inner.row.inside


def test_claims_are_found_by_whom_they_are_about(session: Session) -> None:
    """The one who is accused, and the one who takes part in what is said; a denial is still a denial."""
    about = session.claims(about="Belmark")
    assert {statement.row.act for statement in about} == {"accuse", "deny"}
    assert quotes(session.claims(about="Belmark", by="Arvonia")) == ["Belmark of shelling the border"]
    assert quotes(session.claims(about="Belmark", act="deny")) == ["that it shelled the border"]
    (denial,) = session.claims(act="deny")
    assert denial.row.polarity == "negative"


def test_facts_are_the_articles_own_words(session: Session) -> None:
    """Nobody in it is their speaker, and no claim is among them."""
    assert {statement.speaker for statement in session.facts()} == {ITSELF}
    assert quotes(session.facts(about="Arvonia", event="meeting")) == [
        "Delegations of Arvonia and Belmark met in Port Sella on 3 April 2025"
    ]
    assert not session.facts(about="Arvonia", event="assault")


def test_shared_name_is_the_one_that_plays_the_part(session: Session) -> None:
    """Port Sella is a place and another name of Belmark: only Belmark can have said anything."""
    assert quotes(session.claims(by="Port Sella")) == ["that it shelled the border"]


def test_ambiguous_name_lists_the_choices(session: Session) -> None:
    """Where both take part in something, the caller has to choose."""
    with pytest.raises(AmbiguousName, match="ambiguous") as raised:
        session.facts(about="Port Sella")
    assert sorted(raised.value.choices.values()) == [
        "Belmark (political actor), also Port Sella",
        "Port Sella (place)",
    ]
    for iri in raised.value.choices:
        assert session.facts(about=iri)


def test_what_is_not_in_the_graph_is_an_error_and_not_an_empty_answer(session: Session) -> None:
    """A misspelt name, act, type of event, article or statement is never "nothing found"."""
    with pytest.raises(UnknownName, match="Avronia"):
        session.claims(by="Avronia")
    with pytest.raises(UsageError, match="did you mean 'accuse'"):
        session.claims(act="accuses")
    with pytest.raises(UsageError, match="no type of event"):
        session.facts(event="meetings")
    with pytest.raises(UnknownName, match="articles"):
        session.article("ffff")
    with pytest.raises(UnknownName, match="no statement"):
        session.statement("https://w3id.org/claimgraph/id/doc/0000000000000000/claim/1-2")


@pytest.mark.parametrize("name", ['"', "\\", "a' } UNION { ?s ?p ?o", "urn:x> <y", "https://x.test/ }", "?thing", ""])
def test_names_cannot_change_the_query(session: Session, name: str) -> None:
    """Whatever is given for a name is only ever looked for."""
    for ask in (session.claims, session.facts):
        with pytest.raises(UsageError):
            ask(about=name)
    with pytest.raises(UnknownName):
        session.article(name or "\\")


def test_limit_gives_the_first_ones(session: Session) -> None:
    """As many as asked for."""
    assert len(session.claims(limit=2)) == 2
    assert len(session.facts(limit=1)) == 1


def test_article_is_found_by_digits_id_and_iri(session: Session) -> None:
    """All lead to the same exact text."""
    article = session.article("sample")
    digits = article.iri.rpartition("/")[2]
    for handle in (digits, digits[:6], article.iri):
        assert session.article(handle).text == TEXT
    assert (len(article.facts), len(article.claims), len(article.unclear)) == (2, 4, 1)
    assert session.articles().to_dicts()[0]["version"] == article.iri


def test_article_tells_its_context_apart_from_what_it_says(tmp_path: Path) -> None:
    """Words that state nothing have a kind; they are neither facts nor claims nor unclear."""
    article = session_of(tmp_path, framed()).article("sample")
    assert article.context == (("heading", "Envoys of Arvonia and Belmark meet"),)
    assert (len(article.facts), len(article.claims), len(article.unclear)) == (2, 4, 1)
    assert '<span class="context">Envoys' in article._repr_html_()


def test_statement_is_found_by_its_iri(session: Session) -> None:
    """Also one that stands inside of another."""
    for statement in session.article("sample").statements:
        assert session.statement(statement.iri).quote == statement.quote


HOSTILE = (
    "A <b>day</b>\n\n<script>alert(1)</script> \u202eevil\u202c and $x$ said Arvonia. "
    "“</span><img src=x onerror=alert(1)>” said Belmark & co \u200b\"quoted' </style>."
)


def hostile() -> Record:
    """An article that would like to be a page of its own."""
    start = HOSTILE.index("<script>")
    second = HOSTILE.index("“</span>")
    name = "Arvonia<script>alert(2)</script>"
    return Record(
        document=Document(id="<x>", text=HOSTILE, title="<script>t</script>", publisher='"><img src=x>'),
        entities=(Entity(id="a", type="political_actor", name=name),),
        facts=(Fact(id="f1", anchor=(Span(0, start - 2),), rule="<i>r</i>"),),
        claims=(
            Claim(
                id="c1",
                source=(),
                cue=(),
                content=(Span(start, second - 1), Span(second, len(HOSTILE))),
                speakers=("a",),
                speech_act="say",
                quote_form="direct",
                rule="r",
            ),
        ),
        run=Run(extractor="hand", version="1"),
    )


class Elements(HTMLParser):
    """The elements and attributes of a page, and the text of those that hold the article."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the names."""
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data


KNOWN = {
    "div",
    "style",
    "p",
    "h3",
    "span",
    "ul",
    "li",
    "b",
    "br",
    "strong",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    """In every view: no element, no attribute and no style but ours; control characters boxed; no formula set."""
    session = session_of(tmp_path, hostile())
    article = session.article(session.articles().to_dicts()[0]["version"])  # type: ignore[arg-type]
    views = [
        article._repr_html_(),
        article.statements._repr_html_(),
        *(statement._repr_html_() for statement in article.statements),
        session.query("SELECT * { ?s ?p ?o }")._repr_html_(),
        session.query('SELECT ("x" AS ?style_script) {}')._repr_html_(),
    ]
    for view in views:
        page = Elements()
        page.feed(view)
        assert page.names <= KNOWN, page.names - KNOWN
        assert page.attributes <= {"class", "title", "scope"}
        assert view.count("<style>") == 1
        assert '<div class="kg-view tex2jax_ignore mathjax_ignore">' in view
        assert not re.search('(?<!title="U\\+202E">)\u202e', view)


def test_article_view_marks_every_word_as_its_statements_are(tmp_path: Path) -> None:
    """All words of a claim stand in a dashed line, of a fact in a solid one; the text is the article's."""
    session = session_of(tmp_path, hostile())
    view = session.article("<x>")._repr_html_()
    for line in filter(str.strip, HOSTILE.split("\n")):
        pieces = re.findall(r'<(?:p|h3) class="text">(.*?)</(?:p|h3)>', view)
        shown = [re.sub(r'<span class="tag.*?</span>', "", piece) for piece in pieces]
        page = Elements()
        for piece in shown:
            page.feed(piece)
        assert line in page.text
    assert re.search(r'<span class="fact t0">A &lt;b&gt;day', view)
    assert re.search(r'<span class="claim t0">&lt;script&gt;', view)
    assert "C1" in view
    assert "…C1" in view


def test_one_name_of_two_unnamed_sources_is_ambiguous(tmp_path: Path) -> None:
    """“An official” of one article is not that of another."""
    first = replace(sample(), claims=(_by("someone"),), links=())
    other = replace(sample(TEXT + " "), claims=(_by("someone"),), links=())
    other = replace(other, document=replace(other.document, id="other"))
    session = session_of(tmp_path, first, other)
    with pytest.raises(AmbiguousName) as raised:
        session.claims(by="not named")
    assert len(raised.value.choices) == 2


def _by(speaker: str) -> Claim:
    return replace(sample().claims[0], speakers=(speaker,))
