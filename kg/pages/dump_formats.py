"""Files of the complete graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox


@dataclass(frozen=True, slots=True)
class Form:
    """One file. A flat file has no graphs: the content of all graphs is merged."""

    name: str
    format: ox.RdfFormat
    about: str
    facts_only: bool = False

    @property
    def media_type(self) -> str:
        """Media type of the file; text formats are UTF-8."""
        return self.format.media_type


FORMS: Final = (
    Form("graph.trig", ox.RdfFormat.TRIG, "Everything, what was said in graphs of its own"),
    Form("graph.nq", ox.RdfFormat.N_QUADS, "The same, one line a quad"),
    Form("graph.ttl", ox.RdfFormat.TURTLE, "All graphs merged into one"),
    Form("graph.nt", ox.RdfFormat.N_TRIPLES, "The same, one line a triple"),
    Form("facts.ttl", ox.RdfFormat.TURTLE, "Only what articles say themselves", facts_only=True),
    Form("facts.nt", ox.RdfFormat.N_TRIPLES, "The same, one line a triple", facts_only=True),
)
