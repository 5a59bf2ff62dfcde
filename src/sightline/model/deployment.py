"""Where an environment's monitoring is deployed to, and by whose credentials."""

import enum
from dataclasses import dataclass
from typing import TypeAlias

__all__ = [
    "Chart",
    "Cluster",
    "CommandOutput",
    "Credential",
    "Deployment",
    "Directory",
    "EnvironmentVariable",
    "GrafanaApi",
    "GrafanaServer",
    "KubernetesSecret",
    "SecretFile",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentVariable:
    """A credential in an environment variable."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretFile:
    """A credential in a file; the path is relative to the project."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesSecret:
    """A credential under a key of a Secret of the environment's cluster."""

    namespace: str
    name: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOutput:
    """A credential that a program prints, such as `op read` or `vault kv get`."""

    argv: tuple[str, ...]


Credential: TypeAlias = (
    EnvironmentVariable | SecretFile | KubernetesSecret | CommandOutput
)
"""The way to a credential, never the credential itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """A directory of files on a plain machine.

    Attributes:
        path: relative to the project, or absolute.
        servers: the addresses of all servers that read it; the environment's own
            when it is empty.
    """

    path: str
    servers: tuple[str, ...] = ()


class GrafanaApi(enum.Enum):
    """Which of its two APIs a Grafana is asked for dashboards and folders."""

    BEST = "best"
    """`/api` as long as a version is known to serve it, since more of them do."""
    CLASSIC = "classic"
    """`/api`."""
    RESOURCES = "resources"
    """`/apis`, of Grafana 12 and later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrafanaServer:
    """The Grafana at the environment's address, through its API."""

    token: Credential
    api: GrafanaApi = GrafanaApi.BEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster, reached by the user's own `kubectl`.

    Attributes:
        context: of the user's kubeconfig.
        operator: whether the Prometheus operator runs there: then the objects are of
            its kinds.
    """

    context: str
    operator: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A release of a Helm chart, installed by the user's own `helm`.

    Attributes:
        chart: a name such as `prometheus-community/prometheus`, or a path.
        version: of the chart, exactly.
        values: the file of the build with its values, such as `helm/prometheus.yaml`.
    """

    release: str
    chart: str
    version: str
    namespace: str
    values: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """All places that an environment is deployed to; what is `None` is nowhere."""

    prometheus: Directory | None = None
    alertmanager: Directory | None = None
    grafana: GrafanaServer | Directory | None = None
    kubernetes: Cluster | None = None
    charts: tuple[Chart, ...] = ()
