"""The stages joined: read -> extract -> map -> validate -> store, one article at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from kg import graphrecords, iri, linkmap, mapper, readers, recordfile, validate, vocab
from kg.corrections import log, reapply
from kg.corrections.reapply import Orphan
from kg.errors import InputError, KgError, MissingExtra, ViolationError
from kg.linking import EventChain, Linking, StatementRef
from kg.readers import Article, Source, Withdrawal, dates
from kg.readers.versions import InForce
from kg.records import Document, Record
from kg.store import ownership

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from kg.corrections.kept import KeptRecords
    from kg.corrections.values import Correction
    from kg.extract.workers import RecordReader
    from kg.graph import VersionGraph
    from kg.store import AnyStore, ReplacedVersions

SEEDS: Final = frozenset({"5a7fd41fbccbcf27e44e0c3b116725d49fe91cf057193cc7c7a5ec1b57100c75"})
"""SHA-256 of each text in ``seeds/``."""
_MOST_CANDIDATES: Final = 12
_STORY_DAYS: Final = 120
"""How far apart two articles may be published that are linked when one is added."""
Progress = Callable[[Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOutcome:
    """The outcome of one file: its records, its withdrawals, and the refused files and documents."""

    path: Path
    records: tuple[Record, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()
    refused: tuple[KgError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """The report of a build.

    ``refused`` are the files and documents that were left out, with reasons; ``findings`` are those of the shapes on
    all documents. ``claims`` counts claims of the articles, ``nested`` those inside of claims, ``quads`` the distinct
    quads of all documents. ``changed`` is False if the store had all of it already. ``taken_back`` are the versions
    that their publishers withdrew.
    """

    documents: int
    facts: int
    claims: int
    nested: int
    quads: int
    changed: bool
    refused: tuple[KgError, ...]
    findings: validate.ValidationReport
    corrected: int = 0
    orphans: tuple[Orphan, ...] = ()
    taken_back: tuple[str, ...] = ()

    @property
    def withdrawn(self) -> int:
        """The number of withdrawn versions."""
        return len(self.taken_back)


@dataclass(frozen=True, slots=True)
class _End:
    """End of a file; with an ``error`` all of the file is refused."""

    path: Path
    error: KgError | None = None


def read_records(inputs: Iterable[Path | Source], reading: RecordReader) -> Iterator[FileOutcome]:
    """Yield the outcome of each file: articles are extracted, records are decoded.

    A file with a fault yields no record, only its error; other files continue, and so do the other documents of a file
    with one bad document. Of the versions of an article the newest is read, and none if it was withdrawn.

    Args:
        inputs: Files, folders, and sources such as standard input.
        reading: Turns articles into records.

    Raises:
        InputError: A path is no file or folder of articles; raised before any file is read.
    """
    records: list[Record] = []
    withdrawn: list[Withdrawal] = []
    refused: list[KgError] = []
    items: Iterator[Record | InputError | Withdrawal | _End] = reading.read(_contents(readers.sources(inputs)))
    for item in items:
        if isinstance(item, Record):
            records.append(item)
        elif isinstance(item, InputError):
            refused.append(item)
        elif isinstance(item, Withdrawal):
            withdrawn.append(item)
        elif item.error is not None:
            yield FileOutcome(path=item.path, refused=(item.error,))
        else:
            outcome = (tuple(records), tuple(withdrawn), tuple(refused))
            yield FileOutcome(path=item.path, records=outcome[0], withdrawn=outcome[1], refused=outcome[2])
        if isinstance(item, _End):
            records, withdrawn, refused = [], [], []


def is_bundled_seed(inputs: Iterable[Path | Source]) -> bool:
    """Return whether the files contain only the bundled seed.

    Raises:
        InputError: A path is no file or folder of articles.
    """
    texts = 0
    for item in _contents(readers.sources(inputs), whole=False):
        if isinstance(item, _End):
            if item.error is not None:
                return False
            continue
        if isinstance(item, InputError | Withdrawal):
            return False
        document = item.document if isinstance(item, Record) else item
        if document.sha256 not in SEEDS:
            return False
        texts += 1
    return texts > 0


def _contents(
    sources: list[Source], *, whole: bool = True
) -> Iterator[Document | Record | InputError | Withdrawal | _End]:
    """Yield the content of each file, and its end.

    Args:
        sources: The files.
        whole: Whether to search all files for newer versions and withdrawals first.
    """
    held = InForce.of(sources) if whole else InForce()
    for source in sources:
        path = source.path or Path(source.name)
        try:
            if source.path is not None and is_record_file(source.path):
                yield from recordfile.read_records(source.path)
            else:
                for item in readers.items(source):
                    if held.holds(item):
                        yield item.document if isinstance(item, Article) else item
        except (InputError, MissingExtra) as error:
            yield _End(path, error)
        else:
            yield _End(path)


def build(
    inputs: Iterable[Path | Source],
    store: AnyStore,
    *,
    reading: RecordReader,
    base: str,
    progress: Progress = lambda _: None,
    keeping: ReplacedVersions | None = None,
    corrections: Sequence[Correction] = (),
    kept: KeptRecords | None = None,
) -> BuildReport:
    """Put the documents of ``inputs`` in force in ``store``.

    All documents go in in one transaction: after a kill at any moment, the store has the old graph or the new one.
    Building the same documents again changes nothing. A document that violates the shapes is refused. An article that a
    file withdraws is withdrawn afterwards in a transaction of its own; a build that is killed between the two must be
    repeated.

    Args:
        inputs: Files, folders, and sources such as standard input.
        store: The store.
        reading: Turns articles into records.
        base: The base of data IRIs.
        progress: Receives each file that has been read.
        keeping: Receives the replaced versions, if given.
        corrections: Corrections to apply after extraction.
        kept: Receives the extracted records and the corrections, if given.

    Returns:
        The documents in force, and the refused ones with reasons.

    Raises:
        InputError: A path is no file or folder of articles.
    """
    shapes = validate.our_shapes()
    graphs: dict[str, VersionGraph] = {}
    withdrawn: dict[str, Withdrawal] = {}
    refused: list[KgError] = []
    findings: list[validate.Finding] = []
    outcomes: list[reapply.CorrectedRecord] = []
    broken = partial(_broken, shapes=shapes, base=base)
    documents = facts = claims = nested = 0
    for outcome in read_records(inputs, reading):
        progress(outcome.path)
        refused += outcome.refused
        withdrawn |= {iri.article(base, one.id): one for one in outcome.withdrawn}
        for extracted in outcome.records:
            corrected = reapply.within(extracted, corrections, broken)
            record = corrected.record
            graph = mapper.map_record(record, base)
            found = validate.validate(graph.quads, shapes)
            findings += found.findings
            if found.at_least("violation"):
                refused.append(_violation(record, found))
                continue
            outcomes.append(corrected)
            _keep(kept, extracted)
            graphs[graph.article] = graph
            documents += 1
            facts += len(record.facts)
            claims += sum(claim.parent is None for claim in record.claims)
            nested += sum(claim.parent is not None for claim in record.claims)
    graphs = {article: graph for article, graph in graphs.items() if article not in withdrawn}
    if keeping is not None:
        for version, gone in ownership.replaced(store, list(graphs.values())).items():
            keeping.keep(version, gone)
    changed = _replace(store, list(graphs.values()), corrections, kept)
    taken_back = _withdraw(store, withdrawn)
    quads = len({quad for graph in graphs.values() for quad in graph.quads})  # documents share entities
    return BuildReport(
        documents=documents,
        facts=facts,
        claims=claims,
        nested=nested,
        quads=quads,
        changed=changed or bool(taken_back),
        refused=tuple(refused),
        findings=validate.ValidationReport(findings=tuple(findings), triples=()),
        corrected=reapply.applied_in(outcomes),
        orphans=reapply.orphans(corrections, outcomes),
        taken_back=taken_back,
    )


def _withdraw(store: AnyStore, withdrawn: Mapping[str, Withdrawal]) -> tuple[str, ...]:
    """Withdraw the current versions of articles, and return them."""
    gone: list[str] = []
    for article, withdrawal in withdrawn.items():
        for version in ownership.current_versions(store, article):
            store.withdraw(version, withdrawal.reason, dates.moment(withdrawal.at) or datetime.now(UTC))
            gone.append(version)
    return tuple(gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReport:
    """Counts of a linking run; ``changed`` is False if the store had all of it already."""

    documents: int
    links: int
    copies: int
    merges: int
    chains: int
    changed: bool


def link_store(store: AnyStore, base: str, *, unsure: bool = False) -> LinkReport:
    """Link all current articles and replace the results of an earlier run, in one transaction.

    Args:
        store: The store.
        base: The base of its IRIs.
        unsure: Whether to write the links of rules that are right half of the time.

    Returns:
        The counts of the run.
    """
    from kg.link import link

    documents = list(graphrecords.read_records(store))
    found = link(documents, unsure=unsure, apart=_apart(store, base))
    before = store.revision
    store.change(_found_before(store, base), linkmap.map_linking(found, base))
    return LinkReport(
        documents=len(documents),
        links=len(found.links),
        copies=len(found.copies),
        merges=len(found.merges),
        chains=len(found.chains),
        changed=store.revision != before,
    )


def link_article(store: AnyStore, base: str, version: str, *, unsure: bool = False) -> LinkReport:
    """Link one current article to those of its story, and keep the links of other articles.

    The store's index gives the candidates, which share names, so that the time is almost independent of the size of
    the store.

    Args:
        store: Where it is.
        base: The base of its IRIs.
        version: The IRI of its version.
        unsure: Write the links of rules that are right half of the time too.

    Returns:
        How much was found of it.

    Raises:
        InputError: No such version is in force.
    """
    from kg.link import link_one

    near = graphrecords.neighbours(store, version, most=_MOST_CANDIDATES, days=_STORY_DAYS)
    part = part_of(store, [version, *near])
    records = {record.document.id: record for record in graphrecords.read_records(part)}
    record = records.pop(version, None)
    if record is None:
        raise InputError(
            f"{version}: no version in force; kg query lists them: SELECT ?v {{ ?v cg:status mod:current }}"
        )
    others = graphrecords.count_versions(store) - len(records) - 1
    found = link_one(record, records.values(), others, unsure=unsure, apart=_apart(store, base))
    run = NamedNode(linkmap.run_graph(base))
    gone, chains = _joined_chains(store, run, found)
    added = linkmap.map_linking(replace(found, chains=chains), base)
    before = store.revision
    store.change(gone - added, added)
    return LinkReport(
        documents=len(records) + 1,
        links=len(found.links),
        copies=len(found.copies),
        merges=len(found.merges),
        chains=len(chains),
        changed=store.revision != before,
    )


def part_of(store: AnyStore, versions: Sequence[str]) -> Store:
    """Return a small store with the quads of some versions.

    Queries over the whole store read much more than these.

    Args:
        store: Where the versions are.
        versions: Their IRIs.
    """
    part = Store()
    named = [NamedNode(version) for version in versions]
    owned = list(store.matching([(None, NamedNode(vocab.IN_VERSION), version, DefaultGraph()) for version in named]))
    part.extend(owned)
    subjects: set[object] = {*named, *(quad.subject for quad in owned)}
    known = set(_described(store, part, subjects))
    leads = {
        vocab.CONTENT,
        vocab.DESCRIBES,
        vocab.MENTIONS,
        vocab.SPEAKER,
        vocab.ACT_TARGET,
        vocab.PROV_SPECIALIZATION_OF,
    }
    further = {quad.object for quad in known if quad.predicate.value in leads} - subjects
    _described(store, part, further)
    graphs = [quad.object for quad in known if quad.predicate.value == vocab.CONTENT]
    part.extend(store.matching([(None, None, None, graph) for graph in graphs if isinstance(graph, NamedNode)]))
    return part


def _described(store: AnyStore, part: Store, subjects: Iterable[object]) -> list[Quad]:
    nodes = [subject for subject in subjects if isinstance(subject, NamedNode)]
    found = list(store.matching([(node, None, None, DefaultGraph()) for node in nodes]))
    part.extend(found)
    return found


def _joined_chains(store: AnyStore, run: NamedNode, found: Linking) -> tuple[set[Quad], tuple[EventChain, ...]]:
    """Join new chains with existing ones that share a statement; return removed and added quads."""
    gone: set[Quad] = set()
    joined: list[EventChain] = []
    for chain in found.chains:
        members = {ref.statement: ref for ref in chain.statements}
        for node in _chains_with(store, run, set(members)):
            quads = set(store.matching([(node, None, None, run)]))
            gone |= quads | {Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in quads}
            for quad in quads:
                if quad.predicate.value == vocab.MEMBER and isinstance(quad.object, NamedNode):
                    members.setdefault(quad.object.value, _reference(quad.object.value))
        first = min(members.values())
        joined.append(EventChain(name=first.statement, statements=tuple(sorted(members.values()))))
    return gone, tuple(joined)


def _chains_with(store: AnyStore, run: NamedNode, statements: set[str]) -> set[NamedNode]:
    patterns = [(None, NamedNode(vocab.MEMBER), NamedNode(statement), run) for statement in sorted(statements)]
    return {quad.subject for quad in store.matching(patterns) if isinstance(quad.subject, NamedNode)}


def _reference(statement: str) -> StatementRef:
    parsed = iri.parse(statement)
    return StatementRef(document=parsed.version if parsed else statement, statement=statement, spans=())


def unmerge(store: AnyStore, base: str, one: str, other: str) -> int:
    """Undo the merge of two entities; return the number of removed merges. No later run merges them again.

    Args:
        store: Where they are.
        base: The base of the store's IRIs.
        one: The IRI of an entity.
        other: The IRI of the one that it was joined with.

    Raises:
        InputError: No merge joins the two.
    """
    nodes = _merges(store, one, other) | _merges(store, other, one)
    if not nodes:
        raise InputError(f"{one} and {other} are not joined by a linking run; their pages name what is")
    gone = set(store.matching([(node, None, None, None) for node in nodes]))
    store.change(gone, linkmap.apart_quads(one, other, base))
    return len(nodes)


def _merges(store: AnyStore, merged: str, into: str) -> set[NamedNode]:
    """Return the nodes that say that the one entity was merged into the other."""
    found = store.matching([(None, NamedNode(vocab.MERGED), NamedNode(merged), None)])
    nodes = {quad.subject for quad in found if isinstance(quad.subject, NamedNode)}
    target = NamedNode(into)
    return {node for node in nodes if any(store.matching([(node, NamedNode(vocab.MERGED_INTO), target, None)]))}


def merge_again(store: AnyStore, base: str, one: str, other: str) -> None:
    """Take back that two entities are two: the next run may join them.

    Args:
        store: Where they are.
        base: The base of the store's IRIs.
        one: The IRI of an entity.
        other: The IRI of the other.
    """
    store.change(linkmap.apart_quads(one, other, base), set())


def _apart(store: AnyStore, base: str) -> frozenset[frozenset[str]]:
    said = store.matching([(None, NamedNode(linkmap.DIFFERENT_FROM), None, NamedNode(linkmap.apart_graph(base)))])
    return frozenset(
        frozenset([quad.subject.value, quad.object.value])
        for quad in said
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode)
    )


def unlink_store(store: AnyStore, base: str) -> int:
    """Remove all results of linking runs; return the number of quads.

    Args:
        store: The store.
        base: The base of its IRIs.
    """
    gone = _found_before(store, base)
    store.change(gone, set())
    return len(gone)


def _found_before(store: AnyStore, base: str) -> set[Quad]:
    graph = NamedNode(linkmap.run_graph(base))
    held = set(store.matching([(None, None, None, graph)]))
    return held | {Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in held}


def _keep(kept: KeptRecords | None, extracted: Record) -> None:
    if kept is not None:
        kept.keep(extracted)


def _replace(
    store: AnyStore, graphs: list[VersionGraph], corrections: Sequence[Correction], kept: KeptRecords | None
) -> bool:
    """Put versions in force, after their corrections are in the store's log: a kill loses none."""
    added = log.append(kept.log, corrections) if kept is not None and corrections else []
    try:
        return store.replace(graphs)
    except BaseException:
        if kept is not None and added:
            log.take_back(kept.log, added)
        raise


def _broken(record: Record, shapes: Sequence[Triple], base: str) -> str | None:
    """Return the shape that a record violates, in words, or None."""
    found = validate.validate(mapper.map_record(record, base).quads, shapes).at_least("violation")
    return f"breaks {found[0].shape}: {found[0].message}" if found else None


def _violation(record: Record, report: validate.ValidationReport) -> ViolationError:
    """Return the error for a document that violates the shapes alone."""
    found = report.at_least("violation")
    worst, place = found[0], found[0].place
    where = "" if place is None else f":{place.line}:{place.column}"
    more = "" if len(found) == 1 else f" ({len(found) - 1} more: kg validate says which)"
    return ViolationError(f"{record.document.id}{where}: breaks {worst.shape}: {worst.message}{more}")


def is_record_file(path: Path) -> bool:
    """Return whether a file is JSON Lines with a record on its first line, as ``kg extract`` writes them."""
    if path.suffix != ".jsonl":
        return False
    first = next(recordfile.numbered_lines(path), None)
    if first is None:
        return False
    try:
        data = json.loads(first[1])
    except (ValueError, RecursionError):
        # A record begins with its document. Either reader will report a first line that is cut off.
        return first[1].lstrip().startswith('{"document"')
    return isinstance(data, dict) and "document" in data
