"""Which of the offered formats an ``Accept`` header asks for: proactive negotiation of RFC 9110, section 12.5.1.

The library's own negotiation is not used: it drops the parameters of a media range and cannot say what was offered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_RANGE = re.compile(rf"[ \t]*({_TOKEN})/({_TOKEN})")
_PARAMETER = re.compile(rf"[ \t]*;[ \t]*(?:({_TOKEN})=({_TOKEN}|{_QUOTED}))?")
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_MEMBER = re.compile(rf"(?:{_QUOTED}|[^,\"])+")
_IGNORED_PARAMETERS = frozenset({"version", "profile"})
"""A range that names a SPARQL or JSON-LD profile is served without it: a plainer answer is better than none."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A media type the server can write; ``parameters`` are those it meets, such as ``charset``, in lower case."""

    media_type: str
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def content_type(self) -> str:
        """The exact ``Content-Type`` header: text formats always say their charset."""
        charset = self.parameters.get("charset")
        return f"{self.media_type}; charset={charset}" if charset else self.media_type


AnyOffer = TypeVar("AnyOffer", bound=Offer)


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One member of an ``Accept`` header; ``weight`` is its q, from 0 (not acceptable) to 1."""

    type: str
    subtype: str
    parameters: Mapping[str, str]
    weight: float

    def matches(self, offer: Offer) -> bool:
        """True when the offer lies in this range; a parameter narrows the range to offers that meet it."""
        offered_type, _, offered_subtype = offer.media_type.partition("/")
        return (
            self.type in ("*", offered_type)
            and self.subtype in ("*", offered_subtype)
            and all(offer.parameters.get(name) == value.lower() for name, value in self.parameters.items())
        )

    @property
    def specificity(self) -> tuple[bool, bool, int]:
        """What decides which range speaks for an offer: ``a/b;c=d`` before ``a/b`` before ``a/*`` before ``*/*``."""
        return self.type != "*", self.subtype != "*", len(self.parameters)


def parse_accept(header: str) -> list[MediaRange]:
    """The media ranges of an ``Accept`` header, in its order; members that break the grammar are left out."""
    parsed = (_parse_range(member) for member in _MEMBER.findall(header))
    return [media_range for media_range in parsed if media_range is not None]


def negotiate(accept: str | None, offers: Sequence[AnyOffer]) -> AnyOffer | None:
    """The offer the client likes best, or None when it accepts none of them.

    Offers of equal weight are taken in the server's order. A header that is absent, empty or all nonsense accepts
    everything.
    """
    ranges = parse_accept(accept or "")
    if not ranges:
        return offers[0] if offers else None
    best = max(offers, key=lambda offer: _weight(offer, ranges), default=None)
    return best if best is not None and _weight(best, ranges) > 0 else None


def _weight(offer: Offer, ranges: Sequence[MediaRange]) -> float:
    matching = [media_range for media_range in ranges if media_range.matches(offer)]
    return max(matching, key=lambda media_range: media_range.specificity).weight if matching else 0.0


def _parse_range(member: str) -> MediaRange | None:
    head = _RANGE.match(member)
    if head is None or (head[1] == "*" and head[2] != "*"):
        return None
    parameters: dict[str, str] = {}
    weight = 1.0
    position = head.end()
    while found := _PARAMETER.match(member, position):
        position = found.end()
        name = (found[1] or "").lower()
        if name == "q":
            if not _WEIGHT.fullmatch(found[2]):
                return None
            weight = float(found[2])
        elif name and name not in _IGNORED_PARAMETERS:
            parameters[name] = _unquote(found[2])
    if member[position:].strip(" \t"):
        return None
    return MediaRange(head[1].lower(), head[2].lower(), MappingProxyType(parameters), weight)


def _unquote(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
