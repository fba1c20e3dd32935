"""The tutorial, done as it says, from the first command to the last; and what it says of pages and other programs."""

from __future__ import annotations

import doctest
import html
import io
import re
import shutil
from pathlib import Path

import pandas as pd
import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, Dataset, Graph
from rdflib.compare import to_isomorphic

import kg
from kg.app import create_app
from kg.config import Settings
from kg.store import EmbeddedStore
from tests.test_docs import ROOT, run_here

TUTORIAL = ROOT / "docs" / "tutorial.md"


def steps(text: str) -> list[tuple[str, str]]:
    """The console and python blocks in their order: the language and what stands in it."""
    return re.findall(r"^```(console|python)\n(.*?)^```$", text, flags=re.M | re.S)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as its reader has it, with the whole tutorial done in it."""
    folder = tmp_path_factory.mktemp("tutorial")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    names: dict[str, object] = {}
    found = steps(TUTORIAL.read_text("utf-8"))
    assert {language for language, _ in found} == {"console", "python"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for number, (language, block) in enumerate(found):
            if language == "console":
                run_commands(folder, block)
            else:
                run_python(names, block, f"block {number}")
    return folder


def run_commands(folder: Path, block: str) -> None:
    """Each line after ``$``; all of them must end well."""
    for command in re.findall(r"^\$ (.*)$", block, flags=re.M):
        done = run_here(command, folder)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def run_python(names: dict[str, object], block: str, place: str) -> None:
    """The examples, with the names of those before; each must print what stands under it."""
    test = doctest.DocTestParser().get_doctest(block, names, place, str(TUTORIAL), 0)
    assert test.examples
    told = io.StringIO()
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=told.write, clear_globs=False)
    names.update(test.globs)
    assert result.failed == 0, told.getvalue()


def test_tutorial_does_what_it_says(workplace: Path) -> None:
    """Every command ends well, every example prints what is under it."""
    assert (workplace / "graph.ttl").is_file()


def test_accusations_of_the_page_are_those_of_the_session(workplace: Path) -> None:
    """Journey 2: from the matrix by its CSV into a data frame, with offsets, IRIs, and no date where none is known."""
    with EmbeddedStore.open(workplace / "store") as store:
        client = create_app(Settings(), store).test_client()
        page = client.get("/matrix?act=accuse").text
        (link,) = re.findall(r'href="([^"]*)">CSV of the statements', page)
        data = client.get(html.unescape(link)).text
    frame = pd.read_csv(io.StringIO(data))
    wanted = {
        *("speaker", "speaker_iri", "target", "quote", "form", "day_earliest", "day_latest"),
        *("document", "start", "end", "confidence"),
    }
    assert wanted <= set(frame.columns)
    with kg.open(workplace / "store") as graph:
        mine = graph.claims(act="accuse").to_dataframe()
    assert set(zip(mine["quote"], mine["start"], mine["speaker_iri"], strict=True)) == set(
        zip(frame["quote"], frame["start"], frame["speaker_iri"], strict=True)
    )
    assert frame["day_earliest"].isna().all()


def test_dumps_are_read_by_other_libraries(workplace: Path) -> None:
    """Journey 3: what Protégé and GraphDB are given is the same graph to rdflib and to Oxigraph.

    The flat one has declarations of its terms besides: of every property, and nothing else.
    """
    flat = Graph().parse(workplace / "graph.ttl")
    assert len(flat) == len(set(ox.parse(path=str(workplace / "graph.ttl"), format=ox.RdfFormat.TURTLE)))
    quads = set(ox.parse(path=str(workplace / "graph.trig"), format=ox.RdfFormat.TRIG))
    dataset = Dataset()
    dataset.parse(workplace / "graph.trig", format="trig")
    assert len(list(dataset.quads())) == len(quads)
    merged = Graph()
    for quad in dataset.quads():
        merged.add(quad[:3])
    declared = Graph()
    for triple in flat.triples((None, RDF.type, None)):
        if str(triple[2]).startswith(str(OWL)):
            declared.add(triple)
    assert set(merged.predicates()) - {RDF.type} <= set(declared.subjects())
    assert to_isomorphic(merged) == to_isomorphic(flat - declared)


def test_readme_examples_do_what_they_say(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The README's Python is run in the same folder."""
    monkeypatch.chdir(workplace)
    blocks = [block for language, block in steps((ROOT / "README.md").read_text("utf-8")) if language == "python"]
    assert blocks
    names: dict[str, object] = {}
    for block in blocks:
        run_python(names, block, "README")
