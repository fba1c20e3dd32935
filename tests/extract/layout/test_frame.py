"""What the reader of a format knows to frame an article."""

from __future__ import annotations

from kg.extract.layout.page import read_layout
from kg.records import Context, Span

TEXT = "The ministers met in Kestrel on Monday.\n\nSpring on the strait\n\nThey agreed on a ferry."


def test_what_the_reader_knows_to_frame_a_text_is_context_and_not_read() -> None:
    """A subhead that no pattern knows is blank in what is parsed; the rest stays where it is."""
    start = TEXT.index("Spring")
    frame = (Context(span=Span(start, start + len("Spring on the strait")), kind="heading"),)
    assert not read_layout(TEXT).context
    layout = read_layout(TEXT, frame)
    assert layout.context == frame
    assert "Spring" not in layout.running
    assert layout.running.index("They") == TEXT.index("They")


def test_layout_holds_where_it_and_the_reader_disagree() -> None:
    """No word is context twice."""
    text = "By Ann Lee\n\nThe ministers met in Kestrel on Monday."
    (alone,) = read_layout(text).context
    assert read_layout(text, (Context(span=Span(0, 6), kind="credit"),)).context == (alone,)
