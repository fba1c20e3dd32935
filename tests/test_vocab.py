"""``kg/vocab.py`` and the gazetteer are what the ontology says, and no more."""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from rdflib import DCTERMS, SKOS, Graph, Literal, Namespace, URIRef

from kg import vocab
from ontology import gazetteer
from ontology import vocab as generator

ROOT = Path(__file__).parents[1]
CG = Namespace(vocab.CG)
ROWS: list[dict[str, Any]] = json.loads(gazetteer.TARGET.read_text(encoding="utf-8"))
STATES = 193 + 4  # members of the United Nations; Holy See, Palestine, Kosovo, Taiwan


def forms(row: dict[str, Any]) -> set[str]:
    """Every form that an actor's name can take."""
    towns = [town for town in (row["capital"], *row["seats"]) if town]
    own = {row["name"], *row["aliases"], *row["demonyms"], *row["metonyms"]}
    return own.union(*({town["name"], *town["aliases"]} for town in towns))


def test_constants_are_what_the_ontology_generates() -> None:
    """Whoever edits the ontology regenerates the constants: ``python ontology/vocab.py > kg/vocab.py``."""
    command = [sys.executable, str(ROOT / "ontology" / "vocab.py")]
    generated = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert generated == (ROOT / "kg" / "vocab.py").read_text(encoding="utf-8")


def test_vocabulary_imports_nothing_heavy() -> None:
    """Text stages import the constants, and may not get an RDF library with them."""
    code = "import sys; import kg.vocab; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "kg" in loaded.split()
    assert not {"rdflib", "pyoxigraph", "spacy", "flask"} & set(loaded.split())


def test_two_terms_of_one_name_get_two_constants() -> None:
    """A class and a property that differ in one capital only do not overwrite each other."""
    assert (vocab.MEDIUM, vocab.MEDIUM_CLASS) == (vocab.CG + "medium", vocab.CG + "Medium")


def test_a_name_taken_twice_stops_the_generator() -> None:
    """Where even the suffix does not help, nothing is written."""
    turtle = f"""@prefix cg: <{vocab.CG}> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
    cg:oneTerm a owl:ObjectProperty . cg:one_Term a owl:ObjectProperty . cg:ONE_TERM a owl:Class ."""
    with pytest.raises(SystemExit, match="ONE_TERM"):
        generator.core_constants(Graph().parse(data=turtle))


def test_every_constant_of_the_core_is_a_term_of_its_own() -> None:
    """No two constants mean one IRI."""
    iris = [value for value in vars(vocab).values() if isinstance(value, str) and value.startswith(vocab.CG)]
    assert len(iris) == len(set(iris)) > 80


def test_tags_are_read_only() -> None:
    """The closed lists cannot be changed by whoever imports them."""
    assert isinstance(vocab.SPEECH_ACTS, frozenset)
    assert isinstance(vocab.ENTITY_CLASSES, MappingProxyType)
    assert set(vocab.ENTITY_CLASSES) == vocab.ENTITY_TYPES


def test_groups_of_speech_acts_are_no_tags() -> None:
    """Assertive, directive and the rest only order the scheme: no claim is just an "assertive"."""
    assert not {"assertive", "directive", "commissive", "expressive", "declarative"} & vocab.SPEECH_ACTS


def test_no_term_stands_on_both_sides_of_the_barrier() -> None:
    """The two lists that the shapes and the laundering test go by have nothing in common, and twins cross between."""
    assert not vocab.STATED_TERMS & vocab.ASSERTED_TERMS
    assert set(vocab.STATED_TWINS.values()) <= vocab.STATED_TERMS
    assert not set(vocab.STATED_TWINS) & vocab.STATED_TERMS
    assert vocab.CG + "describes" in vocab.ASSERTED_TERMS


def test_every_event_type_leads_to_a_widest_one() -> None:
    """Following the wider type ends at a type that has none."""
    widest = vocab.EVENT_TYPES - set(vocab.BROADER_EVENT_TYPE)
    assert "assault" in widest
    for narrow in vocab.BROADER_EVENT_TYPE:
        step = narrow
        for _ in range(5):
            step = vocab.BROADER_EVENT_TYPE.get(step, step)
        assert step in widest


def test_every_plover_field_has_an_event_type() -> None:
    """Event data that was coded by PLOVER, old names or new, can be read: each of its names is one event type."""
    graph = generator.load()
    types = graph.subjects(SKOS.inScheme, URIRef(vocab.EVT + "scheme"))
    codes = [
        str(code)
        for term in types
        for code in graph.objects(term, SKOS.notation)
        if isinstance(code, Literal) and code.datatype == CG.PLOVER
    ]
    fields = "AGREE AID ASSAULT COERCE CONCEDE CONSULT COOPERATE DEMAND DISAPPROVE FIGHT INVESTIGATE MOBILIZE PROTEST"
    fields += " ACCUSE REJECT REQUEST RETREAT SANCTION SUPPORT THREATEN"
    assert sorted(codes) == sorted(fields.split())


def test_gazetteer_is_what_the_known_actors_generate() -> None:
    """Whoever edits the known actors regenerates the data: ``python ontology/gazetteer.py``."""
    assert gazetteer.text(gazetteer.load()) == gazetteer.TARGET.read_text(encoding="utf-8")


def test_every_actor_has_a_known_type() -> None:
    """The extractor builds entities of these types."""
    assert {row["type"] for row in ROWS} <= vocab.ENTITY_TYPES - {"unnamed_source", "stated_participant"}


def test_all_states_are_there() -> None:
    """Every state of the world, by its ISO code, and no name twice."""
    codes = [str(code) for code in gazetteer.load().objects(None, DCTERMS.identifier)]
    assert len(codes) == len(set(codes)) == STATES
    assert all(len(code) == 2 and code.isupper() for code in codes)
    assert len({row["name"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("Russians", "Russia"),
        ("Kremlin", "Russia"),
        ("Kiev", "Ukraine"),
        ("Downing Street", "United Kingdom"),
        ("Élysée", "France"),
        ("Beijing", "China"),
        ("U.S.", "United States"),
        ("The Hague", "Netherlands"),
    ],
)
def test_news_names_lead_to_their_actor(form: str, name: str) -> None:
    """Demonyms, government seats, old spellings and abbreviations are known."""
    assert [row["name"] for row in ROWS if form in forms(row)] == [name]


def test_a_form_of_two_actors_is_marked_ambiguous() -> None:
    """ "Congolese" or "Brussels" alone does not say who is meant."""
    owners: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in ROWS:
        for form in forms(row):
            owners[form].append(row)
    shared = {form: rows for form, rows in owners.items() if len(rows) > 1}
    assert "Brussels" in shared
    for form, rows in shared.items():
        assert all(form in row["ambiguous"] for row in rows), f"{form} means {[row['name'] for row in rows]}"


def test_only_an_actors_own_forms_are_marked_ambiguous() -> None:
    """A mark on a form that the actor does not have is a misspelling."""
    for row in ROWS:
        assert set(row["ambiguous"]) <= forms(row), row["name"]


def test_one_wikidata_item_is_one_actor() -> None:
    """Two actors with one id would be one entity under two names."""
    ids = [row["wikidata"] for row in ROWS if row["wikidata"]]
    assert len(ids) == len(set(ids)) > 200
    assert all(qid.startswith("Q") and qid[1:].isdigit() for qid in ids)


def test_a_town_stands_for_one_actor() -> None:
    """The same town as the capital of two actors would make its name ambiguous without a mark."""
    graph = gazetteer.load()
    towns = [town for path in (CG.capital, CG.seat) for town in graph.objects(None, path)]
    assert len(towns) == len(set(towns)) > 150
    assert all((town, URIRef(vocab.RDF_TYPE), URIRef(vocab.SCHEMA_PLACE)) in graph for town in towns)
