"""Which attribution stands inside which."""

from kg.extract.attribution import Attribution
from kg.extract.nesting import parents
from kg.records import Span


def attribution(*content: tuple[int, int], cue: tuple[int, int] | None = None) -> Attribution:
    """An attribution of these content spans."""
    spans = tuple(Span(*span) for span in content)
    return Attribution(cue=(Span(*cue),) if cue else (), content=spans, rule="test")


def test_parent_is_the_smallest_content_around() -> None:
    """Of two contents that hold it, the smaller one is the parent."""
    outer, middle, inner = (
        attribution((10, 100)),
        attribution((20, 90), cue=(12, 15)),
        attribution((40, 80), cue=(22, 25)),
    )
    assert parents([inner, outer, middle]) == [2, None, 1]


def test_equal_content_is_no_parent() -> None:
    """Two speakers of the same words stand beside each other."""
    assert parents([attribution((0, 10)), attribution((0, 10))]) == [None, None]


def test_cue_outside_means_not_nested() -> None:
    """What only shares words with the content, but is said outside of it, is not nested."""
    assert parents([attribution((10, 50)), attribution((20, 40), cue=(60, 64))]) == [None, None]


def test_gap_of_a_discontinuous_content_holds_nothing() -> None:
    """What stands between the pieces of a content is not inside of it."""
    assert parents([attribution((0, 10), (50, 60)), attribution((20, 30))]) == [None, None]


def test_order_of_the_attributions_does_not_matter() -> None:
    """The same attributions in another order have the same parents."""
    values = [attribution((i, 200 - i), cue=(i, i + 1)) for i in range(1, 9)]
    forward = dict(zip(values, parents(values), strict=True))
    backward = dict(zip(values[::-1], parents(values[::-1]), strict=True))
    named = {v: None if p is None else values[p] for v, p in forward.items()}
    assert named == {v: None if p is None else values[::-1][p] for v, p in backward.items()}
