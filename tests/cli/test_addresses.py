"""Addresses of the web where files could stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Made
from tests.fetch.hostile import Hostile, serving


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    """A server on this machine."""
    with serving() as running:
        yield running


def test_addresses_and_lists_of_them_are_read(kg_here: Made, server: Hostile, tmp_path: Path) -> None:
    """Each page once, by its final address; what fails is named and the others are read; what was fetched is kept."""
    (tmp_path / "list.urls").write_text(f"# pages\n{server.url}/moved\n\n{server.url}/gone\n{server.url}/moved\n")
    code, out, err = kg_here("read", "list.urls", "--allow-private", "--keep", "kept")
    (article,) = map(json.loads, out.splitlines())
    assert article["url"] == f"{server.url}/page?a=b%20c"
    assert article["text"] == "Ruritania opened its border post on Thursday, its ministry said."
    assert code == 3
    assert f"kg: refused: {server.url}/gone: there is no such page any more (status 410)" in err.splitlines()
    kept = kg_here("read", "kept")
    assert kept[0] == 0
    assert json.loads(kept[1]) == article


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("http://127.0.0.1:9/x",), "127.0.0.1 is not a public address and is not fetched; --allow-private fetches it"),
        (("http://",), "is not an address of the web"),
        (("bad.urls",), "bad.urls:2: 'example.org' is not an address"),
        (("empty.urls",), "empty.urls: has no address in it"),
    ],
)
def test_what_cannot_be_fetched_is_said_in_a_line(
    kg_here: Made, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    """Exit code 3, one line, no traceback."""
    (tmp_path / "bad.urls").write_text("# one\nexample.org\n")
    (tmp_path / "empty.urls").write_text("# nothing\n")
    code, out, err = kg_here("read", *words)
    assert (code, out) == (3, "")
    assert said in err
    assert len(err.splitlines()) == 1
