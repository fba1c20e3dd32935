"""The W3C suite for SPARQL's query language and protocols, driven over HTTP against ``kg serve`` on an empty store.

``python -m tests.conformance.sparql SUITE DRIVER [OPTION...]``: the folder of the suite (its ``sparql`` folder inside),
and the program that sends its requests; neither is part of the project. Fails when fewer tests pass than have passed.
With options (such as ``--only REGEX``) only some are run, and nothing is compared.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from tests.served.serving import TOKEN, Server, serving

BOUNDS: Mapping[str, int] = MappingProxyType(
    {
        "approved": 892,  # of 908; the others are the engine's: numbers and dates in their canonical form, two more
        "1.1 protocol": 34,  # all
        "1.1 graph store http": 13,  # all
        "1.1 service description": 3,  # all
        "1.2": 264,  # of 269
    }
)


def main(suite: Path, driver: Path, options: list[str]) -> int:
    """Run the driver; gives an exit code."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "store", "--writes", "unchecked") as server:
        found = Path(folder) / "found.json"
        command = [sys.executable, str(driver), "--suite-dir", str(suite / "sparql"), *endpoints(server)]
        done = subprocess.run([*command, "--json", str(found), "--min-pass", "0", *options], check=False)
        if options or done.returncode:
            return done.returncode
        missed = list(shortfalls(json.loads(found.read_text())["groups"]))
    for line in missed:
        sys.stderr.write(f"{line}\n")
    return 1 if missed else 0


def endpoints(server: Server) -> list[str]:
    """The driver's options for where to send what."""
    query, graphs = f"{server.address}/sparql", f"{server.address}/store"
    urls = {"query": query, "update": query, "sd": query, "gsp": graphs}
    return [*(word for name, url in urls.items() for word in (f"--{name}-url", url)), "--bearer", TOKEN]


def shortfalls(groups: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """A line for each bound that is not reached; ``groups`` tells of each group of tests how many ended how."""
    passed = {name: counts.get("pass", 0) for name, counts in groups.items()}
    passed["approved"] = sum(counts.get("a_pass", 0) for counts in groups.values())
    passed["1.2"] = sum(number for name, number in passed.items() if name.startswith("1.2 "))
    for name, bound in BOUNDS.items():
        if passed.get(name, 0) < bound:
            yield f"conformance: {name}: {passed.get(name, 0)} passed, {bound} did before"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
