"""Units of incremental validation in a store: one for each document version, and one for shared nodes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable

from pyoxigraph import Quad

from kg import nquads
from kg.iri import VERSION_PATH
from kg.validate.validation_unit import Unit

_OTHERS = "shared"
_PATH = VERSION_PATH.encode()
# The version that owns a quad's subject or, at the end of its line, its graph. The unit of a quad only decides what is
# read together.
_SUBJECT = re.compile(rb"<([^>]*/%b)(?:[/#][^>]*)?> " % _PATH)
# A version's copy of an entity description belongs to the unit of shared nodes.
_GRAPH = re.compile(rb" <([^>]*/%b)/(?!entities>)[^> ]*> \.$" % _PATH)


def units(dump: bytes) -> list[Unit]:
    """Return the units of a store from its N-Quads in the store's own, stable order.

    The lines of a unit are hashed as text, and parsed only when they are read.
    """
    lines: dict[bytes, list[bytes]] = {}
    for line in dump.split(b"\n"):
        found = _SUBJECT.match(line) or _GRAPH.search(line)
        lines.setdefault(found[1] if found else b"", []).append(line)
    return [
        Unit(name=name.decode() or _OTHERS, digest=hashlib.sha256(text).hexdigest(), read=_reader(text))
        for name, text in ((name, b"\n".join(each)) for name, each in sorted(lines.items()))
    ]


def _reader(text: bytes) -> Callable[[], Iterable[Quad]]:
    return lambda: nquads.read(text)
