"""How fast the pages come, over a graph of made-up articles that went through our own mapper.

``python -m benchmarks.pages [--quads N] [--each N]`` makes a store of N quads (1,000,000 by default), serves it through
the engine as ``kg serve`` does but with no answer kept, and prints for each kind of page the median, the slowest and
the first of so many requests, each of another thing where the page has one: milliseconds, less is better.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import RdfFormat

from benchmarks.articles import record, write_nquads
from kg.app import create_app
from kg.config import Settings
from kg.engine import Engine, EngineLimits
from kg.iri import SEED_BASE
from kg.mapper import map_record
from kg.records import Claim, Link, Record
from kg.store import EmbeddedStore, open_store
from kg.views.search.index import FILE_NAME

TARGET = 300.0
"""Milliseconds that a page may take."""
STATEMENTS = 40
MANY = 2_000
"""Statements of one article, the first: it is shown in pages."""
BROWSER = {"Accept": "text/html"}


def main() -> None:
    """Make the store, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--each", type=int, default=11, help="requests of each kind")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begin = time.perf_counter()
        quads, articles = fill(folder, options.quads)
        print(f"{quads:,} quads of {articles:,} articles, made and loaded in {time.perf_counter() - begin:.0f} s\n")
        with open_store(str(folder / "store")) as store:
            assert isinstance(store, EmbeddedStore)
            measure(store, folder / FILE_NAME, options.each)


def fill(folder: Path, wanted: int) -> tuple[int, int]:
    """A store of so many quads in the folder; gives how many quads and articles there are."""
    made = write_nquads(folder / "data.nq", wanted, lambda number: map_record(linked(number), SEED_BASE).quads)
    with open_store(str(folder / "store"), create=True) as store:
        store.load(folder / "data.nq", RdfFormat.N_QUADS, SEED_BASE)
    return made


def linked(number: int) -> Record:
    """A made-up article in which claims are about somebody, stand inside of others, and are denied."""
    made = record(number, STATEMENTS if number else MANY)
    chance = random.Random(number)
    claims = tuple(_aimed(claim) for claim in made.claims)
    denials = tuple(
        Link(source=claims[at].id, target=claims[at - 1].id, type="denies", confidence=0.5, rule="made-up")
        for at in range(1, len(claims), 5)
    )
    day = f"2025-{chance.randrange(1, 13):02}-{chance.randrange(1, 28):02}"
    about = replace(made.document, publisher=f"Gazette {number % 40}", published=day)
    return replace(made, document=about, claims=claims, links=denials)


def _aimed(claim: Claim) -> Claim:
    others = [one for event in claim.stated_events for one in event.participants if one not in claim.speakers]
    return replace(claim, targets=tuple(others[:1]))


def measure(store: EmbeddedStore, index: Path, each: int) -> None:
    """A line for each kind of page."""
    with Engine(store, EngineLimits(deadline=60.0, cache=0)) as engine:
        client = create_app(Settings(), store, engine=engine, index=index).test_client()
        begin = time.perf_counter()
        while client.get("/search?q=land", headers=BROWSER).status_code != 200:
            time.sleep(0.5)
        print(f"index of words made in {time.perf_counter() - begin:.1f} s, {index.stat().st_size >> 20} MiB\n")
        print("| page | median, ms | slowest | first |\n|---|---|---|---|")
        for name, addresses in pages(store, each).items():
            taken = []
            for number, address in enumerate(addresses):
                mark = "&" if "?" in address else "?"
                begin = time.perf_counter()
                answer = client.get(f"{address}{mark}not-kept={number}", headers=BROWSER, follow_redirects=True)
                taken.append((time.perf_counter() - begin) * 1000)
                if answer.status_code != 200:
                    raise RuntimeError(f"{address}: {answer.status_code}: {answer.text[:300]}")
            median = statistics.median(taken)
            late = " (over the target)" if median > TARGET else ""
            print(f"| {name} | {median:.0f}{late} | {max(taken):.0f} | {taken[0]:.0f} |", flush=True)


def pages(store: EmbeddedStore, each: int) -> dict[str, list[str]]:
    """The addresses to ask for, by the name of the page."""
    prefix = "PREFIX cg: <https://w3id.org/claimgraph/ns#> "
    versions = _some(store, prefix + "SELECT ?x { ?x a cg:DocumentVersion }", each)
    claims = _some(store, prefix + "SELECT ?x { ?x a cg:Claim }", each)
    facts = _some(store, prefix + "SELECT ?x { ?x a cg:ReportedFact }", each)
    actors = _some(store, prefix + "SELECT ?x { ?x a cg:PoliticalActor }", each)
    events = _some(store, prefix + "SELECT ?x { ?x a cg:Event }", each)
    (long,) = _some(
        store, prefix + "SELECT ?x { ?f cg:inVersion ?x ; a cg:Claim } GROUP BY ?x HAVING(COUNT(*) > 200)", 1
    )
    acts = ("accuse", "deny", "say", "demand", "warn")
    pairs = [
        f"/matrix?act=accuse&from={one}&to={other}" for one, other in zip(actors, actors[1:] + actors[:1], strict=True)
    ]
    words = [f"land+{number}" for number in range(each)]
    return {
        "start": ["/"] * each,
        "article": [f"/{path}" for path in versions],
        f"article of {MANY:,} statements": [f"/{long}?paragraph={at}" for at in range(each)],
        "statement, claim": [f"/{path}" for path in claims],
        "statement, fact": [f"/{path}" for path in facts],
        "entity": [f"/about/{path}" for path in actors],
        "event": [f"/about/{path}" for path in events],
        "matrix": [f"/matrix?act={acts[at % len(acts)]}" for at in range(each)],
        "matrix, one pair": pairs,
        "timeline": [f"/timeline?first={at * 50}" for at in range(each)],
        "graph": [f"/graph?node={path}" for path in actors],
        "graph, one step further": [f"/graph?node={path}&depth=2" for path in actors],
        "compare, entity": [f"/compare?about={path}" for path in actors],
        "compare, statement": [f"/compare?about={path}" for path in claims],
        "search, two words": [f"/search?q={word}" for word in words],
        "search, a word in everything": [f"/search?q=land&page={at + 1}" for at in range(each)],
        "search, a filter alone": [f"/search?act={acts[at % len(acts)]}" for at in range(each)],
        "vocabulary": ["/ns"] * each,
    }


def _some(store: EmbeddedStore, query: str, each: int) -> list[str]:
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    paths = sorted(row[0].value.removeprefix(SEED_BASE) for row in found)
    return random.Random(0).sample(paths, each)


if __name__ == "__main__":
    main()
