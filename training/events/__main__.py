"""Train, average, measure and export the event network: ``python -m training.events --help``."""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import rdflib
import torch
from rdflib.namespace import SKOS

from corpus.markup import MarkedText, read_folder
from corpus.standoff import read_standoff
from kg import vocab
from training import weights
from training.events.measure import measure
from training.events.network import EventNetwork, Sizes
from training.events.phrases import read_coded, read_phrases
from training.events.samples import ACTS, CERTAINTIES, FRAMES, POLARITIES, TYPES, TextSample, sample
from training.events.train import TrainingRun
from training.network import Encoder

ROOT = Path(__file__).parents[2]
SCHEME = ROOT / "ontology" / "schemes" / "event-types.ttl"
DENSE = "e"
"""Prefix of the ids of texts in which events stand closer than in news."""


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.events", description=__doc__)
    parser.add_argument("command", choices=("train", "average", "measure", "export"))
    parser.add_argument(
        "--corpus", type=Path, default=ROOT / "corpus", help="folder with texts/, phrases/, splits.toml"
    )
    parser.add_argument("--polnear", type=Path, help="folder of PolNeAR, for the articles that are marked by offsets")
    parser.add_argument("--newswire", type=Path, help="folder of news texts, for those that are marked by offsets")
    parser.add_argument("--coded", type=Path, help="JSON Lines of sentences with their PLOVER root (not required)")
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoint and the exported files")
    parser.add_argument("--all", action="store_true", help="train on the development part too")
    parser.add_argument("--from", dest="start", type=Path, help="checkpoint whose weights the run begins with")
    parser.add_argument("--with", dest="others", type=Path, nargs="+", help="checkpoints whose mean `average` writes")
    parser.add_argument("--epochs", type=float, help="instead of the configuration's")
    parser.add_argument("--threads", type=int, help="instead of the configuration's")
    parser.add_argument("--threshold", type=float, default=0.5, help="chance from which a word is a trigger")
    parser.add_argument("--model", type=Path, help="folder to export into")
    given = parser.parse_args()
    config = tomllib.loads((Path(__file__).parent.parent / "events.toml").read_text(encoding="utf-8"))
    for name in ("epochs", "threads"):
        if getattr(given, name):
            config["run"][name] = getattr(given, name)
    torch.set_num_threads(config["run"]["threads"])
    given.out.mkdir(parents=True, exist_ok=True)
    if given.command == "train":
        _train(given, config)
    elif given.command == "average":
        _average(given.others, given.out / "events.pt")
    elif given.command == "measure":
        _measure(given, config)
    else:
        from training.events.export import export

        own = config["shipped"]
        export(_kept(given, config), given.model, own["version"], own["windows"], own["thresholds"])


def _train(given: argparse.Namespace, config: dict[str, Any]) -> None:
    tokenizer = weights.load_tokenizer(weights.student_folder())
    train, dev = _parts(given)
    phrases = list(read_phrases(given.corpus / "phrases", tokenizer))
    coded = list(read_coded(given.coded, _types_of_roots(), tokenizer)) if given.coded else []
    net = _network(config)
    if given.start:
        _take_over(net, torch.load(given.start, weights_only=True)["average"])
    print(json.dumps({"texts": len(train), "dev": len(dev), "phrases": len(phrases), "coded": len(coded)}), flush=True)
    run = TrainingRun(net, train, phrases, coded, config, given.out / "events.pt")
    run.train()
    _print_figures(run.average.eval(), train, dev, given.threshold)


def _take_over(net: EventNetwork, weights_: dict[str, torch.Tensor]) -> None:
    """Begin with the weights of another network; where it has fewer classes, the new ones keep their own."""
    own = net.state_dict()
    for name, value in weights_.items():
        if own[name].shape == value.shape:
            own[name] = value
        else:
            own[name][tuple(slice(0, n) for n in value.shape)] = value
    net.load_state_dict(own)


def _average(checkpoints: Sequence[Path], path: Path) -> None:
    """Write the mean of the weights of several runs that go on from one another, as one checkpoint.

    It was better than each of its two runs on news, and as good elsewhere (Wortsman et al. 2022, "Model soups").
    """
    states = [torch.load(checkpoint, weights_only=True) for checkpoint in checkpoints]
    kept = [state["average"] for state in states]
    mean = {
        name: torch.stack([one[name] for one in kept]).mean(0) if value.is_floating_point() else value
        for name, value in kept[-1].items()
    }
    torch.save({**states[-1], "average": mean}, path)


def _measure(given: argparse.Namespace, config: dict[str, Any]) -> None:
    train, dev = _parts(given)
    _print_figures(_kept(given, config), train, dev, given.threshold)


def _print_figures(net: EventNetwork, train: Sequence[TextSample], dev: Sequence[TextSample], threshold: float) -> None:
    seen = frozenset(
        one.text[one.words.starts[t.words[0]] : one.words.ends[t.words[0]]].lower()
        for one in train
        for t in one.triggers
    )
    by_writer: dict[str, list[TextSample]] = {}
    for one in dev:
        by_writer.setdefault(one.id.partition("-")[0], []).append(one)
    for name, some in (("all", list(dev)), *sorted(by_writer.items())):
        print(name, len(some), json.dumps(measure(net, some, threshold, seen)), flush=True)


def _kept(given: argparse.Namespace, config: dict[str, Any]) -> EventNetwork:
    net = _network(config)
    net.load_state_dict(torch.load(given.out / "events.pt", weights_only=True)["average"])
    return net.eval()


def _parts(given: argparse.Namespace) -> tuple[list[TextSample], list[TextSample]]:
    """The training and the development part, as ``splits.toml`` says."""
    tokenizer = weights.load_tokenizer(weights.student_folder())
    splits = tomllib.loads((given.corpus / "splits.toml").read_text(encoding="utf-8"))
    held_out = tuple(splits["dev"])

    def read(text: MarkedText) -> TextSample:
        return sample(text, tokenizer, dense=text.id.startswith(DENSE))

    texts = read_folder(given.corpus / "texts")
    if given.polnear:
        texts += read_standoff(given.corpus / "standoff" / "polnear.jsonl", given.polnear)
    if given.newswire:
        texts += read_standoff(given.corpus / "standoff" / "newswire.jsonl", given.newswire)
    dev = [read(t) for t in texts if t.id.startswith(held_out)]
    train = [read(t) for t in texts if given.all or not t.id.startswith(held_out)]
    return train, dev


def _network(config: dict[str, Any]) -> EventNetwork:
    own = config["network"]
    folder = weights.student_folder()
    encoder = Encoder(weights.load_encoder(folder, own["encoder_dropout"]))
    sizes = Sizes(len(TYPES), len(ACTS), len(POLARITIES), len(CERTAINTIES), len(FRAMES))
    return EventNetwork(encoder, sizes, _labels(folder), own["size"], own["layers"], own["dropout"])


@torch.no_grad()
def _labels(folder: Path) -> torch.Tensor:
    """(types, width): what the pretrained encoder makes of each type's label, definition and example."""
    graph = rdflib.Graph().parse(SCHEME)
    tokenizer = weights.load_tokenizer(folder)
    bert = weights.load_encoder(folder, 0.0).eval()
    out = []
    for name in TYPES:
        concept = rdflib.URIRef(vocab.EVT + name)
        words = [
            str(o) for p in (SKOS.prefLabel, SKOS.altLabel, SKOS.definition, SKOS.example) for o in graph[concept:p]
        ]
        ids = torch.tensor([tokenizer.encode(" ".join(words)).ids])
        out.append(bert(input_ids=ids)[0][0].mean(0))
    stacked = torch.stack(out)
    return stacked - stacked.mean(0)


def _types_of_roots() -> dict[str, frozenset[str]]:
    """PLOVER's code of a type, its own or that of the type above it, to the types that have it."""
    graph = rdflib.Graph().parse(SCHEME)
    plover = rdflib.URIRef(vocab.CG + "PLOVER")
    own = {
        str(s).removeprefix(vocab.EVT): str(o)
        for s, o in graph.subject_objects(SKOS.notation)
        if isinstance(o, rdflib.Literal) and o.datatype == plover
    }
    out: dict[str, set[str]] = {}
    for name in TYPES:
        above = name
        while above not in own and above in vocab.BROADER_EVENT_TYPE:
            above = vocab.BROADER_EVENT_TYPE[above]
        if above in own:
            out.setdefault(own[above], set()).add(name)
    return {code: frozenset(types) for code, types in out.items()}


if __name__ == "__main__":
    main()
