"""Texts as they come: whatever is in one, every offset is right, no word is lost, and nothing quoted is a fact."""

from __future__ import annotations

import re
import time
from functools import cache

import pytest

from kg.config import Settings
from kg.extract import Extractor, load
from kg.records import Document, Record


@cache
def default() -> Extractor:
    """The extractor that is used where none is named."""
    return load(Settings())


@cache
def read(text: str) -> Record:
    """Its record of the text."""
    return default().extract(Document(id="bad", text=text))


def contents(record: Record) -> list[str]:
    """What is said, claim by claim, as it stands in the text."""
    return [" ".join(span.of(record.document.text) for span in claim.content) for claim in record.claims]


def uncovered(record: Record) -> list[str]:
    """Words in no statement, no unclear passage and no context."""
    inside = {i for u in record.unclear for i in range(u.span.start, u.span.end)}
    inside |= {i for c in record.context for i in range(c.span.start, c.span.end)}
    inside |= {i for f in record.facts for s in f.anchor for i in range(s.start, s.end)}
    for c in record.claims:
        beside = [s for adjunct in c.adjuncts for s in adjunct.spans]
        inside |= {i for s in (*c.source, *c.cue, *c.content, *beside) for i in range(s.start, s.end)}
    return [m.group() for m in re.finditer(r"\w+", record.document.text) if not inside.issuperset(range(*m.span()))]


PLAIN = (
    "Envoy leaves the talks\n\nThe minister said on Monday that the talks with Norway had failed. Norway denied this."
    "\n\nSweden closed the border on Friday.\n"
)
SAID = "that the talks with Norway had failed"
MARRED = {
    "CRLF": PLAIN.replace("\n", "\r\n"),
    "CR": PLAIN.replace("\n", "\r"),
    "BOM": "\ufeff" + PLAIN,
    "line separators": PLAIN.replace("\n", "\u2028"),
    "emoji": PLAIN.replace("Envoy", "\U0001f6a8 Envoy").replace("failed. ", "failed. \U0001f469‍\U0001f467 "),
    "flags before": "\U0001f1f3\U0001f1f4\U0001f1f8\U0001f1ea\n\n" + PLAIN,
    "bidi": PLAIN.replace("Norway denied", "\u202eNorway\u202c denied").replace("Friday", "\u2067Friday\u2069"),
    "no-break spaces": PLAIN.replace("on Friday", "on\u00a0Friday"),
    "zero-width at the ends": PLAIN.replace("Sweden", "\u200bSweden\u200b"),
    "control characters": PLAIN.replace("Sweden", "\x07Sweden\x1b"),
    "combining marks": PLAIN.replace("Envoy", "E\u0301n\u0308voy"),
    "tabs and blanks": PLAIN.replace("\n\n", " \t \n \n\n\n   "),
}


@pytest.mark.parametrize("text", MARRED.values(), ids=MARRED)
def test_a_marred_text_gives_the_same_claim_at_its_own_offsets(text: str) -> None:
    """The offsets count code points of the text as it is; nothing of it is lost."""
    record = read(text)
    assert SAID in contents(record)
    assert record.document.text == text
    assert uncovered(record) == []
    assert any("closed" in span.of(text) for fact in record.facts for span in fact.anchor)


def test_zero_width_characters_inside_words_move_no_offset() -> None:
    """The words may not be understood any more; they are still all there."""
    text = PLAIN.replace("said", "sa\u200bid").replace("talks with", "talks\u200d \u2060with")
    assert uncovered(read(text)) == []


ONE_QUOTE = "“We will not sign. They shelled the border, and Norway closed the port on Friday. Nobody believes them.”"


@pytest.mark.parametrize(
    "text",
    [ONE_QUOTE, ONE_QUOTE[:-1], ONE_QUOTE.replace("”", '"').replace("“", '"'), f"{ONE_QUOTE}\n\n“And {ONE_QUOTE[1:]}"],
    ids=["closed", "never closed", "straight", "two paragraphs"],
)
def test_an_article_that_is_one_quote_asserts_nothing(text: str) -> None:
    """Whose it is, the text does not say."""
    record = read(text)
    assert not any(fact.asserts_events for fact in record.facts)
    assert uncovered(record) == []


@pytest.mark.parametrize(
    "opened",
    [
        "The minister said: “The talks have failed. Sweden closed the border.\n\nNorway recalled its envoy.\n",
        "The talks have failed,” the minister said. Sweden closed the border.\n\nNorway recalled its envoy.\n",
        'The minister said: "The talks "have failed. "Sweden" closed" the border.\n\nNorway recalled its envoy.\n',
        "The minister said: «The talks „have failed. ‘Sweden closed the border.\n\nNorway recalled its envoy.\n",
    ],
    ids=["never closed", "never opened", "odd", "mixed"],
)
def test_an_unbalanced_mark_ends_with_its_paragraph(opened: str) -> None:
    """It does not swallow the rest of the article, and what may be quoted is asserted by nobody."""
    record = read(opened)
    assert uncovered(record) == []
    anchors = [span.of(opened) for fact in record.facts for span in fact.anchor]
    assert any("recalled its envoy" in words for words in anchors)
    assert not any("talks" in words and "have failed" in words for words in anchors)


def test_thousands_of_attributions_are_found_in_time_that_grows_with_their_number() -> None:
    """750 of 750, in less than twice the time a piece that 150 take."""
    seconds = []
    for count in (150, 750):
        text = "".join(f"Minister Berg said that port {n} was closed by Norway.\n" for n in range(count))
        read(PLAIN)  # what is loaded once is loaded
        begin = time.process_time()
        record = default().extract(Document(id="many", text=text))
        seconds.append((time.process_time() - begin) / count)
        assert len(record.claims) == count
        assert [c.content[0].of(text) for c in record.claims][-1] == f"that port {count - 1} was closed by Norway"
    assert seconds[1] < 2 * seconds[0]
