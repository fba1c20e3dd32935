"""What a command says on stderr: one place, so that no word of others is taken for a command or ends in a traceback."""

from __future__ import annotations

import click

from kg.wording import counted
from kg.workflow import defused

__all__ = ["counted", "say"]


def say(text: object) -> None:
    """Write a line to stderr. Characters that no encoding has are written as escapes."""
    line = str(text).encode("utf-8", "backslashreplace").decode()
    click.echo(defused(line), err=True)
