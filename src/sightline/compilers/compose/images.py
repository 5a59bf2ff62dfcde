"""The official container images, pinned."""

from typing import Final

from sightline.compilers import upstream
from sightline.model import placement

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

_Program = placement.Program

# A machine and a cluster run the same.
PROMETHEUS: Final = upstream.IMAGES[_Program.PROMETHEUS]
ALERTMANAGER: Final = upstream.IMAGES[_Program.ALERTMANAGER]
GRAFANA: Final = upstream.IMAGES[_Program.GRAFANA]
BLACKBOX_EXPORTER: Final = upstream.IMAGES[_Program.BLACKBOX_EXPORTER]
POSTGRES_EXPORTER: Final = upstream.IMAGES[_Program.POSTGRES_EXPORTER]
REDIS_EXPORTER: Final = upstream.IMAGES[_Program.REDIS_EXPORTER]
NODE_EXPORTER: Final = upstream.IMAGES[_Program.NODE_EXPORTER]
PROCESS_EXPORTER: Final = upstream.IMAGES[_Program.PROCESS_EXPORTER]
CADVISOR: Final = "gcr.io/cadvisor/cadvisor:v0.52.1"
