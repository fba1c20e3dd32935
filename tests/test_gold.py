"""The own gold: every annotation stands in its text, and every phenomenon is there often enough to be measured."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kg.records import Claim, Span, TimeExpression
from tests.gold.load import ARTICLES, GENRES, PHENOMENA, GoldArticle, GoldError, load_gold, occurrences, read_article

MINIMAL = """
synthetic = true
genre = "wire"
phenomena = ["denial"]
text = '''
Nothing happened

The envoy denied that the envoy had left.
'''
entities = ["envoy: unnamed_source | The envoy | the envoy"]
"""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
QUOTE = re.compile("[“”«»\"]|(?<!\\w)[‘'](?=\\w)")


@pytest.fixture(scope="module")
def gold() -> tuple[GoldArticle, ...]:
    """All articles, read once."""
    return load_gold()


def test_there_are_at_least_forty_articles(gold: tuple[GoldArticle, ...]) -> None:
    """Fewer would leave the phenomena unmeasured."""
    assert len(gold) >= 40


def test_five_articles_attribute_nothing(gold: tuple[GoldArticle, ...]) -> None:
    """Own voice alone is what swallowing is measured on."""
    silent = [article for article in gold if "no_attribution" in article.phenomena]
    assert len(silent) >= 5
    assert not any(article.record.claims for article in silent)


def test_each_phenomenon_is_in_two_articles_at_least(gold: tuple[GoldArticle, ...]) -> None:
    """A figure by phenomenon needs more than one article."""
    counts = Counter(name for article in gold for name in article.phenomena)
    assert {name: counts[name] for name in PHENOMENA if counts[name] < 2} == {}
    assert GENRES - {article.genre for article in gold} == set()


def test_spans_slice_to_the_words_that_were_written(gold: tuple[GoldArticle, ...]) -> None:
    """What an author wrote down as source, cue or content is what the span cuts out of the text."""
    checked = 0
    for article in gold:
        record = article.record
        written = tomllib.loads((ARTICLES / f"{record.document.id}.toml").read_text(encoding="utf-8"))
        for claim, one in zip(record.claims, written["claims"], strict=True):
            for role in ("source", "cue", "content"):
                pieces = one.get(role, [])
                pieces = [pieces] if isinstance(pieces, str) else pieces
                for span, piece in zip(getattr(claim, role), pieces, strict=True):
                    first, _, last = piece.partition(" ~ ")
                    words = span.of(record.document.text)
                    assert words.startswith(first.partition("#")[0])
                    assert words.endswith((last or first).partition("#")[0])
                    checked += 1
    assert checked > 500


def test_spans_are_trimmed_and_cut_no_word(gold: tuple[GoldArticle, ...]) -> None:
    """No span begins or ends with white space or inside a word."""
    for article in gold:
        text = article.record.document.text
        for claim in article.record.claims:
            for span in (*claim.source, *claim.cue, *claim.content):
                words = span.of(text)
                assert words == words.strip()
                assert span in list(occurrences(words, text))


def test_quote_forms_agree_with_the_quotation_marks(gold: tuple[GoldArticle, ...]) -> None:
    """Direct is between marks or a turn of a transcript, mixed has some marks inside, indirect has none."""
    for article in gold:
        for claim in article.record.claims:
            if "transcript" in article.phenomena and claim.cue and claim.cue[0].of(article.record.document.text) == ":":
                continue
            assert _marks_fit(article, claim), f"{article.record.document.id} {claim.id}"


def _marks_fit(article: GoldArticle, claim: Claim) -> bool:
    text = article.record.document.text
    pieces = [span.of(text) for span in claim.content]
    marked = [bool(QUOTE.search(piece)) for piece in pieces]
    match claim.quote_form:
        case "direct":
            return all(piece[0] in "“«\"‘'" for piece in pieces)
        case "mixed":
            return any(marked) and not all(piece[0] in "“«\"‘'" and piece[-1] in "”»\"’'" for piece in pieces)
        case _:
            return not any(marked)


def test_a_nested_claim_stands_in_its_parent(gold: tuple[GoldArticle, ...]) -> None:
    """The words of the inner claim are part of what the outer one says."""
    nested = 0
    for article in gold:
        claims = {claim.id: claim for claim in article.record.claims}
        for claim in claims.values():
            if claim.parent:
                nested += 1
                outer = claims[claim.parent].content
                covering = Span(outer[0].start, outer[-1].end)
                assert all(span in covering for span in claim.content), f"{article.record.document.id} {claim.id}"
    assert nested >= 40


def test_a_claim_inside_a_claim_names_its_parent(gold: tuple[GoldArticle, ...]) -> None:
    """Content that lies in the content of another claim, cue and all, is nested in it."""
    for article in gold:
        for inner in article.record.claims:
            for outer in article.record.claims:
                inside = all(any(s in o for o in outer.content) for s in (*inner.content, *inner.cue))
                if inner is not outer and inner.cue and inside:
                    assert inner.parent, f"{article.record.document.id} {inner.id} lies in {outer.id}"


def test_resolved_days_are_the_weekdays_that_the_text_names(gold: tuple[GoldArticle, ...]) -> None:
    """“Thursday” resolved to a day is a Thursday, within a week of the publication date."""
    checked = 0
    for article in gold:
        for time in _times(article):
            day = next((day for day in WEEKDAYS if day in time.text), None)
            if day and time.earliest and time.earliest == time.latest:
                checked += 1
                resolved = date.fromisoformat(time.earliest)
                assert WEEKDAYS[resolved.weekday()] == day, f"{article.record.document.id} {time}"
                assert abs((date.fromisoformat(article.record.document.published or "") - resolved).days) < 7
            if not article.record.document.published and re.search("last|next|day|week", time.text):
                assert time.earliest is None, f"{article.record.document.id} {time}: no publication date, no date"
    assert checked >= 10


def _times(article: GoldArticle) -> Iterator[TimeExpression]:
    record = article.record
    for claim in record.claims:
        yield from filter(None, [claim.said_at, *(event.when for event in claim.stated_events)])
    for fact in record.facts:
        yield from filter(None, [event.when for event in fact.events])


def test_the_text_does_not_say_that_it_is_synthetic(gold: tuple[GoldArticle, ...]) -> None:
    """The mark is metadata: an extractor must not be able to read it."""
    for article in gold:
        assert "SYNTHETIC" in (article.record.document.publisher or "")
        assert "synthetic" not in article.record.document.text.casefold()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('p=2, content="that he left", by="envoy", act="deny"', "does not"),
        ('p=2, content="left", source="envoy", by="envoy", act="deny"', "2 times"),
        ('p=2, content="left", source="the envoy#2", by="envoy", act="deny"', "does not"),
        ('p=3, content="left", by="envoy", act="deny"', "no paragraph"),
        ('p=2, content="left", by="nobody", act="deny"', "nobody"),
        ('p=2, content="left", by="envoy", act="sing"', "sing"),
        ('p=2, contents="left", by="envoy", act="deny"', "contents"),
    ],
)
def test_a_wrong_annotation_is_refused_by_name(tmp_path: Path, line: str, problem: str) -> None:
    """The loader fails on a string that is absent or ambiguous, and says which."""
    path = tmp_path / "wrong.toml"
    path.write_text(f'{MINIMAL}claims = [{{{line}, form="indirect"}}]\n', encoding="utf-8")
    with pytest.raises(GoldError, match=f"wrong.toml: .*{problem}"):
        read_article(path)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    """Zero articles must not pass for all articles."""
    with pytest.raises(GoldError, match="no authoring files"):
        load_gold(tmp_path)
