"""How much of what somebody said comes out of a "facts" query, by design and by how a store merges graphs.

``python -m tests.laundering docs/figures.md`` writes the table between the page's markers. The second design, the same
content in ordinary terms, is there to show that the measure can be other than zero.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store
from rdflib import Graph, URIRef

from kg import pipeline, resources, vocab
from kg.dump import dump
from kg.iri import SEED_BASE
from kg.mapper import map_record
from kg.records import Record
from kg.store import EmbeddedStore
from tests.link.build import record

FACTS_QUERIES = {
    "every event": "?e a cg:Event",
    "who did something": "?e cg:agent ?x",
    "to whom it was done": "?e cg:target ?x",
    "who took part": "?e cg:participant ?x",
    "what kind it was": "?e cg:eventType ?x",
    "where it was": "?e cg:place ?x",
    "when it was": "?e cg:when ?x",
    "every event of SEM": "?e a sem:Event",
    "every actor of SEM": "?e sem:hasActor ?x",
    "every claim": "?e a cg:Claim",
    "who made a claim": "?e cg:speaker ?x",
    "what a fact describes": "?x cg:describes ?e",
}
_PREFIXES = f"PREFIX cg: <{vocab.CG}> PREFIX sem: <http://semanticweb.cs.vu.nl/2009/11/sem/>\n"
_CONTENT = "/content/"
_START, _END = "<!-- laundering: written by make test -->", "<!-- end of laundering -->"


def in_plain_terms(quads: Iterable[Quad]) -> list[Quad]:
    """The same graph with each stated term replaced by its twin among the asserted ones, as many pipelines write it."""
    twins = {stated: asserted for asserted, stated in _twins()}
    twins[vocab.DENIED_EVENT] = vocab.EVENT

    def plain(term: object) -> object:
        return NamedNode(twins[term.value]) if isinstance(term, NamedNode) and term.value in twins else term

    return [Quad(q.subject, plain(q.predicate), plain(q.object), q.graph_name) for q in quads]  # type: ignore[arg-type]


def strict(quads: list[Quad]) -> int:
    """Rows of content from the default graph alone, as the store serves it."""
    return _asked_of_oxigraph(quads, union=False)


def union(quads: list[Quad]) -> int:
    """Rows of content where the default graph is the union of all graphs, as some stores have it."""
    return _asked_of_oxigraph(quads, union=True)


def flattened(quads: list[Quad]) -> int:
    """Rows of content from a flat Turtle dump, read by rdflib."""
    return _asked_of_rdflib(_flat(quads))


def under_rdfs(quads: list[Quad]) -> int:
    """Rows of content from the flat dump, the ontology and its alignments under RDFS entailment."""
    from owlrl import RDFS_Semantics

    return _asked_of_rdflib(_closed(quads, RDFS_Semantics))


def under_owl_rl(quads: list[Quad]) -> int:
    """Rows of content from the flat dump, the ontology and its alignments under OWL 2 RL."""
    from owlrl import OWLRL_Semantics

    return _asked_of_rdflib(_closed(quads, OWLRL_Semantics))


MERGES: dict[str, Callable[[list[Quad]], int]] = {
    "separate default graph": strict,
    "union graph": union,
    "flat Turtle": flattened,
    "+ RDFS": under_rdfs,
    "+ OWL RL": under_owl_rl,
}


def rows(records: Iterable[Record]) -> dict[str, list[int]]:
    """Design -> rows of claim content that the facts queries return, one number a merge."""
    ours = in_one_graph(records)
    designs = {"ordinary terms in named graphs": in_plain_terms(ours), "**ours: stated terms in named graphs**": ours}
    return {name: [measure(quads) for measure in MERGES.values()] for name, quads in designs.items()}


def in_one_graph(records: Iterable[Record]) -> list[Quad]:
    """Return the quads of records in one store, with all that a linking run finds, what is unsure too."""
    store = EmbeddedStore.in_memory()
    store.replace([map_record(record) for record in records])
    pipeline.link_store(store, SEED_BASE, unsure=True)
    return list(store.quads())


def table(measured: dict[str, list[int]]) -> str:
    """The Markdown table of :func:`rows`."""
    lines = ["| content of claims written in | " + " | ".join(MERGES) + " |", "|---|" + "---:|" * len(MERGES)]
    lines += [f"| {name} | {' | '.join(map(str, numbers))} |" for name, numbers in measured.items()]
    return "\n".join(lines)


def between_markers(readme: str) -> str:
    """What stands between the README's markers."""
    return readme.split(_START)[1].split(_END)[0].strip()


def _asked_of_oxigraph(quads: list[Quad], *, union: bool) -> int:
    store = Store()
    store.extend(quads)
    count = 0
    for where in FACTS_QUERIES.values():
        found = store.query(f"{_PREFIXES} SELECT DISTINCT ?e {{ {where} }}", use_default_graph_as_union=union)
        count += sum(_CONTENT in str(row["e"]) for row in found)  # type: ignore[union-attr]
    return count


def _asked_of_rdflib(graph: Graph) -> int:
    count = 0
    for where in FACTS_QUERIES.values():
        found = graph.query(f"{_PREFIXES} SELECT DISTINCT ?e {{ {where} }}")
        count += sum(_CONTENT in str(row[0]) for row in found)  # type: ignore[index]
    return count


def _flat(quads: list[Quad]) -> Graph:
    return Graph().parse(data=dump(quads, RdfFormat.TURTLE), format="turtle")


def _closed(quads: list[Quad], semantics: type) -> Graph:
    from owlrl import DeductiveClosure

    # What carries no meaning for a reasoner is left out: positions of spans and the articles' texts.
    meaning = [q for q in quads if "#char=" not in str(q.subject) and q.predicate.value != vocab.FULL_TEXT]
    graph = _flat(meaning) + _ontology()
    DeductiveClosure(semantics).expand(graph)
    return graph


@cache
def _ontology() -> Graph:
    graph = Graph()
    folder = resources.folder("ontology")
    for name in ("claimgraph.ttl", "alignments.ttl"):
        graph.parse(folder / name, format="turtle")
    return graph


def _twins() -> list[tuple[str, str]]:
    return [(str(s), str(o)) for s, o in _ontology().subject_objects(URIRef(vocab.STATED_FORM))]


def records() -> list[Record]:
    """What the table is measured on: the seed article, the sample, and articles that a run links."""
    from kg import readers
    from kg.config import Settings
    from kg.extract import EXTRACTORS
    from tests.samples import sample

    seeds = Path(__file__).parent.parent / "seeds"
    extractor = EXTRACTORS[Settings().extractor](Settings())
    seed = [extractor.extract(d) for path in readers.find([seeds]) for d in readers.read(path)]
    return [*seed, sample(), *disputed()]


def disputed() -> list[Record]:
    """Return an accusation with its denial and two counts, in three articles that a linking run joins."""
    accusation, denial = "Uganda of shelling the village of Busia", "its troops had shelled the village of Busia"
    toll = "At least 12 people were killed when a ferry sank off Mombasa in Kenya"
    return [
        record("a", "2031-01-01", [(accusation, "Kenya", "accuse", "Uganda"), (toll, "Red Cross", "say")]),
        record("b", "2031-01-02", [(denial, "Uganda", "deny")]),
        record("c", "2031-01-01", [(toll.replace("12", "40"), "Kenya", "say")]),
    ]


def main(page: Path) -> None:
    """Write the table into a page.

    Raises:
        SystemExit: The page has no markers.
    """
    text = page.read_text("utf-8")
    if _START not in text or _END not in text:
        sys.exit(f"{page}: no markers of the laundering table; it is in docs/figures.md")
    before, after = text.split(_START)[0], text.split(_END)[1]
    page.write_text(f"{before}{_START}\n{table(rows(records()))}\n{_END}{after}", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
