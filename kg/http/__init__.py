"""HTTP: the server, its caches, content negotiation, limits and error documents."""
