"""Marks of IRIs: only what names a statement looks like one."""

import pytest

from kg.views.terms import mark_of

VERSION = "https://x.test/id/doc/0123456789abcdef"


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("fact/1-2", "fact"),
        ("event/1-2", "fact"),
        ("claim/1-2", "claim"),
        ("claim/1-2/content", "claim"),
        ("unclear/1-2", "unclear"),
        ("fact", ""),
        ("claim", ""),
        ("", ""),
    ],
)
def test_only_an_iri_that_names_a_statement_has_a_mark(path: str, mark: str) -> None:
    """An address that nothing was minted for does not look like a fact."""
    assert mark_of(f"{VERSION}/{path}") == mark
