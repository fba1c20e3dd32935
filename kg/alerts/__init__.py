"""Standing queries: what is new, changed or withdrawn since the last time, and why somebody is told of it."""
