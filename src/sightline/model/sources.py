"""What Prometheus scrapes besides the services: exporters and probes."""

import enum
from dataclasses import dataclass

from sightline.model import names, spans

__all__ = ["Exporter", "Probe", "ProbeKind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """A scrape job whose targets speak for something else (a database, a host).

    Attributes:
        job: the scrape job; its targets are read from `targets/<job>.json`.
        service: the `service` label of its series.
        metrics_path: where the exposition is.
        environments: where the job exists; empty means everywhere.
        expected_replicas: how many targets it must have, where that is known.
        connection: what a program of ours speaks for, by its name in the environment;
            `None` for what exposes metrics by itself.
    """

    job: str
    service: names.ServiceName
    team: names.TeamName
    metrics_path: str
    span: spans.Span
    environments: tuple[str, ...] = ()
    expected_replicas: int = 1
    connection: str | None = None


class ProbeKind(enum.Enum):
    """How the blackbox exporter asks; the value is the module's name."""

    HTTP = "http_2xx"
    TCP = "tcp_connect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Something that is asked from outside; its series carry `target=<name>`.

    Attributes:
        environments: where it is asked; empty means everywhere.
        connection: what is asked, by its name in the environment; `None` where the
            environment has an address for the probe itself.
    """

    name: str
    kind: ProbeKind
    service: names.ServiceName
    team: names.TeamName
    span: spans.Span
    environments: tuple[str, ...] = ()
    connection: str | None = None
