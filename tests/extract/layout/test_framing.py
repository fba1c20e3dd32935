"""Lines and openings that frame an article: found by their layout, and nothing that may be a sentence."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kg.extract.layout.page import read_layout
from kg.records import Context
from tests.extract.reading import asserted, extracted

BODY = "Russia attacked Iran on Monday. The ministry closed its office in Geneva."


def found(text: str) -> list[tuple[str, str]]:
    """Kind and words of what frames the text."""
    return [(one.kind, one.span.of(text)) for one in read_layout(text).context]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("By Ann Reed", "byline"),
        ("By Ann Reed and Tom Okoro", "byline"),
        ("BY LENA VAN DER MEER, Staff Writer", "byline"),
        ("Written by Petra Lind", "byline"),
        ("Photo: Lena Brandt/AFP", "credit"),
        ("Reporting by Ann Reed; Editing by Tom Okoro", "credit"),
        ("--additional reporting from Ann Reed", "credit"),
        ("Tom Okoro contributed to this report.", "credit"),
        ("Ann Reed/Getty Images", "credit"),
        ("May 3, 2026", "dateline"),
        ("Sunday, 3 May 2026, 14:05 GMT", "dateline"),
        ("Updated 3:15 p.m. ET, May 3", "dateline"),
        ("6:05 p.m.", "heading"),
        ("[02:50:05]", "heading"),
        ("12 p.m.", "heading"),
        ("Transcript", "heading"),
        ("Read More", "boilerplate"),
        ("Read the rest here.", "boilerplate"),
        ("All rights reserved", "boilerplate"),
        ("© 2026 The Sella Wire", "boilerplate"),
        ("ADVERTISEMENT", "boilerplate"),
        ("Begin text.", "boilerplate"),
        ("End transcript", "boilerplate"),
        ("https://example.org/a/b?c=d", "boilerplate"),
        ("___", "boilerplate"),
        ("* * *", "boilerplate"),
        ("Subscribe to our newsletter", "boilerplate"),
        ("This article was originally published on 3 May.", "boilerplate"),
        ("Oil | 71.20 | +0.4 | Monday", "boilerplate"),
        ("Gas\t3.10\t-0.2", "boilerplate"),
    ],
)
def test_line_that_frames_the_article_is_context_of_its_kind(line: str, kind: str) -> None:
    """The whole line, and no word of the paragraphs around it."""
    text = f"Talks end\n\n{line}\n\n{BODY}"
    assert found(text) == [(kind, line)]
    assert read_layout(text).running == text.replace(line, " " * len(line))


@pytest.mark.parametrize(
    ("opening", "kind"),
    [
        ("SEOUL (Reuters) -", "dateline"),
        ("WASHINGTON (AP) —", "dateline"),
        ("NEWPORT NEWS, Va. -", "dateline"),
        ("BEIRUT, Lebanon, 6 May (Wire) --", "dateline"),
        ("Geneva, 3 May 2026 –", "dateline"),
        ("FILE", "caption"),
    ],
)
def test_opening_of_a_paragraph_is_context(opening: str, kind: str) -> None:
    """The place, agency and date before a report; the label of a picture."""
    between = ": " if kind == "caption" else " "
    assert found(f"Talks end\n\n{opening}{between}{BODY}") == [(kind, opening)]


@pytest.mark.parametrize(
    "line",
    [
        "By Monday Russia had attacked Iran.",
        "By then the talks were over",
        "The two sides - Iran and Oman - signed a treaty.",
        "Share prices fell.",
        "Read the letter, Keller told the board.",
        "Photo editors left the paper.",
        "Copyright law was changed in May.",
        "Search teams reached the wreck.",
        "At 6:05 p.m. the bridge fell.",
        "Oil | gas",
        "Reporting by night is hard, and the ministry knows it.",
        "EXCLUSIVE — The ministry closed its office.",
        "HE HAS BEEN CALLED OUT BY FELLOW DOCTORS — and by the board.",
        "Filed under protest, the note was returned.",
    ],
)
def test_sentence_is_no_framing(line: str) -> None:
    """Words like those of a frame in a sentence that states something."""
    assert found(f"Talks end\n\n{line}\n\n{BODY}") == []


@pytest.mark.parametrize(
    "line", ["By Ann Reed", "SEOUL (Reuters) - ", "ADVERTISEMENT", "6:05 p.m.", "https://a.example/b"]
)
def test_framing_is_no_fact_and_hides_none(line: str) -> None:
    """The line is context in the record; the sentence after it still asserts its event."""
    text = f"Talks end\n\n{line}{'' if line.endswith(' ') else chr(10) * 2}{BODY}"
    record = extracted(text)
    assert [event.type for event in asserted(record) if event.type == "assault"] == ["assault"]
    frame = next(one for one in record.context if one.span.start >= len("Talks end"))
    assert frame.span.of(text).startswith(line.strip()[:5])
    assert not any(frame.span.overlaps(piece) for fact in record.facts for piece in fact.anchor)


def test_all_of_a_text_that_is_framing_is_still_read() -> None:
    """A text of one line that looks like a frame is not blanked out."""
    assert read_layout("Transcript").running == "Transcript"


def test_context_is_sorted_and_apart() -> None:
    """No two passages of context share a word."""
    text = f"Talks\n\nBy Ann Reed\n\nMay 3, 2026\n\nOSLO (Wire) - {BODY}\n\nRead more\n"
    context = extracted(text).context
    assert list(context) == sorted(context, key=lambda one: one.span)
    assert all(before.span.end <= after.span.start for before, after in pairwise(context))
    assert isinstance(context[0], Context)
