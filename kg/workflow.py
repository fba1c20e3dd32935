"""Defusing of lines that CI services and terminals take for commands.

GitHub Actions, Azure Pipelines and TeamCity read stdout, and a terminal obeys control characters.

Outside text (a message of foreign shapes, a name, a parser's message) can contain such a line, and with it set
variables, switch masking off or annotate files.
"""

from __future__ import annotations

import re
from typing import Final

_COLONS: Final = re.compile(r"(?P<before>(?:\A|[\r\n])[^\S\r\n]*)::")
_HASHES: Final = re.compile(r"##(?=\[|vso\[|teamcity\[)")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")


def printable(text: str) -> str:
    r"""Return the text with control characters as numbers, such as ``\x1b``.

    Ends of lines and tabs stay.
    """
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def defused(text: str) -> str:
    r"""Return the text with a backslash in each command: ``\::error``, ``#\#[error]``."""
    if "::" not in text and "##" not in text:
        return text
    return _HASHES.sub(r"#\\#", _COLONS.sub(r"\g<before>\\::", text))


def defused_own(text: str) -> str:
    """Return a text of our own commands, with any other command in it defused."""
    return _HASHES.sub("#\u200b#", text)


def defused_json(text: str) -> str:
    """Return JSON with an escape in each command.

    Parsers read the same value. No line of JSON begins with a colon.
    """
    return _HASHES.sub(r"\\u0023#", text)


def defused_markup(text: str) -> str:
    """Return XML, HTML or Markdown with a character reference in each command; readers see the same text."""
    if "::" not in text and "##" not in text:
        return text
    return _HASHES.sub("&#35;#", _COLONS.sub(r"\g<before>&#58;:", text))
