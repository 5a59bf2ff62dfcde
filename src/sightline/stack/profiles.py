"""How many of which servers a stack runs: one of each, a pair and a cluster, or more.

The first of several keeps the plain name, so that a stack that grows keeps its data.
"""

import enum
from collections.abc import Mapping
from typing import Final

__all__ = ["ALERTMANAGERS", "PROMETHEUS", "STORAGE", "Profile", "cluster_port_of"]

PROMETHEUS: Final = ("prometheus", "prometheus-2")
"""The components of a pair."""

ALERTMANAGERS: Final = ("alertmanager", "alertmanager-2", "alertmanager-3")
"""The components of a cluster: one may be lost while another is being replaced."""

STORAGE: Final = "victoria-metrics"
"""The component that keeps the samples of all others."""

_PORTS: Final[Mapping[str, int]] = {
    "prometheus-2": 9091,
    "alertmanager-cluster": 9094,
    "alertmanager-2": 9193,
    "alertmanager-2-cluster": 9194,
    "alertmanager-3": 9293,
    "alertmanager-3-cluster": 9294,
}
_STORAGE_PORT: Final = 8428


class Profile(enum.Enum):
    """A size of the stack; the value is the word for `--profile`."""

    SINGLE = "single"
    HA = "ha"
    DISTRIBUTED = "distributed"

    @property
    def prometheus(self) -> tuple[str, ...]:
        """The Prometheus servers."""
        return PROMETHEUS[:1] if self is Profile.SINGLE else PROMETHEUS

    @property
    def alertmanagers(self) -> tuple[str, ...]:
        """The Alertmanagers."""
        return ALERTMANAGERS[:1] if self is Profile.SINGLE else ALERTMANAGERS

    @property
    def programs(self) -> tuple[str, ...]:
        """The programs that it needs besides those of every stack."""
        return (STORAGE,) if self is Profile.DISTRIBUTED else ()

    @property
    def ports(self) -> Mapping[str, int]:
        """The default ports that it needs besides those of every stack."""
        match self:
            case Profile.SINGLE:
                return {}
            case Profile.HA:
                return _PORTS
            case Profile.DISTRIBUTED:
                return {**_PORTS, STORAGE: _STORAGE_PORT}


def cluster_port_of(alertmanager: str) -> str:
    """Gives the name of the port by which an Alertmanager speaks to its peers."""
    return f"{alertmanager}-cluster"
