"""Upstream's images and charts, each in one version: what is written was tried with it.

The charts bring the same versions of the servers as the images here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sightline.model import environments, placement

__all__ = [
    "CHARTS",
    "GRAFANA_COMMUNITY",
    "IMAGES",
    "PROMETHEUS_COMMUNITY",
    "Chart",
    "image_of",
]

_Program = placement.Program

IMAGES: Final[Mapping[placement.Program, str]] = MappingProxyType(
    {
        _Program.PROMETHEUS: "quay.io/prometheus/prometheus:v3.14.0",
        _Program.ALERTMANAGER: "quay.io/prometheus/alertmanager:v0.34.0",
        _Program.GRAFANA: "docker.io/grafana/grafana:13.2.0",
        _Program.BLACKBOX_EXPORTER: "quay.io/prometheus/blackbox-exporter:v0.28.0",
        _Program.POSTGRES_EXPORTER: (
            "quay.io/prometheuscommunity/postgres-exporter:v0.20.1"
        ),
        _Program.REDIS_EXPORTER: "docker.io/oliver006/redis_exporter:v1.89.0",
        _Program.NODE_EXPORTER: "quay.io/prometheus/node-exporter:v1.11.1",
        _Program.PROCESS_EXPORTER: "docker.io/ncabatoff/process-exporter:0.8.7",
    }
)
"""By program; collectors and console have none, for nobody publishes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart in one version.

    Attributes:
        repository: the address that `helm repo add` takes.
        name: as `helm` is told it, `<repository's name>/<chart>`.
    """

    repository: str
    name: str
    version: str


PROMETHEUS_COMMUNITY: Final = "https://prometheus-community.github.io/helm-charts"
# `grafana/grafana` gets no update since 2026-01-30: the chart went to the community.
GRAFANA_COMMUNITY: Final = "https://grafana-community.github.io/helm-charts"


def _chart(name: str, version: str) -> Chart:
    repository = name.partition("/")[0]
    return Chart(
        repository=GRAFANA_COMMUNITY
        if repository == "grafana-community"
        else PROMETHEUS_COMMUNITY,
        name=name,
        version=version,
    )


CHARTS: Final[Mapping[str, Chart]] = MappingProxyType(
    {
        "prometheus": _chart("prometheus-community/prometheus", "29.27.0"),
        "kube-prometheus-stack": _chart(
            "prometheus-community/kube-prometheus-stack", "88.5.3"
        ),
        "grafana": _chart("grafana-community/grafana", "12.11.1"),
        "prometheus-blackbox-exporter": _chart(
            "prometheus-community/prometheus-blackbox-exporter", "11.17.2"
        ),
        "prometheus-postgres-exporter": _chart(
            "prometheus-community/prometheus-postgres-exporter", "8.2.0"
        ),
        "prometheus-redis-exporter": _chart(
            "prometheus-community/prometheus-redis-exporter", "6.29.0"
        ),
    }
)
"""By the release that is made of it."""


def image_of(
    environment: environments.Environment, program: placement.Program
) -> str | None:
    """Gives the image of a program; `None` where neither spec nor upstream has one."""
    return environment.place.rooms[program].image or IMAGES.get(program)
