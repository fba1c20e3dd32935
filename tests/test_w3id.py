"""The redirects for w3id.org lead to what a server of ours answers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.app import create_app
from kg.config import Settings
from kg.iri import SEED_BASE
from kg.mapper import map_record
from kg.store import EmbeddedStore
from tests.samples import sample
from tests.terms import value_of

FOLDER = Path(__file__).parent.parent / "deploy" / "w3id" / "claimgraph"
HOME = "https://claimgraph.example"


def redirected(path: str, accept: str = "text/html") -> str | None:
    """Where the rules send a path below https://w3id.org/claimgraph/: read as Apache does, first match with L wins."""
    asked_for: list[str] = []
    for line in (FOLDER / ".htaccess").read_text("utf-8").splitlines():
        words = line.split()
        if words[:1] == ["RewriteCond"]:
            asked_for.append(words[2])
        elif words[:1] == ["RewriteRule"]:
            conditions, asked_for = asked_for, []
            found = re.search(words[1], path)
            if found and words[2] != "-" and (not conditions or any(re.search(c, accept) for c in conditions)):
                target = words[2].replace("%{ENV:HOME}", HOME)
                return found.expand(re.sub(r"\$(\d)", r"\\\1", target))
    return None


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/rdf+xml", "application/ld+json"])
def test_every_name_leads_to_an_answer(accept: str) -> None:
    """Terms, schemes, shapes and all data of the seed's base; in the form that was asked for."""
    store = EmbeddedStore.in_memory()
    graph = map_record(sample(), SEED_BASE)
    store.replace([graph])
    client = create_app(Settings(), store).test_client()
    names = {value_of(quad.subject) for quad in graph.quads if value_of(quad.subject).startswith(SEED_BASE)}
    paths = {name.partition("#")[0].removeprefix("https://w3id.org/claimgraph/") for name in names}
    for path in sorted(paths | {"ns", "act/", "act/accuse", "evt/meeting", "mod/positive", "rel/replies", "shapes"}):
        target = redirected(path, accept)
        assert target is not None, path
        answer = client.get(target.removeprefix(HOME), headers={"Accept": accept}, follow_redirects=True)
        assert answer.status_code == 200, (path, target)
        if not path.startswith("shapes"):
            assert answer.mimetype == accept, path


def test_what_is_nobodys_leads_nowhere() -> None:
    """A path that was never minted is not sent to the server."""
    assert redirected("id/") is None
    assert redirected("nsx") is None
    assert redirected("id/other/x") is None


def test_each_folder_says_who_answers_for_it() -> None:
    """w3id.org asks for a README with a contact."""
    assert "Maintainers" in (FOLDER / "README.md").read_text("utf-8")
