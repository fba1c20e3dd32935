"""Incremental validation of changes since the last run.

A unit's own nodes are judged by its own triples and by all statements about the nodes that it refers to. If neither has
changed, the earlier findings remain valid. Shared nodes (articles, entities) have few triples, so the shapes run over
all of them each time. If documents refer into each other, everything is validated again. The result always equals that
of a full validation.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, Triple

from kg.validate import compiled
from kg.validate.merged_graph import placed
from kg.validate.report import Finding, ValidationReport, in_order
from kg.validate.text_locations import located
from kg.validate.validation_unit import Content, Unit, name_of, version_of
from kg.validate.vocabulary_check import demand_known_terms

Described = Mapping[str, frozenset[Triple]]
"""The triples about each shared node, by its IRI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """The state of a unit: its findings, and the data to detect changes."""

    digest: str
    versions: frozenset[str]
    shared: tuple[Triple, ...]
    named: frozenset[str]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTime:
    """The state of the last run.

    ``key`` identifies shapes and engine; a state with another key is ignored.
    """

    key: str = ""
    units: Mapping[str, Remembered] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncrementalResult:
    """The complete report, the new state, and the number of units that were validated again."""

    report: ValidationReport
    remembered: LastTime
    anew: int


def validate(units: Iterable[Unit], last: LastTime, shapes: tuple[Triple, ...]) -> IncrementalResult:
    """Validate all units by checking only the changes.

    Args:
        units: The units.
        last: The state of the last run.
        shapes: The shapes.
    """
    key = key_of(shapes)
    return _Run(list(units), last.units if last.key == key else {}, shapes, key).outcome()


def key_of(shapes: Iterable[Triple]) -> str:
    """Return a digest of the shapes and of the code and tables of this package, on which findings depend."""
    canonical = Dataset(Quad(*triple) for triple in shapes)
    canonical.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    digest = hashlib.sha256("\n".join(sorted(map(str, canonical))).encode())
    digest.update(_digest_of_package())
    return digest.hexdigest()


@cache
def _digest_of_package() -> bytes:
    """Return a digest of the package. It is cached, because a running process does not change its code."""
    digest = hashlib.sha256()
    home = Path(__file__).parents[1]
    for file in sorted(file for file in home.rglob("*") if file.suffix in (".py", ".toml")):
        digest.update(file.read_bytes())
    return digest.digest()


class _Run:
    def __init__(self, units: list[Unit], last: Mapping[str, Remembered], shapes: tuple[Triple, ...], key: str) -> None:
        self.units = {unit.name: unit for unit in units}
        self.last = last
        self.shapes = shapes
        self.key = key
        self.read: dict[str, Content] = {}

    def outcome(self) -> IncrementalResult:
        """Read the changed units, then the units that they affect."""
        for name, unit in self.units.items():
            if name not in self.last or self.last[name].digest != unit.digest:
                self.content(name)
        shared = {name: self.shared(name) for name in self.units}
        if self.is_tangled():
            return self.everything()
        described = _described(shared.values())
        touched = _changed(_described(unit.shared for unit in self.last.values()), described)
        for name in self.units:
            if touched and name not in self.read and not touched.isdisjoint(self.last[name].named):
                self.content(name)
        own = dict(self.own_findings(described))
        kept = {n: self.last[n] if n not in self.read else self.remembered(n, own[n]) for n in self.units}
        return self.told((f for unit in kept.values() for f in unit.findings), described, kept)

    def content(self, name: str) -> Content:
        """Return the content of a unit, which is read on first use."""
        if name not in self.read:
            self.read[name] = Content(self.units[name].read())
            demand_known_terms(self.read[name].triples)
        return self.read[name]

    def shared(self, name: str) -> tuple[Triple, ...]:
        """Return a unit's triples about nodes that it does not own."""
        return self.read[name].shared if name in self.read else self.last[name].shared

    def versions(self, name: str) -> frozenset[str]:
        """Return the versions in a unit."""
        return self.read[name].versions if name in self.read else self.last[name].versions

    def is_tangled(self) -> bool:
        """Return whether a unit refers into another, or two have the same version."""
        every = [version for name in self.units for version in self.versions(name)]
        return len(set(every)) < len(every) or any(content.is_tangled for content in self.read.values())

    def own_findings(self, described: Described) -> Iterator[tuple[str, tuple[Finding, ...]]]:
        """Yield the findings on the own nodes of each unit that was read.

        They do not interact, so they run in one graph.
        """
        if not self.read:
            return
        triples = [t for content in self.read.values() for t in content.triples]
        triples += _closure({node for content in self.read.values() for node in content.named}, described)
        findings = located(compiled.run(triples, self.shapes).findings, triples)
        of_version = defaultdict(list)
        for finding in findings:
            if isinstance(finding.focus, NamedNode):
                of_version[version_of(finding.focus) or finding.focus.value].append(finding)
        for name, content in self.read.items():
            yield name, tuple(finding for version in sorted(content.versions) for finding in of_version[version])

    def remembered(self, name: str, findings: tuple[Finding, ...]) -> Remembered:
        """Return the new state of a unit that was read."""
        content = self.read[name]
        return Remembered(
            digest=self.units[name].digest,
            versions=content.versions,
            shared=content.shared,
            named=content.named,
            findings=findings,
        )

    def told(self, own: Iterable[Finding], described: Described, kept: dict[str, Remembered]) -> IncrementalResult:
        """Return the findings of the units and those on shared nodes.

        The latter are searched in all data.
        """
        versions = {version for unit in kept.values() for version in unit.versions}
        triples = [t for node in described.values() for t in node]
        across = [f for f in compiled.run(triples, self.shapes).findings if name_of(f.focus) not in versions]
        findings = in_order([*own, *self.placed(across)])
        return IncrementalResult(
            report=ValidationReport(findings=findings, triples=compiled.report_of(findings, self.shapes)),
            remembered=LastTime(key=self.key, units=kept),
            anew=len(self.read),
        )

    def placed(self, findings: list[Finding]) -> tuple[Finding, ...]:
        """Locate findings on shared nodes in the units that refer to them."""
        nodes = {name_of(finding.focus) for finding in findings}
        pointing = [n for n in self.units if not nodes.isdisjoint(self._named(n)) or self._says_of(n, nodes)]
        return located(findings, [t for name in pointing for t in self.content(name).triples]) if findings else ()

    def _named(self, name: str) -> frozenset[str]:
        return self.read[name].named if name in self.read else self.last[name].named

    def _says_of(self, name: str, nodes: set[str]) -> bool:
        return any(name_of(t.subject) in nodes for t in self.shared(name))

    def everything(self) -> IncrementalResult:
        """Validate all units as one graph.

        No state is saved, because the units may still refer into each other next time.
        """
        triples = list(placed(quad for unit in self.units.values() for quad in unit.read()))
        report = compiled.run(triples, self.shapes)
        findings = located(report.findings, triples)
        return IncrementalResult(
            report=ValidationReport(findings=findings, triples=report.triples),
            remembered=LastTime(),
            anew=len(self.units),
        )


def _described(shared: Iterable[Iterable[Triple]]) -> Described:
    found: defaultdict[str, set[Triple]] = defaultdict(set)
    for triples in shared:
        for triple in triples:
            found[name_of(triple.subject)].add(triple)
    return {node: frozenset(triples) for node, triples in found.items()}


def _changed(before: Described, after: Described) -> set[str]:
    """Return the shared nodes with changed triples, and the nodes that refer to them."""
    changed = {node for node in before.keys() | after.keys() if before.get(node) != after.get(node)}
    pointing = changed
    while pointing:
        pointing = {n for n, about in after.items() if n not in changed and any(_points(t, changed) for t in about)}
        changed |= pointing
    return changed


def _points(triple: Triple, nodes: set[str]) -> bool:
    return isinstance(triple.object, NamedNode) and triple.object.value in nodes


def _closure(nodes: set[str], described: Described) -> Iterator[Triple]:
    """Yield the triples about nodes, and about the nodes that they refer to."""
    waiting, seen = list(nodes), set(nodes)
    while waiting:
        for triple in described.get(waiting.pop(), ()):
            yield triple
            if isinstance(triple.object, NamedNode) and triple.object.value not in seen:
                seen.add(triple.object.value)
                waiting.append(triple.object.value)
