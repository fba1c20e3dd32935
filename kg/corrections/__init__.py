"""Corrections by people: their values, their file, and their application after each extraction."""
