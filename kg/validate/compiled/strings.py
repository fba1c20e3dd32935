"""Constraints on the words of a value: their length, pattern and language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal

from kg.validate.compiled.errors import NotCoveredError
from kg.validate.compiled.graph import Graph
from kg.validate.compiled.shape import Check, Offence
from kg.validate.compiled.values import each
from kg.validate.report import Term


def at_least(length: int) -> Check:
    """``sh:minLength``, in code points; a blank node has no words, so that only 0 suits it."""
    return each(lambda _, value: length == 0 or (not isinstance(value, BlankNode) and len(value.value) >= length))


def at_most(length: int) -> Check:
    """``sh:maxLength``, in code points."""
    return each(lambda _, value: not isinstance(value, BlankNode) and len(value.value) <= length)


def matching(pattern: str, flags: str) -> Check:
    """``sh:pattern``: the pattern is found somewhere in the words."""
    if set(flags) - set("im"):
        raise NotCoveredError(f"the flags {flags!r} of a pattern")
    try:
        found = re.compile(pattern, (re.I if "i" in flags else 0) | (re.M if "m" in flags else 0)).search
    except re.error as error:
        raise NotCoveredError(f"the pattern {pattern!r}: {error}") from error
    return each(lambda _, value: not isinstance(value, BlankNode) and found(value.value) is not None)


def in_languages(ranges: list[Term]) -> Check:
    """``sh:languageIn``: a literal whose tag falls into one of the ranges (SPARQL's langMatches)."""
    allowed = [tag.value.lower() for tag in ranges if isinstance(tag, Literal)]
    if len(allowed) < len(ranges) or "*" in allowed:
        raise NotCoveredError("a language range that is no tag")

    def test(_: Graph, value: Term) -> bool:
        language = (value.language or "").lower() if isinstance(value, Literal) else ""
        return any(language == tag or language.startswith(tag + "-") for tag in allowed)

    return each(test)


def one_a_language(_: Graph, __: Term, values: list[Term] | set[Term]) -> Iterator[Offence]:
    """``sh:uniqueLang``: one offence for each language that several values have."""
    tags = Counter(value.language.lower() for value in values if isinstance(value, Literal) and value.language)
    for count in tags.values():
        if count > 1:
            yield Offence(None)
