"""The official container images, pinned."""

from typing import Final

__all__ = [
    "ALERTMANAGER",
    "BLACKBOX_EXPORTER",
    "CADVISOR",
    "GRAFANA",
    "NODE_EXPORTER",
    "POSTGRES_EXPORTER",
    "PROCESS_EXPORTER",
    "PROMETHEUS",
    "REDIS_EXPORTER",
]

# The versions that the charts of November 2026 run, so that a machine and a cluster
# run the same: https://github.com/prometheus-community/helm-charts
PROMETHEUS: Final = "prom/prometheus:v3.14.0"
ALERTMANAGER: Final = "prom/alertmanager:v0.34.0"
GRAFANA: Final = "grafana/grafana:13.2.0"
BLACKBOX_EXPORTER: Final = "prom/blackbox-exporter:v0.28.0"
POSTGRES_EXPORTER: Final = "prometheuscommunity/postgres-exporter:v0.20.1"
REDIS_EXPORTER: Final = "oliver006/redis_exporter:v1.89.0"
NODE_EXPORTER: Final = "prom/node-exporter:v1.11.1"
PROCESS_EXPORTER: Final = "ncabatoff/process-exporter:0.8.7"
CADVISOR: Final = "gcr.io/cadvisor/cadvisor:v0.52.1"
