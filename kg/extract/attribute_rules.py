"""The English model's rules for part of speech and lemma, found by one look into a table for each token.

spaCy tries each of its 179 rules on each token. A rule asks for tag, word, dependency and blanks alone, so that tokens
that agree in these match the same rules: a table keeps which. The matches are spaCy's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

Wanted = Mapping[str, Any]
"""What a rule wants of one token, as spaCy writes it: attribute to value or predicate."""

_ATTRIBUTES: Final = MappingProxyType({"TAG": "tag_", "LOWER": "lower_", "DEP": "dep_", "IS_SPACE": "is_space"})
_PREDICATES: Final = frozenset({"IN", "NOT_IN", "REGEX"})


class _Starting(NamedTuple):
    """The rules that begin at a token: numbers of those that end there too, and others with what they want next."""

    alone: tuple[int, ...]
    more: tuple[tuple[int, Sequence[Wanted]], ...]


class AttributeRules:
    """Finds the rules that match a text.

    Args:
        rules: Number of each rule with what it wants of the tokens, one after the other.
    """

    def __init__(self, rules: Sequence[tuple[int, Sequence[Wanted]]]) -> None:
        self._rules: dict[tuple[str, str], list[tuple[int, Sequence[Wanted]]]] = {}
        for number, wanted in rules:
            self._rules.setdefault(_sorted_under(wanted[0]), []).append((number, wanted))
        self._known: dict[tuple[int, int, int], _Starting] = {}

    def find(self, doc: Doc) -> list[tuple[int, int, int]]:
        """Return number, first token and end of each match, sorted."""
        found = []
        for i, token in enumerate(doc):
            key = (token.tag, token.lower, token.dep)
            starting = self._known.get(key)
            if starting is None:
                starting = self._known[key] = self._starting(token)
            found += [(number, i, i + 1) for number in starting.alone]
            for number, rest in starting.more:
                after = doc[i + 1 : i + 1 + len(rest)]
                if len(after) == len(rest) and all(map(_matches, after, rest)):
                    found.append((number, i, i + 1 + len(rest)))
        return sorted(set(found))

    def _starting(self, token: Token) -> _Starting:
        likely = [
            rule
            for under in (("LOWER", token.lower_), ("TAG", token.tag_), ("", ""))
            for rule in self._rules.get(under, ())
        ]
        first = [(number, wanted[1:]) for number, wanted in likely if _matches(token, wanted[0])]
        return _Starting(tuple(n for n, rest in first if not rest), tuple((n, rest) for n, rest in first if rest))


def by_table(model: Language) -> None:
    """Make the model's ruler use a table, unless the table lacks its kinds of rules.

    Args:
        model: An English pipeline.
    """
    ruler: Any = model.get_pipe("attribute_ruler")
    rules = [(n, wanted) for n, rule in enumerate(ruler.patterns) for wanted in rule["patterns"]]
    if not all(_is_plain(one) for _, wanted in rules for one in wanted):
        return
    table = AttributeRules(rules)
    names = [model.vocab.strings.add(str(n)) for n in range(len(ruler.patterns))]
    ruler.match = lambda doc: [(n, names[n], start, end) for n, start, end in table.find(doc)]


def _is_plain(wanted: Wanted) -> bool:
    values = [value for value in wanted.values() if isinstance(value, dict)]
    return wanted.keys() <= _ATTRIBUTES.keys() and all(value.keys() <= _PREDICATES for value in values)


def _sorted_under(wanted: Wanted) -> tuple[str, str]:
    """Return the one word or tag that fits, and which of the two it is; nothing where several fit."""
    plain = (name for name in ("LOWER", "TAG") if isinstance(wanted.get(name), str))
    name = next(plain, "")
    return name, wanted.get(name, "")


def _matches(token: Token, wanted: Wanted) -> bool:
    return all(_fits(getattr(token, _ATTRIBUTES[name]), value) for name, value in wanted.items())


def _fits(value: str | bool, wanted: Any) -> bool:
    """Return True for a value that is the wanted one, or one that the predicates let through."""
    if not isinstance(wanted, dict):
        return bool(value == wanted)
    return (
        ("IN" not in wanted or value in wanted["IN"])
        and ("NOT_IN" not in wanted or value not in wanted["NOT_IN"])
        and ("REGEX" not in wanted or re.search(wanted["REGEX"], str(value)) is not None)
    )
