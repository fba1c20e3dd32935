"""Read all clusters, print what is in them: ``python -m corpus.check_clusters [FOLDER...]``; exit 1: one is wrong."""

from __future__ import annotations

import sys
from pathlib import Path

from kg.errors import InputError
from kg.evaluate.gold_clusters import Cluster, counts, read_cluster

CLUSTERS = Path(__file__).parent / "clusters"


def main(arguments: list[str]) -> int:
    """Print the counts of each folder and each mistake; return 1 where there is one."""
    folders = [Path(argument) for argument in arguments] or [CLUSTERS / "train", CLUSTERS / "dev"]
    wrong = False
    for folder in folders:
        read: list[Cluster] = []
        for path in sorted(folder.glob("*.txt")):
            try:
                read.append(read_cluster(path))
            except InputError as error:
                wrong = True
                print(error, file=sys.stderr)  # noqa: T201
        print(f"{folder}: " + ", ".join(f"{what.strip()} {number}" for what, number in counts(read)))  # noqa: T201
        wrong = wrong or not read
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
