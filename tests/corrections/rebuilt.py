"""A store of made-up articles, rebuilt from nothing with another model's reading of edited texts.

``python -m tests.corrections.rebuilt 5`` does it for five seeds, and prints what became of the corrections.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import RdfFormat

from kg import iri, pipeline
from kg.corrections import lines, log
from kg.corrections.kept import KeptRecords
from kg.corrections.values import Correction, EntityName
from kg.dump import dump
from kg.extract.workers import InThisProcess
from kg.pipeline import BuildReport
from kg.records import Document, Record, Span
from kg.store import EmbeddedStore
from tests.corrections.world import PEOPLE, Article, World, is_in_its_context

BASE = "https://data.test/id/"
ARTICLES, CORRECTIONS = 60, 200
LATER = "2026-11-30T13:00:00Z"


class Model:
    """An extractor of made-up articles: ``first``, or ``second``, which reads otherwise."""

    version = "1"

    def __init__(self, world: World, articles: Iterable[Article], name: str) -> None:
        self._world = world
        self.articles = tuple(articles)
        self._by_text = {sha256(article): article for article in self.articles}
        self.name = name
        self._read: dict[str, Record] = {}

    def extract(self, document: Document) -> Record:
        """What the model reads, under the document's own id; the same text gives the same record."""
        if document.sha256 not in self._read:
            self._read[document.sha256] = self._world.read(self._by_text[document.sha256], model=self.name)
        return replace(self._read[document.sha256], document=document)


@dataclass(frozen=True)
class Rebuilt:
    """What came of it: the corrections, how each ended, and how the store ends after the same build again."""

    corrections: tuple[Correction, ...]
    report: BuildReport
    is_same_again: bool


@dataclass(frozen=True)
class Entry:
    """One correction as the graph has it."""

    name: str
    kind: str
    version: str
    statement: str
    reading: str


def rebuild(seed: int, folder: Path) -> Rebuilt:
    """Build, correct, edit, read with the other model, build from nothing, and check the new store's graph.

    Args:
        seed: Of the articles, the corrections and the edits.
        folder: An empty folder.

    Raises:
        AssertionError: A correction is lost, applied twice, or applied elsewhere.
    """
    world = World(seed)
    articles = [world.article(f"article-{n:02}") for n in range(ARTICLES)]
    beside = folder / "articles"
    beside.mkdir()
    first = Model(world, articles, "first")
    with built(first, beside, folder / "one") as (_, report):
        assert report.documents == ARTICLES
    records = {record.document.sha256: record for record in KeptRecords(folder / "one").all()}
    before = {sha256(one): one for one in articles}
    decided = decisions(world, [(records[name], article) for name, article in before.items()])
    (beside / log.FILE_NAME).write_text("".join(f"{lines.dumps(one)}\n" for one in decided))
    with built(first, beside, folder / "one") as (store, report):
        check(store, report, decided, before, first.articles)
    second = Model(world, [world.edited(article) for article in articles], "second")
    with built(second, beside, folder / "two") as (store, report):
        check(store, report, decided, before, second.articles)
        once = dump(store.quads(), RdfFormat.N_QUADS)
    with built(second, beside, folder / "two") as (store, again):
        is_same = not again.changed and dump(store.quads(), RdfFormat.N_QUADS) == once
    return Rebuilt(tuple(decided), report, is_same)


@contextmanager
def built(model: Model, beside: Path, place: Path) -> Iterator[tuple[EmbeddedStore, BuildReport]]:
    """Yield a store of the articles as a model reads them, built with the corrections beside them."""
    for article in model.articles:
        (beside / f"{article.name}.txt").write_bytes(article.text().encode())
    known = beside / log.FILE_NAME
    with EmbeddedStore.open(place, create=True) as store:
        report = pipeline.build(
            [beside],
            store,
            reading=InThisProcess(lambda: model),
            base=BASE,
            corrections=lines.read(known) if known.exists() else (),
            kept=KeptRecords(place),
        )
        assert not report.refused, report.refused
        yield store, report


def sha256(article: Article) -> str:
    """The hash of an article's text, by which corrections name it."""
    return Document(id=article.name, text=article.text()).sha256


def decisions(world: World, read: Sequence[tuple[Record, Article]]) -> list[Correction]:
    """As many random corrections, spread over all articles; some join names, and some take others back."""
    made: list[Correction] = []
    for n, (record, article) in enumerate(read):
        share = (CORRECTIONS - len(made)) // (len(read) - n)
        few = [one for one, _ in world.corrections(record, article, 4 * share)][: max(1, share - 1)]
        last = few[-1] if few else None
        made += [*few, *(later(world, record, last) for _ in range(share - len(few)))]
    return made


def later(world: World, record: Record, one: Correction | None) -> Correction:
    """A decision after another: it takes that back, unlinks what that linked, or joins two names of the article."""
    document = record.document
    if one is not None and one.kind == "link":
        return lines.named(replace(one, at=LATER, kind="unlink"))
    if one is not None and world.random.random() < 0.4:
        return lines.named(Correction(id=lines.NO_ID, at=LATER, by="Ben", kind="undo", undoes=one.id))
    both = [EntityName(type="person", name=name) for name in world.random.sample(PEOPLE, 2)]
    about = Correction(id=lines.NO_ID, at=LATER, by="Ben", kind="merge", entity=both[0], into=both[1])
    return lines.named(replace(about, document=document.id, sha256=document.sha256))


def check(
    store: EmbeddedStore,
    report: BuildReport,
    decided: Sequence[Correction],
    before: Mapping[str, Article],
    now: Sequence[Article],
) -> None:
    """Demand of the graph that each correction in force is there once, at its sentence, or an orphan with a reason.

    Args:
        store: The built store.
        report: What the build said.
        decided: All corrections.
        before: The articles that they were made on, by the hash of the text.
        now: The articles in the store.

    Raises:
        AssertionError: One is lost, applied twice, or applied elsewhere.
    """
    undone = {one.undoes for one in decided}
    force = {one.id: one for one in decided if one.kind != "undo" and one.id not in undone}
    entries = list(in_graph(store))
    orphans = {one.correction.id: one.reason for one in report.orphans}
    assert all(orphans.values())
    assert report.corrected == len(entries)
    ended = {entry.name for entry in entries} | orphans.keys()
    assert ended == force.keys(), "a correction is lost, or one that was taken back is there"
    assert len(entries) + len(orphans) == len(force), "a correction is there twice"
    articles = {f"{BASE}doc/{sha256(one)[:16]}": one for one in now}
    for entry in entries:
        correction, article = force[entry.name], articles[entry.version]
        assert before[str(correction.sha256)].name == article.name, "a correction is in another article"
        assert correction.kind == entry.kind
        span = place_of(entry)
        if correction.target is not None and span is not None:
            right = sentence(before[str(correction.sha256)], correction.target.words[0].span)
            is_right = sentence(article, span) == right or is_in_its_context(correction, article.text(), span)
            assert is_right, f"{correction.kind} was applied elsewhere"


def sentence(article: Article, span: Span) -> int:
    """The identity of the sentence that most of a span is in."""
    ((identity, _),) = article.identities(span).most_common(1)
    return identity


def place_of(entry: Entry) -> Span | None:
    """Where a correction is in the text; None for one of names, and where a later one took its statement away."""
    if entry.kind in ("merge", "split"):
        return None
    if entry.statement:
        found = iri.parse(entry.statement)
        assert found is not None
        return Span(*found.spans[0])
    data = json.loads(entry.reading or "{}")
    pairs = data.get("anchor") or data.get("content")
    return Span(*pairs[0]) if pairs and entry.kind == "reject" else None


def in_graph(store: EmbeddedStore) -> Iterator[Entry]:
    """Each correction in the graph."""
    query = """PREFIX cg: <https://w3id.org/claimgraph/ns#>
    SELECT ?c ?kind ?version (COALESCE(STR(?s), "") AS ?statement) (COALESCE(?r, "") AS ?reading) {
      ?c a cg:Correction ; cg:correctionKind ?kind ; cg:inVersion ?version
      OPTIONAL { ?c cg:corrects ?s } OPTIONAL { ?c cg:modelReading ?r } } ORDER BY ?c"""
    for row in store.query(query):  # type: ignore[union-attr]
        name, *rest = (getattr(term, "value", "") for term in row)
        yield Entry(name.rpartition("/")[2], *rest)


def main() -> None:
    """Run the check for some seeds, and print what became of the corrections."""
    for seed in range(int(sys.argv[1]) if len(sys.argv) > 1 else 1):
        with tempfile.TemporaryDirectory() as folder:
            ended = rebuild(seed, Path(folder))
        applied, orphans = ended.report.corrected, ended.report.orphans
        sys.stdout.write(
            f"seed {seed}: {len(ended.corrections)} corrections ({dict(Counter(o.kind for o in ended.corrections))}), "
            f"{applied} applied, {len(orphans)} orphans, the same again: {ended.is_same_again}\n"
        )
        for reason, number in Counter(one.reason for one in orphans).most_common():
            sys.stdout.write(f"{number:6} {reason}\n")


if __name__ == "__main__":
    main()
