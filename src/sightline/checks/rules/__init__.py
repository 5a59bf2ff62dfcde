"""Checks of alerting and recording rules, and of their tests."""
