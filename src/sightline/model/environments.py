"""Where the monitoring runs, and what differs there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sightline.model import deployment, placement, units

__all__ = ["CLUSTER", "FACILITIES", "REMOTE_WRITE", "Environment", "RemoteWrite"]

CLUSTER: Final = "alertmanager-cluster"
REMOTE_WRITE: Final = "remote-write"
FACILITIES: Final = frozenset({CLUSTER, REMOTE_WRITE})
"""What an environment may have besides sources, and a signal may need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteWrite:
    """A storage that takes samples by Prometheus's remote write, and answers PromQL.

    Attributes:
        url: where samples are posted.
        query_url: what stands before `/api/v1/query`.
    """

    url: str
    query_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The addresses and intervals of one environment; never a secret.

    Attributes:
        pagerduty_url: the Events API v2 endpoint.
        smtp_smarthost: `host:port`.
        retention: how long Prometheus keeps samples.
        smtp_username: the mail server's account; its password is a file.
        event_recorder: the file in which Alertmanager records what it does with
            every alert, relative to its configuration; `None` records nothing.
        secrets_directory: where Alertmanager reads its secrets, each a file; relative
            to its configuration, or absolute.
        replicas: by scrape job, how many targets there must be; one where it is not
            said. Two of `prometheus` are a pair, three of `alertmanager` a cluster.
        remote_write: where Prometheus sends its samples too; `None` is nowhere.
        deploy: where `apply` puts it; `None` is nowhere.
        place: what it runs on, and where that is which it watches.
    """

    name: str
    prometheus_url: str
    alertmanager_url: str
    grafana_url: str
    pagerduty_url: str
    smtp_smarthost: str
    smtp_from: str
    smtp_require_tls: bool
    scrape_interval: units.Duration
    evaluation_interval: units.Duration
    retention: units.Duration
    smtp_username: str | None = None
    event_recorder: str | None = None
    secrets_directory: str = "secrets"
    replicas: Mapping[str, int] = field(default_factory=dict)
    remote_write: RemoteWrite | None = None
    deploy: deployment.Deployment | None = None
    place: placement.Place = field(default_factory=placement.Place)

    def replicas_of(self, job: str) -> int:
        """Gives how many targets a scrape job must have here, at least one."""
        return self.replicas.get(job, 1)

    @property
    def facilities(self) -> frozenset[str]:
        """Those of `FACILITIES` that it has."""
        has = {
            CLUSTER: self.replicas_of("alertmanager") > 1,
            REMOTE_WRITE: self.remote_write is not None,
        }
        return frozenset(name for name, is_there in has.items() if is_there)
