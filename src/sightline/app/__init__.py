"""Use cases: one module per command."""
