"""A statement as a reader sees it: a number, a plain sentence, its speaker, and its time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg.views.statement_rows import Row
from kg.views.terms import Mark

_FORMS: Final[Mapping[str, str]] = {
    "direct": "direct quote",
    "indirect": "paraphrased",
    "mixed": "partly quoted",
}
_MAX_HEADING: Final = 120
_PLURALS: Final = frozenset(
    {
        *("we", "they", "people", "men", "women", "police", "others", "both", "many", "some", "officials", "sources"),
        *("diplomats", "analysts", "ministers", "leaders", "critics", "experts", "lawmakers", "reporters"),
        *("observers", "envoys", "witnesses", "residents"),
    }
)
# Acts whose verb takes the target as its object. For all other acts the target is named separately.
DIRECT_ACTS: Final = frozenset(
    {"accuse", "criticize", "condemn", "praise", "threaten", "warn", "urge", "ask", "welcome", "recognize", "fear"}
)
# Acts against the quoted words, and the acts that replace them when the words themselves are negative.
_AGAINST: Final = frozenset({"deny", "reject", "doubt", "refuse"})
_IN_NEGATIVE_WORDS: Final[Mapping[str, str]] = {"deny": "sayInDenial", "reject": "sayInRejection"}
_DENIALS: Final = {"of the words": "says that these words are not so", "in the words": "negative in these words"}
_OPENING: Final = '“"„«'
_CLOSING: Final = '”"“»'


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a sentence; ``path`` is its page, empty if it has none."""

    text: str
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A statement with its sentence.

    ``number`` is ``F1`` or ``C2`` within its article, empty elsewhere; ``inside`` is that of the claim around it.
    ``who``, ``verb`` and ``whom`` make the sentence. ``path`` leads to the statement, ``place`` to its words in the
    text.
    """

    row: Row
    mark: Mark
    who: tuple[Name, ...]
    verb: str
    whom: tuple[Name, ...]
    path: str
    place: str
    number: str = ""
    inside: str = ""
    depth: int = 0

    @property
    def sentence(self) -> str:
        """The sentence without links, as the name of a badge."""
        words = [" and ".join(name.text for name in self.who), self.verb, " and ".join(name.text for name in self.whom)]
        return " ".join(filter(None, words))

    @property
    def whole_sentence(self) -> str:
        """The sentence with the quoted words, correct for a denial too."""
        if self.row.kind == "fact":
            return self.sentence
        return f"{self.sentence}: {in_quotes(self.row.quote)}"

    @property
    def is_role(self) -> bool:
        """Whether the statement is an office beside a name, whose line is thin."""
        return self.mark == "fact" and "holdPosition" in self.row.event

    @property
    def how(self) -> str:
        """Form, denial, frame and certainty of the statement in a few words."""
        told = [_FORMS.get(self.row.form, self.row.form)]
        if self.row.kind == "unclear":
            told.append(self.row.reason)
        if self.row.kind != "unclear":
            told.append(self.denial)
        if self.row.frame not in ("", "nonFuture"):
            told.append(in_words(self.row.frame))
        if self.row.certainty not in ("", "certain"):
            told.append(in_words(self.row.certainty))
        return " · ".join(filter(None, told))

    @property
    def denial(self) -> str:
        """Whether the words are denied, or are a denial themselves; empty for a positive statement."""
        if self.row.negation:
            return _DENIALS[self.row.negation]
        return self.row.polarity if self.row.polarity == "negative" else ""

    @property
    def is_turned(self) -> bool:
        """Whether the speaker denies the quoted words."""
        return self.row.negation == "of the words"

    @property
    def is_undated(self) -> bool:
        """Whether the text names a time without a known date."""
        return bool(self.row.when) and not (self.row.day_earliest or self.row.day_latest)

    @property
    def days(self) -> str:
        """The days: ``2025-04-03``, or ``2025-04-01 to 2025-04-30`` if the day is not given."""
        return days(self.row.day_earliest, self.row.day_latest)


def in_quotes(words: str) -> str:
    """Return the words in quotation marks, in the article's own if it has them."""
    begin, inside, end = words[:1], words[1:-1], words[1:][-1:]
    is_one = bool(end) and begin in _OPENING and end in _CLOSING and not set(inside) & set(_OPENING + _CLOSING)
    return words if is_one else f"“{words}”"


def days(earliest: str, latest: str) -> str:
    """Return the day or the range of days; ``?`` for an unknown end; empty if nothing is known.

    Args:
        earliest: The first possible day.
        latest: The last possible day.
    """
    if earliest == latest:
        return earliest
    return f"{earliest or '?'} to {latest or '?'}"


def card_of(row: Row, base: str, names: Mapping[str, str], **place: str | int) -> Card:
    """Return the card of a row.

    Args:
        row: The statement.
        base: The base of our own IRIs.
        names: The names by IRI.
        **place: The number, and the claim around the statement.
    """
    if row.kind == "fact":
        who, verb, whom = _told(row, base, names)
    elif row.kind == "unclear":
        who, verb, whom = (), "unclear who says it", ()
    else:
        who = _names(row.speaker_iri, row.speaker, base, names)
        verb = verb_of(_act(row), many=len(who) > 1 or any(is_plural(name.text) for name in who)) + (
            " that not" if _is_turned(row) else ""
        )
        whom = _names(row.target_iri, row.target, base, names)
        if whom and row.act not in DIRECT_ACTS:
            verb += ", about"
        elif row.act in DIRECT_ACTS and not whom:
            # A person who exists only in claim content is no target in the graph; the words name the target.
            whom = tuple(map(Name, sorted(filter(None, row.about.split("; ")))))
    return Card(
        row=row,
        mark=row.mark,
        who=who,
        verb=verb,
        whom=whom,
        path=path_of(row.statement, base),
        place=path_of(row.spans[0] if row.spans else row.document, base),
        **place,  # type: ignore[arg-type]
    )


def _told(row: Row, base: str, names: Mapping[str, str]) -> tuple[tuple[Name, ...], str, tuple[Name, ...]]:
    """Return the event of a fact: its participants, its type, and its target."""
    if not row.event:
        return (), row.quote, ()
    events = " and ".join(in_words(event) for event in row.event.split("; "))
    verb = f"{events}: {row.topic}" if row.topic else events
    if row.topic and row.event == "holdPosition":
        verb = row.topic  # the office implies that it is held
    place = " and ".join(names.get(iri, "") for iri in row.place_iri)
    who = _names(row.agent_iri, row.agent, base, names)
    whom = _names(row.about_iri, row.about, base, names)
    verb = f"{verb} (in {place})" if place else verb
    return who, f"· {verb}" if who else verb, whom and (Name("→"), *whom)


def _names(iris: Sequence[str], written: str, base: str, names: Mapping[str, str]) -> tuple[Name, ...]:
    if not iris:
        return (Name(written),) if written else ()
    found = (Name(names.get(iri, iri.rpartition("/")[2]), path_of(iri, base)) for iri in iris)
    return tuple(sorted(found, key=lambda name: name.text))


def heading_of(card: Card) -> str:
    """Return the heading of a statement's page, such as ``Egypt accuses Ethiopia``.

    Args:
        card: The statement. If it names neither a person nor an event, its own words are the heading.
    """
    if card.row.kind == "unclear":
        return "Unclear who says it"
    if card.row.negation:
        return card.whole_sentence  # the sentence alone does not name what is denied
    if not card.who and not card.row.event:
        words = card.row.quote
        return words if len(words) <= _MAX_HEADING else words[: words.rfind(" ", 0, _MAX_HEADING)] + " …"
    return card.sentence


def path_of(iri: str, base: str) -> str:
    """Return the path of a page, such as ``/entity/...``; empty for an IRI that is not ours.

    Args:
        iri: The IRI.
        base: The base of our own IRIs.
    """
    return "/" + iri.removeprefix(base) if iri.startswith(base) else ""


def in_words(tag: str) -> str:
    """Return the words of a tag: ``express willingness`` for ``expressWillingness``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tag).lower()


def _act(row: Row) -> str:
    """Return the act that fits the words: a denial in negative words does not deny these words."""
    return _IN_NEGATIVE_WORDS.get(row.act, row.act) if row.negation == "in the words" else row.act


def _is_turned(row: Row) -> bool:
    """Return whether the speaker denies the quoted words and the act does not show it."""
    return row.negation == "of the words" and row.act not in _AGAINST


def is_plural(name: str) -> bool:
    """Return whether a name is plural: ``Polish officials`` accuse, ``Netherlands`` accuses.

    Args:
        name: The speaker in a sentence. A proper name is singular, also with an s at its end.
    """
    head = re.split(r" (?:of|in|from|at|for|with|who|close|near|on) ", name.strip(" “”\"'"))[0].rpartition(" ")[2]
    if head.casefold() in _PLURALS:
        return True
    return head.islower() and head.endswith("s") and not head.endswith(("ss", "us", "is"))


def verb_of(act: str, *, many: bool = False) -> str:
    """Return the verb of a speech act: ``accuses``, or ``accuse`` for several speakers.

    Args:
        act: The act's tag.
        many: Whether there are several speakers.
    """
    words = in_words(act)
    if many or not words:
        return words
    first, _, rest = words.partition(" ")
    if re.search(r"[^aeiou]y$", first):
        first = first[:-1] + "ies"
    else:
        first += "es" if re.search(r"(s|sh|ch|x|z)$", first) else "s"
    return f"{first} {rest}".strip()
