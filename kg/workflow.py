"""Lines that a CI service takes for commands, made harmless: GitHub Actions, Azure Pipelines and TeamCity read stdout.

Text from outside (a message of somebody's shapes, a name, a parser's words) can hold such a line, and with it set
variables, switch masking off or annotate files.
"""

from __future__ import annotations

import re
from typing import Final

_COLONS: Final = re.compile(r"(?P<before>(?:\A|[\r\n])[^\S\r\n]*)::")
_HASHES: Final = re.compile(r"##(?=\[|vso\[|teamcity\[)")


def defused(text: str) -> str:
    r"""Return the text with a backslash in each command: ``\::error``, ``#\#[error]``."""
    if "::" not in text and "##" not in text:
        return text
    return _HASHES.sub(r"#\\#", _COLONS.sub(r"\g<before>\\::", text))


def defused_own(text: str) -> str:
    """Return a text whose lines are commands of ours with no other command within them."""
    return _HASHES.sub("#\u200b#", text)


def defused_json(text: str) -> str:
    """Return JSON with an escape in each command: a parser reads the same. No line of JSON begins with a colon."""
    return _HASHES.sub(r"\\u0023#", text)


def defused_markup(text: str) -> str:
    """Return XML, HTML or Markdown with a character reference in each command: a reader sees the same text."""
    if "::" not in text and "##" not in text:
        return text
    return _HASHES.sub("&#35;#", _COLONS.sub(r"\g<before>&#58;:", text))
