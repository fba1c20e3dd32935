"""The example files of the shapes, and what each says must fire."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad, Triple

from kg import vocab
from kg.validate import pyshacl_engine
from kg.validate.files import read_quads
from kg.validate.merged_graph import placed
from kg.validate.report import ValidationReport
from tests.shapes.turtle_text import short
from tests.terms import value_of

HERE = Path(__file__).resolve().parent
DSH = "https://w3id.org/claimgraph/shapes#"
SH = "http://www.w3.org/ns/shacl#"

Engine = Callable[[Iterable[Triple], Iterable[Triple]], ValidationReport]
"""The report on data by shapes."""
Fired = Counter[tuple[str, str, str]]
"""How often each (shape, constraint component, path) fires, by their local names; ``-`` where there is no path."""


@dataclass(frozen=True, slots=True)
class Example:
    """One example file of the shape it lies in the folder of."""

    path: Path

    @property
    def shape(self) -> str:
        """The local name of the node shape."""
        return self.path.parent.name

    @property
    def is_good(self) -> bool:
        """True where nothing may fire."""
        return self.path.name.startswith("good-")

    @property
    def quads(self) -> list[Quad]:
        """The graph."""
        return list(read_quads(self.path))

    @property
    def expected(self) -> Fired:
        """What the first lines of the file say must fire."""
        fired: Fired = Counter()
        for line in self.path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# fires: "):
                count, shape, component, path = line.removeprefix("# fires: ").split()
                fired[shape.removeprefix("dsh:"), component.removeprefix("sh:"), path] += int(count)
        return fired

    def __str__(self) -> str:
        return f"{self.shape}/{self.path.stem}"


def examples(folder: Path = HERE) -> list[Example]:
    """All example files, by name."""
    return [Example(path) for path in sorted([*folder.glob("*/good-*.trig"), *folder.glob("*/bad-*.trig")])]


def fired(quads: list[Quad], shapes: tuple[Triple, ...], engine: Engine = pyshacl_engine.run) -> Fired:
    """What fires on ``quads``, by the engine that decides or by another."""
    findings = engine(placed(quads), shapes).findings
    return Counter(
        (f.shape.removeprefix(DSH), f.component.removeprefix(SH), "-" if f.path is None else shortened(f.path))
        for f in findings
    )


def shortened(path: str) -> str:
    """A property path with the prefixes that everybody knows."""
    return re.sub(r"<([^>]*)>", lambda match: short(match[1]), path)


def untargeted(shapes: tuple[Triple, ...], graph: set[Triple]) -> set[str]:
    """The target classes and properties of the shapes of which there is nothing in ``graph``."""
    classes = {t.object for t in graph if t.predicate.value == vocab.RDF_TYPE}
    predicates = {t.predicate for t in graph}
    return {
        value_of(t.object)
        for t in shapes
        if (t.predicate.value == SH + "targetClass" and t.object not in classes)
        or (t.predicate.value == SH + "targetSubjectsOf" and t.object not in predicates)
    }
