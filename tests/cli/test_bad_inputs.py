"""Inputs that nobody should give to `kg validate`: an error that says why, never a pass, never a traceback."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Made

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <https://example.org/> .
@prefix cg: <https://w3id.org/claimgraph/ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
EVENT = f'{PREFIXES}e:x a cg:Event ; cg:topic "rain" .\n'
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">'
THING = '<rdf:Description rdf:about="https://example.org/x"><e:p>{}</e:p></rdf:Description></rdf:RDF>'
BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "x" * 10}">' for n in range(10))

DATA: dict[str, bytes] = {
    "empty.ttl": b"",
    "empty.nq": b"\n\n",
    "comments.ttl": b"# nothing\n",
    "prefixes.trig": PREFIXES.encode(),
    "utf16.ttl": EVENT.encode("utf-16"),
    "utf16-without-mark.ttl": EVENT.encode("utf-16-le"),
    "latin1.ttl": f'{PREFIXES}e:x a cg:Event ; cg:topic "café" .'.encode("latin-1"),
    "binary.ttl": bytes(range(256)) * 4,
    "binary.nq": bytes(range(255, -1, -1)) * 4,
    "packed.ttl": gzip.compress(EVENT.encode(), mtime=0),
    "truncated.trig": f"{PREFIXES}e:g {{ e:x a cg:Event ; ".encode(),
    "truncated.nq": b'<https://example.org/x> <https://example.org/p> "wor',
    "truncated.jsonld": b'{"@id": "https://example.org/x", "@type": ["https://w3id.org/claimgraph/ns#Event"',
    "truncated.rdf": f'{RDF}<rdf:Description rdf:about="https://example.org/x">'.encode(),
    "bomb.rdf": f"<!DOCTYPE r [{BOMB}]>{RDF}{THING.format('&a9;')}".encode(),
    "entity.rdf": f'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]>{RDF}{THING.format("&a;")}'.encode(),
    "context.jsonld": b'{"@context": "http://127.0.0.1:9/c.jsonld", "@id": "https://example.org/x"}',
    "context-of-file.jsonld": b'{"@context": "file:///etc/hostname", "@id": "https://example.org/x"}',
    "import.jsonld": b'{"@context": {"@version": 1.1, "@import": "http://127.0.0.1:9/c"}, "@id": "https://e.org/"}',
    "keys-without-iris.jsonld": b'{"@id": "https://example.org/x", "type": "Claim", "speaker": "X"}',
    "list.jsonld": b"[1, 2, 3]",
    "null.jsonld": b"null",
    "deep.jsonld": b'{"https://example.org/p":' * 20_000 + b"1" + b"}" * 20_000,
    "turtle.nt": EVENT.encode(),
    "trig.ttl": f"{PREFIXES}e:g {{ e:x a cg:Event }}".encode(),
    "space.ttl": b"<https://example.org/a b> a <https://w3id.org/claimgraph/ns#Event> .",
    "surrogate.nt": rb'<https://example.org/x> <https://example.org/p> "\uD800" .',
    "other-vocabulary.ttl": f"{PREFIXES}e:x a e:Event .".encode(),
    "misspelt-class.ttl": f"{PREFIXES}e:x a cg:Clam . e:y a cg:Event .".encode(),
    "misspelt-property.ttl": f"{PREFIXES}e:x a cg:Event ; cg:speakr e:y .".encode(),
    "shapes.ttl": f"{PREFIXES}e:S a sh:NodeShape ; sh:targetClass cg:Event ; sh:nodeKind sh:IRI .".encode(),
    "no-ending": EVENT.encode(),
    "ending.json": b"{}",
    "empty.jsonl": b"",
    "no-json.jsonl": b"hello\n",
    "no-record.jsonl": b'{"document": 5}\n',
    "deep.jsonl": b"[" * 100_000,
    "binary.jsonl": bytes(range(255, -1, -1)),
    "binary.txt": bytes(range(256)),
}
SHAPES: dict[str, str] = {
    "empty.ttl": "",
    "comments.ttl": "# no shape\n",
    "prefixes.ttl": PREFIXES,
    "data.ttl": EVENT,
    "truncated.ttl": f"{PREFIXES}e:S a sh:NodeShape ; sh:targetClass",
    "target-of-no-node.ttl": f"{PREFIXES}e:S a sh:NodeShape ; sh:targetClass e:Evnt ; sh:nodeKind sh:IRI .",
    "one-idle-of-two.ttl": f"{PREFIXES}e:S a sh:NodeShape ; sh:targetClass cg:Event ; sh:nodeKind sh:IRI . "
    "e:T a sh:NodeShape ; sh:targetSubjectsOf e:speekr ; sh:nodeKind sh:IRI .",
    "keys.jsonld": '{"sh:targetClass": "cg:Event"}',
    "shapes.csv": "a,b\n",
}


def refused(done: tuple[int, str, str], *said: str) -> None:
    """Exit code 3, one message that names what is wrong, no report or one that tells the same, no traceback."""
    code, out, err = done
    assert code == 3, (out, err)
    assert out == "" or "\ndoes not conform: 1 violation" in out
    assert err.startswith("kg: ")
    assert "Traceback" not in err
    assert "Warning" not in err
    for word in said:
        assert word in err


@pytest.mark.parametrize("name", DATA)
def test_bad_data_is_refused(kg_here: Made, tmp_path: Path, name: str) -> None:
    """Naming the file, or what is missing in it."""
    (tmp_path / name).write_bytes(DATA[name])
    done = kg_here("validate", name)
    about_all = {"other-vocabulary.ttl", "misspelt-class.ttl", "misspelt-property.ttl", "shapes.ttl"}
    refused(done, *([] if name in about_all else [name]))


@pytest.mark.parametrize("engine", ["compiled", "pyshacl"])
@pytest.mark.parametrize("name", SHAPES)
def test_bad_shapes_are_refused(kg_here: Made, tmp_path: Path, name: str, engine: str) -> None:
    """Before anything runs."""
    (tmp_path / "event.ttl").write_text(EVENT)
    folder = tmp_path / "shapes"
    folder.mkdir()
    (folder / name).write_text(SHAPES[name])
    refused(kg_here("validate", "event.ttl", "--shapes", folder / name, "--engine", engine))


def test_what_is_no_file_is_refused(kg_here: Made, tmp_path: Path) -> None:
    """Not there, a folder, an empty folder, a pipe, a link to nothing, a device."""
    (tmp_path / "folder.ttl").mkdir()
    os.mkfifo(tmp_path / "pipe.ttl")
    (tmp_path / "link.ttl").symlink_to(tmp_path / "nowhere.ttl")
    for name in ("missing.ttl", "missing/", "folder.ttl", "pipe.ttl", "link.ttl", "/dev/null"):
        refused(kg_here("validate", name), name.rstrip("/"))
    (tmp_path / "event.ttl").write_text(EVENT)
    for name in ("missing.ttl", "folder.ttl", "pipe.ttl"):
        refused(kg_here("validate", "event.ttl", "--shapes", name), name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_refused(kg_here: Made, tmp_path: Path) -> None:
    """A file without permissions."""
    (tmp_path / "secret.ttl").write_text(EVENT)
    (tmp_path / "secret.ttl").chmod(0)
    refused(kg_here("validate", "secret.ttl"), "secret.ttl")


def test_one_bad_file_among_good_ones_is_no_pass(kg_here: Made, tmp_path: Path) -> None:
    """What is half read is not reported on."""
    (tmp_path / "good.ttl").write_text(EVENT)
    (tmp_path / "bad.trig").write_bytes(DATA["truncated.trig"])
    refused(kg_here("validate", "good.ttl", "bad.trig"), "bad.trig")


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b""])
def test_byte_order_mark_and_carriage_returns_are_no_fault(kg_here: Made, tmp_path: Path, before: bytes) -> None:
    """As editors on Windows leave them: the file is read, and what is wrong in it is found."""
    (tmp_path / "event.ttl").write_bytes(before + EVENT.replace("\n", "\r\n").encode())
    code, out, err = kg_here("validate", "event.ttl")
    assert code == 1
    assert err == ""
    assert "EventShape-type" in out


def test_idle_shapes_may_be_allowed(kg_here: Made, tmp_path: Path) -> None:
    """Where a folder of shapes is for more than this data."""
    (tmp_path / "event.ttl").write_text(EVENT)
    (tmp_path / "shapes.ttl").write_text(SHAPES["one-idle-of-two.ttl"])
    refused(kg_here("validate", "event.ttl", "--shapes", "shapes.ttl"), "speekr", "--allow-idle")
    code, out, _ = kg_here("validate", "event.ttl", "--shapes", "shapes.ttl", "--allow-idle")
    assert (code, out) == (0, "conforms: 0 violations, 0 warnings, 0 infos\n")


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("sh:targetNode e:nowhere ; sh:nodeKind sh:IRI", "https://example.org/nowhere>, which is not in the data"),
        ("sh:targetClass cg:Event ; sh:property [ sh:path e:tpic ; sh:maxCount 1 ]", "nothing in the data has"),
        ("sh:targetClass cg:Event ; sh:deactivated true ; sh:nodeKind sh:Literal", "is deactivated"),
        (
            "sh:targetClass cg:Event ; sh:nodeKind sh:IRI . e:O owl:imports <file:///etc/hostname>",
            "is not followed",
        ),
    ],
)
def test_what_may_be_meant_is_told(kg_here: Made, tmp_path: Path, shape: str, said: str) -> None:
    """A shape that checks nothing on purpose, perhaps: not a fault, and not silent either."""
    (tmp_path / "event.ttl").write_text(EVENT)
    (tmp_path / "shapes.ttl").write_text(f"{PREFIXES}e:S a sh:NodeShape ; {shape} .")
    code, _, err = kg_here("validate", "event.ttl", "--shapes", "shapes.ttl")
    assert code == 0
    assert err.startswith("kg: note: ")
    assert said in err


def test_class_beside_the_shapes_is_no_shape(kg_here: Made, tmp_path: Path) -> None:
    """Its instances are nobody's business."""
    (tmp_path / "event.ttl").write_text(EVENT)
    (tmp_path / "shapes.ttl").write_text(
        f"{PREFIXES}e:S a sh:NodeShape ; sh:targetClass cg:Event ; sh:nodeKind sh:IRI . e:Other a owl:Class ."
    )
    code, _, err = kg_here("validate", "event.ttl", "--shapes", "shapes.ttl")
    assert (code, err) == (0, "")


def test_odd_values_are_findings_and_no_talk(kg_here: Made, tmp_path: Path) -> None:
    """Booleans, dates and numbers that are none; nothing of the library's warnings reaches the user."""
    (tmp_path / "odd.ttl").write_text(
        f'{PREFIXES}e:x a cg:ReportedFact ; cg:confidence "yes"^^xsd:boolean , "NaN"^^xsd:double , '
        '"x"^^xsd:decimal ; cg:text "99999999999999999999"^^xsd:integer , "2025-13-45"^^xsd:date .'
    )
    for engine in ("compiled", "pyshacl"):
        code, out, err = kg_here("validate", "odd.ttl", "--engine", engine)
        assert (code, err) == (1, "")
        assert "StatementShape-confidence" in out
