"""The token that a command sends with changes to a server, and the secret that signs webhooks."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg import inputfile
from kg.errors import InputError, UsageError

if TYPE_CHECKING:
    from kg.config import Settings

_VARIABLE: Final = "KG_TOKEN"
_WEBHOOKS: Final = "KG_WEBHOOK_SECRET"
_WORD: Final = re.compile(r"[\x21-\x7e]+")
_MOST_BYTES: Final = 4_096


def token_of(settings: Settings, file: str | None) -> str | None:
    """Return the token for the store; None for a folder, for a URL with a user, and if no token is set.

    Args:
        settings: The settings; ``token_file`` is the fallback.
        file: The value of ``--token-file``, which precedes ``KG_TOKEN``.

    Raises:
        UsageError: A token is malformed, or its file cannot be read. The message never contains the token.
    """
    if "://" not in settings.store or "@" in settings.store.partition("://")[2].partition("/")[0]:
        return None
    if file is None and (word := os.environ.get(_VARIABLE, "").strip()):
        return _demand_word(word, _VARIABLE)
    name = file or settings.token_file
    if not name:
        return None
    try:
        word = inputfile.utf8(inputfile.read(Path(name), _MOST_BYTES, "a token"), name).strip()
    except InputError as error:
        raise UsageError(f"--token-file: {error}") from error
    return _demand_word(word, name)


def webhook_secret() -> str:
    """Return what signs the items that are posted.

    Raises:
        UsageError: It is not set, too short, or no Base64.
    """
    from kg.alerts.webhooks import key_of

    word = os.environ.get(_WEBHOOKS, "").strip()
    key_of(word)
    return word


def _demand_word(word: str, origin: str) -> str:
    if not _WORD.fullmatch(word):
        raise UsageError(f"{origin}: a token is one word of ASCII characters")
    return word
