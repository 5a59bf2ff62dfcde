"""What any server of dashboards can be asked, Grafana or the console."""

from collections.abc import Mapping
from typing import Protocol

__all__ = ["DashboardServer"]


class DashboardServer(Protocol):
    """Reads one server of dashboards.

    Every method raises `errors.ServerUnavailable` when there is no usable answer.
    """

    @property
    def prometheus_url(self) -> str:
        """The way through this server to Prometheus, the one that its panels go."""
        ...

    async def check_health(self) -> str:
        """Returns when the server says it is well, with what it is in a few words."""
        ...

    async def fetch_uids(self) -> frozenset[str]:
        """Gives the uid of every dashboard that the server offers."""
        ...

    async def fetch_dashboard(self, uid: str) -> Mapping[str, object]:
        """Gives a dashboard's JSON as it is served."""
        ...
