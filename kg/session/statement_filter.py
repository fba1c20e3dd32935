"""Graph patterns that select statements by speaker, subject and act.

Only a claim has a speaker, a speech act and a content; only a fact describes an event. A pattern with one of these does
not name the class too, because the engine would read all its statements (1.4 s in 300,000 quads instead of 2 ms).
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
"""The subject is the target of the act, or takes part in the content."""
TAKES_PART: Final = (
    f"?event <{vocab.AGENT}>|<{vocab.PARTICIPANT}>|<{vocab.TARGET}>|<{vocab.PLACE}> ?thing . "
    f"?statement <{vocab.DESCRIBES}> ?event ."
)
SPEAKS_INSIDE: Final = f"GRAPH ?said {{ ?statement <{vocab.STATED_SPEAKER}> ?thing }}"
SPOKEN_OF_INSIDE: Final = f"GRAPH ?said {{ ?statement <{vocab.STATED_TARGET_OF_ACT}> ?thing }}"


def claims(*, by: str | None = None, about: str | None = None, act: str | None = None) -> str:
    """Return the pattern of claims with a speaker, a subject and a speech act, as far as they are given.

    Args:
        by: The IRI of the speaker.
        about: The IRI of the subject.
        act: The speech act.
    """
    parts = []
    if by is not None:
        parts.append(_of(SPEAKS, by))
    if about is not None:
        parts.append(" UNION ".join(f"{{ {_of(pattern, about)} }}" for pattern in SPOKEN_OF))
    if act is not None:
        parts.append(f"?statement <{vocab.SPEECH_ACT}> <{known_act(act)}> .")
    return " ".join(parts) or f"?statement a <{vocab.CLAIM}> ."


def hearsay(*, by: str | None = None, about: str | None = None, act: str | None = None) -> str:
    """Return the pattern of claims inside of other claims.

    Args:
        by: The IRI of the speaker.
        about: The IRI of the subject.
        act: The speech act.
    """
    parts = [f"GRAPH ?said {{ ?statement a <{vocab.STATED_CLAIM}> }}"]
    if by is not None:
        parts.append(_of(SPEAKS_INSIDE, by))
    if about is not None:
        parts.append(_of(SPOKEN_OF_INSIDE, about))
    if act is not None:
        parts.append(f"GRAPH ?said {{ ?statement <{vocab.STATED_SPEECH_ACT}> <{known_act(act)}> }}")
    return " ".join(parts)


def facts(*, about: str | None = None, event: str | None = None) -> str:
    """Return the pattern of facts with a participant and a type of event, as far as they are given.

    Args:
        about: The IRI of the participant.
        event: The type of event.
    """
    parts = []
    if about is not None:
        parts.append(_of(TAKES_PART, about))
    if event is not None:
        parts.append(f"?statement <{vocab.DESCRIBES}> ?told . ?told <{vocab.EVENT_TYPE}> <{known_event(event)}> .")
    return " ".join(parts) or f"?statement a <{vocab.REPORTED_FACT}> ."


def first(pattern: str, most: int | None, leave_out: int = 0, kept: str = "?statement") -> str:
    """Return the pattern with each statement once: all of them, or a range in the order of their IRIs.

    Args:
        pattern: The pattern.
        most: The largest number of statements; None for all.
        leave_out: The number of statements to skip.
        kept: The variables to select.
    """
    part = "" if most is None else f" ORDER BY ?statement LIMIT {most} OFFSET {leave_out}"
    return f"{{ SELECT DISTINCT {kept} {{ {pattern} }}{part} }}"


def known_act(act: str) -> str:
    """Return the IRI of a speech act. Raises UsageError with similar ones for an unknown act."""
    return vocab.ACT + _known(act.removeprefix(vocab.ACT), vocab.SPEECH_ACTS, "act of speech")


def known_event(event: str) -> str:
    """Return the IRI of a type of event. Raises UsageError with similar ones for an unknown type."""
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
