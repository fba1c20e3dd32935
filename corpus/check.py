"""Read the whole corpus and print what is in it: ``python -m corpus.check [FOLDER]``; exit 1 where a text is wrong."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from corpus.markup import MarkedText, MarkupError, blocks, parse
from kg import vocab

HERE = Path(__file__).parent


@dataclass(slots=True)
class PartCounts:
    """Counts of the texts of one writer or source."""

    texts: int = 0
    words: int = 0
    events: int = 0
    nothing: int = 0
    claims: int = 0
    types: Counter[str] = field(default_factory=Counter)
    triggers: dict[str, set[str]] = field(default_factory=dict)

    def add(self, text: MarkedText) -> None:
        """Count one text."""
        self.texts += 1
        self.words += len(text.text.split())
        self.events += len(text.events)
        self.nothing += len(text.nothing)
        self.claims += len(text.claims)
        for event in text.events:
            self.types[event.type] += 1
            self.triggers.setdefault(event.type, set()).add(text.text[slice(*event.span)].lower())


def main(arguments: list[str]) -> int:
    """Print the counts of each part and each mistake; return 1 where there is one."""
    folder = Path(arguments[0]) if arguments else HERE / "texts"
    parts: dict[str, PartCounts] = {}
    whole = PartCounts()
    problems = []
    for path in sorted(folder.glob("*.txt")):
        for text in _read(path, problems):
            parts.setdefault(text.id.partition("-")[0], PartCounts()).add(text)
            whole.add(text)
    print(f"{'part':6}{'texts':>7}{'words':>9}{'events':>8}{'none':>7}{'claims':>8}{'types':>7}")  # noqa: T201
    for name, part in (*sorted(parts.items()), ("all", whole)):
        counts = (part.texts, part.words, part.events, part.nothing, part.claims, len(part.types))
        print(f"{name:6}{counts[0]:7}{counts[1]:9}{counts[2]:8}{counts[3]:7}{counts[4]:8}{counts[5]:7}")  # noqa: T201
    few = [f"{t} {whole.types[t]}" for t in sorted(vocab.EVENT_TYPES) if whole.types[t] < 20]
    print("types with fewer than 20 events:", ", ".join(few) or "none")  # noqa: T201
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201
    return 1 if problems or not whole.texts else 0


def _read(path: Path, problems: list[str]) -> Iterator[MarkedText]:
    for block in blocks(path.read_text(encoding="utf-8")):
        try:
            yield parse(*block)
        except MarkupError as error:
            problems.append(f"{path.name}: {error}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
