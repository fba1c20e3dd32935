"""The rules extractor as a whole: from a document to a record."""

from kg.config import Settings
from kg.extract import EXTRACTORS
from kg.records import Document

TEXT = "Talks in Riyadh\n\nRussia has accused Ukraine of breaking the truce. No meeting took place.\n"


def test_the_default_extractor_is_registered() -> None:
    """The name that is used when none is given leads to an extractor of that name."""
    default = Settings().extractor
    assert EXTRACTORS[default](Settings()).name == default


def test_same_text_gives_an_equal_record() -> None:
    """Extraction has no state: a second run and a second extractor give the same."""
    document = Document(id="twice", text=TEXT)
    extractor = EXTRACTORS["rules"](Settings())
    first = extractor.extract(document)
    assert first == extractor.extract(document)
    assert first == EXTRACTORS["rules"](Settings()).extract(document)
