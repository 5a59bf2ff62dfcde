"""Verifies an environment: the live systems against what its spec builds."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import httpx

from sightline.app import build, environments
from sightline.clients import alertmanager, console, dashboards, grafana, prometheus
from sightline.clients import servers as http_servers
from sightline.model import environments as environment_model
from sightline.model import monitoring
from sightline.spec import loading
from sightline.stack import layout, states
from sightline.verify import built, checks, expectations, formatting, verifying

__all__ = ["LOCAL", "Request", "run"]

LOCAL: Final = "local"
"""The environment of the local stack: its addresses are those of the running one."""

_HOST: Final = "127.0.0.1"
_PORT_FLAG: Final = re.compile(r"--(?P<name>[a-z-]+)-port=(?P<port>\d+)")


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
    chosen = _choose(declared, request.environment)
    ports = _running_ports(request.root) if chosen.name == LOCAL else {}
    environment = _at_ports(chosen, ports)
    return asyncio.run(_verify(request, declared, environment, ports, say))


async def _verify(
    request: Request,
    declared: monitoring.Monitoring,
    environment: environment_model.Environment,
    ports: Mapping[str, int],
    say: Callable[[str], None],
) -> checks.Report:
    artifacts = built.read_built(build.build(declared, environment))
    expected = expectations.derive(declared, environment)
    async with http_servers.open_client() as client:
        live = _connect(client, environment, ports)
        return await verifying.await_ok(
            lambda: verifying.verify(live, artifacts, expected),
            request.patience_seconds,
            _tell_changes(say),
        )


def _choose(
    declared: monitoring.Monitoring, name: str | None
) -> environment_model.Environment:
    if name is None and LOCAL in declared.environments:
        name = LOCAL
    return environments.choose(declared, name)


def _running_ports(root: Path) -> Mapping[str, int]:
    """Gives the ports of the running stack; none when nothing was ever started."""
    state = states.read_state(layout.Layout.of_project(root).state)
    ports: dict[str, int] = {}
    for component in state.components if state else ():
        if component.port is not None:
            ports[component.name] = component.port
        # A component with more ports than one names them on its command line.
        for word in component.argv:
            if match := _PORT_FLAG.fullmatch(word):
                ports[match["name"]] = int(match["port"])
    return ports


def _at_ports(
    environment: environment_model.Environment, ports: Mapping[str, int]
) -> environment_model.Environment:
    """Gives the environment as `up` built it, on the ports that it found free."""

    def url(component: str, otherwise: str, path: str = "") -> str:
        port = ports.get(component)
        return f"http://{_HOST}:{port}{path}" if port else otherwise

    smtp = ports.get("smtp")
    return replace(
        environment,
        prometheus_url=url("prometheus", environment.prometheus_url),
        alertmanager_url=url("alertmanager", environment.alertmanager_url),
        grafana_url=url("console", environment.grafana_url),
        pagerduty_url=url("pagerduty", environment.pagerduty_url, "/v2/enqueue"),
        smtp_smarthost=f"{_HOST}:{smtp}" if smtp else environment.smtp_smarthost,
    )


def _connect(
    client: httpx.AsyncClient,
    environment: environment_model.Environment,
    ports: Mapping[str, int],
) -> verifying.Live:
    shown = _choose_dashboard_server(client, environment, ports)
    return verifying.Live(
        metrics=prometheus.Prometheus(client, environment.prometheus_url),
        alerts=alertmanager.Alertmanager(client, environment.alertmanager_url),
        boards=shown,
        behind_boards=prometheus.Prometheus(client, shown.prometheus_url),
    )


def _choose_dashboard_server(
    client: httpx.AsyncClient,
    environment: environment_model.Environment,
    ports: Mapping[str, int],
) -> dashboards.DashboardServer:
    """Gives Grafana; where the local stack has none, the console that stands in."""
    if environment.name != LOCAL:
        return grafana.Grafana(client, environment.grafana_url)
    if "grafana" in ports:
        return grafana.Grafana(client, f"http://{_HOST}:{ports['grafana']}")
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
