"""Proofs: what every alert does, shown on the real engine with inputs found for it."""
