"""Where the graph is kept: an embedded store on disk, one writer at a time, each write all or nothing."""

from kg.store.embedded import EmbeddedStore

__all__ = ["EmbeddedStore"]
