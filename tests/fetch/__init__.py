"""Fetching from servers that mean no good."""
