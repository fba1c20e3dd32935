"""A store as units of incremental validation: a document version each, and one of what is nobody's own."""

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
# The version under whose IRI a quad's subject lies, else the end of its line: its graph, where it has one. Which unit
# a quad falls into decides only what is read again together.
_SUBJECT = re.compile(rb"<([^>]*/%b)(?:[/#][^>]*)?> " % _PATH)
# What a version says once more of an entity stays beside what the default graph says of it.
_GRAPH = re.compile(rb" <([^>]*/%b)/(?!entities>)[^> ]*> \.$" % _PATH)


def units(dump: bytes) -> list[Unit]:
    """The units of a store, from all its quads as N-Quads in the store's own order, which does not change.

    The lines of each are hashed as they are, and parsed only where they are read.
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
