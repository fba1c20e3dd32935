"""What the store makes of replacing and withdrawing stays valid."""

from __future__ import annotations

import pytest

from kg import mapper
from kg.graph import VersionGraph
from kg.store import EmbeddedStore
from kg.validate import validate
from tests.samples import TEXT, sample


def version(text: str = TEXT) -> VersionGraph:
    """One version of the sample article."""
    return mapper.map_record(sample(text))


@pytest.fixture
def store() -> EmbeddedStore:
    """A store with the sample article in force."""
    opened = EmbeddedStore.in_memory()
    opened.replace([version()])
    return opened


def test_an_article_conforms(store: EmbeddedStore) -> None:
    """Facts, claims direct and nested, a denial and a link."""
    assert validate(store.quads()).findings == ()


def test_a_replaced_version_conforms(store: EmbeddedStore) -> None:
    """The old version is remembered, without its text and statements."""
    store.replace([version(f"{TEXT} Later.")])
    assert validate(store.quads()).findings == ()


def test_a_version_that_comes_back_conforms(store: EmbeddedStore) -> None:
    """The old text again."""
    store.replace([version(f"{TEXT} Later.")])
    store.replace([version()])
    assert validate(store.quads()).findings == ()


def test_a_withdrawn_version_conforms(store: EmbeddedStore) -> None:
    """Only that it was there is left."""
    store.withdraw(version().version)
    assert validate(store.quads()).findings == ()
