"""The gate before facts of the trained extractor."""

from typing import cast

from kg.extract import trained
from kg.extract.attribution_model import Parse


def test_a_finding_without_words_ends_no_extraction() -> None:
    """All of its words went to claims: nothing is left to doubt, and no article is lost for it."""
    assert trained._chance(cast("Parse", None), (), []) == 0.0
