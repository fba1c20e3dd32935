"""The OpenAPI document: valid, and about every route there is."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from kg.pages.openapi import document


def test_document_is_valid(client: FlaskClient) -> None:
    """By the schema of OpenAPI 3.1, as it is served."""
    response = client.get("/openapi.json")
    assert response.content_type.startswith("application/openapi+json")
    document: Any = response.json
    validate(document, cls=OpenAPIV31SpecValidator)
    assert document["servers"] == [{"url": "http://localhost"}]


def test_every_route_is_described_with_its_methods(app: Flask) -> None:
    """What can be asked is in the document, and nothing that cannot."""
    routes: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule)
        routes.setdefault(path, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    described = {
        path: {method.upper() for method in item if method != "parameters"}
        for path, item in document("http://x.test")["paths"].items()
    }
    assert described == routes


def test_parameters_of_a_path_are_those_in_it() -> None:
    """Each that stands in braces is described."""
    for path, item in document("http://x.test")["paths"].items():
        wanted = set(re.findall(r"{(\w+)}", path))
        for method, operation in item.items():
            if method == "parameters":
                continue
            parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
            assert {one["name"] for one in parameters if one["in"] == "path"} == wanted, path
