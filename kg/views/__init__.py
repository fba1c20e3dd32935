"""Read model that pages, sessions and agents share: statements, articles, entities, overviews and search."""
