"""Constraints on the text of a value: its length, pattern and language."""

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
    """Check ``sh:minLength`` in code points. A blank node has no text, so it conforms only to 0."""
    return each(lambda _, value: length == 0 or (not isinstance(value, BlankNode) and len(value.value) >= length))


def at_most(length: int) -> Check:
    """Check ``sh:maxLength`` in code points."""
    return each(lambda _, value: not isinstance(value, BlankNode) and len(value.value) <= length)


def matching(pattern: str, flags: str) -> Check:
    """Check ``sh:pattern``: the pattern matches somewhere in the text.

    Args:
        pattern: The regular expression.
        flags: Its flags.

    Raises:
        NotCoveredError: Python does not support the pattern or the flags.
    """
    if set(flags) - set("im"):
        raise NotCoveredError(f"the flags {flags!r} of a pattern")
    try:
        found = re.compile(pattern, (re.I if "i" in flags else 0) | (re.M if "m" in flags else 0)).search
    except re.error as error:
        raise NotCoveredError(f"the pattern {pattern!r}: {error}") from error
    return each(lambda _, value: not isinstance(value, BlankNode) and found(value.value) is not None)


def in_languages(ranges: list[Term]) -> Check:
    """Check ``sh:languageIn``: the tag of a literal matches one of the ranges (SPARQL's langMatches).

    Raises:
        NotCoveredError: A range is not a tag.
    """
    allowed = [tag.value.lower() for tag in ranges if isinstance(tag, Literal)]
    if len(allowed) < len(ranges) or "*" in allowed:
        raise NotCoveredError("a language range that is no tag")

    def test(_: Graph, value: Term) -> bool:
        language = (value.language or "").lower() if isinstance(value, Literal) else ""
        return any(language == tag or language.startswith(tag + "-") for tag in allowed)

    return each(test)


def one_a_language(_: Graph, __: Term, values: list[Term] | set[Term]) -> Iterator[Offence]:
    """Check ``sh:uniqueLang``: one offence for each language of several values.

    Args:
        _: The data, which is not used.
        __: The focus node, which is not used.
        values: The value nodes.
    """
    tags = Counter(value.language.lower() for value in values if isinstance(value, Literal) and value.language)
    for count in tags.values():
        if count > 1:
            yield Offence(None)
