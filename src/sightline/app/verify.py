"""Verifies an environment: the live systems against what its spec builds."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from sightline.app import build, live
from sightline.clients import (
    alertmanager,
    console,
    dashboards,
    expositions,
    grafana,
    prometheus,
)
from sightline.clients import servers as http_servers
from sightline.model import environments as environment_model
from sightline.model import monitoring
from sightline.spec import loading
from sightline.verify import built, checks, expectations, formatting, verifying

__all__ = ["Request", "connect", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be verified.

    Attributes:
        root: the project.
        environment: by name; the local stack when it is `None` and the spec has one.
        patience_seconds: how long failures are given time to pass; 0 judges now.
    """

    root: Path
    environment: str | None = None
    patience_seconds: float = 0.0


def run(request: Request, say: Callable[[str], None]) -> checks.Report:
    """Verifies, and gives the report.

    Args:
        request: what to verify.
        say: is told, while failures are given time, which lines do not pass yet.

    Raises:
        SpecInvalid: the spec has findings.
        InputError: the spec has no such environment.
    """
    declared = loading.require(request.root)
    chosen = live.choose(declared, request.environment)
    return asyncio.run(_verify(request, declared, chosen, say))


async def _verify(
    request: Request,
    declared: monitoring.Monitoring,
    chosen: environment_model.Environment,
    say: Callable[[str], None],
) -> checks.Report:
    def observe_ports() -> Mapping[str, int]:
        return live.running_ports(request.root) if chosen.name == live.LOCAL else {}

    environment = live.at_ports(chosen, observe_ports())
    artifacts = built.read_built(build.build(declared, environment))
    expected = expectations.derive(declared, environment)
    async with http_servers.open_client() as client:

        async def look() -> checks.Report:
            # Anew each time: another of a pair may answer by now.
            ports = observe_ports()
            systems = connect(client, live.at_ports(chosen, ports), ports)
            return await verifying.verify(systems, artifacts, expected)

        return await verifying.await_ok(
            look, request.patience_seconds, _tell_changes(say)
        )


def connect(
    client: httpx.AsyncClient,
    environment: environment_model.Environment,
    ports: Mapping[str, int],
) -> verifying.Live:
    """Gives the servers of an environment.

    Args:
        client: reaches them.
        environment: where they are.
        ports: those of the local stack, by name; empty elsewhere.
    """
    shown = _choose_dashboard_server(client, environment, ports)
    far_side = ports.get("webhook")
    return verifying.Live(
        metrics=prometheus.Prometheus(client, environment.prometheus_url),
        alerts=alertmanager.Alertmanager(client, environment.alertmanager_url),
        boards=shown,
        behind_boards=prometheus.Prometheus(client, shown.prometheus_url),
        far_side=expositions.Exposition(
            client, f"http://{live.HOST}:{far_side}", "the receivers"
        )
        if far_side
        else None,
        storage=prometheus.Prometheus(client, environment.remote_write.query_url)
        if environment.remote_write
        else None,
    )


def _choose_dashboard_server(
    client: httpx.AsyncClient,
    environment: environment_model.Environment,
    ports: Mapping[str, int],
) -> dashboards.DashboardServer:
    """Gives Grafana; where the local stack has none, the console that stands in."""
    if environment.name != live.LOCAL:
        return grafana.Grafana(client, environment.grafana_url)
    if "grafana" in ports:
        return grafana.Grafana(client, f"http://{live.HOST}:{ports['grafana']}")
    return console.Console(client, environment.grafana_url)


def _tell_changes(say: Callable[[str], None]) -> Callable[[checks.Report], None]:
    """Gives a function that says which lines do not pass, when those change."""
    told: tuple[str, ...] = ()

    def tell(report: checks.Report) -> None:
        nonlocal told
        waiting = tuple(
            check.subject.title
            for check in report.checks
            if check.state is not checks.State.PASSED
        )
        if waiting != told:
            told = waiting
            for check in report.checks:
                if check.subject.title in waiting:
                    say(f"waiting: {formatting.render_line(check)}")

    return tell
