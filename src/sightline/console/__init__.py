"""The web console: the shipped dashboards, alerts and inbox."""
