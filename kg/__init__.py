"""claimgraph: reads news about diplomacy into a graph of facts and claims, and never makes a fact of a claim."""

__version__ = "0.1.0"

__all__ = ["__version__"]
