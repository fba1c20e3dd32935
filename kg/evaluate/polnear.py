"""PolNeAR as gold: a folder of articles with brat standoff, read as it lies on disk.

``ROOT/data/COMPARTMENT/text/NAME.txt`` is the text, ``.../attributions/NAME_ABCD.ann`` what the annotator ABCD marked.
A line ``T1<TAB>Source 0 5;9 12<TAB>words`` is a span in pieces, ``E1<TAB>Attribution:T2 Source:T1 Content:T3`` an
attribution of such spans; a role may be there more than once (``Content2``). ``Attribution-no-source`` counts too,
other kinds (``Discuss``, ``Discard``) are notes between annotators.
"""

from __future__ import annotations

import re
from pathlib import Path

from kg.errors import InputError
from kg.evaluate.attributions import ROLES
from kg.evaluate.gold_and_prediction import Gold, ScoredAttribution
from kg.records import Span

_SPANS = re.compile(r"(?P<id>T\d+)\t\S+ (?P<offsets>\d+ \d+(?:;\d+ \d+)*)\t")
_KINDS = frozenset({"Attribution", "Attribution-no-source"})


def read(root: Path, compartment: str = "dev") -> list[Gold]:
    """Read the articles of a compartment (``train``, ``dev``, ``test``) with all annotators, by name.

    Args:
        root: The folder that holds PolNeAR's ``data``.
        compartment: ``train``, ``dev`` or ``test``.

    Raises:
        InputError: The folder has no article, or an annotation names an unknown span.
    """
    folder = root / "data" / compartment
    texts = sorted((folder / "text").glob("*.txt"))
    if not texts:
        raise InputError(f"{folder / 'text'}: no .txt articles; give the folder that holds PolNeAR's data/")
    return [_article(path, folder / "attributions") for path in texts]


def _article(path: Path, annotations: Path) -> Gold:
    found = sorted(file for file in annotations.glob("*.ann") if file.stem[:-5] == path.stem)
    return Gold(
        id=path.stem,
        text=path.read_bytes().decode("utf-8"),
        annotations=tuple(tuple(read_standoff(file)) for file in found),
    )


def read_standoff(path: Path) -> list[ScoredAttribution]:
    """Read the attributions of one ``.ann`` file, in text order."""
    lines = path.read_bytes().decode("utf-8").split("\n")
    spans = {match["id"]: _pieces(match["offsets"]) for match in map(_SPANS.match, lines) if match}
    found = []
    for line in lines:
        if line.startswith("E"):
            (kind, _), *arguments = (part.split(":") for part in line.split("\t")[1].split())
            if kind in _KINDS:
                found.append(_attribution(arguments, spans, path))
    return sorted(found, key=lambda attribution: [span.start for span in _everything(attribution)][:1])


def _pieces(offsets: str) -> list[Span]:
    pairs = (piece.split() for piece in offsets.split(";"))
    return [Span(int(start), int(end)) for start, end in pairs if start != end]


def _attribution(arguments: list[list[str]], spans: dict[str, list[Span]], path: Path) -> ScoredAttribution:
    roles: dict[str, list[Span]] = {role: [] for role in ROLES}
    for name, identifier in arguments:
        role = name.rstrip("0123456789").lower()
        if role in roles:
            if identifier not in spans:
                raise InputError(f"{path}: an attribution names {identifier}, and no line defines it")
            roles[role] += spans[identifier]
    source, cue, content = (tuple(sorted(roles[role])) for role in ROLES)
    return ScoredAttribution(source=source, cue=cue, content=content)


def _everything(attribution: ScoredAttribution) -> list[Span]:
    return sorted((*attribution.source, *attribution.cue, *attribution.content))
