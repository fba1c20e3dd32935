"""Print how well two annotators agree: ``python -m corpus.agreement``, on the texts of ``second/`` read twice."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from corpus.markup import MarkedClaim, MarkedText, Range, read_folder

HERE = Path(__file__).parent
HALF = 0.5


def agreement(first: MarkedText, second: MarkedText) -> Counter[str]:
    """Return counts of what both mark, and of what each does.

    Events are the same where their triggers share a word, claims where their contents share half of their code points.
    """
    c: Counter[str] = Counter()
    left = list(second.events)
    c["events 1"], c["events 2"] = len(first.events), len(second.events)
    for event in first.events:
        other = next((o for o in left if _meet(o.span, event.span)), None)
        if other is not None:
            left.remove(other)
            c["trigger"] += 1
            c["type"] += event.type == other.type
            c["status"] += event.status == other.status
    rest = list(second.claims)
    c["claims 1"], c["claims 2"] = len(first.claims), len(second.claims)
    for claim in first.claims:
        same = max(rest, key=lambda o: _share(claim, o), default=None)
        if same is not None and _share(claim, same) >= HALF:
            rest.remove(same)
            c["claim"] += 1
            c["act"] += claim.act == same.act
            c["polarity"] += claim.polarity == same.polarity
            c["frame"] += claim.frame == same.frame
    return c


def _meet(one: Range, other: Range) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _share(one: MarkedClaim, other: MarkedClaim) -> float:
    a, b = ({i for s, e in claim.content for i in range(s, e)} for claim in (one, other))
    return len(a & b) / len(a | b)


def main() -> int:
    """Print the figures; return 1 where there is no second reading."""
    second = {text.id: text for text in read_folder(HERE / "second")}
    total: Counter[str] = Counter()
    for text in read_folder(HERE / "texts"):
        if text.id in second:
            total += agreement(text, second[text.id])
    print(f"{len(second)} texts")  # noqa: T201
    for name, both in (("trigger", "events"), ("type", "events"), ("claim", "claims")):
        f1 = 200 * total[name] / max(1, total[f"{both} 1"] + total[f"{both} 2"])
        print(f"{name:10}{f1:6.1f} F1")  # noqa: T201
    for name, whole in (
        ("type", "trigger"),
        ("status", "trigger"),
        ("act", "claim"),
        ("polarity", "claim"),
        ("frame", "claim"),
    ):
        print(f"{name:10}{100 * total[name] / max(1, total[whole]):6.1f} % of the same {whole}s")  # noqa: T201
    return 0 if second else 1


if __name__ == "__main__":
    sys.exit(main())
