"""The glossary: complete, true to the code and the ontology, and without terms that nothing uses."""

from __future__ import annotations

import importlib
import re
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from kg import vocab
from tests.terms import value_of

ROOT = Path(__file__).parent.parent
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+\.) \| ([^|]*) ?\|$", GLOSSARY, flags=re.M)
OURS = ("claim", "fact", "unclear passage", "laundered", "swallowed", "run", "tombstone", "barrier", "gate")


@cache
def prose() -> str:
    """Return all texts in which a term can be used, in lower case."""
    patterns = ("README.md", "CONTRIBUTING.md", "docs/**/*.md", "kg/**/*.py", "kg/**/*.html", "ontology/**/*.ttl")
    paths = [path for pattern in patterns for path in ROOT.glob(pattern) if path.name != "glossary.md"]
    return "\n".join(path.read_text("utf-8") for path in paths).lower()


def test_every_class_of_the_ontology_is_explained() -> None:
    """A class that an article's graph can have is named in the last column."""
    store = Store()
    store.load(path=str(ROOT / "ontology" / "claimgraph.ttl"), format=RdfFormat.TURTLE)
    classes = store.quads_for_pattern(None, None, NamedNode("http://www.w3.org/2002/07/owl#Class"))
    names = {value_of(quad.subject).removeprefix(vocab.CG) for quad in classes if vocab.CG in str(quad.subject)}
    assert len(names) > 20
    assert names <= set(re.findall(r"`cg:(\w+)`", GLOSSARY))


@pytest.mark.parametrize("term", OURS)
def test_terms_that_only_this_project_has_are_explained(term: str) -> None:
    """An outsider cannot look these up elsewhere."""
    assert term in {name for name, _, _ in ROWS}


def test_named_terms_and_classes_exist() -> None:
    """A term of the graph is in the ontology, a name of the code can be imported."""
    terms = {str(value) for value in vars(vocab).values()}
    ontology = (ROOT / "ontology" / "claimgraph.ttl").read_text("utf-8")
    for name in re.findall(r"`cg:(\w+)`", GLOSSARY):
        assert vocab.CG + name in terms or f"cg:{name} a " in ontology, name
    for name in re.findall(r"`(kg\.[\w.]+)`", GLOSSARY):
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute) or importlib.import_module(name), name


def test_every_term_is_used_somewhere() -> None:
    """A term that no page, module or definition uses is not a term of the project."""
    unused = [name for name, _, _ in ROWS if not re.search(rf"\b{re.escape(name)}s?\b", prose())]
    assert not unused


def test_meaning_is_one_sentence() -> None:
    """A second sentence belongs to the page that explains the subject."""
    assert len(ROWS) == len(re.findall(r"^\| [a-z]", GLOSSARY, flags=re.M)) - len(
        re.findall(r"^\| term", GLOSSARY, flags=re.M)
    )
    assert not [name for name, meaning, _ in ROWS if re.search(r"\. [A-Z]", meaning)]


def test_terms_are_listed_once() -> None:
    """Two meanings of one term would have to be read twice."""
    names = [name for name, _, _ in ROWS]
    assert len(names) == len(set(names))
