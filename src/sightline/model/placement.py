"""Where the monitoring's own programs run, and how much of a machine each may use."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from sightline.model import connections as connecting

__all__ = ["DEFAULT_ROOMS", "Kubernetes", "Place", "Program", "Room"]


class Program(enum.Enum):
    """A program that the monitoring consists of; the value is its name everywhere."""

    PROMETHEUS = "prometheus"
    ALERTMANAGER = "alertmanager"
    GRAFANA = "grafana"
    BLACKBOX_EXPORTER = "blackbox-exporter"
    POSTGRES_EXPORTER = "postgres-exporter"
    REDIS_EXPORTER = "redis-exporter"
    NODE_EXPORTER = "node-exporter"
    PROCESS_EXPORTER = "process-exporter"
    COLLECTORS = "collectors"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What one instance of a program gets.

    Attributes:
        cpu_millicores: what is set aside for it; it may use more when nobody else does.
        memory_mebibytes: what it gets, and at most.
        storage_mebibytes: of the disk that outlives it; 0 keeps nothing.
        image: of its container, instead of upstream's; `None` takes that.
    """

    cpu_millicores: int
    memory_mebibytes: int
    storage_mebibytes: int = 0
    image: str | None = None


_GIBIBYTE: Final = 1024

# Prometheus: 100,000 to 140,000 active series in each GiB, and 1 to 2 bytes on disk
# for each sample. https://prometheus.io/docs/prometheus/latest/storage/
DEFAULT_ROOMS: Final[Mapping[Program, Room]] = MappingProxyType(
    {
        Program.PROMETHEUS: Room(
            cpu_millicores=1000,
            memory_mebibytes=4 * _GIBIBYTE,
            storage_mebibytes=100 * _GIBIBYTE,
        ),
        Program.ALERTMANAGER: Room(
            cpu_millicores=100, memory_mebibytes=256, storage_mebibytes=_GIBIBYTE
        ),
        Program.GRAFANA: Room(
            cpu_millicores=250, memory_mebibytes=512, storage_mebibytes=10 * _GIBIBYTE
        ),
        Program.BLACKBOX_EXPORTER: Room(cpu_millicores=50, memory_mebibytes=128),
        Program.POSTGRES_EXPORTER: Room(cpu_millicores=50, memory_mebibytes=128),
        Program.REDIS_EXPORTER: Room(cpu_millicores=50, memory_mebibytes=128),
        Program.NODE_EXPORTER: Room(cpu_millicores=50, memory_mebibytes=128),
        Program.PROCESS_EXPORTER: Room(cpu_millicores=50, memory_mebibytes=128),
        Program.COLLECTORS: Room(
            cpu_millicores=200, memory_mebibytes=512, storage_mebibytes=5 * _GIBIBYTE
        ),
        Program.CONSOLE: Room(cpu_millicores=100, memory_mebibytes=256),
    }
)
"""What a program gets where the spec says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kubernetes:
    """How the monitoring stands in a cluster, and finds there what it scrapes.

    Attributes:
        namespace: of the monitoring itself.
        services_namespace: of the services, and of exporters that are theirs.
        name_label: the label of a pod that has the service's or exporter's name.
        port_name: the container port that serves `/metrics` and the health endpoint.
        storage_class: of the disks; `None` takes the cluster's default.
    """

    namespace: str = "monitoring"
    services_namespace: str = "default"
    name_label: str = "app.kubernetes.io/name"
    port_name: str = "http"
    storage_class: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is known of where an environment runs, and of where all else is.

    Attributes:
        rooms: what each program gets; all of them are in it.
        connections: what exporters and collectors connect to, by name; their paths
            are relative to the collectors' settings.
        addresses: of the probes that have one, by name: `host:port`, or a URL.
        targets: what is scraped at fixed addresses, by service or scrape job.
        kubernetes: `None` where there is no cluster.
    """

    rooms: Mapping[Program, Room] = field(default_factory=lambda: DEFAULT_ROOMS)
    connections: Mapping[str, connecting.Connection] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kubernetes: Kubernetes | None = None
