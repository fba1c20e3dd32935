"""Who does what a verb says, where it has no subject of its own."""

import pytest

from kg.extract.arguments import doer
from tests.extract.reading import parsed


@pytest.mark.parametrize(
    ("sentence", "agent"),
    [
        ("Russia called on Ukraine to withdraw.", "Ukraine"),
        ("Russia, calling upon Ukraine to withdraw, left.", "Ukraine"),
        ("Iran appealed to Iraq to withdraw.", "Iraq"),
        ("Iran urged Iraq to withdraw.", "Iraq"),
        ("Iran promised Iraq to withdraw.", "Iran"),
        ("Iran agreed with Iraq to withdraw.", "Iran"),
        ("Iran called on Monday on Iraq to withdraw.", "Iraq"),
        ("Iran called on Monday to withdraw.", "Iran"),
        ("Iran called on Iraq and Egypt to withdraw.", "Iraq"),
        ("Iran wants to withdraw.", "Iran"),
    ],
)
def test_who_is_asked_to_do_it_does_it(sentence: str, agent: str) -> None:
    """Not who asks, whichever way the verb takes whom it asks; of a promise, who gives it. Of several the first."""
    doc = parsed(sentence)
    (verb,) = (token for token in doc if token.text == "withdraw")
    assert [token.text for token in doer(verb)] == [agent]
