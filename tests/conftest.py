"""Values that many tests start from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from kg.records import Record
from tests.samples import sample

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

FIRST = (
    *("engine/test_processes.py", "pages/test_golden.py", "http/test_health.py", "pages/test_browser.py"),
    *("http/test_hostile_headers.py", "extract/test_bad_input.py", "test_docs.py", "pages/test_query_page.py"),
    *("cli/test_validate.py", "pages/test_try_text.py", "mcp/test_tools.py", "cli/test_commands.py"),
    *("validate/test_differential.py", "sparql/test_write_check.py", "test_questions.py", "fetch/test_fetch.py"),
    *("pages/test_validation_browser.py", "cli/test_reading.py", "http/test_orphans.py", "test_watch.py"),
    *("test_telemetry.py", "store/test_damage.py", "cli/test_extraction_process.py", "engine/test_engine.py"),
    *("pages/test_odd_addresses.py", "pages/test_newcomer.py", "sparql/test_attacks.py", "store/test_longest.py"),
    *("mcp/test_http_transport.py", "cli/test_no_traceback.py", "extract/test_workers.py", "http/test_soak.py"),
)
"""The files that take longest, the longest first: with ``-n`` one process runs a file, and one that began last would
leave the others with nothing to do.
"""

# Tests that compare IRIs start commands in processes of their own: a base is configured for all of them.
os.environ.setdefault("KG_BASE", "https://w3id.org/claimgraph/id/")

# On a busy machine an example may take any time: no property is judged by the clock.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first; all others stay in their order."""
    places = {Path(__file__).parent / name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


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
