"""Standing queries: new, changed and withdrawn rows since the last run, each with its reason."""
