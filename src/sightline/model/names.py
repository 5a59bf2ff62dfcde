"""Names as their systems spell them, each its own type."""

import re
from typing import Final, NewType

__all__ = [
    "ALERT_NAME",
    "LABEL_NAME",
    "METRIC_NAME",
    "SLUG",
    "AlertName",
    "DashboardUid",
    "LabelName",
    "MetricName",
    "ServiceName",
    "SignalName",
    "SloName",
    "TeamName",
    "kebab_case",
]

AlertName = NewType("AlertName", str)
DashboardUid = NewType("DashboardUid", str)
LabelName = NewType("LabelName", str)
MetricName = NewType("MetricName", str)
ServiceName = NewType("ServiceName", str)
SignalName = NewType("SignalName", str)
SloName = NewType("SloName", str)
TeamName = NewType("TeamName", str)

ALERT_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
"""CamelCase, as the field writes alert names."""

LABEL_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
"""https://prometheus.io/docs/concepts/data_model/ (the classic character set)."""

METRIC_NAME: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
"""https://prometheus.io/docs/concepts/data_model/ (the classic character set)."""

SLUG: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
"""Lower-case words joined by hyphens; also a valid Kubernetes and Grafana name."""

_CAMEL_BOUNDARY: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def kebab_case(name: str) -> str:
    """Gives `HighErrorRate` as `high-error-rate`, the form of files and links."""
    return _CAMEL_BOUNDARY.sub("-", name).lower()
