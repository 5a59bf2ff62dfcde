"""Objectives as they stand: read from a live Prometheus, judged, and shown."""
