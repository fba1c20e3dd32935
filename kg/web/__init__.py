"""The web application: an opened store in, a Flask app out."""

from __future__ import annotations

from kg.app import create_app

__all__ = ["create_app"]
