"""Training of the event network: what the marked texts of ``corpus/`` teach, and how well it was learned."""
