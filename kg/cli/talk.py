"""Messages on stderr, in one place, so that outside text cannot act as a command or cause a traceback."""

from __future__ import annotations

import click

from kg.wording import counted
from kg.workflow import defused, printable

__all__ = ["counted", "say"]


def say(text: object) -> None:
    """Write a line to stderr. Control characters and characters without an encoding are escaped."""
    line = str(text).encode("utf-8", "backslashreplace").decode()
    click.echo(defused(printable(line)), err=True)
