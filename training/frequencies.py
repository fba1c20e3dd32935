"""The shares of texts that contain a term, for ``kg/link/frequencies.toml``: ``python -m training.frequencies``.

Counts the terms of the marked texts of ``corpus/texts``. Only terms of at least one text in a hundred are written.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from corpus.markup import read_folder
from kg.link.terms import content_terms

ROOT = Path(__file__).parent.parent
OUT = ROOT / "kg/link/frequencies.toml"
LEAST_SHARE = 0.01
HEAD = """# Written by training/frequencies.py from corpus/texts: the share of texts that contain a term.

[terms]
"""


def main() -> None:
    """Count, and write the shares, the commonest term first."""
    texts = read_folder(ROOT / "corpus/texts")
    found = Counter(term for text in texts for term in set(content_terms(text.text)))
    shares = [(count / len(texts), term) for term, count in found.items()]
    common = sorted((one for one in shares if one[0] >= LEAST_SHARE), key=lambda one: (-one[0], one[1]))
    OUT.write_text(HEAD + "".join(f'"{term}" = {share:.3f}\n' for share, term in common), "utf-8")


if __name__ == "__main__":
    main()
