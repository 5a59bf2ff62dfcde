"""Native files → frozen facts, each with its place in the file.

Prometheus rule files and configuration, Alertmanager configuration and templates,
Grafana dashboards, Kubernetes manifests and promtool tests: whoever wrote them.
"""
