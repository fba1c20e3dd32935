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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "read https:/www.bbc.com/news",
            "https:/www.bbc.com/news: an address has two slashes: https://www.bbc.com/news",
        ),
        ("extract HTTPS:/x.test", "https://x.test"),
        ("build http:x.test/a --store s", "http://x.test/a"),
        ("read slip.urls", "slip.urls:1: an address has two slashes: https://x.test/a"),
        ("watch https:/x.test/feed --store s", "https:/x.test/feed: an address has two slashes: https://x.test/feed"),
        (
            "query --store https:/x.test/sparql ASK{}",
            "store 'https:/x.test/sparql': an address has two slashes: https://",
        ),
        ("serve --store http:x.test", "http://x.test"),
        ("build page.txt --base https:/x.test/", "base 'https:/x.test/': an address has two slashes: https://x.test/"),
        ("build page.txt --base https:///", "base 'https:///' is not an absolute IRI"),
        ("load https://x.test/data.ttl --store s", "is an address; save what is there in a file and name that"),
        ("load https:/x.test/data --store s", "is an address; save what is there in a file and name that"),
        ("validate https://x.test/data.ttl", "is an address; save what is there in a file and name that"),
        ("read www.bbc.com/news", "www.bbc.com/news: no such file or folder; an address begins with https://"),
    ],
)
def test_an_address_with_a_slip_is_an_error_with_the_right_one(
    kg_here: Made, tmp_path: Path, words: str, said: str
) -> None:
    """Wherever an address can stand, at once: nothing is made, and nothing is asked."""
    (tmp_path / "slip.urls").write_text("https:/x.test/a\n")
    (tmp_path / "page.txt").write_text("Talks fail\n\nThe minister said that the talks had failed.\n")
    before = sorted(tmp_path.iterdir())
    code, out, err = kg_here(*words.split())
    assert (code, out) in ((2, ""), (3, ""))
    assert said in err
    assert len(err.splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_may_be_called_as_an_address(kg_here: Made, tmp_path: Path) -> None:
    """What is there is read, whatever its name."""
    (tmp_path / "http:x.txt").write_text("Talks fail\n\nThe minister said that the talks had failed.\n")
    code, out, _ = kg_here("read", "http:x.txt")
    assert (code, len(out.splitlines())) == (0, 1)
