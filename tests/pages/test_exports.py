"""Exports over HTTP, and the links to them."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient

from kg import export
from tests.pages.test_pages import BROWSER

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.mark.parametrize("name", sorted(export.FORMATS))
def test_each_export_is_a_file_with_a_name_that_says_what_it_is(client: FlaskClient, name: str) -> None:
    """And with its media type, and an ETag of the revision."""
    response = client.get(f"/exports/{name}")
    assert response.status_code == 200, response.text
    assert response.headers["Content-Disposition"] == f'attachment; filename="{export.FORMATS[name].file}"'
    assert response.content_type == export.FORMATS[name].media_type
    assert len(response.data) == int(response.headers["Content-Length"])
    assert response.headers["ETag"]


def test_one_list_comes_with_a_byte_order_mark_on_request(client: FlaskClient) -> None:
    """Named after the list."""
    response = client.get("/exports/csv?list=speakers&bom=1")
    assert response.data.startswith(b"\xef\xbb\xbfname,")
    assert response.headers["Content-Disposition"] == 'attachment; filename="claimgraph-speakers.csv"'
    assert response.content_type.startswith("text/csv")


@pytest.mark.parametrize(
    ("address", "status", "reason"),
    [
        ("/exports/docx", 404, "no-such-export"),
        ("/exports/csv?list=nothing", 400, "no-such-list"),
        ("/exports/nanopub?claimed=1", 400, "no-such-choice"),
    ],
)
def test_what_there_is_not_is_refused(client: FlaskClient, address: str, status: int, reason: str) -> None:
    """With the choices in the message."""
    response = client.get(address)
    assert (response.status_code, response.json["reason"]) == (status, reason)  # type: ignore[index]


def test_pages_lead_to_the_exports(client: FlaskClient) -> None:
    """The dumps page to each format, a list to its own table."""
    page = client.get("/dumps", headers=BROWSER).text
    assert all(f'href="/exports/{name}"' in page for name in export.FORMATS)
    page = client.get("/events", headers=BROWSER).text
    assert "CSV for Excel" in page
    assert "/exports/excel?list=events" in page


def test_no_cell_of_csv_for_excel_begins_a_formula(client: FlaskClient) -> None:
    """What pages offer for Excel is shown, not computed; what programs ask for is as it is."""
    query = 'SELECT ?a ?b { BIND("=1+1" AS ?a) BIND("two, \\"lines\\"\\n-3" AS ?b) }'
    marked = client.get("/sparql", query_string={"query": query, "format": "csv", "bom": "1"}).data.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(marked, newline=""))) == [["a", "b"], ["'=1+1", 'two, "lines"\n-3']]
    plain = client.get("/sparql", query_string={"query": query, "format": "csv"}).text
    assert "=1+1" in plain
    assert "'" not in plain
