"""A read-only graph in Python: queries, and values that are marked as fact or claim.

``kg.open`` opens a session.
"""

from __future__ import annotations

from kg.session.article import StoredArticle
from kg.session.connect import open_session
from kg.session.names import Candidate
from kg.session.result import Result
from kg.session.session import Session
from kg.session.statements import Statement, Statements

__all__ = ["Candidate", "Result", "Session", "Statement", "Statements", "StoredArticle", "open_session"]
