"""Corrections by people: their values, their file, and their application after every extraction."""
