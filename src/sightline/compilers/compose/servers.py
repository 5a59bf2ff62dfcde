"""Prometheus, Alertmanager and Grafana as containers."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from sightline.compilers import documents
from sightline.compilers.compose import images
from sightline.compilers.prometheus import server_config
from sightline.model import environments

__all__ = [
    "ALERTMANAGER_PORT",
    "PROMETHEUS_PORT",
    "compile_servers",
    "names_of",
    "url_of",
]

Service = dict[str, documents.Document]

PROMETHEUS_PORT: Final = 9090
ALERTMANAGER_PORT: Final = 9093
_CLUSTER_PORT: Final = 9094
_GRAFANA_PORT: Final = 3000

_ALERTMANAGER_HOME: Final = "/etc/alertmanager"
_DASHBOARDS: Final = "/etc/sightline/dashboards"


def names_of(program: str, environment: environments.Environment) -> tuple[str, ...]:
    """Gives the names of a server's replicas: its own, or numbered from 1."""
    count = environment.replicas_of(program)
    if count == 1:
        return (program,)
    return tuple(f"{program}-{number}" for number in range(1, count + 1))


def url_of(program: str, port: int, environment: environments.Environment) -> str:
    """Gives the address of a server's first replica for the other containers."""
    return f"http://{names_of(program, environment)[0]}:{port}"


def compile_servers(environment: environments.Environment) -> dict[str, Service]:
    """Gives the servers, by name; only the first of each can be reached from outside.

    They listen on this machine alone: none of them asks who is there.
    """
    servers = {}
    prometheus = names_of("prometheus", environment)
    for name in prometheus:
        servers[name] = _prometheus(name, environment)
    for name in names_of("alertmanager", environment):
        servers[name] = _alertmanager(name, environment)
    servers["grafana"] = _grafana(prometheus[0])
    return servers


def _prometheus(name: str, environment: environments.Environment) -> Service:
    return {
        "image": images.PROMETHEUS,
        "restart": "unless-stopped",
        "command": [
            "--config.file=/etc/prometheus/prometheus.yml",
            "--storage.tsdb.path=/prometheus",
            f"--storage.tsdb.retention.time={environment.retention}",
            f"--web.external-url={environment.prometheus_url}",
            "--web.route-prefix=/",
            "--web.enable-lifecycle",
            "--enable-feature=exemplar-storage",
        ],
        "environment": {server_config.REPLICA_VARIABLE: name},
        "volumes": [
            "../prometheus/prometheus.yml:/etc/prometheus/prometheus.yml:ro",
            "../prometheus/rules:/etc/prometheus/rules:ro",
            "./targets:/etc/prometheus/targets:ro",
            f"{name}:/prometheus",
        ],
        **_publish(name, names_of("prometheus", environment), PROMETHEUS_PORT),
        "healthcheck": _ask(f"http://127.0.0.1:{PROMETHEUS_PORT}/-/ready"),
    }


def _alertmanager(name: str, environment: environments.Environment) -> Service:
    # A relative path counts from where Alertmanager runs.
    secrets = PurePosixPath(_ALERTMANAGER_HOME) / environment.secrets_directory
    return {
        "image": images.ALERTMANAGER,
        "restart": "unless-stopped",
        "working_dir": _ALERTMANAGER_HOME,
        "command": [
            f"--config.file={_ALERTMANAGER_HOME}/alertmanager.yml",
            "--storage.path=/alertmanager",
            f"--web.external-url={environment.alertmanager_url}",
            "--web.route-prefix=/",
            *_cluster(name, names_of("alertmanager", environment)),
        ],
        "volumes": [
            "../alertmanager/alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro",
            "../alertmanager/templates:/etc/alertmanager/templates:ro",
            f"./secrets:{secrets}:ro",
            f"{name}:/alertmanager",
        ],
        **_publish(name, names_of("alertmanager", environment), ALERTMANAGER_PORT),
        "healthcheck": _ask(f"http://127.0.0.1:{ALERTMANAGER_PORT}/-/ready"),
    }


def _cluster(name: str, members: Sequence[str]) -> list[str]:
    """Gives the flags that make a cluster of several, and none of one."""
    if len(members) == 1:
        return ["--cluster.listen-address="]
    return [
        f"--cluster.listen-address=0.0.0.0:{_CLUSTER_PORT}",
        *(
            f"--cluster.peer={member}:{_CLUSTER_PORT}"
            for member in members
            if member != name
        ),
    ]


def _grafana(prometheus: str) -> Service:
    return {
        "image": images.GRAFANA,
        "restart": "unless-stopped",
        "depends_on": [prometheus],
        "environment": {
            "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
            "GF_ANALYTICS_REPORTING_ENABLED": "false",
            # Taken from the shell or from .env; where it is not set, Grafana asks for
            # a new one at the first login.
            "GF_SECURITY_ADMIN_PASSWORD": None,
            "SIGHTLINE_DASHBOARDS": _DASHBOARDS,
        },
        "volumes": [
            "./grafana/provisioning:/etc/grafana/provisioning:ro",
            f"../grafana/dashboards:{_DASHBOARDS}:ro",
            "grafana:/var/lib/grafana",
        ],
        **_publish("grafana", ("grafana",), _GRAFANA_PORT),
        "healthcheck": _ask(f"http://127.0.0.1:{_GRAFANA_PORT}/api/health"),
    }


def _publish(name: str, replicas: Sequence[str], port: int) -> Service:
    """Gives the port of the first replica to this machine."""
    return {"ports": [f"127.0.0.1:{port}:{port}"]} if name == replicas[0] else {}


def _ask(url: str) -> documents.Document:
    return {
        "test": ["CMD", "wget", "--quiet", "--spider", url],
        "interval": "15s",
        "timeout": "5s",
        "start_period": "30s",
    }
