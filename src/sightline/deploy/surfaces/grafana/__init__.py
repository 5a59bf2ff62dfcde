"""Grafana through its API: folders, data sources and dashboards."""

from sightline.deploy.surfaces.grafana.announcing import GrafanaAnnouncer
from sightline.deploy.surfaces.grafana.observing import GrafanaReader
from sightline.deploy.surfaces.grafana.wanting import read_artifacts
from sightline.deploy.surfaces.grafana.writing import GrafanaWriter

__all__ = ["GrafanaAnnouncer", "GrafanaReader", "GrafanaWriter", "read_artifacts"]
