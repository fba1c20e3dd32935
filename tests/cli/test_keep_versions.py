"""Replaced versions are kept where that is asked for, and counts mean the same everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.cli.serve import opened_app
from kg.config import Settings
from kg.recordfile import dumps
from kg.store import open_store
from tests.cli.conftest import Made
from tests.samples import TEXT, sample
from tests.served.every_page import WITH_ROWS
from tests.terms import rows_of


def build(kg_here: Made, text: str, *more: str) -> str:
    """Build the sample with that text; give what was said."""
    Path("records.jsonl").write_text(dumps(sample(text)) + "\n")
    code, _, said = kg_here("build", "records.jsonl", "--store", "s", *more)
    assert code == 0, said
    return said


def compared(here: str, other: str) -> str:
    """The page that compares two versions."""
    with opened_app(Settings(store="s", try_text=False), create=False) as app:
        return app.test_client().get(f"/doc/{here}?v={other}", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize("keep", [True, False], ids=["kept", "not kept"])
def test_changed_article_is_compared_with_what_it_replaced(kg_here: Made, keep: bool) -> None:
    """What fell away is told, and the graph has none of it; withdrawn, it is gone for good."""
    longer = f"{TEXT} Or not."
    build(kg_here, longer)
    build(kg_here, TEXT, *(["--keep-versions"] if keep else []))
    old, new = (sample(text).document.sha256[:16] for text in (longer, TEXT))
    with open_store("s") as store:
        assert not store.query(f"ASK {{ ?s ?p ?o FILTER(CONTAINS(STR(?s), '/doc/{old}/')) }}")
    page = compared(new, old)
    assert ("Cannot be compared" in page) is not keep
    assert ("Kept" in page) is keep
    assert ("No longer in force" in page) is keep
    if keep:
        assert "Arvonia" in page.partition("Kept")[2]
        assert kg_here("withdraw", old, "--reason", "x", "--store", "s")[0] == 0
        assert "Cannot be compared" in compared(new, old)


def test_build_counts_as_the_store_and_the_pages_do(kg_here: Made) -> None:
    """Quads that documents share are one; a claim inside of a claim is told apart."""
    Path("records.jsonl").write_text(dumps(sample()) + "\n" + dumps(sample(f"{TEXT} Or not.", "other")) + "\n")
    code, _, said = kg_here("build", "records.jsonl", "--store", "s")
    assert code == 0
    told = re.search(r"s: (\d.*)", said.replace(",", ""))
    assert told
    documents, facts, claims, nested, quads = map(int, re.findall(r"\d+", told[1]))
    with open_store("s") as store:
        held = len(list(store.quads()))
        number = "SELECT (COUNT(*) AS ?n) { %s a <https://w3id.org/claimgraph/ns#%s> %s }"
        (top,) = rows_of(store.query(number % ("?c", "Claim", "")))
        (fact,) = rows_of(store.query(number % ("?f", "ReportedFact", "")))
        (inner,) = rows_of(store.query(number % ("GRAPH ?g { ?c", "StatedClaim", "}")))
    assert (documents, quads) == (2, held)
    assert (claims, nested) == (int(top["n"].value), int(inner["n"].value))
    assert facts == int(fact["n"].value)
    assert nested > 0
    with opened_app(Settings(store="s", try_text=False), create=False) as app:
        home = app.test_client().get("/", headers={"Accept": "text/html"}).text
    assert f"{claims} claims" in home


def test_footer_of_every_page_names_the_version() -> None:
    """A name that a template gives something of its own does not hide it."""
    from kg.app import create_app
    from kg.version import __version__
    from tests.served.every_page import ASKED, SETTINGS, filled

    client = create_app(SETTINGS, filled(), questions=ASKED).test_client()
    addresses = [*WITH_ROWS.values(), "/doc/x", "/validation", "/query", "/dumps", "/ns"]
    for address in addresses:
        page = client.get(address, headers={"Accept": "text/html"}, follow_redirects=True).text
        assert f"claimgraph {__version__} " in page, address
