"""Under which base data are minted where none is configured."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from kg import pipeline
from kg.bases import base_for_building, base_of, held_base
from kg.errors import UsageError
from kg.iri import EXAMPLE_BASE, SEED_BASE
from kg.mapper import map_record
from kg.store import EmbeddedStore, open_store
from tests.cli.conftest import Made
from tests.samples import sample
from tests.terms import rows_of, value_of

ROOT = Path(__file__).parents[2]
OWN = "https://data.example.org/news/"


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """No base is configured."""
    monkeypatch.delenv("KG_BASE", raising=False)


def build(kg_here: Made, folder: Path, *more: str) -> tuple[int, str]:
    """Build a folder with the rules; give the exit code and what was said."""
    code, _, said = kg_here("build", folder, "--extractor", "rules", "--store", "s", *more)
    return code, said


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the bundled seed under another name."""
    return Path(shutil.copytree(ROOT / "seeds", tmp_path / "any-name"))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with an article of somebody's own."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "a.txt").write_text("Talks\n\nThe minister of Kenya met the president of Ghana in Paris on Monday.\n")
    return folder


def held(tmp_path: Path) -> str | None:
    """The base of what the store holds."""
    with open_store(str(tmp_path / "s")) as store:
        return held_base(store)


@pytest.mark.usefixtures("unset")
def test_seed_alone_is_minted_under_the_project(kg_here: Made, seeds: Path, tmp_path: Path) -> None:
    """The bundled seed, wherever it lies, has the IRIs that the documentation cites; nothing need be set."""
    code, said = build(kg_here, seeds)
    assert (code, "note" in said) == (0, False)
    assert held(tmp_path) == SEED_BASE


@pytest.mark.usefixtures("unset")
def test_own_articles_are_nobodys_and_it_is_said_once(kg_here: Made, own: Path, tmp_path: Path) -> None:
    """A first build works, under a reserved host; how to set a base is said by that build and not by the next."""
    code, said = build(kg_here, own)
    assert code == 0
    assert all(way in said for way in ("--base", "KG_BASE", "claimgraph.toml", EXAMPLE_BASE))
    assert held(tmp_path) == EXAMPLE_BASE
    assert "note" not in build(kg_here, own)[1]


@pytest.mark.usefixtures("unset")
def test_seed_among_others_is_not_minted_under_the_project(
    kg_here: Made, seeds: Path, own: Path, tmp_path: Path
) -> None:
    """Neither is anything that comes later into a store of the seed: that is refused, with the ways out."""
    assert kg_here("build", own, seeds, "--extractor", "rules", "--store", "both")[0] == 0
    with open_store(str(tmp_path / "both")) as store:
        assert held_base(store) == EXAMPLE_BASE
    build(kg_here, seeds)
    code, said = build(kg_here, own)
    assert code == 2
    assert "--store" in said
    assert "--base" in said
    assert build(kg_here, own, "--base", OWN)[0] == 0


@pytest.mark.usefixtures("unset")
def test_base_is_not_said_twice(kg_here: Made, own: Path, tmp_path: Path) -> None:
    """What was built with a base is built again, and withdrawn by its hash, without it."""
    assert build(kg_here, own, "--base", OWN)[0] == 0
    (own / "b.txt").write_text("More\n\nFrance and Italy signed a treaty in Rome on Monday.\n")
    assert build(kg_here, own)[0] == 0
    with open_store(str(tmp_path / "s")) as store:
        versions = [
            value_of(row["v"])
            for row in rows_of(store.query("SELECT ?v { ?v a <https://w3id.org/claimgraph/ns#DocumentVersion> }"))
        ]
    assert len(versions) == 2
    assert all(version.startswith(OWN) for version in versions)
    code, _, said = kg_here("withdraw", versions[0].rpartition("/")[2], "--reason", "x", "--store", "s")
    assert code == 0, said


def test_known_seeds_are_those_of_the_folder() -> None:
    """The hashes in the code are those that stand beside the texts."""
    tables = tomllib.loads((ROOT / "seeds" / "seeds.toml").read_text("utf-8"))
    assert {table["sha256"] for table in tables.values()} == pipeline.SEEDS


def test_configured_base_wins_over_that_of_the_data() -> None:
    """Whoever sets one gets it; an empty graph has the example's."""
    store = EmbeddedStore.in_memory()
    assert base_of(store, "") == EXAMPLE_BASE
    store.replace([map_record(sample(), SEED_BASE)])
    assert base_of(store, "") == SEED_BASE
    assert base_of(store, OWN) == base_for_building(store, OWN, bundled=False) == OWN
    with pytest.raises(UsageError, match="bundled seed alone"):
        base_for_building(store, "", bundled=False)
