"""Codes of CAMEO and PLOVER for event types and speech acts, as the ontology gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kg import resources, vocab

_SCHEMES: Final = ("event-types.ttl", "speech-acts.ttl")
_BROADER: Final = vocab.PREFIXES["skos"] + "broader"


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes of a type, separated by blanks; a type without codes has those of the broader type."""

    cameo: str = ""
    plover: str = ""


def read() -> Mapping[str, Codes]:
    """Return the codes of every event type and speech act, keyed by the last part of its IRI."""
    cameo, plover, broader = dict[str, list[str]](), dict[str, list[str]](), dict[str, str]()
    for name in _SCHEMES:
        data = (resources.folder("ontology") / "schemes" / name).read_bytes()
        for quad in ox.parse(data, ox.RdfFormat.TURTLE):
            concept = str(getattr(quad.subject, "value", ""))
            if quad.predicate.value == _BROADER and isinstance(quad.object, ox.NamedNode):
                broader[concept] = quad.object.value
            elif quad.predicate.value == vocab.SKOS_NOTATION and isinstance(quad.object, ox.Literal):
                found = cameo if quad.object.datatype.value.endswith("CAMEO") else plover
                found.setdefault(concept, []).append(quad.object.value)
    known = {*cameo, *plover, *broader}
    return {
        concept.rpartition("/")[2]: Codes(_inherited(concept, cameo, broader), _inherited(concept, plover, broader))
        for concept in sorted(known)
    }


def _inherited(concept: str, own: Mapping[str, list[str]], broader: Mapping[str, str]) -> str:
    while concept not in own and concept in broader:
        concept = broader[concept]
    return " ".join(sorted(own.get(concept, ())))
