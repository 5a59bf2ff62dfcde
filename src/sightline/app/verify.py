"""Verifies an environment: the live systems against what its spec builds."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from sightline import errors
from sightline.app import build, canaries, live
from sightline.app.deploying import keyrings
from sightline.clients import (
    alertmanager,
    console,
    dashboards,
    expositions,
    grafana,
    prometheus,
)
from sightline.clients import servers as http_servers
from sightline.model import deployment, monitoring, signals
from sightline.model import environments as environment_model
from sightline.spec import loading
from sightline.verify import (
    built,
    canary,
    checks,
    expectations,
    formatting,
    verifying,
    youth,
)

__all__ = ["Prepared", "Request", "connect", "look", "prepare", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be verified.

    Attributes:
        root: the project.
        environment: by name; the local stack when it is `None` and the spec has one.
        patience_seconds: how long failures are given time to pass; 0 judges now.
        environ: the environment variables, which may hold Grafana's token.
        canary: the priority of an alert that is sent to see it arrive; none without.
        canary_seconds: how long it may take.
    """

    root: Path
    environment: str | None = None
    patience_seconds: float = 0.0
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    canary: signals.Priority | None = None
    canary_seconds: float = 180.0


def run(request: Request, say: Callable[[str], None]) -> checks.Report:
    """Verifies, and gives the report.

    Args:
        request: what to verify.
        say: is told, while failures are given time, which lines do not pass yet.

    Raises:
        SpecInvalid: the spec has findings.
        InputError: the spec has no such environment.
    """
    return look(prepare(loading.require(request.root), request), say)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """All that a verification needs of the spec; what is left is to look.

    Attributes:
        environment: as the spec has it; the local stack's ports may be others.
    """

    request: Request
    environment: environment_model.Environment
    artifacts: built.Built
    expected: expectations.Expectations


def prepare(declared: monitoring.Monitoring, request: Request) -> Prepared:
    """Builds what the live systems must agree with.

    Raises:
        InputError: the spec has no such environment.
    """
    chosen = live.choose(declared, request.environment)
    environment = live.at_ports(chosen, _observe_ports(request.root, chosen))
    artifacts = built.read_built(build.build(declared, environment, build.SERVERS))
    youth.read_ahead(artifacts)
    return Prepared(
        request=request,
        environment=chosen,
        artifacts=artifacts,
        expected=expectations.derive(declared, environment),
    )


def _observe_ports(
    root: Path, environment: environment_model.Environment
) -> Mapping[str, int]:
    """Gives the ports of the local stack, as of now; none elsewhere."""
    return live.running_ports(root) if environment.name == live.LOCAL else {}


def look(prepared: Prepared, say: Callable[[str], None]) -> checks.Report:
    """Looks at the live systems until they pass or the patience is over.

    Args:
        prepared: what to verify.
        say: is told which lines do not pass yet.
    """
    return asyncio.run(_look(prepared, say))


async def _look(prepared: Prepared, say: Callable[[str], None]) -> checks.Report:
    patience = prepared.request.patience_seconds
    login = await _fetch_login(prepared, say)
    async with http_servers.open_client() as client:

        def observe() -> verifying.Live:
            # Anew each time: another of a pair may answer by now.
            ports = _observe_ports(prepared.request.root, prepared.environment)
            environment = live.at_ports(prepared.environment, ports)
            return connect(client, environment, ports, login)

        async def look_once() -> checks.Report:
            return await verifying.verify(
                observe(), prepared.artifacts, prepared.expected
            )

        await verifying.await_scrapes(observe().metrics, patience)
        report = await verifying.await_ok(look_once, patience, _tell_changes(say))
        return report.with_evidence(
            checks.Subject.ALERTMANAGER, await _send_canary(prepared, client)
        )


async def _send_canary(
    prepared: Prepared, client: httpx.AsyncClient
) -> tuple[checks.Evidence, ...]:
    """Gives whether a canary arrived; nothing where none was asked for."""
    request = prepared.request
    if request.canary is None:
        return ()
    sent = canaries.expect(prepared.expected, request.canary, request.canary_seconds)
    ports = _observe_ports(request.root, prepared.environment)
    environment = live.at_ports(prepared.environment, ports)
    witness = canaries.choose_witness(
        environment, request.root, client, is_local=environment.name == live.LOCAL
    )
    writer = alertmanager.AlertmanagerWriter(client, environment.alertmanager_url)
    return (await canary.release(writer, witness, sent),)


async def _fetch_login(
    prepared: Prepared, say: Callable[[str], None]
) -> grafana.Token | None:
    """Gives Grafana's token; without one, Grafana itself says what it will not tell."""
    deploy = prepared.environment.deploy
    if deploy is None or not isinstance(deploy.grafana, deployment.GrafanaServer):
        return None
    request = prepared.request
    keys = keyrings.open_keyring(deploy, request.root, request.environ)
    try:
        return grafana.Token(await keys.fetch(deploy.grafana.token))
    except errors.CredentialMissing as error:
        say(f"Grafana is asked as a stranger: {error}")
        return None


def connect(
    client: httpx.AsyncClient,
    environment: environment_model.Environment,
    ports: Mapping[str, int],
    login: grafana.Token | None = None,
) -> verifying.Live:
    """Gives the servers of an environment.

    Args:
        client: reaches them.
        environment: where they are.
        ports: those of the local stack, by name; empty elsewhere.
        login: Grafana's, if it wants one.
    """
    shown = _choose_dashboard_server(client, environment, ports, login)
    far_side = ports.get("webhook")
    return verifying.Live(
        metrics=prometheus.Prometheus(client, environment.prometheus_url),
        alerts=alertmanager.Alertmanager(client, environment.alertmanager_url),
        boards=shown,
        sources=shown if isinstance(shown, grafana.Grafana) else None,
        behind_boards=prometheus.Prometheus(
            client, shown.prometheus_url, grafana.authorize(login) if login else None
        ),
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
    login: grafana.Token | None,
) -> dashboards.DashboardServer:
    """Gives Grafana; where the local stack has none, the console that stands in."""
    url = environment.grafana_url
    if environment.name == live.LOCAL:
        if "grafana" not in ports:
            return console.Console(client, url)
        url = f"http://{live.HOST}:{ports['grafana']}"
    return grafana.Grafana(
        grafana.Connection(client, url, login, patience=grafana.retrying.ONCE)
    )


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
