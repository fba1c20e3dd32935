"""Each export, read back by a library of its own ecosystem: counts are those of the records, no claim is a fact."""

from __future__ import annotations

import csv
import importlib
import io
import json
import os
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import networkx
import openpyxl
import pyoxigraph as ox
import pytest
from huggingface_hub import DatasetCard, DatasetCardData
from nanopub.nanopub import Nanopub
from pyarrow import Table, parquet
from pyld import jsonld
from rdflib import Dataset

from kg import vocab
from kg.export.lists import STATEMENTS
from kg.export.tables import safe_cell
from tests.export.articles import COUNT, HOSTILE, collection, counted, counted_events, exported, records

KINDS = ("fact", "claim", "inner", "unclear")


def csv_rows(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def unzipped(data: bytes) -> dict[str, bytes]:
    """The files of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_csv_has_every_statement_with_its_place_and_kind() -> None:
    """By Python's reader: as many rows of each kind as the records have, each with headline, quote and span."""
    rows = csv_rows(exported("csv", list_name="statements"))
    assert tuple(rows[0]) == tuple(STATEMENTS)
    assert Counter(row["kind"] for row in rows) == {kind: counted(kind) for kind in KINDS}
    assert all(row["quote"] and row["span"] and row["headline"] for row in rows)
    assert not [row for row in rows if row["kind"] == "fact" and row["speaker"]]
    assert not [row for row in rows if row["kind"] != "fact" and row["event"]]


def test_archive_of_lists_says_in_its_names_what_is_in_it() -> None:
    """All five lists, with as many articles and events as there are; of events, only those that articles report."""
    files = unzipped(exported("csv"))
    assert sorted(files) == [
        f"claimgraph-{name}.csv" for name in ("articles", "events", "places", "speakers", "statements")
    ]
    assert len(csv_rows(files["claimgraph-articles.csv"])) == COUNT
    events = csv_rows(files["claimgraph-events.csv"])
    assert len(events) == counted_events(stated=False)
    assert {"headline", "outlet", "date", "url", "quote", "span"} <= set(events[0])


def test_csv_begins_with_a_byte_order_mark_on_request_only() -> None:
    """Excel knows UTF-8 by it; programs do without."""
    assert exported("csv", list_name="articles", bom=True).startswith(b"\xef\xbb\xbf")
    assert exported("csv", list_name="articles").startswith(b'"name"')


def test_no_cell_of_csv_is_a_formula() -> None:
    """A hostile headline is shown, not computed, in every table."""
    tables = [*unzipped(exported("csv")).values(), exported("events"), *unzipped(exported("network")).values()]
    for data in tables:
        for row in csv_rows(data):
            assert not [cell for cell in row.values() if cell.strip().startswith(("=", "+", "-", "@"))]
    assert any(row["headline"] == f"'{HOSTILE}" for row in csv_rows(exported("csv", list_name="statements")))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" \n=cmd|x", " \n'=cmd|x"),
        ("＝1", "'＝1"),
        ("safe;=1+1", "safe;'=1+1"),
        ("3-2=1", "3-2=1"),
        ("", ""),
    ],
)
def test_what_begins_a_formula_gets_an_apostrophe(text: str, shown: str) -> None:
    """Also after blanks, in full width, and behind a semicolon, at which some spreadsheets split."""
    assert safe_cell(text).replace("'", "") == text.replace("'", "")
    assert safe_cell(text).replace(" ", "").replace("\n", "") == shown.replace(" ", "").replace("\n", "")


def test_excel_has_all_lists_as_text() -> None:
    """By openpyxl: as many rows as CSV has, the same cells, and no cell is a formula."""
    book = openpyxl.load_workbook(io.BytesIO(exported("excel")), read_only=True)
    assert book.sheetnames == ["statements", "articles", "speakers", "places", "events"]
    rows = list(book["statements"].iter_rows(values_only=True))
    assert rows[0] == tuple(STATEMENTS)
    assert Counter(row[0] for row in rows[1:]) == {kind: counted(kind) for kind in KINDS}
    titles = {cell.value: cell.data_type for (cell,) in book["articles"].iter_rows(min_row=2, max_col=1)}
    assert len(titles) <= COUNT
    assert titles[HOSTILE] == "s"
    written = [[safe_cell(str(cell or "")) for cell in row] for row in rows[1:]]
    same = [list(row.values()) for row in csv_rows(exported("csv", list_name="statements"))]
    assert [[cell.replace("\r\n", "\n") for cell in row] for row in same] == written


def network() -> Any:
    """The network, as networkx reads it from the two tables."""
    files = unzipped(exported("network"))
    graph = networkx.MultiDiGraph()
    for row in csv_rows(files["nodes.csv"]):
        graph.add_node(row["Id"], **row)
    for row in csv_rows(files["edges.csv"]):
        assert row["Source"] in graph, row
        assert row["Target"] in graph, row
        graph.add_edge(row["Source"], row["Target"], **row)
    return graph


def test_network_has_a_node_a_statement_and_no_edge_between_actors() -> None:
    """By networkx: a claim is a node between its speaker and whom it is about, and each edge says its kind."""
    graph = network()
    kinds = nodes_by_kind = Counter(data["kind"] for _, data in graph.nodes(data=True))
    assert kinds["fact"] == counted("fact")
    statements = {row.statement for row in collection().rows if row.kind in ("claim", "inner")}
    assert len(statements) == counted("claim") + counted("inner")
    assert statements <= {name for name, data in graph.nodes(data=True) if data["kind"] == "claim"}, nodes_by_kind
    assert {data["kind"] for *_, data in graph.edges(data=True)} == {"fact", "claim"}
    for source, target, data in graph.edges(data=True):
        assert {graph.nodes[source]["kind"], graph.nodes[target]["kind"]} != {"entity"}, data


def test_edges_of_facts_touch_no_claim() -> None:
    """Whoever keeps the edges of kind fact has reported events and those who take part in them, and nothing said."""
    graph = network()
    facts = [(one, other) for one, other, data in graph.edges(data=True) if data["kind"] == "fact"]
    assert facts
    assert {graph.nodes[name]["kind"] for edge in facts for name in edge} == {"fact", "entity"}


def test_event_table_has_reported_events_alone_by_default() -> None:
    """By Python's reader: one row an event, each with a code where the ontology has one, none of a claim."""
    rows = csv_rows(exported("events"))
    assert len(rows) == counted_events(stated=False)
    assert {row["voice"] for row in rows} == {"own"}
    meeting = next(row for row in rows if row["event_type"] == "meeting" and row["outlet"] == "The Sample Herald")
    assert (meeting["cameo"], meeting["actor1"], meeting["actor2"]) == ("040", "Arvonia", "Belmark")
    assert meeting["plover"] == "CONSULT"
    assert meeting["source_url"].startswith("https://herald.test/")
    assert meeting["date_start"] == "2025-04-03"


def test_claimed_events_are_told_apart_in_the_event_table() -> None:
    """Asked for, they come with their speaker, and a denied one says so."""
    rows = csv_rows(exported("events", claimed=True))
    assert Counter(row["voice"] for row in rows) == {
        "own": counted_events(stated=False),
        "claimed": counted_events(stated=True),
    }
    assert all(row["speaker"] for row in rows if row["voice"] == "claimed")
    denied = [row for row in rows if row["denied"]]
    assert denied
    assert {row["voice"] for row in denied} == {"claimed"}
    assert {row["act"] for row in denied if row["outlet"] == "The Sample Herald"} == {"deny"}


@pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning")
def test_each_nanopublication_is_valid_by_their_library() -> None:
    """By nanopub: one a fact or claim, an index a version, a retraction of what was withdrawn."""
    of_graph: dict[str, list[ox.Quad]] = {}
    for quad in ox.parse(exported("nanopub"), ox.RdfFormat.TRIG):
        of_graph.setdefault(quad.graph_name.value.rpartition("/")[0], []).append(quad)
    assert len(of_graph) == counted("fact") + counted("claim") + COUNT + 1
    # each way to be one is checked, not each of a thousand: the library takes a while for one
    names = sorted(of_graph)
    chosen = [*names[::60], *[name for name in names if name.endswith("/np")][:3]]
    chosen += [name for name in names if name.endswith("/retraction")]
    for name in chosen:
        read = Dataset()
        read.parse(data=ox.serialize(of_graph[name], format=ox.RdfFormat.N_QUADS).decode(), format="nquads")  # type: ignore[union-attr]
        publication = Nanopub(rdf=read)
        assert publication.is_valid
        assert str(publication.metadata.np_uri) == name
        if name.endswith("/retraction"):
            (retracted,) = [o for _, p, o in publication.assertion if str(p).endswith("nanopub/x/retracts")]
            assert str(retracted) == name.removesuffix("/retraction")


def expanded(name: str, context: dict[str, Any]) -> list[Any]:
    """The document, expanded by pyld with a context of ours for theirs, which no test fetches."""
    document = json.loads(exported(name))

    def loader(url: str, _: Any = None) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": {"@context": context}}

    return list(jsonld.expand(document, {"documentLoader": loader}))


def test_schema_org_has_claims_without_a_rating() -> None:
    """By pyld: an article a version, and each Claim with its author and where it appears."""
    schema = "https://schema.org/"
    nodes = expanded("schema-org", {"@vocab": schema, "schema": schema})
    types = Counter(node["@type"][0].removeprefix(schema) for node in nodes)
    factual = {"say", "report", "announce", "confirm", "admit", "accuse", "explain", "insist"}
    claims = sum(
        claim.parent is None and claim.speech_act in factual and claim.polarity != "negative"
        for record in records()
        for claim in record.claims
    )
    assert types == {"NewsArticle": COUNT, "Claim": claims}
    for node in nodes:
        assert not [name for name in node if "rating" in name.lower() or "review" in name.lower()]
        if node["@type"] == [f"{schema}Claim"]:
            assert node[f"{schema}author"]
            assert node[f"{schema}appearance"]


def test_annotations_quote_the_text_that_they_point_at() -> None:
    """By pyld: one a statement; position and words are those of the text."""
    oa = "http://www.w3.org/ns/oa#"
    names = ("bodyValue", "exact", "prefix", "suffix", "start", "end")
    context: dict[str, Any] = {name: oa + name for name in names}
    context |= {"id": "@id", "type": "@type", "@vocab": oa}
    context |= {"body": oa + "hasBody", "target": oa + "hasTarget", "selector": oa + "hasSelector"}
    context |= {"first": "http://www.w3.org/ns/activitystreams#first"}
    context["items"] = {"@id": "http://www.w3.org/ns/activitystreams#items", "@container": "@list"}
    (collected,) = expanded("annotations", context)
    (page,) = collected["http://www.w3.org/ns/activitystreams#first"]
    items = page["http://www.w3.org/ns/activitystreams#items"][0]["@list"]
    assert len(items) == sum(map(counted, KINDS))
    texts = {row.statement: collection().article_of(row).text for row in collection().rows}
    for item in json.loads(exported("annotations"))["first"]["items"]:
        for target in item["target"]:
            selectors = target["selector"] if isinstance(target["selector"], list) else [target["selector"]]
            words = selectors[-1]
            around = words["prefix"] + words["exact"] + words["suffix"]
            assert around in texts[item["via"]]
            if len(selectors) == 2:
                where = selectors[0]
                assert texts[item["via"]][where["start"] : where["end"]] == words["exact"]


def test_reified_graph_asserts_nothing_of_a_claim() -> None:
    """By pyoxigraph's parser of RDF 1.2: content is in triple terms alone, each reified by its claim."""
    store = ox.Store()
    store.bulk_load(exported("rdf12"), ox.RdfFormat.TURTLE)
    reifies = ox.NamedNode(vocab.RDF + "reifies")
    assert not [quad for quad in store if "/content/" in str(quad.subject)]
    described = {
        vocab.CLAIM: counted("claim"),
        vocab.REPORTED_FACT: counted("fact"),
        vocab.EVENT: counted_events(stated=False),
    }
    for name, number in described.items():
        assert len(list(store.quads_for_pattern(None, ox.NamedNode(vocab.RDF_TYPE), ox.NamedNode(name)))) == number
    reified = list(store.quads_for_pattern(None, reifies, None))
    stated = [quad for quad in reified if "/claim/" in str(quad.subject)]
    propositions = [quad for quad in stated if vocab.STATED_PROPOSITION in str(quad.object)]
    assert len(propositions) == counted("claim") + counted("inner")
    assert all(isinstance(quad.object, ox.Triple) for quad in reified)


def rows_of(query: str, statements: Table) -> list[Any]:
    """The rows of a query of DuckDB, which finds the table by its name."""
    assert len(statements)
    result = duckdb.sql(query)
    assert result is not None
    return result.fetchall()


def test_parquet_has_every_statement_typed_and_documented() -> None:
    """By DuckDB: counts by kind, days as days; each column says what stands in it."""
    statements = parquet.read_table(io.BytesIO(exported("parquet")))
    assert {field.name: field.metadata[b"description"].decode() for field in statements.schema} == dict(STATEMENTS)
    found = rows_of("SELECT kind, count(*) FROM statements GROUP BY kind", statements)
    assert dict(found) == {kind: counted(kind) for kind in KINDS}
    days_query = "SELECT count(day_earliest), min(year(day_earliest)) > 1900 FROM statements"
    (days,) = rows_of(days_query, statements)
    assert days[0] > 0
    assert days[1]


def test_dataset_comes_with_a_card_that_documents_every_column() -> None:
    """By huggingface_hub: its head names the file, its table each column; claims are said not to be facts."""
    files = unzipped(exported("dataset"))
    card = files["README.md"].decode()
    head = DatasetCard(card).data
    assert isinstance(head, DatasetCardData)
    assert head["configs"][0]["data_files"] in files
    assert all(f"| `{name}` |" in card for name in STATEMENTS)
    assert "what somebody said, not what happened" in card
    assert files["data/statements.parquet"] == exported("parquet")


def test_followthemoney_makes_no_event_of_a_claim() -> None:
    """Line by line: an Event for each that is reported, a Note for each claim, with who says it."""
    entities = [json.loads(line) for line in exported("followthemoney").splitlines()]
    schemata = Counter(entity["schema"] for entity in entities)
    assert schemata["Article"] == COUNT
    assert schemata["Event"] == counted_events(stated=False)
    assert schemata["Note"] == counted("claim") + counted("inner")
    assert set(schemata) <= {"Article", "Event", "Note", "Person", "Organization", "PublicBody"}
    known = {entity["id"] for entity in entities}
    for entity in entities:
        for name in ("involved", "entity", "proof"):
            assert set(entity["properties"].get(name, ())) <= known


def test_followthemoney_is_valid_by_its_library() -> None:
    """By followthemoney: as many entities of each schema, and no property or value that the schema refuses."""
    model = followthemoney().model
    schemata: Counter[str] = Counter()
    for line in exported("followthemoney").splitlines():
        data = json.loads(line)
        proxy = model.get_proxy(data, cleaned=False)  # so that it looks at each value; blanks may be made alike
        schemata[proxy.schema.name] += 1
        for name, values in data["properties"].items():
            assert len(proxy.get(name)) == len(values), (data["schema"], name)
    actors = [entity for entity in collection().entities if entity.type in ("Person", "Organization", "PoliticalActor")]
    assert schemata["Article"] == COUNT
    assert schemata["Event"] == counted_events(stated=False)
    assert schemata["Note"] == counted("claim") + counted("inner")
    assert schemata.total() == COUNT + schemata["Event"] + schemata["Note"] + len(actors)


def followthemoney() -> Any:
    """The library. ``make test`` installs it: in CI a test that it is missing for fails."""
    if "CI" in os.environ:
        return importlib.import_module("followthemoney")
    return pytest.importorskip("followthemoney", reason="make test installs it: tests/export/followthemoney.txt")


@pytest.mark.parametrize("name", ["csv", "network", "events"])
def test_each_csv_is_read_by_a_database(name: str, tmp_path: Path) -> None:
    """By DuckDB, which finds the dialect itself: the columns of the head, and as many rows as there are."""
    data = exported(name)
    files = unzipped(data) if data.startswith(b"PK") else {f"{name}.csv": data}
    for file, content in files.items():
        (tmp_path / file).write_bytes(content)
        read = duckdb.read_csv(str(tmp_path / file), header=True, all_varchar=True)
        rows = csv_rows(content)
        assert len(read.fetchall()) == len(rows) > 0
        assert read.columns == list(rows[0])
    if name == "csv":
        kinds = duckdb.read_csv(str(tmp_path / "claimgraph-statements.csv")).aggregate("kind, count(*)").fetchall()
        assert dict(kinds) == {kind: counted(kind) for kind in KINDS}
