"""The graph for language models, by the Model Context Protocol: read only, over stdio or HTTP.

Every row names its kind, its speaker, the exact quote and its position; a claim never comes without its speaker. The
engine of the endpoint answers within its limits. Needs the extra ``mcp``.
"""

from __future__ import annotations

from kg.mcp.graph_access import GraphAccess, opened
from kg.mcp.http_transport import serve_http
from kg.mcp.server import INSTRUCTIONS, create_server

__all__ = ["INSTRUCTIONS", "GraphAccess", "create_server", "opened", "serve_http"]
