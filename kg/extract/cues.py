"""The cue lexicon ``cues.toml`` as values: which word takes what kind of content, and which speech act it is."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from kg import vocab
from kg.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """The lexicon: for verbs, nouns and adjectives the kinds of content they take, each with its speech act.

    ``content`` has by name the words by which a content shows what is done by saying it.
    """

    verbs: Mapping[str, Mapping[str, str]]
    nouns: Mapping[str, Mapping[str, str]]
    adjectives: Mapping[str, Mapping[str, str]]
    light: frozenset[str]
    never: frozenset[str]
    hearsay: frozenset[str]
    denying: frozenset[str]
    deniable: frozenset[str]
    wrongdoing: frozenset[str]
    certainty: Mapping[str, str]
    media: frozenset[str]
    networks: frozenset[str]
    speakers: frozenset[str]
    content: Mapping[str, frozenset[str]]

    def act(self, lemma: str, kind: str) -> str | None:
        """Return the speech act of the verb ``lemma`` with content of ``kind``, or None.

        Args:
            lemma: Lemma of the verb.
            kind: Kind of content.
        """
        return self.verbs.get(lemma, {}).get(kind)

    def takes(self, lemma: str, *kinds: str) -> bool:
        """Return True if the verb ``lemma`` takes content of one of the ``kinds``."""
        return any(kind in self.verbs.get(lemma, ()) for kind in kinds)

    def prepositions(self, lemma: str) -> frozenset[str]:
        """Return the prepositions before the content of the verb ``lemma``."""
        return frozenset(kind[5:] for kind in self.verbs.get(lemma, ()) if kind.startswith("prep:"))


@lru_cache(maxsize=1)
def load_cues() -> Cues:
    """Return the lexicon of the package.

    Raises:
        InputError: An entry is wrong; the message names it.
    """
    table = tomllib.loads(files("kg.extract").joinpath("cues.toml").read_text(encoding="utf-8"))
    return Cues(
        verbs=_words(table["verb"]),
        nouns=_words(table["noun"]),
        adjectives=_words(table["adjective"]),
        light=frozenset(table["light"]["lemmas"]),
        never=frozenset(table["never"]["verbs"]),
        hearsay=frozenset(table["hearsay"]["adverbs"]),
        denying=frozenset(table["denying"]["lemmas"]),
        deniable=frozenset(table["denying"]["of"]),
        wrongdoing=frozenset(table["wrongdoing"]["verbs"]),
        certainty=MappingProxyType({word: level for level, words in table["certainty"].items() for word in words}),
        media=frozenset(table["medium"]["nouns"]),
        networks=frozenset(table["medium"]["names"]),
        speakers=frozenset(table["sources"]["nouns"]),
        content=MappingProxyType({name: frozenset(words) for name, words in table["content"].items()}),
    )


def _words(entries: Iterable[Mapping[str, Any]]) -> Mapping[str, Mapping[str, str]]:
    """Lemma to kind of content to speech act; the first entry that gives a lemma a kind decides its act."""
    out: dict[str, dict[str, str]] = {}
    for entry in entries:
        if entry["act"] not in vocab.SPEECH_ACTS:
            raise InputError(
                f"cues.toml: {entry['act']!r} is no speech act; known are {', '.join(sorted(vocab.SPEECH_ACTS))}"
            )
        for lemma in entry["lemmas"]:
            for kind in entry.get("takes", ("clause", "to")):
                out.setdefault(lemma, {}).setdefault(kind, entry["act"])
    return MappingProxyType({lemma: MappingProxyType(kinds) for lemma, kinds in out.items()})
