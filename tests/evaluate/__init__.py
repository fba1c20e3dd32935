"""Measures checked against cases worked out by hand."""
