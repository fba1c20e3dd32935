"""What is said of a query that cannot be read."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from kg.syntax import explained

WRONG = {
    "SELEC * { ?s ?p ?o }": ("line 1", "'SELEC'", "SELECT"),
    "\nSELECT *\nWHRE { ?s ?p ?o }": ("line 3", "'WHRE'", "WHERE"),
    "SELECT * { ?s ?p ?o . FILTR(?o) }": ("line 1", "'FILTR'", "FILTER"),
    "SELECT * { ?s foaf:name ?o }": ("line 1", "'foaf:'", "PREFIX foaf: <http://xmlns.com/foaf/0.1/>"),
    "SELECT * { ?s zzz:name ?o }": ("line 1", "'zzz:'", "cg:"),
    "SELECT * {\n ?s cg:text ?o }": ("line 2", "'cg:'", "PREFIX cg: <https://w3id.org/claimgraph/ns#>"),
    "PREFIX ex: <x:>\nSELECT * { ?s ex:a ?o ; exx:b ?x }": ("line 2", "'exx:'"),
    "INSERT DATA { <x:s> <x:p> 1 }": ("INSERT", "update"),
    "DELETE WHERE { ?s ?p ?o }": ("DELETE", "update"),
    "": ("SELECT",),
    "# only a comment": ("SELECT",),
    "CONSTRUCT {": ("line 1",),
    "SELECT ?s WHERE ?s ?p ?o": ("line 1", "?s ?p ?o"),
    "SELECT * { ?s a 'x }": ("line 1", "a string begins", "'"),
    'SELECT * {\n ?s ?p "FILTR abc}': ("line 2", "a string begins", '"FILTR abc}'),
    'SELECT * { ?s ?p "one\ntwo" }': ("line 1", "a string begins", '"one'),
    'SELECT * { ?s ?p "a" . ?s zzz:p "b }': ("line 1", "a string begins", '"b }'),
    "SELECT * { ?s ?p ?o } LIMIT": ("line 1", "LIMIT", "number"),
    "SELECT * { ?s ?p ?o }\nLIMIT ten": ("line 2", "LIMIT", "number"),
    "SELECT * { ?s ?p ?o } OFFSET -5": ("line 1", "OFFSET", "number"),
    "SELECT * WHERE {\n ?s ?p }": ("line 2",),
}
CHANGES = {
    "SELECT * { ?s ?p ?o }": ("SELECT", "query"),
    "INSRT DATA { <x:s> <x:p> 1 }": ("'INSRT'", "INSERT"),
    "INSERT DATA { <x:s> ex:p 1 }": ("'ex:'",),
}


def said(text: str, *, is_update: bool = False) -> str:
    """What is said of it."""
    store = ox.Store()
    with pytest.raises(SyntaxError) as refused:
        store.update(text) if is_update else store.query(text)
    return explained(text, str(refused.value), is_update=is_update)


@pytest.mark.parametrize("text", WRONG)
def test_fault_of_a_query_is_named(text: str) -> None:
    """With its line and word, and what is likely meant; a list of code points helps nobody."""
    found = said(text)
    assert all(part in found for part in WRONG[text]), found
    assert not re.search(r"\\u\{|'\.\.|\[_\]", found)
    assert len(found) < 300


@pytest.mark.parametrize("text", CHANGES)
def test_fault_of_an_update_is_named(text: str) -> None:
    """Also that it is a query."""
    found = said(text, is_update=True)
    assert all(part in found for part in CHANGES[text]), found


def test_message_without_a_place_stays() -> None:
    """It does not come from the grammar."""
    assert explained("SELECT * { }", "The custom function <x:f> is not supported") == (
        "The custom function <x:f> is not supported"
    )
