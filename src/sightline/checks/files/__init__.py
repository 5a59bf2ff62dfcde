"""Checks of what any file may hold: secrets and variables."""
