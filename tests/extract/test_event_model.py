"""The event network as it ships: what it reads, that it reads alike every time, and what it refuses."""

import json
import shutil
from functools import cache
from pathlib import Path

import pytest

from kg import vocab
from kg.errors import InputError
from kg.extract.event_model import FOLDER, EventModel
from kg.records import Span

TEXT = (
    "Turkish troops shelled the village of Hamra on Sunday, killing two farmers, after the foreign ministers of Turkey"
    " and Syria had met in Amman. Damascus accused Ankara of breaking the truce. Lunch was served at noon."
)


@cache
def model() -> EventModel:
    """The shipped network, loaded once."""
    return EventModel()


def span(words: str) -> Span:
    """Where the words stand first."""
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


def test_plain_news_is_read() -> None:
    """Common events of a plain text are read with their words, type and status."""
    read = {TEXT[e.trigger.start : e.trigger.end]: e for e in model().read(TEXT).events}
    assert read["shelled"].type == "shelling"
    assert read["met"].type == "meeting"
    assert {read["shelled"].status, read["met"].status} == {"happened"}
    assert "served" not in read


def test_roles_lie_beside_the_trigger() -> None:
    """The people of an event are found by their words."""
    (met,) = [e for e in model().read(TEXT).events if TEXT[e.trigger.start : e.trigger.end] == "met"]
    words = {TEXT[s.start : s.end] for role, s in met.roles if role in {"agents", "participants"}}
    assert any("ministers" in w or "Turkey" in w for w in words)


def test_manner_of_a_claim_is_read() -> None:
    """Cue and content together say which act a claim is."""
    (manner,) = model().read(TEXT, [((span("accused"),), (span("Ankara of breaking the truce"),))]).manners
    assert manner is not None
    assert manner.act[0] == "accuse"
    assert 0 < manner.act[1] <= 1


def test_claims_are_read_together_as_each_alone() -> None:
    """What other claims are asked for beside a claim changes nothing of its manner."""
    content = (span("Ankara of breaking the truce"),)
    claims = [((span("accused"),), content), ((span("met"),), content), ((span("accused"),), (span("truce"),))]
    together = model().read(TEXT, claims).manners
    assert together == tuple(model().read(TEXT, [claim]).manners[0] for claim in claims)
    assert model().read(TEXT, [*claims, claims[0]]).manners == (*together, together[0])


def test_reading_twice_is_reading_once() -> None:
    """The same text gives the same reading, whatever was read before."""
    first = model().read(TEXT)
    model().read("Another text. " * 50)
    assert model().read(TEXT) == first


@pytest.mark.parametrize("text", ["", " ", "\n\n", "…", "\u200b"])
def test_text_without_words_names_no_event(text: str) -> None:
    """Nothing is read where there is nothing."""
    assert model().read(text).events == ()


def test_every_class_of_the_network_is_known() -> None:
    """Types, acts and roles are those of the ontology and of the records."""
    manifest = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    assert set(manifest["types"]) == vocab.EVENT_TYPES
    assert set(manifest["acts"]) == vocab.SPEECH_ACTS
    assert set(manifest["polarities"]) == vocab.POLARITIES
    assert set(manifest["certainties"]) == vocab.CERTAINTIES
    assert set(manifest["frames"]) == vocab.FRAMES


def test_event_in_the_overlap_of_two_windows_is_read_once() -> None:
    """However long a line is, each trigger is one event."""
    text = " ".join(["Turkish troops shelled the village on Sunday and nobody said why for a long time"] * 60)
    starts = [e.trigger.start for e in model().read(text).events]
    assert len(starts) == len(set(starts))
    assert len(starts) >= 50


def test_changed_file_is_refused(tmp_path: Path) -> None:
    """A network that is not the manifest's is no network of ours."""
    folder = tmp_path / "events"
    shutil.copytree(FOLDER, folder)
    (folder / "acts.onnx").write_bytes(b"x")
    with pytest.raises(InputError, match="SHA-256"):
        EventModel(folder)


def test_absent_network_is_refused(tmp_path: Path) -> None:
    """The error says what to do."""
    with pytest.raises(InputError, match="reinstall"):
        EventModel(tmp_path)
