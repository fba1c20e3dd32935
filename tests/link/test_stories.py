"""Which documents tell one story."""

from __future__ import annotations

import pytest

from kg.link.entities import Directory
from kg.link.linker import Linker
from kg.link.stories import StoryIndex
from tests.link.build import record

FERRY = (
    "A ferry with two hundred passengers capsized in a storm off the coast, and divers searched the hull for survivors"
)
BLOG = "My cousin was a diver at the hull of that ferry. He says passengers hammered in the storm until noon"
TAX = "Parliament raised the tax on sugar, and bakers marched through the capital with empty baskets"


def story(*texts: tuple[str, str, str]) -> StoryIndex:
    """Return an index of documents, each with its id, text and day."""
    index = StoryIndex()
    for name, text, day in texts:
        index.add(name, text, day, ())
    return index


def test_article_without_a_common_name_is_of_the_story_by_its_words() -> None:
    """A blog seldom names whom an agency names."""
    index = story(("wire", FERRY, "2031-01-01"), ("blog", BLOG, "2031-01-02"), ("other", TAX, "2031-01-01"))
    assert index.neighbours("blog") == ["wire"]
    assert index.neighbours("other") == []


def test_articles_months_apart_are_less_of_one_story() -> None:
    """Alike happenings come again."""
    near = story(("a", FERRY, "2031-01-01"), ("b", BLOG, "2031-01-10")).likeness("a", "b")
    far = story(("a", FERRY, "2031-01-01"), ("b", BLOG, "2031-09-10")).likeness("a", "b")
    assert 0 < far < near


def test_document_without_a_day_is_compared_by_its_words() -> None:
    """An unknown day separates nothing."""
    index = story(("a", FERRY, ""), ("b", BLOG, "yesterday"))
    assert index.neighbours("a") == ["b"]


def test_names_in_two_spellings_count_as_one_name() -> None:
    """Merged entities have one canonical name."""
    linker = Linker()
    records = [
        record("a", "2031-01-01", [("the ship has left", "Ibrahim Zeidan", "say")]),
        record("b", "2031-01-02", [("nobody was on the pier", "Ibrahim Zeydan", "say")]),
    ]
    for one in records:
        linker.learn(one)
    for one in records:
        linker.read(one)
    assert linker.stories.neighbours("a") == ["b"]


@pytest.mark.parametrize("count", [1, 3])
def test_single_document_has_no_neighbours(count: int) -> None:
    """Alone, or among copies of nothing."""
    index = story(*((f"d{n}", f"word{n} thing{n} place{n}", "2031-01-01") for n in range(count)))
    assert all(index.neighbours(f"d{n}") == [] for n in range(count))


@pytest.mark.parametrize("count", [40, 80])
def test_number_of_compared_articles_grows_with_their_number_only(count: int) -> None:
    """Each article is compared with its story, however many others there are."""
    words = [f"b{chr(97 + n // 2 % 26)}o{chr(97 + n // 52)}k" for n in range(count)]
    index = story(*((f"d{n}", f"{word} un{word} re{word}", "2031-01-01") for n, word in enumerate(words)))
    assert sum(len(index.neighbours(f"d{n}")) for n in range(count)) == count


def test_person_named_often_is_held_once_with_all_offices() -> None:
    """The thousandth mention is found as fast as the second, and a bare surname by an office of an earlier text."""
    directory = Directory()
    for n in range(50):
        directory.add(record(f"d{n}", "2031-01-01", [("the road is open", "Anna Mwangi", "say")]))
    assert {merge.method for merge in directory.merges} == {"name.same"}
    assert len(directory.merges) == 49
