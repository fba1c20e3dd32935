"""Feeds followed: new, corrected, withdrawn and broken ones."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import pipeline, watch
from kg.errors import InputError
from kg.extract.workers import InThisProcess
from kg.fetch import Fetcher, Limits
from kg.fetch.kept import KeptFolder
from kg.readers import Article, Withdrawal
from kg.records import Document, Record, Run
from kg.store import open_store, ownership
from tests.fetch.hostile import Hostile, serving

LIMITS = Limits(seconds=60, silence=60, pause=0.0)
BASE = "https://example.org/id/"


@pytest.fixture(scope="module")
def running() -> Iterator[Hostile]:
    """One server for all tests."""
    with serving() as server:
        yield server


class Paper:
    """A feed of teasers with its pages, and who follows it."""

    def __init__(self, server: Hostile, folder: Path) -> None:
        server.pages.clear()
        server.asked.clear()
        self.server, self.folder = server, folder
        self.url = f"{server.url}/feed"
        self.entries: dict[str, str] = {}
        self.deleted: list[str] = []
        self.now = 1000.0
        self.fetcher = Fetcher(limits=LIMITS, allow_private=True)
        self.follow()

    def follow(self) -> None:
        """Begin anew with what is in the file."""
        memory = watch.Memory.load(self.folder / "state.json")
        kept = KeptFolder(self.folder / "kept")
        self.watcher = watch.Watcher(fetcher=self.fetcher, memory=memory, kept=kept, clock=lambda: self.now)

    def page(self, name: str, words: str, status: int = 200) -> None:
        """Put a page there; its tag changes with its words."""
        inside = f"<h1>About {name}</h1><p>{words} So the ministry said on Thursday.</p>"
        text = f"<html lang='en'><body><article>{inside}</article></body></html>"
        self.server.pages[f"/{name}"] = (status, {"content-type": "text/html", "etag": f'"{words}"'}, text.encode())

    def publish(self) -> None:
        """Put the feed there as it is now."""
        items = "".join(
            f"<item><title>About {name}</title><link>/{name}</link><guid isPermaLink='false'>{name}</guid>"
            f"<description>{teaser}</description></item>"
            for name, teaser in self.entries.items()
        )
        gone = "".join(f'<at:deleted-entry ref="{name}"/>' for name in self.deleted)
        names = 'version="2.0" xmlns:at="http://purl.org/atompub/tombstones/1.0"'
        data = f"<rss {names}><channel><title>Paper</title>{items}{gone}</channel></rss>"
        self.server.pages["/feed"] = (200, {"content-type": "application/rss+xml"}, data.encode())

    def look(self) -> watch.Round:
        """Look at the feed and note what was seen."""
        found = self.watcher.look(self.url)
        found.apply()
        self.watcher.memory.save()
        return found


@pytest.fixture
def paper(running: Hostile, tmp_path: Path) -> Paper:
    """A paper with two articles."""
    made = Paper(running, tmp_path)
    for name in ("one", "two"):
        made.page(name, f"Ruritania opened its {name} border post.")
        made.entries[name] = f"Ruritania opened {name} […]"
    made.publish()
    return made


def texts(found: watch.Round) -> list[str]:
    """The first words of the articles that came."""
    return [item.document.text.split(" So ")[0] for item in found.items if isinstance(item, Article)]


def test_new_entries_are_read_from_their_pages_once(paper: Paper) -> None:
    """The second look, and a later run, fetch no page again; what was fetched is kept."""
    assert texts(paper.look()) == ["Ruritania opened its one border post.", "Ruritania opened its two border post."]
    assert paper.look().items == []
    paper.follow()
    paper.entries["three"] = "Three"
    paper.page("three", "Ruritania opened its third border post.")
    paper.publish()
    assert texts(paper.look()) == ["Ruritania opened its third border post."]
    assert paper.server.paths.count("/one") == 1
    assert len(list((paper.folder / "kept").glob("*.html"))) == 3


def test_corrected_entry_is_a_new_version_of_the_same_article(paper: Paper) -> None:
    """Told by the feed, or found on the page when it is asked for again."""
    first = paper.look().items[0]
    paper.page("one", "Ruritania closed its border post.")
    paper.entries["one"] = "CORRECTED"
    paper.publish()
    found = paper.look()
    assert texts(found) == ["Ruritania closed its border post."]
    paper.page("one", "Ruritania closed two border posts.")
    assert paper.look().items == []
    paper.now += 3601
    again = paper.look()
    assert (texts(again), again.changed) == (["Ruritania closed two border posts."], 1)
    documents = [item.document.id for item in (first, *found.items, *again.items) if isinstance(item, Article)]
    assert len(set(documents)) == 1


def test_entries_that_are_gone_are_withdrawn(paper: Paper) -> None:
    """410 at once, 404 the second time, and what the feed calls deleted; each once."""
    paper.entries["three"] = "Three"
    paper.page("three", "Ruritania opened its third border post.")
    paper.publish()
    paper.look()
    paper.page("one", "", status=410)
    paper.page("two", "", status=404)
    paper.deleted.append("three")
    paper.publish()
    paper.now += 3601
    found = paper.look()
    assert [item.id.rpartition("/")[2] for item in found.items if isinstance(item, Withdrawal)] == ["three", "one"]
    paper.now += 3601
    assert [item.id.rpartition("/")[2] for item in paper.look().items if isinstance(item, Withdrawal)] == ["two"]
    paper.now += 3601
    assert paper.look().items == []


@pytest.mark.parametrize("status", [404, 410])
def test_page_that_comes_back_is_read_again(paper: Paper, status: int) -> None:
    """One that was taken down, or that its server did not find for a while, is an article again."""
    paper.look()
    paper.page("one", "", status=status)
    for _ in range(2):
        paper.now += 3601
        paper.look()
    paper.page("one", "Ruritania opened its one border post.")
    assert paper.look().items == []  # it is asked for with the others, not at every look
    paper.now += 3601
    assert texts(paper.look()) == ["Ruritania opened its one border post."]


def test_two_misses_that_are_not_in_a_row_withdraw_nothing(paper: Paper) -> None:
    """Between them the page was there, unchanged."""
    paper.look()
    whole = paper.server.pages["/one"]
    for _ in range(3):
        paper.page("one", "", status=404)
        paper.now += 3601
        assert paper.look().items == []
        paper.server.pages["/one"] = (304, whole[1], b"")
        paper.now += 3601
        assert paper.look().items == []


def test_entry_whose_name_changed_is_not_withdrawn(paper: Paper) -> None:
    """The feed calls the old name deleted and lists the same page under a new one."""
    paper.look()
    page = paper.server.pages["/one"]
    paper.server.pages["/feed"] = _renamed(paper.server.pages["/feed"], "one", "one-b")
    found = paper.look()
    assert [item for item in found.items if isinstance(item, Withdrawal)] == []
    assert (found.withdrawn, paper.server.pages["/one"]) == (0, page)
    paper.page("one", "", status=410)
    paper.now += 3601
    assert [item.id.rpartition("/")[2] for item in paper.look().items if isinstance(item, Withdrawal)] == ["one"]


def _renamed(answer: tuple[int, dict[str, str], bytes], old: str, new: str) -> tuple[int, dict[str, str], bytes]:
    """A feed in which an entry has another name and the old one is called deleted."""
    text = answer[2].decode().replace(f">{old}</guid>", f">{new}</guid>")
    return answer[0], answer[1], text.replace("</channel>", f'<at:deleted-entry ref="{old}"/></channel>').encode()


def test_broken_feed_and_broken_page_lose_nothing(paper: Paper) -> None:
    """The feed is tried again; a page that fails is asked for again although its feed did not change."""
    paper.page("two", "", status=500)
    found = paper.look()
    assert len(found.items) == 1
    assert "status 500" in str(found.refused[0])
    good = paper.server.pages["/feed"]
    paper.server.pages["/feed"] = (200, {"content-type": "application/rss+xml"}, b"<rss><chan")
    with pytest.raises(InputError, match="is no feed"):
        paper.look()
    paper.server.pages["/feed"] = good
    paper.page("two", "Ruritania opened its second border post.")
    assert texts(paper.look()) == ["Ruritania opened its second border post."]


def test_nothing_is_noted_that_the_store_did_not_take(paper: Paper) -> None:
    """A look that was not applied, because the store was locked or the process was killed, is looked again."""
    assert len(paper.watcher.look(paper.url).items) == 2
    paper.watcher.memory.save()
    paper.follow()
    assert len(paper.look().items) == 2


def test_file_of_what_was_seen_is_refused_when_it_is_another(tmp_path: Path) -> None:
    """Never silently begun anew."""
    for text in ("{", "[]", '{"feeds": {"u": 1}}', '{"feeds": {"u": {"entries": {"a": {"x": 1}}}}}'):
        (tmp_path / "s.json").write_text(text)
        with pytest.raises(InputError, match="is not what kg watch wrote"):
            watch.Memory.load(tmp_path / "s.json")


class _Nothing:
    """An extractor that finds nothing."""

    name, version = "nothing", "1"

    def extract(self, document: Document) -> Record:
        """A record without statements."""
        return Record(document=document, run=Run(extractor=self.name, version=self.version))


def test_store_holds_what_the_feed_holds(paper: Paper, tmp_path: Path) -> None:
    """A correction replaces, a page that is gone withdraws."""
    with open_store(str(tmp_path / "store"), create=True) as store:

        def build() -> list[str]:
            source = paper.look().source(paper.url)
            pipeline.build([source], store, reading=InThisProcess(_Nothing), base=BASE)
            return sorted(ownership.versions(store).values())

        assert build() == ["current", "current"]
        paper.page("one", "Ruritania closed its border post.")
        paper.now += 3601
        assert build() == ["current", "current", "superseded"]
        paper.page("two", "", status=410)
        paper.now += 3601
        assert build() == ["current", "superseded", "withdrawn"]


def test_command_follows_until_it_is_stopped(paper: Paper, tmp_path: Path) -> None:
    """Ctrl-C ends it with a word; the state file is whole, and a second run has nothing to do."""
    command = [
        sys.executable,
        "-m",
        "kg",
        "watch",
        paper.url,
        "--store",
        "s",
        "--allow-private",
        "--extractor",
        "rules",
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(
        [*command, "--every", "1"], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        until = time.monotonic() + 300
        while not (tmp_path / "s.watch.json").exists() and time.monotonic() < until and process.poll() is None:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=120)[1]
    assert process.returncode == 130, said
    assert [line for line in said.splitlines() if line] == [
        f"{paper.url}: 2 new, 0 changed, 0 withdrawn",
        "kg: stopped",
    ]
    assert len(json.loads((tmp_path / "s.watch.json").read_text())["feeds"][paper.url]["entries"]) == 2
    again = subprocess.run(
        [*command, "--once"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (again.returncode, again.stderr) == (0, "")
