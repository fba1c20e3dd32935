"""A store of sixty articles without an extractor: the gold ones, and variants of the sample; one more is withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from kg import export
from kg.export.collection import Collection
from kg.mapper import map_record
from kg.records import Record
from kg.store import EmbeddedStore
from tests.gold.load import load_gold
from tests.samples import sample

BASE = "https://data.test/id/"
COUNT = 60
HOSTILE = '=HYPERLINK("https://evil.test","x")'


@cache
def records() -> tuple[Record, ...]:
    """Sixty records; one has a headline that a spreadsheet would compute."""
    gold = [article.record for article in load_gold()]
    more = []
    for number in range(COUNT - len(gold)):
        record = sample(document_id=f"s{number}", publisher="The Sample Herald", published=f"2025-04-{number + 1:02}")
        text = f"{record.document.text} Number {number}."
        title = HOSTILE if number == 0 else f"Envoys {number}"
        url = f"https://herald.test/{number}"
        more.append(replace(record, document=replace(record.document, text=text, title=title, url=url)))
    return (*gold, *more)


@cache
def store() -> EmbeddedStore:
    """The store, to be read only."""
    opened = EmbeddedStore.in_memory()
    gone = sample(document_id="gone")
    withdrawn = map_record(replace(gone, document=replace(gone.document, text=gone.document.text + " Gone.")), BASE)
    opened.replace([*(map_record(record, BASE) for record in records()), withdrawn])
    opened.withdraw(withdrawn.version, "The quotation was made up", datetime(2025, 4, 5, 9, 30, tzinfo=UTC))
    return opened


@cache
def collection() -> Collection:
    """What the store holds."""
    return Collection(store(), BASE)


@cache
def exported(name: str, *, list_name: str = "", bom: bool = False, claimed: bool = False) -> bytes:
    """The file of a format, written once for all tests."""
    options = export.Options(list_name=list_name, bom=bom, claimed=claimed)
    return export.written(export.FORMATS[name], collection(), store(), options)


def counted(kind: str) -> int:
    """How many facts, claims (also inside of claims) or unclear passages the records have."""
    if kind == "fact":
        return sum(len(record.facts) for record in records())
    if kind == "unclear":
        return sum(len({one.span for one in record.unclear}) for record in records())
    inner = kind == "inner"
    return sum((claim.parent is not None) == inner for record in records() for claim in record.claims)


def counted_events(*, stated: bool) -> int:
    """How many events facts assert, or claims state."""
    if stated:
        return sum(len(claim.stated_events) for record in records() for claim in record.claims)
    return sum(len(fact.events) for record in records() for fact in record.facts if fact.asserts_events)
