"""Exports, read back by libraries of others."""
