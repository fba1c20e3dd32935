"""Write the trained network as the files that ship: `encoder.onnx`, `links.onnx`, the tokeniser and the manifest.

The encoder is written out plainly (one matrix for query, key and value), its matrices as 8-bit integers with one
scale a column, quantised at run time on the other side (onnxruntime's dynamic quantisation), its word embeddings as
8-bit integers with one scale a row. The links are small and stay in 32-bit floats.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from training.network import Encoder, Links, Network
from training.weights import student_folder

OPSET = 17


class ByteRows(nn.Module):
    """An embedding table of 8-bit integers, each row with its own scale."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        scale = table.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("rows", (table / scale).round().to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, ids: Tensor) -> Tensor:
        """Vectors of the rows `ids`."""
        rows: Tensor = self.rows[ids].float() * self.scale[ids]
        return rows


class PlainLayer(nn.Module):
    """One layer of BERT with the dropout left out."""

    def __init__(self, layer: nn.Module, heads: int) -> None:
        super().__init__()
        own = layer.attention.self
        width = own.query.in_features
        self.heads, self.size = heads, width // heads
        self.qkv = nn.Linear(width, 3 * width)
        self.qkv.weight = nn.Parameter(torch.cat([own.query.weight / self.size**0.5, own.key.weight, own.value.weight]))
        self.qkv.bias = nn.Parameter(torch.cat([own.query.bias / self.size**0.5, own.key.bias, own.value.bias]))
        self.mix, self.mix_norm = layer.attention.output.dense, layer.attention.output.LayerNorm
        self.up, self.down, self.norm = layer.intermediate.dense, layer.output.dense, layer.output.LayerNorm

    def forward(self, x: Tensor, penalty: Tensor) -> Tensor:
        """(b, p, width) in and out."""
        b, p, width = x.shape
        q, k, v = self.qkv(x).view(b, p, 3, self.heads, self.size).permute(2, 0, 3, 1, 4).unbind(0)
        seen = torch.matmul(torch.softmax(torch.matmul(q, k.transpose(2, 3)) + penalty, dim=-1), v)
        x = self.mix_norm(x + self.mix(seen.transpose(1, 2).reshape(b, p, width)))
        y: Tensor = self.norm(x + self.down(nn.functional.gelu(self.up(x))))
        return y


class PlainEncoder(nn.Module):
    """Encoder and heads that read each word by itself, for running only; ``heads`` give one output each."""

    def __init__(self, encoder: Encoder, heads: Sequence[nn.Module], small: bool) -> None:
        super().__init__()
        bert = encoder.pretrained
        table = bert.embeddings.word_embeddings
        self.words = ByteRows(table.weight.data) if small else table
        self.places = bert.embeddings.position_embeddings
        self.kind = nn.Parameter(bert.embeddings.token_type_embeddings.weight.data[0])
        self.norm = bert.embeddings.LayerNorm
        self.case, self.gap, self.quote = encoder.case, encoder.gap, encoder.quote
        self.layers = nn.ModuleList(PlainLayer(layer, bert.config.num_attention_heads) for layer in encoder.layers)
        self.heads = nn.ModuleList(heads)

    def forward(self, pieces: Tensor, mask: Tensor, features: Tensor, first: Tensor) -> tuple[Tensor, ...]:
        """Word vectors and the logits of each head."""
        places = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.norm(self.words(pieces) + self.places(places)[None] + self.kind)
        x = x + self.case(features[..., 0]) + self.gap(features[..., 1]) + self.quote(features[..., 2])
        penalty = (1.0 - mask[:, None, None, :].float()) * -10000.0
        for layer in self.layers:
            x = layer(x, penalty)
        words = torch.gather(x, 1, first[..., None].expand(-1, -1, x.shape[-1]))
        return words, *(head(words) for head in self.heads)


@torch.no_grad()
def export(net: Network, folder: Path, small: bool) -> None:
    """Writes both networks into `folder`; `small`: in 8-bit integers."""
    folder.mkdir(parents=True, exist_ok=True)
    _export_links(net.links, folder / "links.onnx")
    export_encoder(PlainEncoder(net.encoder, [net.tagger.out], small), folder / "encoder.onnx", ["logits"], small)


@torch.no_grad()
def export_encoder(plain: PlainEncoder, path: Path, outputs: Sequence[str], small: bool) -> None:
    """Write an encoder with its heads to ``path``.

    Args:
        plain: The encoder.
        path: The file.
        outputs: A name for each head.
        small: In 8-bit integers.
    """
    plain.eval()
    if not small:
        _export_encoder(plain, path, outputs)
        return
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory() as scratch:
        whole, ready = Path(scratch) / "whole.onnx", Path(scratch) / "ready.onnx"
        _export_encoder(plain, whole, outputs)
        quant_pre_process(str(whole), str(ready), skip_symbolic_shape=True)
        quantize_dynamic(
            str(ready),
            str(path),
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            reduce_range=True,  # without VNNI instructions full 8-bit products overflow
            weight_type=QuantType.QInt8,
        )


def _export_encoder(plain: nn.Module, path: Path, outputs: Sequence[str]) -> None:
    b, p, w = 2, 24, 17
    example = (
        torch.ones(b, p, dtype=torch.long),
        torch.ones(b, p, dtype=torch.long),
        torch.ones(b, p, 3, dtype=torch.long),
        torch.ones(b, w, dtype=torch.long),
    )
    axes = {
        "pieces": {0: "windows", 1: "pieces"},
        "mask": {0: "windows", 1: "pieces"},
        "features": {0: "windows", 1: "pieces"},
        "first": {0: "windows", 1: "words"},
        "vectors": {0: "windows", 1: "words"},
        **{name: {0: "windows", 1: "words"} for name in outputs},
    }
    torch.onnx.export(
        plain,
        example,
        str(path),
        input_names=["pieces", "mask", "features", "first"],
        output_names=["vectors", *outputs],
        dynamic_axes=axes,
        opset_version=OPSET,
        dynamo=False,
    )


def _export_links(links: Links, path: Path) -> None:
    b, w, n = 2, 17, 3
    width = links.word.in_features
    example = (
        torch.zeros(b, w, width),
        torch.ones(b, w),
        torch.zeros(b, w, dtype=torch.long),
        torch.tensor([0, 1, 1]),
        torch.tensor([3, 4, 9]),
    )
    axes = {
        "words": {0: "windows", 1: "words"},
        "present": {0: "windows", 1: "words"},
        "lines": {0: "windows", 1: "words"},
        "window": {0: "anchors"},
        "anchor": {0: "anchors"},
        "roles": {0: "anchors", 1: "words"},
    }
    assert n == len(example[3])
    torch.onnx.export(
        links,
        example,
        str(path),
        input_names=["words", "present", "lines", "window", "anchor"],
        output_names=["roles"],
        dynamic_axes=axes,
        opset_version=OPSET,
        dynamo=False,
    )


def write_tokenizer(folder: Path) -> None:
    """The pretrained encoder's own tokeniser (its vocabulary is BERT's, nothing of the corpus)."""
    shutil.copyfile(student_folder() / "tokenizer.json", folder / "tokenizer.json")


def write_manifest(
    folder: Path, version: str, sizes: dict[str, int], thresholds: dict[str, float], calibration: list[float]
) -> None:
    """The manifest: version, window sizes, decisions, and the SHA-256 of each file. `choose` adds the choice."""
    names = ("encoder.onnx", "links.onnx", "tokenizer.json")
    manifest = {
        "version": version,
        "room": sizes["room"],
        "overlap": sizes["overlap"],
        "context": sizes["context"],
        "thresholds": thresholds,
        "calibration": calibration,
        "choice": {},
        "sha256": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
