"""Full-text search over the statements, headlines and names of the graph."""
