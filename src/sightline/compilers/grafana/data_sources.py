"""The data sources that dashboards name, by uid and never by title."""

from collections.abc import Mapping

__all__ = ["ALERTMANAGER_UID", "PROMETHEUS", "PROMETHEUS_UID"]

PROMETHEUS_UID = "prometheus"
ALERTMANAGER_UID = "alertmanager"

PROMETHEUS: Mapping[str, str] = {"type": "prometheus", "uid": PROMETHEUS_UID}
"""The reference that panels, variables and annotations carry."""
