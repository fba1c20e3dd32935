"""The SPARQL protocol over HTTP: queries, updates and graphs, who may write, and what is refused."""
