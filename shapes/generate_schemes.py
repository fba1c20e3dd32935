"""Writes ``schemes.ttl``: the concepts that shapes allow, as lists, from the constants of the ontology.

Run ``python shapes/generate_schemes.py`` after a change of the ontology's schemes; a test compares the file.
"""

from __future__ import annotations

from pathlib import Path

from kg import vocab

_HEAD = """\
# The concepts that the shapes allow. Written by generate_schemes.py from the ontology: change that, not this.
@prefix act: <https://w3id.org/claimgraph/act/> .
@prefix dsh: <https://w3id.org/claimgraph/shapes#> .
@prefix evt: <https://w3id.org/claimgraph/evt/> .
@prefix mod: <https://w3id.org/claimgraph/mod/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rel: <https://w3id.org/claimgraph/rel/> .
"""


def schemes() -> str:
    """The text of ``schemes.ttl``."""
    entity_classes = {iri for tag, iri in vocab.ENTITY_CLASSES.items() if tag != "stated_participant"}
    lists = {
        "certainties": [f"mod:{tag}" for tag in sorted(vocab.CERTAINTIES)],
        "contextKinds": [f"mod:{tag}" for tag in sorted(vocab.CONTEXT_KINDS)],
        "entityClasses": [f"<{iri}>" for iri in sorted(entity_classes)],
        "eventTypes": [f"evt:{tag}" for tag in sorted(vocab.EVENT_TYPES)],
        "frames": [f"mod:{tag}" for tag in sorted(vocab.FRAMES)],
        "linkTypes": [f"rel:{tag}" for tag in sorted(vocab.LINK_TYPES)],
        "polarities": [f"mod:{tag}" for tag in sorted(vocab.POLARITIES)],
        "quoteForms": [f"mod:{tag}" for tag in sorted(vocab.QUOTE_FORMS)],
        "speechActs": [f"act:{tag}" for tag in sorted(vocab.SPEECH_ACTS)],
    }
    return _HEAD + "".join(_list(name, members) for name, members in lists.items())


def _list(name: str, members: list[str]) -> str:
    rest = "\n".join(f"  {member}" for member in members[1:])
    return f"\ndsh:{name} rdf:first {members[0]} ; rdf:rest (\n{rest}\n) .\n"


if __name__ == "__main__":
    Path(__file__).with_name("schemes.ttl").write_text(schemes(), encoding="utf-8")
