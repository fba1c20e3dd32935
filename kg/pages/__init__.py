"""Flask pages: routes, templates and static files."""
