"""Odd names and values in every address: nothing found, or an error that says what is wrong; never "internal error"."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

import kg.pages
from kg.pages.lists import KINDS
from kg.views.search.query import FACETS
from tests.served.small_app import BASE

ARTICLE = "doc/0123456789abcdef"
ODD = (
    "\0",
    "%",
    "%%",
    "%00",
    "%zz",
    "\x01\x1f\x7f",
    "\u0085\u2028\u2029",
    "\ufffe\uffff",
    "\N{GRINNING FACE}",
    "e\u0301",
    "\u202eabc",
    "<",
    ">",
    '"',
    "'",
    "\\",
    "\\u0041",
    "\\uD800",
    "`",
    "^",
    "|",
    "{}",
    "[",
    "]",
    "[::1",
    "http://[",
    "http://x]",
    "//",
    "/../",
    "..",
    ".",
    "#",
    "?",
    "&",
    ";",
    ":",
    "@",
    " ",
    "\t",
    "\r\n",
    "\n",
    "a b",
    "-1",
    "0",
    "1e9",
    "99999999999999999999",
    "٣",
    "²",
    "1,2",
    "2,1",
    "char=,",
    "null",
    "undefined",
    "*",
    "(",
    ")",
    "a" * 5_000,
    "/" * 300,
    "%2F",
    "x:",
    "urn:",
    "x:\0",
    "x:<y>",
    "x:%",
    "javascript:alert(1)",
    "doc/0123456789abcdef",
    "doc/0123456789abcdef/claim/1-2",
    "' OR 1=1 --",
    "NEAR(",
    "AND",
    '"a',
    "a*",
    "-a",
    "c:a",
    "2022-13-45",
    "9999-12-31",
    "",
)
RAW = ("%", "%0", "%FF", "%C0%80", "%ED%A0%80", "%00", "+", "%2", "a%", "%u0041", "=", "&&", "%ff%fe")
"""As they stand in the address."""


PARAMETERS: dict[str, Sequence[str]] = {
    "/compare": ("about", "by"),
    "/graph": ("node", "depth"),
    "/matrix": ("act", "from", "to"),
    "/query": ("query", "update"),
    "/questions/CQ1": ("fact", "text", "nothing"),
    "/questions/what-was-denied": ("value", "page"),
    "/questions/what-an-outlet-reports": ("value", "page"),
    "/questions/what-was-said-on-a-day": ("value", "page"),
    "/search": ("q", "kind", "speaker", "act", "publisher", "day", "from", "to", "sort", "page"),
    "/timeline": ("first", "by"),
    "/events": ("words", "outlet", "from", "to", "type", "sort", "page"),
    **{f"/{name}": ("words", "sort") for name in KINDS if name != "events"},
    "/exports/csv": ("list", "bom", "claimed", "name"),
    "/review": ("done",),
    "/review/rules": ("rule", "at_least"),
    "/review/watch": ("query", "name"),
    "/try": ("text", "published", "format"),
    "/validation": ("shape", "document", "severity", "first"),
    f"/{ARTICLE}": ("v", "paragraph", "kind", "speaker", "act", "at", "format"),
    f"/{ARTICLE}/claim/104-106": ("format",),
    f"/cite/{ARTICLE}/claim/104-106": ("as",),
}
"""What addresses are asked besides what is described."""
MOST = 8
"""How many of the odd values each parameter is given here, always the first of them and some others; all of them were
tried once.
"""


def test_parameters_are_all_tried() -> None:
    """Each that a view reads stands in the list above or in the description."""
    source = "".join(path.read_text("utf-8") for path in Path(kg.pages.__file__).parent.glob("*.py"))
    read = set(re.findall(r"""request\.(?:args|values)(?:\.get|\.getlist)?[\[(]"([\w-]+)""", source)) | set(FACETS)
    assert len(read) > 15
    assert read <= {name for names in PARAMETERS.values() for name in names} | {"format", "graph", "default"}


def places(client: FlaskClient) -> list[tuple[str, Sequence[str]]]:
    """Every address that is described, or stands above, and the parameters that it takes."""
    described = json.loads(client.get("/openapi.json").data)["paths"]
    found: list[tuple[str, Sequence[str]]] = list(PARAMETERS.items())
    for path, methods in described.items():
        if "get" in methods:
            parameters = methods["get"].get("parameters", []) + methods.get("parameters", [])
            found.append((path, [parameter["name"] for parameter in parameters if parameter.get("in") == "query"]))
    return found


def addresses(client: FlaskClient) -> list[str]:
    """Odd values as each parameter of each address, as a part of its path, and some in pairs."""
    chance = random.Random(14)
    every = [*(quote(value, safe="") for value in ODD), *RAW]
    found = []
    for path, names in places(client):
        filled = path
        while "{" in filled:
            filled = filled[: filled.index("{")] + "x" + filled[filled.index("}") + 1 :]
        values = [*every[:4], *chance.sample(every[4:], min(MOST, len(every) - 4))]
        found += [f"{filled}?{name}={value}" for name in names for value in values]
        found += [f"{filled}?{value}={chance.choice(values)}" for value in chance.sample(values, 5)]
        for _ in range(10 if len(names) > 1 else 0):
            found.append(f"{filled}?" + "&".join(f"{name}={chance.choice(values)}" for name in names))
        if "{" in path:
            start = path[: path.index("{")]
            found += [start + value for value in values]
            found += [f"{start}{quote(BASE, safe='')}{value}" for value in chance.sample(values, 5)]
    return found


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_odd_addresses_are_answered_or_refused(client: FlaskClient, accept: str) -> None:
    """Without a store that fails there is no reason for 5xx, whatever is asked for."""
    asked = addresses(client)
    assert len(asked) > 1_000
    failed = []
    for address in asked:
        response = client.get(address, headers={"Accept": accept})
        if response.status_code >= 500:
            failed.append((response.status_code, address))
    assert failed == []
