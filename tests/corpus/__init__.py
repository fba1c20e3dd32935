"""Tests of the corpus: its marks, its splits, its records."""
