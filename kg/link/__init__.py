"""Links across articles: shared entities and events, and relations between statements.

Linking is a stage of its own after extraction: records in, plain values out (:class:`kg.linking.Linking`). A link never
makes a claim a fact; it only connects two statements.
"""

from kg.link.linker import Linker, link, link_one

__all__ = ["Linker", "link", "link_one"]
