"""What is left of the namespace of earlier releases: dumps and stores in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

import kg as package
from kg.dump import dump
from kg.iri import SEED_BASE
from kg.mapper import map_record
from kg.store import open_store
from tests.cli.conftest import Made
from tests.samples import sample

OLD = b"https://w3id.org/dfc/"
NEW = b"https://w3id.org/claimgraph/"
SUFFIXES = {
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".jsonld": RdfFormat.JSON_LD,
    ".ttl": RdfFormat.TURTLE,
    ".rdf": RdfFormat.RDF_XML,
}


def old_dump(path: Path, rdf_format: RdfFormat = RdfFormat.N_QUADS) -> Path:
    """The sample as an earlier release would have dumped it."""
    path.write_bytes(dump(map_record(sample()).quads, rdf_format).replace(NEW, OLD))
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_old_dump_is_mapped_and_it_is_said(kg_here: Made, tmp_path: Path, suffix: str) -> None:
    """In each format, terms, graphs and data become those of today, and the graph conforms."""
    code, _, said = kg_here("load", old_dump(tmp_path / f"old{suffix}", SUFFIXES[suffix]), "--store", "s")
    assert code == 0
    assert "earlier release" in said
    expected = map_record(sample()).quads
    with open_store("s") as store:
        if SUFFIXES[suffix].supports_datasets:
            assert set(store.quads()) == set(expected)
        assert not any(OLD.decode() in str(quad) for quad in store.quads())


def test_what_is_not_ours_stays(kg_here: Made, tmp_path: Path) -> None:
    """The owners' own terms, and words of an article that name the address, are not changed, and nothing is said."""
    line = '<https://w3id.org/dfc/ontology#Product> <http://ex.org/p> "see https://w3id.org/dfc/ns#Claim" .\n'
    (tmp_path / "other.nq").write_text(line)
    code, _, said = kg_here("load", "other.nq", "--store", "s")
    assert (code, "earlier" in said) == (0, False)
    with open_store("s") as store:
        assert [str(quad) for quad in store.quads()] == [line.removesuffix(" .\n")]


def test_broken_old_dump_is_named(kg_here: Made, tmp_path: Path) -> None:
    """Not the file that it was mapped into; nothing of it is there."""
    old_dump(tmp_path / "old.nq")
    with (tmp_path / "old.nq").open("a") as file:
        file.write("<broken")
    code, _, said = kg_here("load", "old.nq", "--store", "s")
    assert code == 3
    assert "old.nq: " in said
    with open_store("s") as store:
        assert store.is_empty()


def test_old_store_says_what_to_do(kg_here: Made, tmp_path: Path) -> None:
    """Every command that reads or writes it; the two commands that it names make a store of today."""
    made = Store(str(tmp_path / "s"))
    made.load(path=str(old_dump(tmp_path / "x.nq")), format=RdfFormat.N_QUADS)
    made.flush()
    del made
    for words in (["query", "--store", "s", "ASK {}"], ["validate", "--store", "s"], ["serve", "--store", "s"]):
        code, _, said = kg_here(*words)
        assert code == 3
        assert "kg dump --store s --format nquads -o old.nq && kg load old.nq --store NEW" in said
    assert kg_here("dump", "--store", "s", "--format", "nquads", "-o", "old.nq")[0] == 0
    assert kg_here("load", "old.nq", "--store", "NEW")[0] == 0
    assert kg_here("validate", "--store", "NEW")[0] == 0


def test_old_dump_does_not_conform_for_want_of_terms(kg_here: Made, tmp_path: Path) -> None:
    """No shape looks at old terms: `kg validate` refuses them instead of finding nothing."""
    code, _, said = kg_here("validate", old_dump(tmp_path / "old.trig", RdfFormat.TRIG))
    assert code == 3
    assert "kg load" in said


def test_session_reads_an_old_dump(tmp_path: Path) -> None:
    """`kg.open` of an old dump gives today's terms."""
    with package.open(old_dump(tmp_path / "old.trig", RdfFormat.TRIG)) as graph:
        assert len(graph.claims()) > 0


def test_nothing_else_names_the_old_namespace() -> None:
    """One module, its tests and this decision's page are all that knows it."""
    root = Path(__file__).parents[2]
    folders = ("kg", "ontology", "shapes", "docs", "tests", "benchmarks", "training", "seeds", "deploy")
    found = {
        str(path.relative_to(root))
        for folder in folders
        for path in (root / folder).rglob("*")
        if path.is_file() and OLD.lower() in path.read_bytes().lower()
    }
    assert found == {"kg/oldterms.py", "tests/cli/test_oldterms.py"} | {p for p in found if "__pycache__" in p}
    assert SEED_BASE.encode().startswith(NEW)
