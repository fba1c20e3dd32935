"""The pages about the site itself."""

from __future__ import annotations

from html import unescape

import pytest
from flask.testing import FlaskClient

from kg.version import __version__
from tests.pages.test_pages import BROWSER, Page


def test_page_of_the_api_has_each_operation_of_the_document(client: FlaskClient) -> None:
    """Method, address, summary and every parameter: none is written by hand."""
    text = unescape(client.get("/api", headers=BROWSER).text)
    api = client.get("/openapi.json").json
    assert api
    for path, item in api["paths"].items():
        for method, told in item.items():
            if method != "parameters":
                assert f"<code>{method.upper()} {path}</code>" in text
                assert told["summary"] in text
                for parameter in told.get("parameters", []):
                    assert f"<code>{parameter['name']}</code>" in text


def test_docs_lead_to_the_page_of_the_api(client: FlaskClient) -> None:
    """The address that many try first."""
    response = client.get("/docs")
    assert (response.status_code, response.headers["Location"]) == (308, "/api")


@pytest.mark.parametrize("address", ["/help", "/about", "/api"])
def test_page_about_the_site_is_linked_from_every_page(client: FlaskClient, address: str) -> None:
    """And its own links lead somewhere."""
    assert address in Page(client.get("/nowhere", headers=BROWSER).text).links
    for link in Page(client.get(address, headers=BROWSER).text).links:
        if link.startswith("/"):
            assert client.get(link, headers=BROWSER, follow_redirects=True).status_code == 200, link


def test_about_says_that_a_program_read_the_texts(client: FlaskClient) -> None:
    """And that nobody checked them."""
    text = client.get("/about", headers=BROWSER).text
    assert "A program did, and it makes mistakes." in text
    assert "There is no rating and no verdict" in text


def test_about_names_the_version(client: FlaskClient) -> None:
    """The version that the foot of each page has too."""
    assert f"claimgraph {__version__}, Apache-2.0" in client.get("/about", headers=BROWSER).text


@pytest.mark.parametrize("address", ["/nowhere", "/doc/0000000000000000", "/articles/x"])
def test_page_that_is_not_there_leads_on(client: FlaskClient, address: str) -> None:
    """It says so in our words, and links to pages that are there; a program is told what to ask for."""
    page = client.get(address, headers=BROWSER)
    assert page.status_code == 404
    assert "entered the URL manually" not in page.text
    main = page.text.partition("<main")[2].partition("</main>")[0]
    assert {"/", "/articles", "/speakers", "/help"} <= set(Page(main).links)
    assert "URL manually" not in client.get(address).json["detail"]  # type: ignore[index]
