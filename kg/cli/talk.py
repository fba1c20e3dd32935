"""What a command says on stderr: one place, so that no word of others is taken for a command or ends in a traceback."""

from __future__ import annotations

import click

from kg.workflow import defused


def say(text: object) -> None:
    """Write a line to stderr. Characters that no encoding has are written as escapes."""
    line = str(text).encode("utf-8", "backslashreplace").decode()
    click.echo(defused(line), err=True)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return ``1 document``, ``2,000 documents``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
