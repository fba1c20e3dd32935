"""The checker of words: what it finds, what it lets through, and that no room is above its ceiling."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import words

PLACE = words.ROOT / "kg" / "example.py"


def found(source: str, path: Path = PLACE) -> list[str]:
    """Return the findings of a source, without their places."""
    read = {".py": words.of_python, ".md": words.of_markdown, ".html": words.of_template}[path.suffix]
    return [line.partition(": ")[2] for passage in read(path, source) for line in words.findings(passage)]


def test_no_room_is_above_its_ceiling(capsys: pytest.CaptureFixture[str]) -> None:
    """``make lint`` runs the same."""
    assert words.main([]) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    "source",
    [
        'def f():\n    """The answers given before."""',
        'def f():\n    """What is left of it."""',
        '"""Somebody waits."""',
        "x = 1  # whoever sends it closes it",
        'raise ValueError(f"{name}: it is not there")',
        'option("--x", help="What the client is told of it.")',
        f'"""{"word " * 33}."""',
        '"""No query is not refused without a reason."""',
        f'def f():\n    """Return {"x" * 100}."""',
    ],
)
def test_sentence_that_has_to_be_read_twice_is_found(source: str) -> None:
    """In docstrings, comments, messages and help texts."""
    assert len(found(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        'def f():\n    """Return the cached response."""',
        'class A:\n    """The cached responses."""',
        'class A:\n    @property\n    def f(self):\n        """Whether it is closed."""',
        '"""Call ``somebody`` once."""',
        "x = 'somebody'",
        'x = 1  # noqa: E501\n"""Return it."""',
    ],
)
def test_plain_sentence_and_code_are_let_through(source: str) -> None:
    """Names in backquotes and strings that are data are not prose."""
    assert not found(source)


def test_documents_and_templates_are_read_without_their_code() -> None:
    """Blocks of code, expressions and tags are not prose; table cells and paragraphs are."""
    markdown, template = PLACE.with_suffix(".md"), PLACE.with_suffix(".html")
    assert not found("```\nsomebody\n```\n", markdown)
    assert len(found("| a | somebody |\n", markdown)) == 1
    assert not found("<p class='somebody'>{{ somebody }}{% if whoever %}Text{% endif %}</p>", template)
    assert len(found("<p>Whoever reads this</p>", template)) == 1
