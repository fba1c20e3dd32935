"""Suites of others, driven through our code: named by a variable, nothing of them is copied here."""
