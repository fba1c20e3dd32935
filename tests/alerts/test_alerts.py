"""Standing queries: each change is told once, with the reason; feeds are read by libraries of others."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.alerts.feeds import as_atom, as_json_feed
from kg.alerts.register import Register
from kg.alerts.standing import compare
from kg.app import create_app
from kg.config import Settings
from kg.errors import StoreError, UnknownName, UsageError
from kg.mapper import map_record
from kg.store import EmbeddedStore
from tests.cli.conftest import Made, kg_here
from tests.samples import sample
from tests.served.small_app import BASE

__all__ = ["kg_here"]

QUERY = (
    "PREFIX cg: <https://w3id.org/claimgraph/ns#> SELECT ?statement ?text "
    "{ ?statement a cg:Claim ; cg:text ?text ; cg:speaker ?who }"
)
NOW = datetime(2025, 4, 5, 9, 30, tzinfo=UTC)
HISTORIES = int(os.environ.get("ALERT_HISTORIES", "25"))


def valued(key: str, value: str) -> ox.Quad:
    """A triple for the histories."""
    return ox.Quad(ox.NamedNode(f"urn:{key}"), ox.NamedNode("urn:v"), ox.Literal(value))


def test_new_and_withdrawn_statements_are_told_once_with_the_reason(tmp_path: Path) -> None:
    """Each item has its query, row, statement and span; asked again without a write, there is none."""
    store, register = EmbeddedStore.in_memory(), Register(tmp_path)
    register.add("claims", QUERY, store, NOW)
    graph = map_record(sample(), BASE)
    store.replace([graph])
    items = register.run(store, NOW)
    assert [item.kind for item in items] == ["new"] * 3
    assert all(item.query == QUERY and item.statement == item.row["statement"] for item in items)
    assert all(item.span.startswith(f"{graph.version}#char=") and item.words == item.row["text"] for item in items)
    assert register.run(store, NOW) == []
    store.withdraw(graph.version)
    gone = register.run(store, NOW)
    assert [item.kind for item in gone] == ["withdrawn"] * 3
    assert [item.row for item in gone] == [item.row for item in items]
    assert register.run(store, NOW) == []


def test_what_a_query_gives_when_it_is_added_is_not_told(tmp_path: Path) -> None:
    """It is known from the beginning."""
    store, register = EmbeddedStore.in_memory(), Register(tmp_path)
    store.replace([map_record(sample(), BASE)])
    assert len(register.add("claims", QUERY, store, NOW).seen) == 3
    assert register.run(store, NOW) == []


@settings(max_examples=HISTORIES, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz")), max_size=8))
def test_items_of_any_history_replay_it_and_none_is_told_twice(history: list[dict[str, str]]) -> None:
    """Random rows over time: whoever applies the items has the rows, no item is void, and no id is used twice."""
    store = EmbeddedStore.in_memory()
    with tempfile.TemporaryDirectory() as folder:
        register = Register(Path(folder))
        register.add("any", "SELECT ?statement ?v { ?statement <urn:v> ?v }", store, NOW)
        known: dict[str, str] = {}
        ids: list[str] = []
        for rows in history:
            store.change(set(store.quads()), {valued(key, value) for key, value in rows.items()})
            for item in [*register.run(store, NOW), *register.run(store, NOW)]:
                key, value = item.row["statement"].removeprefix("urn:"), item.row["v"]
                ids.append(item.id)
                if item.kind == "withdrawn":
                    assert known.pop(key) == value
                else:
                    assert (key in known) == (item.kind == "changed")
                    assert known.get(key) != value
                    known[key] = value
            assert known == rows
        assert len(ids) == len(set(ids))


def test_changed_row_is_told_as_changed() -> None:
    """The same key with other values."""
    assert compare({"a": {"v": "1"}}, {"a": {"v": "2"}}) == [("changed", "a", {"v": "2"})]


def test_feeds_are_read_by_others_and_say_why(tmp_path: Path) -> None:
    """By feedparser, and as JSON Feed: the latest first, each with its query, also where words have control codes."""
    store, register = EmbeddedStore.in_memory(), Register(tmp_path)
    register.add("odd", "SELECT ?statement ?v { ?statement <urn:v> ?v }", store, NOW)
    store.change(set(), {valued("a", "<b>&\x01 words")})
    register.run(store, NOW)
    alert = register.get("odd")
    read = feedparser.parse(as_atom(alert, "https://data.test/alerts/odd.atom"))
    assert not read.bozo
    (entry,) = read.entries
    assert entry.id.endswith(alert.items[0].id)
    assert "urn:a" in entry.content[0].value
    assert alert.query in entry.content[0].value
    (item,) = json.loads(as_json_feed(alert, "https://data.test/alerts/odd.json"))["items"]
    assert item["_claimgraph"]["query"] == alert.query
    assert item["_claimgraph"]["row"]["statement"] == "urn:a"


def test_served_feed_tells_of_a_write_at_the_next_request(tmp_path: Path) -> None:
    """Without anybody running the alert; one that there is not is 404."""
    with EmbeddedStore.open(tmp_path, create=True) as store:
        Register(tmp_path).add("claims", QUERY, store, NOW)
        client = create_app(Settings(base=BASE), store, questions=(), index=tmp_path / "words").test_client()
        assert client.get("/alerts/claims.json").json["items"] == []  # type: ignore[index]
        store.replace([map_record(sample(), BASE)])
        for _ in range(2):
            assert len(client.get("/alerts/claims.json").json["items"]) == 3  # type: ignore[index]
        assert client.get("/alerts/claims.atom").content_type.startswith("application/atom+xml")
        for name in ("nothing.json", "claims.rss", "..%2Fx.json"):
            assert client.get(f"/alerts/{name}").status_code == 404


def test_alerts_are_added_listed_run_and_removed_by_command(kg_here: Made, tmp_path: Path) -> None:
    """Each with one line of talk on stderr and data on stdout."""
    with EmbeddedStore.open(tmp_path / "store", create=True) as store:
        store.replace([map_record(sample(), BASE)])
    assert kg_here("alert", "add", "claims", QUERY)[::2] == (0, "alert claims: added; 3 rows known\n")
    code, out, _ = kg_here("alert", "list")
    assert (code, out.split("\t")[0]) == (0, "claims")
    with EmbeddedStore.open(tmp_path / "store") as store:
        store.withdraw(map_record(sample(), BASE).version)
    code, out, err = kg_here("alert", "run")
    assert (code, out.count("withdrawn: "), err) == (0, 3, "3 items\n")
    assert "why: alert claims" in out
    assert kg_here("alert", "run")[1:] == ("", "0 items\n")
    assert kg_here("alert", "digest")[1] == out
    assert kg_here("alert", "remove", "claims")[0] == 0
    assert kg_here("alert", "remove", "claims")[0] == 2


@pytest.mark.parametrize(("name", "query"), [("No", QUERY), ("a/b", QUERY), ("ask", "ASK {}")])
def test_bad_name_and_query_without_rows_are_refused(tmp_path: Path, name: str, query: str) -> None:
    """In a line that says what would be right, and nothing is kept."""
    register = Register(tmp_path)
    with pytest.raises(UsageError):
        register.add(name, query, EmbeddedStore.in_memory(), NOW)
    assert register.alerts() == {}


def test_damaged_file_is_named(tmp_path: Path) -> None:
    """With the way out; a name that there is not is an error of its own."""
    (tmp_path / "claimgraph.alerts.json").write_text("{")
    with pytest.raises(StoreError, match="is damaged"):
        Register(tmp_path).alerts()
    (tmp_path / "claimgraph.alerts.json").unlink()
    with pytest.raises(UnknownName):
        Register(tmp_path).run(EmbeddedStore.in_memory(), NOW, ("nothing",))


def test_digest_has_each_item_once(tmp_path: Path) -> None:
    """Whoever asked the query meanwhile; only of the alerts that are named; also over a restart."""
    store, register = EmbeddedStore.in_memory(), Register(tmp_path)
    for name in ("claims", "more"):
        register.add(name, QUERY, store, NOW)
    assert register.digest() == ([], 0)
    graph = map_record(sample(), BASE)
    store.replace([graph])
    told = register.run(store, NOW, ("claims",))  # a feed, say
    assert register.digest(("claims", "claims")) == (told, 0)
    assert Register(tmp_path).digest() == ([], 0)
    also = register.run(store, NOW)
    store.withdraw(graph.version)
    gone = register.run(store, NOW, ("claims",))
    assert {item.id for item in register.digest()[0]} == {item.id for item in (*also, *gone)}
    assert register.digest() == ([], 0)
    with pytest.raises(UnknownName):
        register.digest(("nobody",))


def test_digest_says_how_many_items_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An alert keeps its latest items only; those that no digest had are not left out in silence."""
    monkeypatch.setattr("kg.alerts.register.MAX_ITEMS", 2)
    store, register = EmbeddedStore.in_memory(), Register(tmp_path)
    register.add("claims", QUERY, store, NOW)
    store.replace([map_record(sample(), BASE)])
    told = register.run(store, NOW)
    assert register.digest() == (told[1:], 1)


def test_digest_by_command_writes_nothing_where_nothing_is_new(kg_here: Made, tmp_path: Path) -> None:
    """A mailer that is given nothing sends nothing; without --new everything that is kept is there."""
    with EmbeddedStore.open(tmp_path / "s", create=True) as store:
        register = Register(tmp_path / "s")
        register.add("claims", QUERY, store, NOW)
        store.replace([map_record(sample(), BASE)])
        register.run(store, NOW)
    place = ("--store", str(tmp_path / "s"))
    first = kg_here("alert", "digest", "--new", *place)
    assert first[:2] == (0, kg_here("alert", "digest", *place)[1])
    assert "why: alert claims" in first[1]
    assert kg_here("alert", "digest", "--new", *place)[:2] == (0, "")


def test_alerts_of_an_earlier_version_are_read(tmp_path: Path) -> None:
    """A file without the number of digested items: the first digest has all that is kept."""
    store, register = EmbeddedStore.in_memory(), Register(tmp_path)
    register.add("claims", QUERY, store, NOW)
    store.replace([map_record(sample(), BASE)])
    told = register.run(store, NOW)
    file = tmp_path / "claimgraph.alerts.json"
    file.write_text(file.read_text().replace(', "digested": 0', ""))
    assert "digested" not in file.read_text()
    assert register.digest() == (told, 0)
