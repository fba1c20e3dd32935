"""Does ``kg watch`` stay right for an hour? A local server publishes, corrects, withdraws and breaks three feeds.

``python -m benchmarks.watch_hour [--minutes M] [--every S] [--seed N]`` serves an RSS feed of teasers with pages, an
Atom feed and a JSON feed with whole texts. Stories appear, are corrected with and without a word in the feed, move to
other addresses and other guids, are listed twice, and are taken down in three ways. Meanwhile the server answers with
errors, garbage, feeds that are cut off, silence, and lines that drip, and ``kg watch`` is killed now and then. Then all
is mended, and the store is compared with what was published: every article in force with its last text and headline,
every article that was taken down withdrawn, only published texts, and the same statements as a build of those
texts alone gives. Exit status 1 where anything differs.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import itertools
import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from pyoxigraph import QuerySolution, QuerySolutions

from kg import graphrecords, iri, vocab
from kg.errors import StoreLocked
from kg.store import AnyStore, open_store, ownership

BASE: Final = "https://watch.test/id/"
FEEDS: Final = ("rss", "atom", "json")
LISTED: Final = 12
"""Entries that a feed lists, at least; one leaves it only when it has been left alone for a while."""
FAULTS: Final = ("500", "503", "garbage", "empty", "cut", "truncated", "silent", "drip", "loop", "html", "reset")
_IN_FORCE: Final = f"""SELECT ?article ?text ?headline {{
  ?version <{vocab.CG}status> <{vocab.MOD_CURRENT}> ; <{vocab.CG}fullText> ?text ;
    <{vocab.PROV}specializationOf> ?article . ?article <{vocab.SCHEMA}headline> ?headline }}"""
_TEXTS: Final = f"SELECT ?sha {{ ?version <{vocab.SCHEMA_SHA256}> ?sha }}"
_PEOPLE: Final = ("Anna Weber", "Ivan Petrov", "Marta Silva", "John Carter", "Leila Haddad", "Pavel Novak")
_LANDS: Final = ("France", "Norway", "Japan", "Egypt", "Brazil", "Poland", "Kenya", "Turkey", "Serbia", "Peru")
_PLACES: Final = ("Geneva", "Vienna", "Oslo", "Cairo", "Nairobi", "Lima", "Ankara", "Warsaw")
_ACTS: Final = (
    "accused {b} of breaking the ceasefire",
    "denied that {b} had been warned",
    "demanded that {b} withdraw",
)


@dataclass(slots=True)
class Story:
    """An article as its publisher has it now.

    Attributes:
        number: It is told apart by this one.
        feed: Which feed lists it.
        guid: Its name in the feed.
        path: Where its page is.
        first_path: Where its page was at first: its address for good.
        text: Its paragraphs.
        title: Its headline.
        status: What its page answers.
        told: What the feed says of its last change.
        touched: When something last happened to it.
        listed: Whether its feed lists it.
        deleted: Whether its feed calls it deleted.
        twice: Whether its feed lists it twice.
        old_guids: Names that it had, which its feed calls deleted.
        blips: How many requests for its page are answered with 404 though it is there.
    """

    number: int
    feed: str
    guid: str
    path: str
    first_path: str
    text: list[str]
    title: str
    status: int = 200
    told: float = 0.0
    touched: float = 0.0
    listed: bool = True
    deleted: bool = False
    twice: bool = False
    old_guids: list[str] = field(default_factory=list)
    blips: int = 0

    @property
    def is_gone(self) -> bool:
        """Return True once it was taken down."""
        return self.deleted or self.status != 200


class Site(ThreadingHTTPServer):
    """The publisher's server."""

    daemon_threads = True

    def __init__(self, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.chance = random.Random(seed)  # the same hour again
        self.lock = threading.RLock()
        self.stories: list[Story] = []
        self.texts: set[str] = set()
        self.moved: dict[str, str] = {}
        self.fault: dict[str, str] = {}
        self.done: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        """Return the server's address, without a slash."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that leave."""

    def words(self, number: int, version: int) -> list[str]:
        """Return the paragraphs of a version of a story, which no other one has."""
        draw = random.Random(number * 1000 + version)
        who, land, other = draw.choice(_PEOPLE), *draw.sample(_LANDS, 2)
        place, act = draw.choice(_PLACES), draw.choice(_ACTS).format(b=other)
        paragraphs = [
            (
                f"Foreign minister {who} of {land} met negotiators from {other} in {place} on Tuesday, in round "
                f"{number} of the talks, and signed agreement number {number * 100 + version} on the border posts."
            ),
            f"{who} {act}. “We will not accept another delay of {version + 2} months,” {who} said after the meeting.",
            (
                f"{other} rejected the charge. Its spokesman told reporters that the talks would continue in {place} "
                f"within {number + 2} days, and that observers would visit the border."
            ),
        ]
        self.texts.add(_hash(paragraphs))
        return paragraphs

    def publish(self, feed: str) -> None:
        """Add a story to a feed."""
        number = len(self.stories) + 1
        path = f"/{feed}/story-{number}"
        guid = f"tag:watch.test,2026:{feed}-{number}"
        text = self.words(number, 0)
        story = Story(number, feed, guid, path, path, text, f"Talks of round {number} end without a word of peace")
        story.told = story.touched = time.time()
        self.stories.append(story)
        listed = [one for one in self.stories if one.feed == feed and one.listed]
        for old in listed[:-LISTED]:
            if time.time() - old.touched > 240 and not self.fault:
                old.listed = False

    def settled(self, feed: str) -> list[Story]:
        """Return the stories of a feed that may change: those that it lists, after a while of rest."""
        return [
            one
            for one in self.stories
            if one.feed == feed and one.listed and not one.is_gone and time.time() - one.touched > 60
        ]


def _hash(paragraphs: Sequence[str]) -> str:
    return hashlib.sha256("\n\n".join(paragraphs).encode()).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer as the publisher would, or as one that is broken."""
        with self.server.lock:
            fault = self.server.fault.get("robots" if self.path == "/robots.txt" else self.path.split("/")[1], "")
            status, kind, data, headers = self._found()
        self.server.answers[fault or str(status)] += 1
        with suppress(OSError):
            if fault:
                self._break(fault, kind, data)
                return
            self._send(status, kind, data, headers)

    def _found(self) -> tuple[int, str, bytes, dict[str, str]]:
        site, path = self.server, self.path
        if path == "/robots.txt":
            return 200, "text/plain", b"User-agent: *\nAllow: /\n", {}
        if path in site.moved:
            return 301, "text/html", b"moved", {"Location": site.moved[path]}
        for name in FEEDS:
            if path == f"/{name}":
                return self._tagged(*_rendered(site, name))
        for story in site.stories:
            if story.path == path:
                if story.blips:
                    story.blips -= 1
                    return 404, "text/html", b"<h1>Not found</h1>", {}
                if story.status != 200:
                    return story.status, "text/html", b"<h1>Gone</h1>", {}
                return self._tagged("text/html; charset=utf-8", _page(site, story))
        return 404, "text/plain", b"", {}

    def _tagged(self, kind: str, data: bytes) -> tuple[int, str, bytes, dict[str, str]]:
        tag = f'"{hashlib.sha256(data).hexdigest()[:20]}"'
        if self.headers.get("If-None-Match") == tag:
            return 304, kind, b"", {"ETag": tag}
        return 200, kind, data, {"ETag": tag}

    def _send(self, status: int, kind: str, data: bytes, headers: dict[str, str], length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status != 304:
            self.send_header("Content-Length", str(len(data) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _break(self, fault: str, kind: str, data: bytes) -> None:
        if fault in ("500", "503"):
            self._send(int(fault), "text/html", b"<h1>Server error</h1>" * 20, {})
        elif fault == "garbage":
            self._send(200, kind, random.Random(len(data)).randbytes(4000), {})
        elif fault == "empty":
            self._send(200, kind, b"", {})
        elif fault == "truncated":  # whole for HTTP, cut off for XML and JSON
            feed = self.path.strip("/") in FEEDS
            self._send(200, kind, data[: len(data) * 3 // 5] if feed else b"", {})
        elif fault == "cut":
            self._send(200, kind, data[: len(data) // 2], {}, length=len(data) + 1)
            self.close_connection = True
        elif fault == "loop":
            self._send(302, kind, b"", {"Location": self.path})
        elif fault == "html":
            self._send(
                503 if self.path.count("/") > 1 else 200, "text/html", b"<html><body>Back soon.</body></html>", {}
            )
        elif fault in ("silent", "reset"):
            self.server.stopping.wait(20 if fault == "silent" else 0)
            self.close_connection = True
        else:
            self._drip(kind, data)

    def _drip(self, kind: str, data: bytes) -> None:
        self.close_connection = True
        self._send(200, kind, b"", {}, length=len(data))
        for byte in data[:80]:
            if self.server.stopping.wait(1):
                return
            self.wfile.write(bytes([byte]))


def _page(site: Site, story: Story) -> bytes:
    paragraphs = "".join(f"<p>{html.escape(one)}</p>" for one in story.text)
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{html.escape(story.title)} | The Watch</title>"
        f"<meta property='og:site_name' content='The Watch'><link rel='canonical' href='{site.url}{story.path}'>"
        "<meta property='article:published_time' content='2026-03-05T09:00:00Z'></head><body><nav><a href='/'>Home</a>"
        f"</nav><main><article><h1>{html.escape(story.title)}</h1>{paragraphs}</article></main>"
        "<footer>All rights reserved</footer></body></html>"
    ).encode()


def _rendered(site: Site, name: str) -> tuple[str, bytes]:
    stories = [one for one in reversed(site.stories) if one.feed == name]
    listed = [one for one in stories if one.listed and not one.deleted]
    listed = [each for one in listed for each in ([one, one] if one.twice else [one])]
    render: dict[str, Callable[[Site, list[Story], list[Story]], tuple[str, bytes]]] = {
        "rss": _rss,
        "atom": _atom,
        "json": _json,
    }
    return render[name](site, listed, stories)


def _rss(site: Site, listed: list[Story], _: list[Story]) -> tuple[str, bytes]:
    items = "".join(
        f"<item><title>{html.escape(one.title)}</title><link>{site.url}{one.path}</link>"
        f"<guid isPermaLink='false'>{one.guid}</guid><pubDate>{formatdate(one.told)}</pubDate>"
        f"<description>{html.escape(one.text[0][:60])}...</description></item>"
        for one in listed
    )
    return (
        "application/rss+xml",
        f"<rss version='2.0'><channel><title>The Watch</title>{items}</channel></rss>".encode(),
    )


def _atom(site: Site, listed: list[Story], stories: list[Story]) -> tuple[str, bytes]:
    entries = "".join(
        f"<entry><title>{html.escape(one.title)}</title><id>{one.guid}</id><link href='{site.url}{one.path}'/>"
        f"<published>2026-03-05T09:00:00Z</published><updated>{_iso(one.told)}</updated>"
        f"<content type='html' xml:lang='en'>{html.escape(_paragraphs(one))}</content></entry>"
        for one in listed
    )
    gone = [one.guid for one in stories if one.deleted] + [guid for one in stories for guid in one.old_guids]
    stones = "".join(f"<at:deleted-entry ref='{guid}' when='2026-03-06T00:00:00Z'/>" for guid in gone)
    return (
        "application/atom+xml",
        (
            "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:at='http://purl.org/atompub/tombstones/1.0'>"
            f"<title>The Watch</title><id>urn:watch</id><updated>2026-03-05T09:00:00Z</updated>{stones}{entries}</feed>"
        ).encode(),
    )


def _json(site: Site, listed: list[Story], _: list[Story]) -> tuple[str, bytes]:
    items = [
        {
            "id": one.guid,
            "url": f"{site.url}{one.path}",
            "title": one.title,
            "content_html": _paragraphs(one),
            "date_published": "2026-03-05T09:00:00Z",
            "date_modified": _iso(one.told),
            "language": "en",
        }
        for one in listed
    ]
    found = {"version": "https://jsonfeed.org/version/1.1", "title": "The Watch", "language": "en", "items": items}
    return "application/feed+json", json.dumps(found).encode()


def _paragraphs(story: Story) -> str:
    return "".join(f"<p>{html.escape(one)}</p>" for one in story.text)


def _iso(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


class Events:
    """What happens at the publisher's, one thing at a time."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._versions: Counter[int] = Counter()
        self._plans: list[Callable[[Story], str]] = [
            self._correct,
            self._correct,
            self._correct_silently,
            self._correct_headline,
            self._revert,
            self._move_guid,
            self._move_page,
            self._list_twice,
            self._blip,
            self._take_down,
            self._take_down,
        ]

    def happen(self) -> None:
        """Have one thing happen to a story, or a new one be published."""
        site = self._site
        with site.lock:
            feed = site.chance.choice(FEEDS)
            stories = site.settled(feed)
            if len(stories) < 3 or site.chance.random() < 0.4:
                site.publish(feed)
                site.done["published"] += 1
                return
            story = site.chance.choice(stories)
            done = site.chance.choice(self._plans)(story)
            if done:
                story.touched = time.time()
                site.done[done] += 1

    def _correct(self, story: Story) -> str:
        self._versions[story.number] += 1
        story.text = self._site.words(story.number, self._versions[story.number])
        story.told = time.time()
        return "corrected"

    def _correct_silently(self, story: Story) -> str:
        if story.feed != "rss":
            return ""
        self._versions[story.number] += 1
        story.text = self._site.words(story.number, self._versions[story.number])[:1] + story.text[1:]
        self._site.texts.add(_hash(story.text))
        return "corrected on the page alone"

    def _correct_headline(self, story: Story) -> str:
        story.title = f"{story.title}, corrected"
        story.told = time.time()
        return "headline corrected"

    def _revert(self, story: Story) -> str:
        story.text = self._site.words(story.number, 0)
        story.told = time.time()
        return "first text again"

    def _move_guid(self, story: Story) -> str:
        if story.path != story.first_path:
            return ""
        if story.feed == "atom":
            story.old_guids.append(story.guid)
        story.guid = f"{story.guid}-moved"
        return "guid moved"

    def _move_page(self, story: Story) -> str:
        if story.path != story.first_path or story.guid.endswith("-moved"):
            return ""
        self._site.moved[story.path] = f"{story.path}-moved"
        story.path = f"{story.path}-moved"
        return "page moved"

    def _list_twice(self, story: Story) -> str:
        story.twice = not story.twice
        return "listed twice, or once again"

    def _blip(self, story: Story) -> str:
        if story.feed != "rss":
            return ""
        story.blips = 1
        story.told = time.time()
        return "page not found once"

    def _take_down(self, story: Story) -> str:
        if story.feed == "json":
            return ""
        if story.feed == "atom":
            story.deleted = True
            return "deleted in the feed"
        story.status = self._site.chance.choice((404, 410))
        return f"taken down with {story.status}"

    def come_back(self) -> None:
        """Have one page that was taken down be there again."""
        with self._site.lock:
            # A page that its feed does not list any more is not asked for again.
            gone = [
                one
                for one in self._site.stories
                if one.status != 200 and one.listed and time.time() - one.touched > 180
            ]
            if gone:
                back = self._site.chance.choice(gone)
                back.status, back.touched = 200, time.time()
                self._site.done["page came back"] += 1


class Watched:
    """``kg watch`` as a process."""

    def __init__(self, site: Site, folder: Path, every: float) -> None:
        self._command = [sys.executable, "-m", "kg", "watch", *(f"{site.url}/{name}" for name in FEEDS)]
        self._command += ["--store", str(folder / "store"), "--base", BASE, "--allow-private"]
        self._command += ["--every", str(every), "--recheck", str(every * 4 / 60)]
        self._log = (folder / "log").open("a")
        self.starts = 0
        self._process: subprocess.Popen[bytes]
        self.start()

    def start(self) -> None:
        """Start it."""
        self.starts += 1
        self._process = subprocess.Popen(self._command, stderr=self._log)

    def stop(self, number: int) -> int:
        """End it with a signal. Returns: its exit status."""
        self._process.send_signal(number)
        return self._process.wait(timeout=300)

    def is_running(self) -> bool:
        """Return True while nothing has ended it."""
        return self._process.poll() is None


def run(minutes: float, every: float, seed: int, folder: Path) -> list[str]:
    """Run the hour. Returns: what is wrong at its end, in lines."""
    site = Site(seed)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    events = Events(site)
    with site.lock:
        for name in FEEDS * 4:
            site.publish(name)
    watched = Watched(site, folder, every)
    wrong: list[str] = []
    try:
        wrong += _hour(site, events, watched, minutes)
        site.fault.clear()
        _wait_until(lambda: _is_right(site, folder), 60 * every, watched)
        status = watched.stop(signal.SIGTERM)
        if status != 130:
            wrong.append(f"kg watch ended with {status} at SIGTERM, not with 130")
    finally:
        if watched.is_running():
            watched.stop(signal.SIGKILL)
        site.stopping.set()
        site.shutdown()
        site.server_close()
    _tell(site, watched, folder)
    return wrong + differences(site, folder) + statements_that_differ(site, folder)


def _hour(site: Site, events: Events, watched: Watched, minutes: float) -> Iterator[str]:
    """Have things happen. Yields: what is wrong meanwhile."""
    until = time.monotonic() + minutes * 60
    for number in itertools.count():
        if time.monotonic() > until:
            return
        if site.stopping.wait(5):
            return
        events.happen()
        if number % 9 == 4:
            with site.lock:
                at = site.chance.choice((*FEEDS, *FEEDS, "robots"))
                site.fault[at] = site.chance.choice(FAULTS[:4] if at == "robots" else FAULTS)
        if number % 9 == 8:
            site.fault.clear()
        if number % 40 == 30:
            events.come_back()
        if number % 90 == 60:
            watched.stop(signal.SIGKILL)
            watched.start()
        if not watched.is_running():
            yield "kg watch ended by itself"
            watched.start()


def _wait_until(is_so: Callable[[], bool], seconds: float, watched: Watched) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and watched.is_running() and not is_so():
        time.sleep(6)


def differences(site: Site, folder: Path) -> list[str]:
    """Return what the store holds otherwise than it was published, in lines."""
    if not (folder / "store.watch.json").exists():
        return ["nothing was read"]
    state = json.loads((folder / "store.watch.json").read_text("utf-8"))
    seen = {name for feed in state["feeds"].values() for one in feed["entries"].values() for name in one["documents"]}
    unread = [one for one in site.stories if not one.is_gone and site.url + one.first_path not in seen]
    wrong = [f"{one.first_path}: was never read" for one in unread]
    held = _held(folder)
    for story in site.stories:
        found = held.pop(iri.article(BASE, site.url + story.first_path), [])
        if story.is_gone:
            wrong += [f"{story.first_path}: was taken down and is in force"] if found else []
        elif found != [(_hash(story.text), story.title)]:
            wrong.append(f"{story.first_path}: is held as {found}, not as {_hash(story.text), story.title}")
    return wrong + [f"{name}: was never published" for name in held]


def _is_right(site: Site, folder: Path) -> bool:
    with suppress(StoreLocked):
        return not differences(site, folder)
    return False


def _held(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Return the texts and headlines in force of each article of the store."""
    out: dict[str, list[tuple[str, str]]] = {}
    with open_store(str(folder / "store")) as store:
        for row in _rows(store, _IN_FORCE):
            out.setdefault(row["article"].value, []).append((_hash([row["text"].value]), row["headline"].value))
    return out


def _rows(store: AnyStore, query: str) -> Iterator[QuerySolution]:
    found = store.query(query)
    assert isinstance(found, QuerySolutions)
    yield from found


def statements_that_differ(site: Site, folder: Path) -> list[str]:
    """Return the articles that a build of the last texts alone reads otherwise, and texts that were never published."""
    articles = folder / "published.jsonl"
    lines = [
        json.dumps(
            {"id": site.url + one.first_path, "text": "\n\n".join(one.text), "title": one.title, "language": "en"}
        )
        for one in site.stories
        if not one.is_gone
    ]
    articles.write_text("\n".join(lines), "utf-8")
    command = [sys.executable, "-m", "kg", "build", str(articles), "--store", str(folder / "fresh"), "--base", BASE]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    with open_store(str(folder / "store")) as watched, open_store(str(folder / "fresh")) as fresh:
        ours, theirs = _statements(watched), _statements(fresh)
        texts = {row["sha"].value for row in _rows(watched, _TEXTS)}
    wrong = [f"{name}: its statements are not those of its text" for name in theirs if theirs[name] != ours.get(name)]
    return wrong + [f"{text}: the store has a text that was never published" for text in texts - site.texts]


def _statements(store: AnyStore) -> dict[str, tuple[object, ...]]:
    return {
        record.document.id: (sorted(record.facts, key=repr), sorted(record.claims, key=repr))
        for record in graphrecords.read_records(store)
    }


def _tell(site: Site, watched: Watched, folder: Path) -> None:
    """Print what was done."""
    print("at the publisher's: " + ", ".join(f"{number} {what}" for what, number in sorted(site.done.items())))
    print("answers: " + ", ".join(f"{number} {what}" for what, number in sorted(site.answers.items())))
    looks = (folder / "log").read_text("utf-8").splitlines()
    refused = sum(line.startswith("kg: refused") for line in looks)
    print(
        f"kg watch: started {watched.starts} times, {len(looks) - refused} looks brought something, {refused} refused"
    )
    with open_store(str(folder / "store")) as store:
        status = Counter(ownership.versions(store).values())
    print("versions: " + ", ".join(f"{number} {what}" for what, number in sorted(status.items())))


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--every", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        wrong = run(given.minutes, given.every, given.seed, Path(name))
    print("\n".join(wrong) or "the store holds what was published")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
