"""Read an attribution corpus in PolNeAR's layout (brat standoff files) into plain values. Standard library only.

Layout: `data/<part>/text/<name>.txt` and `data/<part>/attributions/<name>_<annotator>.ann`, offsets in code points.
Source of the layout: the reader that PolNeAR's authors publish; their working flags "Discuss" and "Discard" are
dropped.
"""

import re
from dataclasses import dataclass
from pathlib import Path

Spans = tuple[tuple[int, int], ...]
"""Code point ranges, end exclusive, sorted."""

ROLES = ("source", "cue", "content")
_MENTION = re.compile(r"(\S+) ([\d; ]+)$")
_KINDS = frozenset({"Attribution", "Attribution-no-source"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """One attribution as an annotator marked it; any role may be empty."""

    source: Spans
    cue: Spans
    content: Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article of the corpus."""

    name: str
    text: str
    marked: tuple[tuple[Marked, ...], ...]
    """One tuple an annotator, in the order of the annotators' ids."""


def read_part(root: Path, part: str) -> list[Article]:
    """All articles of one part ("train" or "dev"), by name. Raises FileNotFoundError where there is none."""
    folder = root / "data" / part
    paths = sorted((folder / "text").glob("*.txt"))
    if not paths:
        raise FileNotFoundError(f"no article under {folder / 'text'}: DATA must name the corpus' folder")
    annotations: dict[str, list[Path]] = {}
    for path in sorted((folder / "attributions").glob("*.ann")):
        annotations.setdefault(path.stem.rpartition("_")[0], []).append(path)
    return [_read_article(path, annotations.get(path.stem, [])) for path in paths]


def _read_article(path: Path, annotations: list[Path]) -> Article:
    with path.open(encoding="utf-8", newline="") as file:
        text = file.read()
    return Article(name=path.stem, text=text, marked=tuple(map(_read_annotations, annotations)))


def _read_annotations(path: Path) -> tuple[Marked, ...]:
    mentions: dict[str, list[tuple[int, int]]] = {}
    events: list[list[list[str]]] = []
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            columns = line.rstrip("\n").split("\t")
            if len(columns) < 2:
                continue
            if line[0] == "T" and (match := _MENTION.match(columns[1])):
                mentions[columns[0]] = [_range(part) for part in match.group(2).split(";")]
            elif line[0] == "E":
                events.append([part.split(":") for part in columns[1].split()])
    found = [_marked(event, mentions) for event in events if event[0][0] in _KINDS]
    return tuple(sorted(found, key=lambda m: min(m.source + m.cue + m.content, default=(0, 0))))


def _range(part: str) -> tuple[int, int]:
    start, end = part.split()
    return int(start), int(end)


def _marked(event: list[list[str]], mentions: dict[str, list[tuple[int, int]]]) -> Marked:
    spans: dict[str, list[tuple[int, int]]] = {role: [] for role in ROLES}
    for role, mention in event[1:]:
        name = role.rstrip("0123456789").lower()
        if name in spans:
            spans[name] += mentions.get(mention, [])
    return Marked(**{role: tuple(sorted(found)) for role, found in spans.items()})
