"""Changing the store of a running ``kg serve``: with its token, each version as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Made
from tests.samples import TEXT
from tests.served.serving import TOKEN, Server, serving

RULES = ("--extractor", "rules")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An empty store, served with a token, changes checked."""
    with serving(tmp_path_factory.mktemp("served") / "store", "--timeout", "100") as running:
        yield running


@pytest.fixture
def place(server: Server) -> str:
    """Its address for queries."""
    return f"{server.address}/sparql"


@pytest.fixture(autouse=True)
def _no_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KG_TOKEN", raising=False)
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "token").write_text(f"{TOKEN}\n")


def test_a_document_is_built_read_anew_superseded_and_withdrawn(
    kg_here: Made, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By KG_TOKEN and by --token-file; what the server holds is what a store in a folder would."""
    monkeypatch.setenv("KG_TOKEN", TOKEN)

    def same(*words: object) -> None:
        for store in (place, "here"):
            code, _, err = kg_here(*words, "--store", store)
            assert code == 0, err
        dumps = [kg_here("dump", "--store", store, "--format", "nquads")[1] for store in (place, "here")]
        assert sorted(dumps[0].splitlines()) == sorted(dumps[1].splitlines())

    same("build", "a.txt", *RULES)
    same("build", "a.txt", *RULES)
    (tmp_path / "a.toml").write_text('publisher = "The Gazette"\n')
    same("build", "a.txt", *RULES)  # the same text with other statements: a version in force changes as a whole
    (tmp_path / "a.txt").write_text(TEXT + "\n\nCorrected.")
    monkeypatch.delenv("KG_TOKEN")
    same("build", "a.txt", *RULES, "--token-file", "token")
    rows = kg_here("query", "--store", place, "--format", "csv", _CURRENT)[1].splitlines()
    code, _, err = kg_here("withdraw", rows[1], "--reason", "An error.", "--token-file", "token", "--store", place)
    assert code == 0, err
    assert len(kg_here("query", "--store", place, "--format", "csv", _CURRENT)[1].splitlines()) == 1


_CURRENT = (
    "PREFIX cg: <https://w3id.org/claimgraph/ns#> PREFIX mod: <https://w3id.org/claimgraph/mod/> "
    "SELECT ?v { ?v cg:status mod:current }"
)


def test_a_dump_is_loaded(kg_here: Made, place: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whole: a version without its text would be refused."""
    (tmp_path / "b.txt").write_text(TEXT + "\n\nAnother.")
    assert kg_here("build", "b.txt", *RULES, "--store", "other")[0] == 0
    assert kg_here("dump", "--store", "other", "--format", "nquads", "-o", "other.nq")[0] == 0
    monkeypatch.setenv("KG_TOKEN", TOKEN)
    code, _, err = kg_here("load", "other.nq", "--store", place)
    assert code == 0, err
    here = set((tmp_path / "other.nq").read_text().splitlines())
    assert here <= set(kg_here("dump", "--store", place, "--format", "nquads")[1].splitlines())


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (None, "set KG_TOKEN, or name --token-file FILE"),
        ("wrong-token-of-the-tests", "that is not its token"),
        ("two words", "one word"),
    ],
)
def test_a_change_without_the_token_says_how_to_send_it(
    kg_here: Made, place: str, monkeypatch: pytest.MonkeyPatch, token: str | None, said: str
) -> None:
    """In one line of words, not of JSON; the token itself is not shown."""
    if token is not None:
        monkeypatch.setenv("KG_TOKEN", token)
    Path("c.ttl").write_text("<http://a/s> <http://a/p> <http://a/o> .\n")
    code, _, err = kg_here("load", "c.ttl", "--store", place)
    assert code in (2, 3)
    assert said in err
    assert "{" not in err
    assert token is None or token not in err


def test_advice_of_the_past_ends_in_no_traceback(kg_here: Made, place: str) -> None:
    """USER:PASSWORD@ before the host of a server that asks for a token."""
    Path("c.ttl").write_text("<http://a/s> <http://a/p> <http://a/o> .\n")
    code, _, err = kg_here("load", "c.ttl", "--store", place.replace("http://", "http://me:secret@"))
    assert code == 3
    assert "set KG_TOKEN" in err


def test_an_address_of_the_server_that_is_no_endpoint_says_where_that_is(kg_here: Made, server: Server) -> None:
    """Its start page, or a page that there is none of."""
    for path in ("", "/", "/nowhere"):
        code, _, err = kg_here("query", "--store", f"{server.address}{path}", "ASK {}")
        assert code == 3
        assert "kg serve ends in /sparql" in err.splitlines()[-1]
