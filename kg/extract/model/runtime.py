"""What every network of ours runs on: its manifest, its sessions, and chances from logits.

One place, so that all run with the same settings: one thread unless more are asked for, and the same result each time.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kg.errors import InputError

Floats = NDArray[np.float32]
MANIFEST: Final = "manifest.json"


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a network's folder, each of its files checked.

    Args:
        folder: Where the network lies.

    Raises:
        InputError: A file is absent, or its SHA-256 is not the manifest's.
    """
    path = folder / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path}: no network here ({error}); reinstall the package, retrain (training/README.md), "
            "or use the extractor that needs none: --extractor rules"
        ) from error
    for name, expected in manifest["sha256"].items():
        _check_file(folder / name, expected)
    return manifest


def _check_file(path: Path, expected: str) -> None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path}: the model's file cannot be read ({error}); reinstall the package") from error
    if found != expected:
        raise InputError(
            f"{path}: this is not the model's file: its SHA-256 is {found}, the manifest says {expected}; "
            "reinstall the package, or write a new manifest by training again (training/README.md)"
        )


def open_session(path: Path, threads: int) -> Any:
    """Return a session of onnxruntime for a network.

    Args:
        path: The network's file.
        threads: Threads of one run.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def open_tokenizer(path: Path) -> Any:
    """Return the tokeniser of a file, without its cutting and padding."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def softmax(logits: Floats) -> Floats:
    """Return the chances of the classes along the last axis."""
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    chances: Floats = (shifted / shifted.sum(-1, keepdims=True)).astype(np.float32)
    return chances


def sigmoid(logits: Floats) -> Floats:
    """Return the probability of each logit."""
    chances: Floats = (1 / (1 + np.exp(-np.clip(logits, -30, 30)))).astype(np.float32)
    return chances
