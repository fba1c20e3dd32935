"""Review in the browser: decisions behind the token, kept before they are acknowledged."""

from __future__ import annotations

import html
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from kg import recordfile
from kg.corrections.log import read_log
from tests.samples import sample
from tests.served.serving import FORM, TOKEN, Reply, Server, serving

DIGITS = sample().document.sha256[:16]
PAGE = f"/review/doc/{DIGITS}"


def _built(folder: Path) -> Path:
    """A store with the sample, built as a user does."""
    records = folder / "records.jsonl"
    records.write_text(recordfile.dumps(sample()) + "\n")
    store = folder / "store"
    command = [sys.executable, "-m", "kg", "build", str(records), "--store", str(store)]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    return store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store for all tests of this file."""
    return _built(tmp_path_factory.mktemp("review"))


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[Server]:
    """A server over it."""
    with serving(store, "--no-try") as running:
        yield running


def _page(server: Server) -> str:
    reply = server.send("GET", PAGE, X_Reviewer="Ana")
    assert reply.status == 200, reply.body
    return reply.body.decode()


def _state(page: str) -> str:
    found = re.search(r'name="state" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def _decide(server: Server, token: str | None = TOKEN, **fields: str) -> Reply:
    return server.send("POST", PAGE, urlencode(fields), token, Content_Type=FORM, X_Reviewer="Ana")


def test_nothing_is_shown_or_taken_without_the_token(server: Server, store: Path) -> None:
    """Without it there is the form that asks for it, and nothing is kept."""
    before = read_log(store / "corrections.jsonl")
    for reply in (
        server.send("GET", PAGE, token=None),
        _decide(server, None, do="reject", statement="f1", state="x"),
        server.send("POST", "/review", urlencode({"name": "Eve", "token": "wrong"}), None, Content_Type=FORM),
    ):
        assert reply.status == 401
        assert b"Token" in reply.body
        assert b"Ada Quill" not in reply.body
    assert read_log(store / "corrections.jsonl") == before


def test_cookie_opens_the_pages_and_no_script_reads_it(server: Server) -> None:
    """The form gives a cookie for these pages alone, and leads back to no other site."""
    fields = {"name": "Ben", "token": TOKEN, "next": "//elsewhere.test/review"}
    reply = server.send("POST", "/review", urlencode(fields), None, Content_Type=FORM)
    cookie = reply.headers["set-cookie"]
    assert reply.status == 303
    assert reply.headers["location"] == "/review"
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    page = server.send("GET", PAGE, None, None, Cookie=cookie.partition(";")[0])
    assert b"As Ben" in page.body
    forged = server.send("GET", PAGE, None, None, Cookie=cookie.partition(";")[0][:-1] + "_")
    assert forged.status == 401


def test_wrong_speaker_is_corrected_added_to_and_taken_back(server: Server, store: Path) -> None:
    """Each decision is in the log and in the graph when it is answered, and can be undone."""
    page = _page(server)
    assert "Accept" in page
    claim = sample().claims[0]
    reply = _decide(server, do="change", statement=claim.id, speaker="Cem Ozan (person)", state=_state(page))
    assert reply.status == 303, reply.body
    made = read_log(store / "corrections.jsonl")[-1]
    assert (made.kind, made.by) == ("change", "Ana")
    named = '?c cg:speaker ?p . ?p skos:prefLabel "Cem Ozan"'
    prefixes = "PREFIX cg: <https://w3id.org/claimgraph/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    query = prefixes + f"SELECT ?c {{ {named} }}"
    assert len(server.rows(query)) == 1
    assert _decide(server, do="undo", undoes=made.id, state=_state(_page(server))).status == 303
    assert server.rows(query) == []


def test_second_person_sees_what_the_first_did(server: Server) -> None:
    """A decision on an older state is not kept; the page names what came between."""
    state = _state(_page(server))
    fact = sample().facts[1].id
    assert _decide(server, do="accept", statement=fact, state=state).status == 303
    late = _decide(server, do="reject", statement=fact, state=state)
    assert late.status == 412
    assert b"accept" in late.body
    assert b"Nothing is lost" in late.body


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"do": "add_claim", "words": "No treaty was signed"}, "needs a speaker"),
        ({"do": "add_claim", "words": "words that are not there", "speaker": "X"}, "copy them exactly"),
        ({"do": "add_fact", "words": "shadowy forces attacked a bridge"}, "somebody said"),
        ({"do": "change", "statement": "nonsense"}, "no longer exists"),
        ({"do": "improve"}, "choose"),
        ({"do": "undo", "undoes": "c0123456789abcdef"}, "no such decision"),
        ({"do": "undo", "undoes": "<script>"}, "no such decision"),
        ({"do": "undo"}, "no such decision"),
        ({"do": "add_claim", "words": "No treaty was signed", "speaker": "a\0b"}, "control character"),
        ({"do": "add_claim", "words": "No treaty was signed", "speaker": "a\x85b"}, "control character"),
        ({"do": "add_claim", "words": "Belmark", "speaker": "Ana", "start": "²"}, "more than once"),
        ({"do": "add_claim", "words": "Belmark", "speaker": "Ana", "start": "9" * 5000}, "more than once"),
    ],
)
def test_refused_decision_says_why(server: Server, fields: dict[str, str], says: str) -> None:
    """What cannot be is not kept, and the page says what is wrong and keeps what was typed."""
    reply = _decide(server, state=_state(_page(server)), **fields)
    assert reply.status == 422
    assert says in reply.body.decode()


@pytest.mark.parametrize("state", ["²-x", "9" * 5000 + "-x", "-5-x", "", "12"])
def test_state_that_nobody_was_shown_is_late(server: Server, state: str) -> None:
    """Whatever stands there, the answer is what changed since, and no error of the server."""
    assert _decide(server, state=state, do="add_claim", words="No treaty", speaker="Ana").status == 412


def test_decision_is_taken_back_once(server: Server) -> None:
    """A second undo from another tab would change nothing: it is refused. An undo itself can be taken back."""
    claim = re.search(r'name="statement" value="(c\d)"', _page(server))
    assert claim is not None

    def send(**fields: str) -> tuple[int, str]:
        reply = _decide(server, state=_state(_page(server)), **fields)
        return reply.status, str(parse_qs(urlsplit(reply.headers.get("location", "")).query).get("done", [""])[0])

    _, made = send(do="accept", statement=claim[1])
    _, undo = send(do="undo", undoes=made)
    assert send(do="undo", undoes=made)[0] == 422
    status, redo = send(do="undo", undoes=undo)
    assert status == 303
    assert send(do="undo", undoes=undo)[0] == 422
    assert send(do="undo", undoes=made)[0] == 303
    assert redo != undo


def test_queue_has_the_least_certain_first(server: Server) -> None:
    """What the extractor is least sure of is on top."""
    page = server.send("GET", "/review", X_Reviewer="Ana").body.decode()
    numbers = [float(number) for number in re.findall(r"confidence ([0-9.]+)", page)]
    assert numbers == sorted(numbers) != []


def test_two_statements_are_linked_and_unlinked(server: Server, store: Path) -> None:
    """By a form each; a statement is not linked to itself."""
    fact, claim = sample().facts[0].id, sample().claims[0].id
    ends = {"statement": fact, "other": claim, "link": "contradicts"}
    asked = "?l <https://w3id.org/claimgraph/ns#linkType> ?t ; <https://w3id.org/claimgraph/ns#rule> 'correction'"
    assert _decide(server, do="link", state=_state(_page(server)), **ends).status == 303
    page = _page(server)
    assert "Unlink" in page
    assert read_log(store / "corrections.jsonl")[-1].link == "contradicts"
    assert server.ask(asked)
    reply = _decide(server, do="unlink", state=_state(page), **ends)
    assert reply.status == 303, reply.body
    assert not server.ask(asked)
    itself = _decide(server, do="link", state=_state(_page(server)), **{**ends, "other": fact})
    assert (itself.status, b"choose two statements" in itself.body) == (422, True)


def test_all_of_a_rule_is_accepted_after_a_look_and_taken_back(server: Server, store: Path) -> None:
    """Rules are listed, a sample is shown; what came since is not accepted unseen; one button takes it all back."""
    page = server.send("GET", "/review/rules", X_Reviewer="Ana").body.decode()
    rule, count = sample().facts[0].rule, sum(f.rule == sample().facts[0].rule for f in sample().facts)
    assert f"rule={rule}" in page
    page = server.send("GET", f"/review/rules?rule={rule}", X_Reviewer="Ana").body.decode()
    number = int(re.search(r'name="seen" value="(\d+)"', page)[1])  # type: ignore[index]
    assert number > 0
    assert page.count('class="quote"') == min(number, 10)

    def send(**fields: str) -> Reply:
        return server.send("POST", "/review/rules", urlencode(fields), Content_Type=FORM, X_Reviewer="Ana")

    assert send(do="accept", rule=rule, seen=str(number - 1)).status == 412
    assert send(do="accept", rule=rule, seen=str(number), at_least="x").status == 422
    before = len(read_log(store / "corrections.jsonl"))
    done = send(do="accept", rule=rule, seen=str(number), looked_at="3")
    assert (done.status, f"{number} statements are accepted" in done.body.decode()) == (200, True)
    made = read_log(store / "corrections.jsonl")[before:]
    assert {one.note for one in made} == {f"all of rule {rule}, confidence at least 0, after a look at 3"}
    assert len(made) == number <= count + 10
    back = send(do="take_back", at=made[0].at, by="Ana")
    assert f"{number} decisions are taken back" in back.body.decode()
    page = server.send("GET", f"/review/rules?rule={rule}", X_Reviewer="Ana").body.decode()
    assert f'name="seen" value="{number}"' in page
    assert server.send("POST", "/review/rules", "do=accept", None, Content_Type=FORM).status == 401


def test_query_of_a_page_is_watched_behind_the_token(server: Server) -> None:
    """From the link on a list; without the token there is the command, quoted for a shell, and nothing is kept."""
    listed = server.send("GET", "/articles", token=None).body.decode()
    address = html.unescape(re.search(r'href="(/review/watch[^"]+)">Watch this', listed)[1])  # type: ignore[index]
    assert b"kg alert add articles &#39;PREFIX cg: " in server.send("GET", address, token=None).body
    evil = server.send("GET", "/review/watch?name=a;reboot&query=x", token=None).body
    assert b"kg alert add &#39;a;reboot&#39; x" in evil
    fields = {"name": "new-articles", "query": parse_qs(urlsplit(address).query)["query"][0]}

    def keep(token: str | None = TOKEN, **changed: str) -> Reply:
        return server.send("POST", "/review/watch", urlencode({**fields, **changed}), token, Content_Type=FORM)

    assert keep(None).status == 401
    assert keep(name="No!").status == 422
    assert keep(query="ASK {}").status == 422
    assert b"Alert new-articles is kept" in keep().body
    assert keep().status == 422  # the name is taken
    assert server.send("GET", "/alerts/new-articles.json", token=None).status == 200


def test_acknowledged_correction_survives_kill(tmp_path: Path) -> None:
    """SIGKILL right after the answer, and a graph that never had it: the next start has both."""
    store = _built(tmp_path)
    with serving(store, "--no-try") as running:
        state = _state(_page(running))
        assert _decide(running, do="accept", statement=sample().facts[0].id, state=state).status == 303
        running.process.send_signal(signal.SIGKILL)
        running.process.wait(30)
    assert len(read_log(store / "corrections.jsonl")) == 1
    with serving(store, "--no-try") as running:
        assert running.ask("?c a <https://w3id.org/claimgraph/ns#Correction>")
