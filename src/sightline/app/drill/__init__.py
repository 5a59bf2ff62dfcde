"""Drills: a fault on purpose, and what the monitoring makes of it."""
