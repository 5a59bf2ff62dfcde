"""A Grafana for tests: in memory, with state, and judged by Grafana's own document."""
