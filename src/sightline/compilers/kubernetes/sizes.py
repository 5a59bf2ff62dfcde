"""How much of a disk a program gets in a cluster, and may fill."""

from typing import Final

from sightline.compilers.kubernetes import objects
from sightline.model import environments, placement

__all__ = ["claim", "retention_size"]

_DISK_SHARE: Final = 0.85
"""Of Prometheus's disk that samples may fill; the rest is for what it writes anew.
https://prometheus.io/docs/prometheus/latest/storage/#right-sizing-retention-size
"""


def claim(
    environment: environments.Environment, program: placement.Program
) -> objects.Object:
    """Gives the specification of a program's disk."""
    cluster = environment.place.kubernetes
    size = environment.place.rooms[program].storage_mebibytes
    storage_class = cluster.storage_class if cluster else None
    return {
        "accessModes": ["ReadWriteOnce"],
        **({"storageClassName": storage_class} if storage_class else {}),
        "resources": {"requests": {"storage": objects.quantity(size)}},
    }


def retention_size(room: placement.Room) -> str:
    """Gives how much of its disk Prometheus may fill with samples."""
    return f"{int(room.storage_mebibytes * _DISK_SHARE)}MB"
