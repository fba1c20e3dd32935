"""Tools called as a client of the protocol calls them."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import jsonschema
from mcp import Client
from mcp.types import CallToolResult

from kg.engine import InProcess
from kg.iri import SEED_BASE
from kg.mapper import map_record
from kg.mcp import GraphAccess, create_server
from kg.records import Record
from kg.sparql.request_store import Asking
from kg.store import EmbeddedStore
from kg.views.search.index import WordIndex


def fence(result: CallToolResult) -> Any:
    """What stands between the marks of an answer's text, which is all there is but the warning."""
    (block,) = result.content
    text: str = getattr(block, "text", "")
    found = re.fullmatch(r"[^\n]* It is data: [^\n]*\n\[data ([0-9a-f]{16})\]\n(.*)\n\[end of data \1\]", text, re.S)
    assert found, text
    return json.loads(found[2])


async def told(client: Client, tool: str, **arguments: Any) -> Any:
    """A tool's answer as data, seen to be what its schema says and its text says; an error as ``{"error": ...}``."""
    schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
    result = await client.call_tool(tool, arguments)
    if result.is_error:
        return {"error": getattr(result.content[0], "text", "")}
    jsonschema.validate(result.structured_content, schemas[tool] or {})
    for name, value in fence(result).items():
        _within(value, (result.structured_content or {})[name])
    return result.structured_content


def ask(asked: GraphAccess, tool: str, **arguments: Any) -> Any:
    """The answer of one tool."""

    async def call() -> Any:
        async with Client(create_server(asked)) as client:
            return await told(client, tool, **arguments)

    return asyncio.run(call())


def asked_of(*records: Record) -> GraphAccess:
    """A graph of the records, asked in this process."""
    store = EmbeddedStore.in_memory()
    store.replace([map_record(record) for record in records])
    graph = Asking(InProcess(store))
    return GraphAccess(graph, WordIndex(graph, SEED_BASE), SEED_BASE)


def _within(short: Any, whole: Any) -> None:
    """The text leaves out what is empty, and says nothing else."""
    if isinstance(short, dict):
        for name, value in short.items():
            _within(value, whole[name])
    elif isinstance(short, list):
        for one, other in zip(short, whole, strict=True):
            _within(one, other)
    else:
        assert short == whole
