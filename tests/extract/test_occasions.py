"""Which claims inside of somebody's words report another occasion of speaking, and which stay the speaker's own."""

from __future__ import annotations

import pytest

from kg.records import Claim
from tests.extract.reading import extracted

REPORTED = [
    ("The envoy said that two ministers had promised a truce.", "had promised"),
    ("The envoy said that Norway demands a truce.", "demands"),
    ("The envoy said that she had hoped that the truce would hold.", "had hoped"),
    ("“The minister never said that the port is open,” the envoy said.", "never said"),
    ("“I told the minister that the port is open,” the envoy said.", "told"),
    ("The envoy said that Norway believes the port is open.", "believes"),
    ("The envoy said that the minister confirmed that the port is open.", "confirmed"),
]
OWN = [
    "The envoy said that two ministers might promise a truce.",
    "The envoy said that Norway would demand a truce.",
    "“Nobody can deny that the port is open,” the envoy said.",
    "The envoy said that the pictures prove that the port is open.",
    "The envoy called it a wreck and said that it confirms that the port is closed.",
    "“I am sure that the port is open,” the envoy said.",
    "The envoy said that she hopes that the truce will hold.",
    "The envoy said that Norway was ready to lift its ban.",
]


def nested(text: str) -> list[Claim]:
    """The claims inside of another one, as the rules find them after a headline."""
    return [claim for claim in extracted(f"Talks in Oslo\n\n{text}\n").claims if claim.parent is not None]


@pytest.mark.parametrize(("text", "cue"), REPORTED)
def test_another_occasion_of_speaking_is_a_claim_inside(text: str, cue: str) -> None:
    """What somebody else said or thought, or the speaker before, is told with its own source."""
    record = extracted(f"Talks in Oslo\n\n{text}\n")
    inside = [claim for claim in record.claims if claim.parent is not None]
    assert [span.of(record.document.text) for claim in inside for span in claim.cue] == [cue]


@pytest.mark.parametrize("text", OWN)
def test_what_nobody_said_stays_the_speakers_own_words(text: str) -> None:
    """What may be said, what proves something and what one thinks by saying so are no reports."""
    assert not nested(text)


def test_events_of_words_that_nobody_said_are_nobodys() -> None:
    """ "Might claim that Norway attacked Sweden": neither the one who might nor the speaker states the attack."""
    record = extracted("Talks in Oslo\n\nThe envoy said that Russia might claim that Iran attacked Jordan.\n")
    (claim,) = record.claims
    assert not claim.stated_events
    stated = extracted("Talks in Oslo\n\nThe envoy said that Iran attacked Jordan.\n").claims
    assert [event.type for event in stated[0].stated_events] == ["assault"]
