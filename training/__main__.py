"""Train the attribution model; README.md of this folder has the one command.

train   DATA's train part to a checkpoint in OUT; goes on where it was cut off
export  the checkpoint to model files in MODEL, thresholds and calibration from DATA's dev part
choose  between the rules' spans and the parser's: weights fitted on DATA's dev part and the records in OWN
measure the model files in MODEL on DATA's dev part
all     the four, one after another
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
    parser.add_argument("step", choices=["train", "export", "choose", "measure", "all"])
    parser.add_argument("--data", type=Path, required=True, help="folder of the corpus")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint and the log")
    parser.add_argument("--model", type=Path, help="folder for the model files; OUT/model without it")
    parser.add_argument("--own", type=Path, help="gold records of the project: python -m tests.gold.load > OWN")
    parser.add_argument("--float", action="store_true", help="export in 32-bit floats")
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("config.toml"))
    a = parser.parse_args()
    if a.step in {"choose", "all"} and a.own is None:
        parser.error("choose needs --own FILE, written by: python -m tests.gold.load > FILE")
    model = a.model or a.out / "model"
    if a.step in {"train", "export", "all"}:
        from training.train import CHECKPOINT, read_config, train

        config = read_config(a.config)
        if a.step != "export":
            train(config, a.data, a.out)
        if a.step != "train":
            export(config, a.data, a.out / CHECKPOINT, model, small=not a.float)
    if a.step in {"choose", "all"}:
        choose(a.data, a.own, model)
    if a.step == "measure":
        measure(a.data, model)


def export(config: dict[str, Any], data: Path, checkpoint: Path, folder: Path, *, small: bool) -> None:
    """Writes the files, then the manifest twice: plain for reading the dev part, and with what was tuned on it."""
    from kg.extract.attribution_model import AttributionModel, Thresholds
    from training.corpus import read_part
    from training.export import export as write
    from training.export import load_average, write_manifest, write_tokenizer
    from training.tune import fit_calibration, read_cases, tune

    shipped = config["shipped"]
    write(load_average(config, checkpoint), folder, small)
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
    from kg.extract.attribution_model import Thresholds, read_manifest
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
