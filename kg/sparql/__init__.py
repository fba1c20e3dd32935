"""SPARQL protocol over HTTP: queries, updates, whole graphs, write access and refusals."""
