"""Deploying: observe → diff → plan → apply, resumable, and never over a hand's work."""
