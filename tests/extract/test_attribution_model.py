"""The trained attribution parser: offsets, windows, decisions, and the check of its files."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from kg.errors import InputError
from kg.extract.attribution_model import FOLDER, AttributionModel, network_inputs
from kg.extract.model.words import Window, Words, read_words, windows

REPORT = 'The minister said on Monday that the talks would resume in May. "We are ready," she told reporters.\n'
AWKWARD = {
    "emoji": "😀😀 Mr. Ōta said 🇯🇵 talks — “all of them” — had failed. 😀",
    "zero-width": "The en\u200bvoy\u200d said\u2060 that talks had fa\u00adiled.\u200b",
    "bidi": "\u202bThe envoy\u202c said \u2067that\u2069 talks had failed.\u200f",
    "crlf": "The envoy spoke.\r\n\r\nHe said talks had failed.\r\n",
    "byte-order mark": "\ufeffThe envoy said talks had failed.",
    "accents": "Le pre\u0301sident É\u0300tienne said the cafe\u0301 had failed.",
    "other scripts": "外交部 said talks كان failed नमस्ते.",
}


@pytest.fixture(scope="module")
def model() -> AttributionModel:
    """The shipped model."""
    return AttributionModel()


@pytest.fixture(scope="module")
def tokenizer(model: AttributionModel) -> Tokenizer:
    """The shipped model's tokeniser."""
    return model._tokenizer


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_words_lie_in_order_and_apart_on_awkward_text(tokenizer: Tokenizer, text: str) -> None:
    """A code point that is two UTF-16 units, or dropped by the tokeniser, moves no offset."""
    words = read_words(text, tokenizer)
    assert len(words)
    assert (words.starts < words.ends).all()
    assert (words.ends[:-1] <= words.starts[1:]).all()
    assert words.ends[-1] <= len(text)
    assert not any(any(c.isspace() for c in text[s:e]) for s, e in zip(words.starts, words.ends, strict=True))
    said = [text[s:e] for s, e in zip(words.starts, words.ends, strict=True)]
    assert "failed" in [w.replace("\u00ad", "") for w in said]
    assert any(w.rstrip("\u2060") == "said" for w in said)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_words_slice_back_from_any_text(text: str) -> None:
    """Whatever the text, words are non-empty, ordered ranges of it, and each has a piece."""
    words = read_words(text, _TOKENIZER)
    assert (words.starts < words.ends).all()
    assert (words.ends[:-1] <= words.starts[1:]).all()
    assert (np.diff(words.first) > 0).all()
    assert words.first[-1] == len(words.pieces)


def test_long_text_is_read_as_its_parts_are(tokenizer: Tokenizer) -> None:
    """Text is tokenised in chunks; where a chunk ends changes no word."""
    text = REPORT * 600
    words = read_words(text, tokenizer)
    once = read_words(REPORT, tokenizer)
    assert len(words) == 600 * len(once)
    tail = words.starts[-len(once) :] - len(REPORT) * 599
    assert (tail == once.starts).all()
    assert words.paragraphs[-1] == 599


def test_text_without_spaces_is_bounded(tokenizer: Tokenizer) -> None:
    """One word of a million letters costs one unknown piece a chunk, not a million."""
    words = read_words("x" * 1_000_000, tokenizer)
    assert len(words.pieces) < 200
    assert words.ends[-1] == 1_000_000


def test_quotation_marks_are_followed_within_a_line(tokenizer: Tokenizer) -> None:
    """The quote feature: opening 1, inside 3, closing 2, and nothing past the line's end."""
    words = read_words('"We go" he said. “They stay\nNext line.', tokenizer)
    assert words.features[:, 2].tolist() == [1, 3, 3, 2, 0, 0, 0, 1, 3, 3, 0, 0, 0]


def _plain_words(lengths: list[int], breaks: set[int]) -> Words:
    count = len(lengths)
    features = np.zeros((count, 3), np.int32)
    features[sorted(b for b in breaks if b < count), 1] = 2
    numbers = np.arange(count, dtype=np.int32)
    first = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return Words(numbers, numbers + 1, np.zeros(int(first[-1]), np.int32), first, features, numbers < 0, numbers)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=400), st.sets(st.integers(0, 399), max_size=40))
def test_windows_cover_every_word_once_and_never_overflow(lengths: list[int], breaks: set[int]) -> None:
    """Each word is taken from exactly one window, and no window has more pieces than the network takes."""
    words = _plain_words(lengths, breaks)
    found = windows(words, 254, 64, 24)
    assert all(words.first[w.end] - words.first[w.begin] <= 254 for w in found)
    assert all(w.begin <= w.own_begin < w.own_end <= w.end for w in found)
    assert [i for w in found for i in range(w.own_begin, w.own_end)] == list(range(len(words)))
    assert len(found) <= 2 + int(words.first[-1]) // 60


def test_network_inputs_hold_the_windows_pieces(tokenizer: Tokenizer) -> None:
    """Pieces stand between the two marks, and `first` points at each word's first piece."""
    words = read_words(REPORT, tokenizer)
    inputs = network_inputs(words, Window(3, 12, 3, 12))
    assert inputs["pieces"][0, 0] == 101
    assert inputs["pieces"][0, inputs["first"][0, 0]] == words.pieces[words.first[3]]
    assert inputs["mask"].sum() == words.first[12] - words.first[3] + 2


def test_indirect_speech_is_found_with_its_source_and_cue(model: AttributionModel) -> None:
    """A minister who said that talks would resume."""
    first = model.find(REPORT)[0]
    assert [s.of(REPORT) for s in first.source] == ["The minister"]
    assert "said" in first.cue[0].of(REPORT)
    assert "the talks would resume in May" in " ".join(s.of(REPORT) for s in first.content)
    assert 0 < first.confidence <= 1
    assert first.rule == f"model:{model.version}"


def test_direct_speech_is_found(model: AttributionModel) -> None:
    """A quotation and who told it to whom."""
    contents = [" ".join(s.of(REPORT) for s in a.content) for a in model.find(REPORT)]
    assert any("We are ready" in content for content in contents)


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\u200b\u200d\ufeff"])
def test_text_without_words_has_no_attribution(model: AttributionModel, text: str) -> None:
    """Nothing to read, nothing found."""
    parse = model.parse(text)
    assert parse.attributions == ()
    assert parse.attributed_probability(0, len(text)) == 0.0


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_spans_begin_and_end_at_words_of_awkward_text(model: AttributionModel, text: str) -> None:
    """Spans of attributions are made of words of the text itself."""
    parse = model.parse(text)
    starts, ends = set(parse.starts.tolist()), set(parse.ends.tolist())
    for one in parse.attributions:
        for span in (*one.source, *one.cue, *one.content):
            assert span.start in starts
            assert span.end in ends


def test_same_text_gives_same_result_whatever_came_before(model: AttributionModel) -> None:
    """No state is carried from text to text."""
    before = model.parse(REPORT)
    model.find("Something else entirely, he added.")
    after = model.parse(REPORT)
    assert before.attributions == after.attributions
    assert (before.inside == after.inside).all()


def test_every_part_of_a_long_text_is_read(model: AttributionModel) -> None:
    """Windows overlap: the same report is found wherever it stands."""
    text = REPORT * 40
    found = model.find(text)
    starts = {a.content[0].start // len(REPORT) for a in found}
    assert len(starts) >= 38


def test_attributed_words_are_likelier_inside_somebodys_words(model: AttributionModel) -> None:
    """The chance that the gate uses: high in what was said, low in the article's own voice."""
    text = REPORT + "The building stands on the northern bank of the river and has four floors.\n"
    parse = model.parse(text)
    assert (parse.inside >= 0).all()
    assert (parse.inside <= 1).all()
    said = text.index("talks would")
    own = text.index("building stands")
    assert parse.attributed_probability(said, said + 11) > 0.5
    assert parse.attributed_probability(own, own + 15) < 0.5


def test_stray_mark_after_the_last_line_is_in_no_content(model: AttributionModel) -> None:
    """The seed article ends in a lone quotation mark: no content reaches it."""
    text = "Moscow insists on talks. They assert that this would require neutrality.\n\n“`"
    end = text.index("\n")
    assert all(a.extent.end <= end for a in model.find(text))


def _copy(folder: Path) -> Path:
    for name in ("encoder.onnx", "links.onnx", "tokenizer.json", "manifest.json"):
        shutil.copyfile(FOLDER / name, folder / name)
    return folder


def test_altered_file_is_refused(tmp_path: Path) -> None:
    """A network that is not the one measured must not run."""
    folder = _copy(tmp_path)
    with (folder / "links.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(InputError, match=r"links\.onnx.*SHA-256"):
        AttributionModel(folder)


def test_absent_model_is_named_with_the_way_out(tmp_path: Path) -> None:
    """Without the files the message names the extractor that needs none."""
    with pytest.raises(InputError, match="--extractor rules"):
        AttributionModel(tmp_path)


def test_absent_file_is_named(tmp_path: Path) -> None:
    """The manifest alone is not a model."""
    folder = _copy(tmp_path)
    (folder / "encoder.onnx").unlink()
    with pytest.raises(InputError, match=r"encoder\.onnx"):
        AttributionModel(folder)


def test_shipped_files_are_small_enough_and_all_in_the_manifest() -> None:
    """At most 40 MB, and nothing that is run lies outside the check."""
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["sha256"]) == {"encoder.onnx", "links.onnx", "tokenizer.json"}
    assert sum((FOLDER / name).stat().st_size for name in manifest["sha256"]) <= 40_000_000


_TOKENIZER = AttributionModel()._tokenizer
