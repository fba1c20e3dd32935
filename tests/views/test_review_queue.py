"""What waits for review is what the graph says, after any writes."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Quad

from kg import vocab
from kg.corrections import reapply
from kg.mapper import map_record
from kg.pages.review_forms import accepted
from kg.store import EmbeddedStore
from kg.views.review_queue import ReviewQueue
from tests.samples import sample

BASE = "https://data.test/id/"
RECORDS = [sample(), sample(text=sample().document.text + " And on.", document_id="second")]
KEPT = {record.document.sha256[:16] for record in RECORDS}
WAITING = """PREFIX cg: <https://w3id.org/claimgraph/ns#> PREFIX mod: <https://w3id.org/claimgraph/mod/>
SELECT ?c ?s ?rule { ?s cg:status mod:extracted ; cg:confidence ?c ; cg:rule ?rule } ORDER BY ?c ?s"""


def _demand_the_same(queue: ReviewQueue, store: EmbeddedStore) -> int:
    rows = [(float(row[0].value), row[1].value, row[2].value) for row in store.query(WAITING)]  # type: ignore[union-attr]
    found, number = queue.least_certain(KEPT, 1000)
    assert [(one.confidence, one.statement, one.rule) for one in found] == sorted(rows)
    assert number == len(rows)
    assert sum(rule.count for rule in queue.rules(KEPT)) == number
    return number


def test_queue_is_what_the_graph_says_after_each_write() -> None:
    """A build, a correction, a withdrawal and a bulk load: asked before and after each, nothing is stale."""
    store = EmbeddedStore.in_memory()
    queue = ReviewQueue(store)
    assert _demand_the_same(queue, store) == 0
    store.replace([map_record(record, BASE) for record in RECORDS])
    before = _demand_the_same(queue, store)
    assert before > 6
    record = RECORDS[0]
    one = accepted(record.claims[0], record, "Ana", "2026-11-30T12:00:00Z", "seen")
    store.replace([map_record(reapply.apply(record, [one]).record, BASE)])
    assert _demand_the_same(queue, store) == before - 1
    store.replace([map_record(record, BASE)])
    assert _demand_the_same(queue, store) == before
    store.withdraw(map_record(record, BASE).version)
    assert 0 < _demand_the_same(queue, store) < before


def test_queue_has_only_what_can_be_reviewed_and_bears_odd_values() -> None:
    """A version without a kept record is left out; a confidence that is no number is the least."""
    store = EmbeddedStore.in_memory()
    store.replace([map_record(record, BASE) for record in RECORDS])
    queue = ReviewQueue(store)
    (digits, _) = sorted(KEPT)
    found, _ = queue.least_certain({digits}, 1000)
    assert {one.digits for one in found} == {digits}
    odd = NamedNode(found[-1].statement)
    store.change(set(), {Quad(odd, NamedNode(vocab.CONFIDENCE), Literal("as good as sure"))})
    assert queue.least_certain({digits}, 1)[0][0].statement == odd.value
    (shown,) = queue.shown(queue.of_rule({digits}, found[0].rule)[:1])
    assert shown.quote
    assert shown.path.startswith(f"{shown.side}-")
