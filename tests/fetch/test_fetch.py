"""Fetching: polite, bounded, and never from where it must not."""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.fetch import Fetcher, Gone, Limits, Unreachable, address
from kg.fetch.client import USER_AGENT
from kg.fetch.kept import KeptFolder
from kg.readers import Source
from tests.fetch.hostile import PAGE, Hostile, serving

LIMITS = Limits(bytes=1 << 20, seconds=60, silence=60, pause=0.0)
IMPATIENT = Limits(bytes=1 << 20, seconds=5, silence=4, pause=0.0)


@pytest.fixture(scope="module")
def running() -> Iterator[Hostile]:
    """One server for all tests."""
    with serving() as server:
        yield server


@pytest.fixture
def server(running: Hostile) -> Hostile:
    """The server, with nothing remembered."""
    running.asked.clear()
    running.pages.clear()
    running.robots = (404, "")
    return running


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """A client that may ask this machine."""
    with Fetcher(limits=LIMITS, allow_private=True) as opened:
        yield opened


def test_page_comes_with_its_address_and_headers(server: Hostile, fetcher: Fetcher) -> None:
    """Redirects are followed; the fragment is not sent; we say who we are."""
    reply = fetcher.get(f"{server.url}/moved")
    assert reply.data == PAGE.encode()
    assert reply.final_url == f"{server.url}/page?a=b%20c"
    assert (reply.media_type, reply.charset, reply.permanent) == ("text/html", "utf-8", True)
    assert server.paths == ["/robots.txt", "/moved", "/page?a=b%20c"]
    assert {head["user-agent"] for _, head in server.asked} == {USER_AGENT}
    assert server.asked[-1][1]["host"] == server.url.removeprefix("http://")


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("loop", "leads on to other addresses more than 8 times"),
        ("to-file", "is not an address of the web"),
        ("busy", "status 503; its server asks for a pause of 120 s"),
        ("bomb", "is longer than 1,048,576 bytes"),
        ("endless", "is longer than 1,048,576 bytes"),
        ("long", "cannot be fetched|is longer|no answer|was not whole"),
        ("short", "cannot be fetched"),
        ("brotli", "packed it as 'br'"),
        ("cut", "was cut off"),
        ("noise", "cannot be fetched"),
        ("heads", "cannot be fetched"),
    ],
)
def test_hostile_answer_is_an_error_of_one_line(server: Hostile, fetcher: Fetcher, path: str, problem: str) -> None:
    """Whatever a server does, it costs bounded time and memory and is named."""
    with pytest.raises(InputError, match=problem) as caught:
        fetcher.get(f"{server.url}/{path}")
    assert "\n" not in str(caught.value)


def test_slow_answer_is_given_up(server: Hostile) -> None:
    """A byte now and then, in the head or in the body, does not make it last; all at a time, each takes long."""

    def fetched(path: str) -> str:
        with Fetcher(limits=IMPATIENT, allow_private=True) as fetcher, pytest.raises(Unreachable) as caught:
            fetcher.get(f"{server.url}/{path}")
        return str(caught.value)

    slow = {
        "drip": "was not whole after 5 s",
        "drip-head": "was not whole after 5 s",
        "silent": "no answer within 4 s",
    }
    with ThreadPoolExecutor(len(slow)) as pool:
        for problem, said in zip(slow.values(), pool.map(fetched, slow), strict=True):
            assert problem in said


@pytest.mark.parametrize(("path", "status"), [("missing", 404), ("gone", 410)])
def test_page_that_is_gone_is_told_apart(server: Hostile, fetcher: Fetcher, path: str, status: int) -> None:
    """For a feed that withdraws."""
    with pytest.raises(Gone) as caught:
        fetcher.get(f"{server.url}/{path}")
    assert caught.value.status == status


def test_known_version_is_asked_for_by_its_tag(server: Hostile, fetcher: Fetcher) -> None:
    """A conditional GET: 304 without a body."""
    first = fetcher.get(f"{server.url}/known")
    again = fetcher.get(f"{server.url}/known", etag=first.headers["etag"])
    assert (first.status, again.status, again.data) == (200, 304, b"")


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/x", "file:///etc/passwd", "http://", "http://u:p@example.org/", "http://[::1", "http://a b/",
     "https://example.org/" + "x" * 5000, "gopher://x", "http://example.org:99999/", "http://xn--\udc80/"],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(fetcher: Fetcher, url: str) -> None:
    """Before anything is looked up."""
    with pytest.raises(InputError) as caught:
        fetcher.get(url)
    assert "\n" not in str(caught.value)
    assert "u:p" not in str(caught.value)


@pytest.mark.parametrize(
    "private",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fd00::1", "fe80::1",
     "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "255.255.255.255"],
)  # fmt: skip
def test_private_address_is_refused(server: Hostile, private: str) -> None:
    """Named itself or found behind a name, alone or among public ones; nothing is connected to."""
    for found in ([private], ["93.184.216.34", private]):
        with (
            Fetcher(limits=LIMITS, resolve=lambda *_, found=found: found) as careful,
            pytest.raises(InputError, match="not a public address"),
        ):
            careful.get(f"http://news.example:{server.server_port}/page")
    assert server.asked == []
    assert address.is_public(ipaddress.ip_address("93.184.216.34"))


@pytest.mark.parametrize("path", ["to-private", "to-six"])
def test_redirect_to_a_private_address_is_refused(server: Hostile, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Each hop is checked as the first one was."""
    monkeypatch.setattr(address, "is_public", lambda each: str(each) == "127.0.0.1")
    with Fetcher(limits=LIMITS) as careful, pytest.raises(InputError, match="not a public address"):
        careful.get(f"{server.url}/{path}")
    assert server.paths == ["/robots.txt", f"/{path}"]


def test_address_that_was_checked_is_the_one_connected_to(server: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that changes its address between check and connection gains nothing: it is looked up once a request."""
    answers = iter([["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"]])
    monkeypatch.setattr(address, "is_public", lambda each: str(each) == "127.0.0.1")
    with Fetcher(limits=LIMITS, resolve=lambda *_: next(answers)) as careful:
        assert careful.get(f"http://news.example:{server.server_port}/page").data == PAGE.encode()
        assert next(answers) == ["10.0.0.1"]
    assert server.asked[-1][1]["host"] == f"news.example:{server.server_port}"


def test_robots_txt_is_obeyed(server: Hostile) -> None:
    """With wildcards, and for our name before everybody's."""
    slept: list[float] = []
    server.robots = (200, "User-agent: *\nAllow: /\n\nUser-agent: claimgraph\nDisallow: /private*/x$\nCrawl-delay: 7\n")
    with Fetcher(limits=LIMITS, allow_private=True, sleep=slept.append) as fetcher:
        fetcher.get(f"{server.url}/page")
        with pytest.raises(Unreachable, match=r"robots\.txt asks programs"):
            fetcher.get(f"{server.url}/private-1/x")
    assert "/private-1/x" not in server.paths
    assert server.paths.count("/robots.txt") == 1


@pytest.mark.parametrize("status", [500, 503, 429])
def test_unreadable_robots_txt_means_no(server: Hostile, fetcher: Fetcher, status: int) -> None:
    """As RFC 9309 says."""
    server.robots = (status, "")
    with pytest.raises(Unreachable, match=r"robots\.txt cannot be read"):
        fetcher.get(f"{server.url}/page")


def test_robots_txt_that_could_not_be_read_is_asked_for_again(server: Hostile) -> None:
    """After a minute. One that was read goes on counting for a day while its server fails, and is renewed each hour."""
    now = [100.0]
    with Fetcher(limits=LIMITS, allow_private=True, clock=lambda: now[0]) as client:
        server.robots = (500, "")
        for _ in range(2):
            with pytest.raises(Unreachable, match=r"robots\.txt cannot be read"):
                client.get(f"{server.url}/page")
        assert server.paths == ["/robots.txt"]
        now[0] += 61
        server.robots = (200, "User-agent: *\nDisallow: /secret")
        client.get(f"{server.url}/page")
        now[0] += 3601
        server.robots = (503, "")
        client.get(f"{server.url}/page")
        with pytest.raises(Unreachable, match=r"asks programs"):
            client.get(f"{server.url}/secret")
        now[0] += 86_401
        with pytest.raises(Unreachable, match=r"cannot be read"):
            client.get(f"{server.url}/page")
        now[0] += 61
        server.robots = (200, "User-agent: *\nDisallow: /page")
        with pytest.raises(Unreachable, match=r"asks programs"):
            client.get(f"{server.url}/page")


def test_second_between_two_requests_to_a_host(server: Hostile) -> None:
    """robots.txt counts; a longer pause that the host asks for is kept."""
    now, slept = [100.0], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    with Fetcher(limits=Limits(seconds=600), allow_private=True, sleep=sleep, clock=lambda: now[0]) as patient:
        patient.get(f"{server.url}/page")
        now[0] += 0.25
        patient.get(f"{server.url}/page")
    assert slept == [1.0, 0.75]


def test_what_was_fetched_is_kept(server: Hostile, fetcher: Fetcher, tmp_path: Path) -> None:
    """Bytes, hash, address, time and headers; a second time in the same place; nothing half-written."""
    server.pages["/a/b.html?x"] = (200, {"content-type": "text/html", "x-odd": 'a "quoted\\ one'}, PAGE.encode())
    folder = KeptFolder(tmp_path / "kept")
    reply = fetcher.get(f"{server.url}/a/b.html?x")
    path = folder.keep(reply)
    assert folder.keep(reply) == path
    assert path.read_bytes() == PAGE.encode()
    assert sorted(each.name for each in path.parent.iterdir()) == [path.name, path.name + ".toml"]
    said = tomllib.loads(path.with_name(path.name + ".toml").read_text())
    assert said["fetched"]["sha256"] == reply.sha256
    assert said["fetched"]["url"] == f"{server.url}/a/b.html?x"
    assert said["headers"]["x-odd"] == 'a "quoted\\ one'
    source = Source.of_path(path)
    assert (source.url, source.retrieved, source.media_type) == (reply.final_url, reply.retrieved, "text/html")
    assert path.suffix == ".html"
