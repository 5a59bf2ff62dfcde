"""Prometheus, Alertmanager, and what Grafana's own unit is told."""

from typing import Final
from urllib.parse import urlsplit

from sightline.compilers import programs
from sightline.compilers.alertmanager import receivers
from sightline.compilers.prometheus import server_config
from sightline.compilers.systemd import layout, units
from sightline.model import artifacts, environments, monitoring, placement

__all__ = [
    "SECRETS_GROUP",
    "alertmanager",
    "grafana_settings",
    "prometheus",
    "secrets_group",
]

SECRETS_GROUP: Final = "sightline-secrets"
"""Of the files that Alertmanager reads where they are no credentials."""

_Program = placement.Program
_CLUSTER_PORT: Final = 9094
_RELOAD: Final = "/bin/kill -HUP $MAINPID"


def prometheus(environment: environments.Environment) -> units.Unit:
    """Gives Prometheus; each of a pair is told apart by its machine's name."""
    program = _Program.PROMETHEUS
    port = programs.FACTS[program].port
    return units.Unit(
        program=program,
        description="Prometheus: scrapes, keeps and evaluates",
        words=(
            "prometheus",
            f"--config.file={layout.PROMETHEUS}/prometheus.yml",
            f"--storage.tsdb.path={layout.state_of(program)}",
            f"--storage.tsdb.retention.time={environment.retention}",
            f"--web.listen-address={layout.host_of(environment)}:{port}",
            f"--web.external-url={environment.prometheus_url}",
            "--web.route-prefix=/",
            "--web.enable-lifecycle",
            "--enable-feature=exemplar-storage",
        ),
        room=environment.place.rooms[program],
        is_keeping=True,
        settings={
            "Environment": f"{server_config.REPLICA_VARIABLE}=%H",
            "ExecReload": _RELOAD,
            # It writes what it has in memory when it ends.
            "TimeoutStopSec": "5min",
            "LimitNOFILE": "1048576",
        },
    )


def alertmanager(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> units.Unit:
    """Gives Alertmanager, alone or with the members that the environment names."""
    program = _Program.ALERTMANAGER
    port = programs.FACTS[program].port
    is_alone = environment.replicas_of(program.value) == 1
    secrets = receivers.secret_names(declared, environment)
    shown = layout.credentials_of(layout.unit_name(program))
    has_credentials = environment.secrets_directory == shown
    return units.Unit(
        program=program,
        description="Alertmanager: groups, routes and sends alerts",
        words=(
            "alertmanager",
            f"--config.file={layout.ALERTMANAGER}/alertmanager.yml",
            f"--storage.path={layout.state_of(program)}",
            f"--web.listen-address={layout.host_of(environment)}:{port}",
            f"--web.external-url={environment.alertmanager_url}",
            "--web.route-prefix=/",
            *_cluster(environment, is_alone=is_alone),
        ),
        room=environment.place.rooms[program],
        credentials=secrets if has_credentials else (),
        is_keeping=True,
        settings={
            "ExecReload": _RELOAD,
            "WorkingDirectory": layout.ALERTMANAGER,
            **({} if has_credentials else {"SupplementaryGroups": SECRETS_GROUP}),
        },
    )


def _cluster(
    environment: environments.Environment, *, is_alone: bool
) -> tuple[str, ...]:
    """Gives how the members of a cluster meet, by the addresses they deploy to."""
    if is_alone:
        return ("--cluster.listen-address=",)
    deployed = environment.deploy.alertmanager if environment.deploy else None
    hosts = [urlsplit(url).hostname for url in deployed.servers] if deployed else []
    return (
        f"--cluster.listen-address={layout.EVERYWHERE}:{_CLUSTER_PORT}",
        *(f"--cluster.peer={host}:{_CLUSTER_PORT}" for host in hosts if host),
    )


def secrets_group() -> artifacts.Artifact:
    """Gives the group that may read Alertmanager's secrets."""
    return units.beside("sysusers.d/sightline.conf", f"g {SECRETS_GROUP} -\n")


def grafana_settings() -> artifacts.Artifact:
    """Gives what the unit of Grafana's package is told besides its own."""
    variables = {
        "GF_PATHS_PROVISIONING": f"{layout.GRAFANA}/provisioning",
        "SIGHTLINE_DASHBOARDS": f"{layout.GRAFANA}/dashboards",
    }
    lines = [f"Environment={name}={text}\n" for name, text in variables.items()]
    text = "[Service]\n" + "".join(lines)
    return units.beside("grafana-server.service.d/sightline.conf", text)
