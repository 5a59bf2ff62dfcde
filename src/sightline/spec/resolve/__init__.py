"""Shapes → model: names become what they name, text becomes quantities. Pure."""
