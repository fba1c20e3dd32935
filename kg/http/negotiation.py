"""Content negotiation by the ``Accept`` header (RFC 9110, section 12.5.1).

Werkzeug's negotiation is not used: it drops the parameters of a media range and cannot list the offers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias, TypeVar

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_RANGE = re.compile(rf"({_TOKEN})/({_TOKEN})")
_PARAMETER = re.compile(rf"({_TOKEN})=({_TOKEN}|{_QUOTED})", re.DOTALL)
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|\.[0-9]{1,3}|1(?:\.0{0,3})?")
"""Also accepts ``.2``, which is outside the grammar: Java's HttpURLConnection sends it."""
_MARKS = re.compile(r'\\.|[",;]', re.DOTALL)
_BLANKS = " \t"


@dataclass(frozen=True, slots=True)
class Offer:
    """A media type that the server can write. ``parameters``, such as ``charset``, are in lower case."""

    media_type: str
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def content_type(self) -> str:
        """The ``Content-Type`` header. Text formats always name their charset."""
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
        """Return whether the offer is in this range.

        A parameter of both must be equal. All other parameters are ignored, because a plainer response is better than
        none.
        """
        offered_type, _, offered_subtype = offer.media_type.partition("/")
        return (
            self.type in ("*", offered_type)
            and self.subtype in ("*", offered_subtype)
            and all(
                offer.parameters[name] == value.lower()
                for name, value in self.parameters.items()
                if name in offer.parameters
            )
        )

    @property
    def specificity(self) -> tuple[bool, bool, int]:
        """Rank among the ranges that match an offer: ``a/b;c=d`` before ``a/b`` before ``a/*`` before ``*/*``."""
        return self.type != "*", self.subtype != "*", len(self.parameters)


def parse_accept(header: str) -> list[MediaRange]:
    """Return the distinct media ranges of an ``Accept`` header in their order.

    Malformed members are skipped.
    """
    parsed = (_parse_range(member) for member in dict.fromkeys(split(header, ",")))
    return [media_range for media_range in parsed if media_range is not None]


def negotiate(accept: str | None, offers: Sequence[AnyOffer]) -> AnyOffer | None:
    """Return the client's preferred offer, or None if it accepts none of them.

    Offers of equal weight are ranked by the server's order. A missing, empty or malformed header accepts all offers.

    Args:
        accept: The value of the ``Accept`` header.
        offers: The offers, in the server's order.
    """
    ranges = _by_type(parse_accept(accept or ""))
    if not ranges:
        return offers[0] if offers else None
    best = max(offers, key=lambda offer: _weight(offer, ranges), default=None)
    return best if best is not None and _weight(best, ranges) > 0 else None


def split(text: str, mark: str) -> list[str]:
    """Split a header at its marks, ``,`` or ``;``, outside of quotation marks.

    The function reads each character once, however many quotation marks are never closed.

    Args:
        text: The header.
        mark: The mark.
    """
    if '"' not in text:
        return text.split(mark)
    parts, begin, is_quoted = [], 0, False
    for found in _MARKS.finditer(text):
        if found[0] == '"':
            is_quoted = not is_quoted
        elif found[0] == mark and not is_quoted:
            parts.append(text[begin : found.start()])
            begin = found.end()
    return [*parts, text[begin:]]


def parse_weight(text: str) -> float | None:
    """Return the value of ``q=``, from 0 to 1; None for a malformed value."""
    return float(text) if _WEIGHT.fullmatch(text) else None


_Ranges: TypeAlias = dict[tuple[str, str], dict[tuple[tuple[str, str], ...], MediaRange]]
"""Media ranges by type and subtype, then by parameters."""


def _by_type(ranges: Iterable[MediaRange]) -> _Ranges:
    """Group the ranges, so that an offer is compared with few; the first of equal ranges wins."""
    found: _Ranges = {}
    for media_range in ranges:
        same = found.setdefault((media_range.type, media_range.subtype), {})
        same.setdefault(tuple(media_range.parameters.items()), media_range)
    return found


def _weight(offer: Offer, ranges: _Ranges) -> float:
    kind, _, subtype = offer.media_type.partition("/")
    matching = [
        media_range
        for key in ((kind, subtype), (kind, "*"), ("*", "*"))
        for media_range in ranges.get(key, {}).values()
        if media_range.matches(offer)
    ]
    return max(matching, key=lambda media_range: media_range.specificity).weight if matching else 0.0


def _parse_range(member: str) -> MediaRange | None:
    first, *rest = split(member, ";")
    name = first.strip(_BLANKS)
    head = _RANGE.fullmatch("*/*" if name == "*" else name)
    if head is None or (head[1] == "*" and head[2] != "*"):
        return None
    parameters: dict[str, str] = {}
    weight: float | None = 1.0
    for part in filter(None, (part.strip(_BLANKS) for part in rest)):
        found = _PARAMETER.fullmatch(part)
        if found is None:
            return None
        if found[1].lower() == "q":
            weight = parse_weight(found[2])
        else:
            parameters[found[1].lower()] = _unquote(found[2])
        if weight is None:
            return None
    return MediaRange(head[1].lower(), head[2].lower(), MappingProxyType(parameters), weight or 0.0)


def _unquote(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL) if value.startswith('"') else value
