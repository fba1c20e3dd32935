"""The token that opens the graph for changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import UsageError
from kg.sparql.auth import BearerToken


@pytest.mark.parametrize("text", ["", "\n", "short", "two words of enough letters", "x" * 15])
def test_token_that_is_easily_guessed_is_refused(tmp_path: Path, text: str) -> None:
    """The message says how to make a good one."""
    path = tmp_path / "token"
    path.write_text(text)
    with pytest.raises(UsageError, match="openssl rand"):
        BearerToken.read(path)


def test_token_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A server never starts open to nobody, or to everybody, by mistake."""
    with pytest.raises(UsageError, match="no-such-file"):
        BearerToken.read(tmp_path / "no-such-file")


def test_token_is_not_shown(tmp_path: Path) -> None:
    """What is printed of a token says nothing about the word; space around it does not count."""
    path = tmp_path / "token"
    path.write_text("  abcdefghijklmnop\r\n")
    token = BearerToken.read(path)
    assert token == BearerToken.of("abcdefghijklmnop")
    assert "abc" not in repr(token)
    assert str(token.digest) not in repr(token)
