"""Write the event network as the files that ship: ``encoder.onnx``, ``roles.onnx``, ``acts.onnx`` and the manifest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
from torch import Tensor, nn

from corpus.markup import ROLES, STATUSES
from training.events.network import EventNetwork
from training.events.samples import ACTS, CERTAINTIES, FRAMES, POLARITIES, TYPES
from training.export import OPSET, PlainEncoder, export_encoder

FILES = ("encoder.onnx", "roles.onnx", "acts.onnx")


class _Kinds(nn.Module):
    """The types' logits of word vectors, by both ways that the network has."""

    def __init__(self, net: EventNetwork) -> None:
        super().__init__()
        self.kind, self.to_label, self.scale = net.kind, net.to_label, net.scale
        self.register_buffer("labels", net.labels)

    def forward(self, words: Tensor) -> Tensor:
        near = nn.functional.normalize(self.to_label(words), dim=-1) @ self.labels.T
        logits: Tensor = self.kind(words) + self.scale * near
        return logits


@torch.no_grad()
def export(net: EventNetwork, folder: Path, version: str, sizes: dict[str, int], thresholds: dict[str, float]) -> None:
    """Write the network, in 8-bit integers, and its manifest.

    Args:
        net: The network.
        folder: Where to.
        version: The version for the manifest.
        sizes: Room, overlap and context of the windows, in pieces.
        thresholds: Where chances become decisions.
    """
    folder.mkdir(parents=True, exist_ok=True)
    heads = [net.trigger, _Kinds(net), net.status]
    plain = PlainEncoder(net.encoder, heads, small=True)
    export_encoder(plain, folder / "encoder.onnx", ["triggers", "types", "statuses"], small=True)
    _export_roles(net, folder / "roles.onnx")
    _export_acts(net, folder / "acts.onnx")
    manifest = {
        "version": version,
        **sizes,
        "thresholds": thresholds,
        "types": TYPES,
        "statuses": STATUSES,
        "roles": (*ROLES, "addressees", "aims", "sources"),
        "acts": ACTS,
        "polarities": POLARITIES,
        "certainties": CERTAINTIES,
        "frames": FRAMES,
        "sha256": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _export_roles(net: EventNetwork, path: Path) -> None:
    w, width = 17, net.encoder.width
    example = (
        torch.zeros(1, w, width),
        torch.ones(1, w),
        torch.tensor([0, 0, 0]),
        torch.tensor([3, 4, 9]),
        torch.tensor([1, 2, 3]),
    )
    axes = {
        "words": {1: "words"},
        "present": {1: "words"},
        "window": {0: "triggers"},
        "trigger": {0: "triggers"},
        "kind": {0: "triggers"},
        "roles": {0: "triggers", 1: "words"},
    }
    torch.onnx.export(
        net.roles.eval(),
        example,
        str(path),
        input_names=["words", "present", "window", "trigger", "kind"],
        output_names=["roles"],
        dynamic_axes=axes,
        opset_version=OPSET,
        dynamo=False,
    )


def _export_acts(net: EventNetwork, path: Path) -> None:
    example = (torch.zeros(2, net.encoder.width), torch.zeros(2, net.encoder.width))
    torch.onnx.export(
        net.acts.eval(),
        example,
        str(path),
        input_names=["cue", "content"],
        output_names=["logits"],
        dynamic_axes={name: {0: "claims"} for name in ("cue", "content", "logits")},
        opset_version=OPSET,
        dynamo=False,
    )
