"""A graph at hand in Python: query it, and see what is a fact and what is a claim.

``kg.open`` is the way in. Nothing here writes.
"""

from __future__ import annotations

from kg.session.article import Article
from kg.session.connect import open_session
from kg.session.names import Candidate
from kg.session.result import Result
from kg.session.session import Session
from kg.session.statements import Statement, Statements

__all__ = ["Article", "Candidate", "Result", "Session", "Statement", "Statements", "open_session"]
