"""RDF files in: every format, and a clear error for what is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import InputError
from kg.validate.files import read_quads

S, P, G = NamedNode("https://example.org/s"), NamedNode("https://example.org/p"), NamedNode("https://example.org/g")
TRIPLE = Quad(S, P, Literal("a word"))

FILES = {
    "a.ttl": '<https://example.org/s> <https://example.org/p> "a word" .',
    "a.nt": '<https://example.org/s> <https://example.org/p> "a word" .',
    "a.nq": '<https://example.org/s> <https://example.org/p> "a word" .',
    "a.trig": '<https://example.org/s> <https://example.org/p> "a word" .',
    "a.jsonld": '{"@id": "https://example.org/s", "https://example.org/p": "a word"}',
    "a.rdf": """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">
        <rdf:Description rdf:about="https://example.org/s"><e:p>a word</e:p></rdf:Description></rdf:RDF>""",
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_quads(name: str, tmp_path: Path) -> None:
    """The ending of the name says the format."""
    path = tmp_path / name
    path.write_text(FILES[name], encoding="utf-8")
    assert list(read_quads(path)) == [TRIPLE]


def test_graph_names_are_kept(tmp_path: Path) -> None:
    """TriG and N-Quads keep their graphs."""
    path = tmp_path / "a.nq"
    path.write_text('<https://example.org/s> <https://example.org/p> "a word" <https://example.org/g> .', "utf-8")
    assert list(read_quads(path)) == [Quad(S, P, Literal("a word"), G)]


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    """``_:x`` of one file is not ``_:x`` of another."""
    paths = [tmp_path / "a.ttl", tmp_path / "b.ttl"]
    for path in paths:
        path.write_text("_:x <https://example.org/p> 1 .", encoding="utf-8")
    assert len({quad.subject for path in paths for quad in read_quads(path)}) == 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.ttl", b"<https://example.org/s>\n  <https://example.org/p>\n  .\n", r"a\.ttl:3: this is not Turtle"),
        ("a.nq", b"not quads at all\n", r"a\.nq:1: this is not N-Quads"),
        ("a.ttl", b"<https://example.org/s> <https://example.org/p> '\xff' .", r"a\.ttl:1: this is not Turtle"),
        ("a.jsonld", b'{"@context": "https://example.org/context.jsonld", "a": 1}', r"a\.jsonld"),
        ("a.jsonld", b'{"@id": ', r"a\.jsonld:1: this is not JSON-LD"),
        ("a.rdf", b"<html>", r"a\.rdf"),
        ("a.csv", b"s,p,o", r"a\.csv: unknown kind of RDF file.*\.ttl"),
    ],
)
def test_what_is_no_rdf_is_an_error_that_names_the_place(name: str, content: bytes, said: str, tmp_path: Path) -> None:
    """File and line, what was expected, what was found."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        list(read_quads(path))


@pytest.mark.parametrize("name", ["missing.ttl", ""])
def test_a_file_that_cannot_be_opened_is_an_error_that_names_it(name: str, tmp_path: Path) -> None:
    """Not there, or a folder."""
    (tmp_path / "folder.ttl").mkdir()
    path = tmp_path / (name or "folder.ttl")
    with pytest.raises(InputError, match=path.name):
        list(read_quads(path))
