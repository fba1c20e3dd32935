"""Articles of our own with everything in them annotated: see ``docs/annotation-guide.md``."""
