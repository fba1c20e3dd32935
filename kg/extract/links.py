"""Which claims of a document answer which: a denial and the accusation it denies.

A denial is linked to the latest earlier claim of somebody else that either says of the deniers, in its stated events,
what the denial says not to be so, or is aimed at the deniers where the denial only names it ("denied the charge").
Where nothing earlier fits there is no link: a wrong one would put words against words that never met.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.records import Claim, Event, Link

_CHARGE = re.compile(
    r"(?:(?:the|this|that|these|those|any|all|such|his|her|its|their)\s+)?(?:\w+\s+){0,2}"
    r"(?:accusations?|allegations?|charges?|claims?|assertions?|reports?|suggestions?)\b|(?:it|this|that)\W*\Z",
    re.IGNORECASE,
)
_LONGEST_NAME_OF_A_CLAIM = 60
"""Code points: "the accusation", "the allegations by its neighbour"; what is longer says something itself."""
_SAME_EVENT, _NAMED_ONLY = 0.8, 0.6


def find_links(claims: Sequence[Claim], text: str) -> Iterator[Link]:
    """The links between the top-level ``claims`` of one document, in the order of the denials."""
    told = sorted((c for c in claims if c.parent is None), key=lambda c: c.content[0])
    for n, denial in enumerate(told):
        if denial.polarity == "negative":
            found = next(_denied(denial, reversed(told[:n]), text), None)
            if found is not None:
                yield found


def _denied(denial: Claim, earlier: Iterator[Claim], text: str) -> Iterator[Link]:
    words = " ".join(span.of(text) for span in denial.content)
    names_it = len(words) <= _LONGEST_NAME_OF_A_CLAIM and _CHARGE.match(words) is not None
    for claim in earlier:
        if claim.polarity == "negative" or set(claim.speakers) & set(denial.speakers):
            continue
        if any(_same(a, b) for a in denial.stated_events for b in claim.stated_events):
            yield _link(denial, claim, _SAME_EVENT, "denial.event")
        elif names_it and claim.speech_act in {"accuse", "criticize"} and set(claim.targets) & set(denial.speakers):
            yield _link(denial, claim, _NAMED_ONLY, "denial.target")


def _same(one: Event, other: Event) -> bool:
    """The same kind of event with a common doer; where a side names none, nothing is known to be the same."""
    return one.type == other.type and bool(set(one.agents) & set(other.agents))


def _link(denial: Claim, claim: Claim, confidence: float, rule: str) -> Link:
    return Link(source=denial.id, target=claim.id, type="denies", confidence=confidence, rule=rule)
