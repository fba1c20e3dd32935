"""Which statements are asked for: the graph patterns of who says it, about whom, and how.

Only a claim has a speaker, an act of speech and a content; only a fact describes an event. A pattern that has one of
these does not name the class besides: the engine would read all statements of it (1.4 s in 300,000 quads, not 2 ms).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

from kg import vocab
from kg.errors import UsageError

SPEAKS: Final = f"?statement <{vocab.SPEAKER}> ?thing ."
_PARTS: Final = "|".join(
    f"<{iri}>" for iri in (vocab.STATED_AGENT, vocab.STATED_TARGET, vocab.STATED_PARTICIPANT, vocab.STATED_PLACE)
)
SPOKEN_OF: Final = (
    f"?statement <{vocab.ACT_TARGET}> ?thing .",
    f"GRAPH ?said {{ ?told {_PARTS} ?thing }} ?statement <{vocab.CONTENT}> ?said .",
)
"""The act is aimed at it, or it takes part in what is said."""
TAKES_PART: Final = (
    f"?event <{vocab.AGENT}>|<{vocab.PARTICIPANT}>|<{vocab.TARGET}>|<{vocab.PLACE}> ?thing . "
    f"?statement <{vocab.DESCRIBES}> ?event ."
)
SPEAKS_INSIDE: Final = f"GRAPH ?said {{ ?statement <{vocab.STATED_SPEAKER}> ?thing }}"
SPOKEN_OF_INSIDE: Final = f"GRAPH ?said {{ ?statement <{vocab.STATED_TARGET_OF_ACT}> ?thing }}"


def claims(*, by: str | None = None, about: str | None = None, act: str | None = None) -> str:
    """The claims by somebody, about somebody or something, of an act of speech: all that are given hold."""
    parts = []
    if by is not None:
        parts.append(_of(SPEAKS, by))
    if about is not None:
        parts.append(" UNION ".join(f"{{ {_of(pattern, about)} }}" for pattern in SPOKEN_OF))
    if act is not None:
        parts.append(f"?statement <{vocab.SPEECH_ACT}> <{known_act(act)}> .")
    return " ".join(parts) or f"?statement a <{vocab.CLAIM}> ."


def hearsay(*, by: str | None = None, about: str | None = None, act: str | None = None) -> str:
    """The same of claims that stand inside of another claim."""
    parts = [f"GRAPH ?said {{ ?statement a <{vocab.STATED_CLAIM}> }}"]
    if by is not None:
        parts.append(_of(SPEAKS_INSIDE, by))
    if about is not None:
        parts.append(_of(SPOKEN_OF_INSIDE, about))
    if act is not None:
        parts.append(f"GRAPH ?said {{ ?statement <{vocab.STATED_SPEECH_ACT}> <{known_act(act)}> }}")
    return " ".join(parts)


def facts(*, about: str | None = None, event: str | None = None) -> str:
    """The reported facts in which something takes part, of a type of event."""
    parts = []
    if about is not None:
        parts.append(_of(TAKES_PART, about))
    if event is not None:
        parts.append(f"?statement <{vocab.DESCRIBES}> ?told . ?told <{vocab.EVENT_TYPE}> <{known_event(event)}> .")
    return " ".join(parts) or f"?statement a <{vocab.REPORTED_FACT}> ."


def first(pattern: str, most: int | None, leave_out: int = 0, kept: str = "?statement") -> str:
    """The pattern with each of its statements once: all, or so many of them in the order of their IRIs."""
    part = "" if most is None else f" ORDER BY ?statement LIMIT {most} OFFSET {leave_out}"
    return f"{{ SELECT DISTINCT {kept} {{ {pattern} }}{part} }}"


def known_act(act: str) -> str:
    """The IRI of an act of speech. Raises UsageError, with those that are like it, for what is none."""
    return vocab.ACT + _known(act.removeprefix(vocab.ACT), vocab.SPEECH_ACTS, "act of speech")


def known_event(event: str) -> str:
    """The IRI of a type of event. Raises UsageError, with those that are like it, for what is none."""
    return vocab.EVT + _known(event.removeprefix(vocab.EVT), vocab.EVENT_TYPES, "type of event")


def _known(tag: str, tags: Iterable[str], what: str) -> str:
    if tag in tags:
        return tag
    known = sorted(tags)
    near = difflib.get_close_matches(tag, known, n=3, cutoff=0.5)
    meant = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    raise UsageError(f"there is no {what} {tag!r}; {meant}There are: {', '.join(known)}")


def _of(pattern: str, iri: str) -> str:
    return pattern.replace("?thing", f"<{iri}>")
