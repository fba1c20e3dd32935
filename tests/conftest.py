"""Values that many tests start from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from kg.records import Record
from tests.samples import sample

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

# Tests that compare IRIs start commands in processes of their own: a base is configured for all of them.
os.environ.setdefault("KG_BASE", "https://w3id.org/claimgraph/id/")


@pytest.fixture
def record() -> Record:
    """A small record with every kind of thing in it."""
    return sample()


# These import the app only where a test asks for it: most tests need no Flask.
@pytest.fixture(scope="session")
def app() -> Flask:
    """The app over the small graph of ``tests/served``."""
    from tests.served.small_app import small_app

    return small_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of that app, without a network."""
    return app.test_client()


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The address of the same app behind the production server, in a process of its own."""
    from tests.served.small_app import served_small_app

    with served_small_app() as address:
        yield address
