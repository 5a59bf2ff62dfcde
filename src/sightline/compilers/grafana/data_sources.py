"""The data sources that dashboards name, by uid and never by title.

Where one Grafana shows several environments, each is a Prometheus of its own, and the
reader chooses.
"""

from collections.abc import Mapping
from typing import Final

__all__ = [
    "ALERTMANAGER_UID",
    "ENVIRONMENT",
    "PROMETHEUS",
    "PROMETHEUS_NAME",
    "PROMETHEUS_UID",
]

PROMETHEUS_UID = "prometheus"
ALERTMANAGER_UID = "alertmanager"

PROMETHEUS_NAME = "Prometheus"

ENVIRONMENT: Final = "environment"
"""The variable that chooses among the Prometheus servers that Grafana knows."""

PROMETHEUS: Mapping[str, str] = {"type": "prometheus", "uid": f"${{{ENVIRONMENT}}}"}
"""The reference that panels, variables and annotations carry."""
