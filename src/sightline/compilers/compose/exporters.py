"""The exporters as containers: those that the spec has a scrape job for."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sightline.compilers import documents
from sightline.compilers.compose import images
from sightline.model import monitoring

__all__ = ["BLACKBOX", "Exporter", "exporters_of"]

BLACKBOX: Final = "blackbox"
_SECRETS: Final = "/etc/secrets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """One exporter of the Compose file.

    Attributes:
        name: of the service, and so its host name for the other containers.
        service: all of it but the restart policy.
    """

    name: str
    port: int
    service: Mapping[str, documents.Document]

    @property
    def address(self) -> str:
        """Its `host:port` for the other containers."""
        return f"{self.name}:{self.port}"


def exporters_of(declared: monitoring.Monitoring) -> dict[str, Exporter]:
    """Gives the known exporters that the spec scrapes, by scrape job."""
    jobs = (exporter.job for exporter in declared.exporters)
    return {job: _KNOWN[job] for job in jobs if job in _KNOWN}


# Databases are outside of the Compose file: where they are is said by the shell or by
# .env beside it, and their passwords are files.
_TO_THE_MACHINE: Final = ["host.docker.internal:host-gateway"]

_KNOWN: Final[Mapping[str, Exporter]] = MappingProxyType(
    {
        BLACKBOX: Exporter(
            name="blackbox-exporter",
            port=9115,
            service={
                "image": images.BLACKBOX_EXPORTER,
                "command": ["--config.file=/etc/blackbox_exporter/config.yml"],
                "volumes": [
                    "../prometheus/blackbox.yml:/etc/blackbox_exporter/config.yml:ro"
                ],
                "extra_hosts": _TO_THE_MACHINE,
            },
        ),
        "postgres": Exporter(
            name="postgres-exporter",
            port=9187,
            service={
                "image": images.POSTGRES_EXPORTER,
                "environment": {
                    "DATA_SOURCE_URI": (
                        "${POSTGRES_ADDRESS:-host.docker.internal:5432}"
                        "/${POSTGRES_DATABASE:-postgres}"
                        "?sslmode=${POSTGRES_SSLMODE:-require}"
                    ),
                    "DATA_SOURCE_USER": "${POSTGRES_USER:-postgres_exporter}",
                    "DATA_SOURCE_PASS_FILE": f"{_SECRETS}/postgres-exporter-password",
                },
                "volumes": [f"./secrets:{_SECRETS}:ro"],
                "extra_hosts": _TO_THE_MACHINE,
            },
        ),
        "redis": Exporter(
            name="redis-exporter",
            port=9121,
            service={
                "image": images.REDIS_EXPORTER,
                "environment": {
                    "REDIS_ADDR": (
                        "redis://${REDIS_ADDRESS:-host.docker.internal:6379}"
                    ),
                    "REDIS_USER": "${REDIS_USER:-}",
                    "REDIS_PASSWORD_FILE": "${REDIS_PASSWORD_FILE:-}",
                },
                "volumes": [f"./secrets:{_SECRETS}:ro"],
                "extra_hosts": _TO_THE_MACHINE,
            },
        ),
        "node": Exporter(
            name="node-exporter",
            port=9100,
            service={
                "image": images.NODE_EXPORTER,
                "command": ["--path.rootfs=/host"],
                "pid": "host",
                "volumes": ["/:/host:ro,rslave"],
            },
        ),
        "process": Exporter(
            name="process-exporter",
            port=9256,
            service={
                "image": images.PROCESS_EXPORTER,
                "command": ["--procfs=/host/proc", "-threads=false"],
                "volumes": ["/proc:/host/proc:ro"],
            },
        ),
        "cadvisor": Exporter(
            name="cadvisor",
            port=8080,
            service={
                "image": images.CADVISOR,
                # https://github.com/google/cadvisor/blob/master/docs/running.md
                "volumes": [
                    "/:/rootfs:ro",
                    "/var/run:/var/run:ro",
                    "/sys:/sys:ro",
                    "/var/lib/docker:/var/lib/docker:ro",
                    "/dev/disk:/dev/disk:ro",
                ],
                "devices": ["/dev/kmsg"],
            },
        ),
    }
)
