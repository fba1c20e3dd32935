"""Reading brat standoff, and the same numbers as the published scorer on PolNeAR itself."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.evaluate import Gold, Prediction, ScoredAttribution, evaluate, polnear
from kg.evaluate.counts import Counts
from kg.records import Span

TEXT = "He said\r\nit was so, he said.\n"
STANDOFF = """T1\tSource 0 2\tHe
T2\tCue 3 7\tsaid
T3\tContent 9 11;12 18\tit was so
T4\tAttribution 3 7\tsaid
E1\tAttribution:T4 Source:T1 Cue:T2 Content2:T3
T5\tDiscuss 20 22\the
E2\tDiscuss:T5 Cue:T2
T6\tAttribution-no-source 23 27\tsaid
T7\tContent 9 18;20 20\tit was so
E3\tAttribution-no-source:T6 Content:T7
A1\tNote E1 something
"""
SCORER = "tools/score_polnear.py"


def corpus(root: Path, standoff: str = STANDOFF) -> Path:
    """A corpus of one article with one annotator."""
    for name in ("text", "attributions"):
        (root / "data" / "dev" / name).mkdir(parents=True)
    (root / "data/dev/text/one.txt").write_bytes(TEXT.encode())
    (root / "data/dev/attributions/one_abcd.ann").write_bytes(standoff.encode())
    return root


def test_text_and_pieces_are_read_as_they_are(tmp_path: Path) -> None:
    """Line ends are kept, pieces are pieces, notes between annotators are not attributions."""
    (gold,) = polnear.read(corpus(tmp_path))
    assert gold.text == TEXT
    (found,) = gold.annotations
    assert found[0] == ScoredAttribution(source=(Span(0, 2),), cue=(Span(3, 7),), content=(Span(9, 11), Span(12, 18)))
    assert found[1] == ScoredAttribution(content=(Span(9, 18),))
    assert len(found) == 2


def test_a_folder_without_articles_is_refused(tmp_path: Path) -> None:
    """Zero articles would be scored as perfect or as nothing."""
    with pytest.raises(InputError, match=r"no \.txt articles"):
        polnear.read(tmp_path)


def test_a_span_that_no_line_defines_is_refused(tmp_path: Path) -> None:
    """The file is named, and the span."""
    with pytest.raises(InputError, match=r"one_abcd.ann: .*T9"):
        polnear.read(corpus(tmp_path, STANDOFF.replace("Content2:T3", "Content:T9")))


@pytest.fixture(scope="module")
def root() -> Path:
    """The corpus folder that the variable POLNEAR names, with the scorer beside it."""
    if "POLNEAR" not in os.environ:
        pytest.skip("set POLNEAR to the folder that holds PolNeAR's data/ to compare with the published scorer")
    path = Path(os.environ["POLNEAR"])
    if not (path.parents[1] / SCORER).is_file():
        pytest.skip(f"no {SCORER} two folders above {path}: nothing to compare with")
    return path


def disturbed(gold: Gold, draw: random.Random) -> list[dict[str, list[list[int]]]]:
    """The last annotator's attributions with some left out, moved, emptied and made up."""
    found = []
    for attribution in gold.annotations[-1] if gold.annotations else ():
        one = {role: [[s.start, s.end] for s in getattr(attribution, role)] for role in ("source", "cue", "content")}
        for spans in one.values():
            for span in spans:
                span[0] = max(0, span[0] - draw.choice((0, 0, 10, 30)))
                span[1] = min(len(gold.text), span[1] + draw.choice((0, 0, 20, 90)))
            if draw.random() < 0.1:
                spans.clear()
        if draw.random() < 0.8:
            found.append(one)
    start = draw.randrange(len(gold.text) // 2)
    return [*found, {"source": [[start, start + 4]], "cue": [], "content": [[start + 5, start + 60]]}]


def test_the_numbers_are_those_of_the_published_scorer(root: Path, tmp_path: Path) -> None:
    """On disturbed gold of dev: every measure, to the tenth of a per cent that the scorer prints."""
    gold = polnear.read(root)
    draw = random.Random(7)
    predictions = {one.id: disturbed(one, draw) for one in gold}
    file = tmp_path / "predictions.jsonl"
    file.write_text(
        "".join(json.dumps({"doc": name, "attributions": found}) + "\n" for name, found in predictions.items()),
        encoding="utf-8",
    )
    command = [sys.executable, str(root.parents[1] / SCORER), "--root", str(root), "--pred", str(file), "--json"]
    theirs = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    ours = evaluate(gold, {name: answer(found) for name, found in predictions.items()}).total()
    compared = 0
    for measure, rates in theirs.items():
        counts = ours.get(measure.replace("relation.loose", "relation"), Counts())
        assert [100 * counts.precision, 100 * counts.recall, 100 * counts.f1] == pytest.approx(
            [rates["P"], rates["R"], rates["F"]], abs=0.0501
        ), measure
        compared += 1
    assert compared == 15


def test_the_shares_are_those_of_the_published_laundering_tool(root: Path, tmp_path: Path) -> None:
    """The same predictions with facts and unclear spans: laundered, swallowed, unclear, uncovered."""
    gold = polnear.read(root)
    draw = random.Random(8)
    answers = {}
    file = tmp_path / "predictions.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        for one in gold:
            found, third = disturbed(one, draw), len(one.text) // 3
            prediction = {
                "doc": one.id,
                "attributions": found,
                "facts": [[0, third]],
                "unclear": [[third, third + 200]],
            }
            lines.write(json.dumps(prediction) + "\n")
            answers[one.id] = Prediction(
                attributions=answer(found).attributions, facts=(Span(0, third),), unclear=(Span(third, third + 200),)
            )
    command = [sys.executable, str(root.parents[1] / "tools/laundering.py"), str(root), "dev", str(file)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    total = evaluate(gold, answers).total()
    for measure in ("laundered", "swallowed", "unclear", "uncovered"):
        theirs = re.search(rf"{measure} ([\d.]+)", printed)
        assert theirs, printed
        assert 100 * total[measure].recall == pytest.approx(float(theirs[1]), abs=0.0501)


def answer(found: list[dict[str, list[list[int]]]]) -> Prediction:
    """The answer that a line of predictions is."""
    return Prediction(
        attributions=tuple(
            ScoredAttribution(**{role: tuple(Span(*pair) for pair in sorted(pairs)) for role, pairs in one.items()})
            for one in found
        )
    )
