"""Corrections: their file, and how they are applied again."""
