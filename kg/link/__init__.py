"""Links across articles: who is who, which events are one, and what one statement does to another.

A stage of its own after extraction: records in, plain values out (:class:`kg.linking.Linking`). A link never makes a
claim a fact; it only joins two statements.
"""

from kg.link.linker import Linker, link

__all__ = ["Linker", "link"]
