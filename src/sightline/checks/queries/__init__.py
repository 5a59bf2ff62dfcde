"""Checks of expressions, in rules and in panels."""
