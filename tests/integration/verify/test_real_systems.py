"""Real Prometheus, Alertmanager, receivers and console, broken one at a time."""

import asyncio
import contextlib
import dataclasses
import http.server
import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from sightline.app import assembly, build, live, verify
from sightline.clients import servers
from sightline.model import components, environments, monitoring, units
from sightline.stack import layout, sites
from sightline.stack.acquire import binaries as acquiring
from sightline.stack.components import alertmanager, own, prometheus
from sightline.verify import built, checks, expectations, formatting, verifying
from support import builders, live_systems, programs

pytestmark = pytest.mark.integration

PORTS = ("prometheus", "alertmanager", "console", "pagerduty", "webhook", "smtp")
HEALTHY_METRICS = (
    "# TYPE http_requests_total counter\n"
    'http_requests_total{{status="200"}} {count}\n'
    'http_requests_total{{status="500"}} 0\n'
)


class _Service(http.server.BaseHTTPRequestHandler):
    """Every scrape target of the small spec: traffic that grows with time."""

    metrics = HEALTHY_METRICS

    def do_GET(self) -> None:
        body = self.metrics.format(count=time.monotonic()).encode()
        self.send_response(200)
        self.send_header("content-type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@dataclasses.dataclass
class World:
    """Everything running; breaks are undone by the block that made them."""

    site: sites.Site
    declared: monitoring.Monitoring
    environment: environments.Environment
    service_address: str
    running: contextlib.ExitStack
    started: dict[str, contextlib.ExitStack] = dataclasses.field(default_factory=dict)

    def write_targets(self, replicas: int = 2) -> None:
        """Tells Prometheus what there is."""
        service = {"service": "auth-svc"}
        health = {**service, "__blackbox_address__": self.service_address}
        jobs: dict[str, list[Mapping[str, str]]] = {
            "services": [
                {**service, "instance": f"auth-svc-{number + 1}"}
                for number in range(replicas)
            ],
            "service-health": [{**health, "target": f"{n}"} for n in range(replicas)],
            "probes": [{**health, "target": "redis"}],
            "redis": [{}],
        }
        for job, entries in jobs.items():
            self._write_job(job, self.service_address, entries)
        self._write_job("alertmanager", self.site.address_of("alertmanager"), [{}])

    def _write_job(
        self, job: str, address: str, entries: list[Mapping[str, str]]
    ) -> None:
        groups = [{"targets": [address], "labels": dict(labels)} for labels in entries]
        self.site.layout.targets.mkdir(parents=True, exist_ok=True)
        (self.site.layout.targets / f"{job}.json").write_text(json.dumps(groups))

    def start(self, component: components.Component, path: str) -> None:
        """Starts a component, which runs until it or everything is stopped."""
        alone = self.running.enter_context(contextlib.ExitStack())
        alone.enter_context(
            programs.running(
                component.argv,
                f"http://127.0.0.1:{component.port}{path}",
                self.site.layout.home / f"{component.name}.log",
                {**os.environ, **component.environment},
                component.working_directory,
            )
        )
        self.started[component.name] = alone

    def stop(self, name: str) -> None:
        """Stops a component."""
        self.started.pop(name).close()

    def reload(self, component: str) -> None:
        """Makes a server read its files again."""
        httpx.post(
            f"{self.site.url_of(component)}/-/reload", timeout=60, trust_env=False
        )

    async def verify(self) -> checks.Report:
        """Looks once."""
        return await self._look(0)

    async def settle(self) -> checks.Report:
        """Looks until everything passes and is old enough to have been asked.

        A minute and a half at most for the one, a minute for the other.
        """
        report = await self._look(90)
        for _ in range(240):
            evidence = [one.text for check in report.checks for one in check.evidence]
            if not any("too young" in text for text in evidence):
                break
            await asyncio.sleep(0.25)
            report = await self._look(90)
        return report

    async def until(self, subject: checks.Subject, reason: str) -> None:
        """Looks until a line gives this reason."""
        lines: list[str] = []
        for _ in range(240):
            report = await self.verify()
            lines = [formatting.render_line(check) for check in report.checks]
            (check,) = (one for one in report.checks if one.subject is subject)
            if reason in check.reason:
                assert check.state is checks.State.FAILED
                return
            await asyncio.sleep(0.25)
        raise AssertionError(f"{reason!r} is not in:\n" + "\n".join(lines))

    async def _look(self, patience_seconds: float) -> checks.Report:
        artifacts = built.read_built(build.build(self.declared, self.environment))
        expected = expectations.derive(self.declared, self.environment)
        async with servers.open_client() as client:
            systems = verify.connect(client, self.environment, self.site.ports)
            return await verifying.await_ok(
                lambda: verifying.verify(systems, artifacts, expected),
                patience_seconds,
                lambda _: None,
            )


@pytest.fixture(scope="module")
def service_address() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Service) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def world(
    acquired: Mapping[str, acquiring.Binary],
    tmp_path_factory: pytest.TempPathFactory,
    service_address: str,
) -> Iterator[World]:
    site = sites.Site(
        layout=layout.Layout(tmp_path_factory.mktemp("stack")),
        ports={name: programs.free_port() for name in PORTS},
        binaries=acquired,
        is_root=False,
    )
    second = units.Duration.parse("1s")
    environment = live.at_ports(
        builders.environment(
            live.LOCAL,
            scrape_interval=second,
            evaluation_interval=second,
            smtp_require_tls=False,
        ),
        site.ports,
    )
    with contextlib.ExitStack() as running:
        made = World(
            site, live_systems.small_spec(), environment, service_address, running
        )
        _start_everything(made)
        yield made


def _start_everything(world: World) -> None:
    site = world.site
    site.layout.create()
    build.write(build.build(world.declared, world.environment), site.layout.build)
    assembly.write_secrets(site)
    world.write_targets()
    world.start(own.compose_receivers(site), "/health")
    world.start(own.compose_console(site), "/health")
    world.start(alertmanager.compose(site), "/-/ready")
    retention = world.environment.retention
    world.start(prometheus.compose(site, retention), "/-/ready")


async def test_everything_passes_with_figures(world: World) -> None:
    report = await world.settle()
    lines = formatting.render_text(report).splitlines()[:5]
    version = world.site.binaries["prometheus"].version
    assert lines[0].startswith(f"✅ Prometheus: healthy (version {version}, 7 of 7")
    assert lines[1] == (
        "✅ Grafana: healthy (the console stands in for Grafana, 1 dashboard listed)"
    )
    assert lines[2].startswith("✅ Alertmanager: healthy (version ")
    assert (
        lines[3]
        == "✅ All dashboards: loaded (1 served as built, 1 of 1 panels have data)"
    )
    assert lines[4] == (
        "✅ All alerts: configured (2 rules loaded and equal,"
        " 2 routed to the channels of their priority)"
    )
    assert report.is_ok


@contextlib.contextmanager
def _edited(path: Path, before: str, after: str) -> Iterator[None]:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    try:
        yield
    finally:
        path.write_text(text)


async def test_changed_rule_is_found(world: World) -> None:
    rules = world.site.layout.build / "prometheus/rules/http.yml"
    with _edited(rules, "> 0.05", "> 0.5"):
        world.reload("prometheus")
        reason = "HighErrorRate differs in its expression"
        await world.until(checks.Subject.ALERTS, reason)
    world.reload("prometheus")
    assert (await world.settle()).is_ok


async def test_deleted_rule_file_is_found(world: World) -> None:
    rules = world.site.layout.build / "prometheus/rules/http.yml"
    elsewhere = rules.rename(rules.with_suffix(".away"))
    world.reload("prometheus")
    await world.until(checks.Subject.ALERTS, "the rule group http is not loaded")
    elsewhere.rename(rules)
    world.reload("prometheus")
    assert (await world.settle()).is_ok


async def test_broken_configuration_is_found(world: World) -> None:
    config = world.site.layout.build / "prometheus/prometheus.yml"
    with _edited(config, "scrape_configs:", "scrape_config:"):
        world.reload("prometheus")
        reason = "the last reload of the configuration failed"
        await world.until(checks.Subject.PROMETHEUS, reason)
    world.reload("prometheus")
    assert (await world.settle()).is_ok


async def test_row_139_withdrawn_replica_is_found(world: World) -> None:
    world.write_targets(replicas=1)
    reason = "5 of 7 targets up: auth-svc 1 of 2 up, auth-svc's health 1 of 2 up"
    await world.until(checks.Subject.PROMETHEUS, reason)
    world.write_targets()
    assert (await world.settle()).is_ok


async def test_row_138_lost_metric_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await world.settle()).is_ok
    monkeypatch.setattr(_Service, "metrics", "# nothing {count}\n")
    reason = (
        "alerts that cannot fire, for want of series:"
        " service:http_errors:ratio_rate5m (read by HighErrorRate)"
    )
    # A rate over 5 minutes outlives its series: ask for a metric that ends at once.
    shorter = dataclasses.replace(world, declared=_instant(world.declared))
    build.write(
        build.build(shorter.declared, shorter.environment), world.site.layout.build
    )
    world.reload("prometheus")
    await shorter.until(checks.Subject.ALERTS, reason)
    await shorter.until(checks.Subject.DASHBOARDS, "engineering/Error Rate (no data)")
    monkeypatch.undo()
    build.write(build.build(world.declared, world.environment), world.site.layout.build)
    world.reload("prometheus")
    assert (await world.settle()).is_ok


def _instant(declared: monitoring.Monitoring) -> monitoring.Monitoring:
    """The spec with a query that has no memory."""
    signals = {
        name: dataclasses.replace(
            signal, query='sum by (service) (http_requests_total{status="500"})'
        )
        if signal.record
        else signal
        for name, signal in declared.signals.items()
    }
    return dataclasses.replace(declared, signals=signals)


async def test_other_alertmanager_configuration_is_found(world: World) -> None:
    config = world.site.layout.build / "alertmanager/alertmanager.yml"
    with _edited(config, "receiver: p0", "receiver: p2"):
        world.reload("alertmanager")
        reason = "route.routes[1].receiver: built 'p0', loaded 'p2'"
        await world.until(checks.Subject.ALERTMANAGER, reason)
    world.reload("alertmanager")
    assert (await world.settle()).is_ok


async def test_changed_dashboard_is_found(world: World) -> None:
    board = world.site.layout.build / "grafana/dashboards/engineering.json"
    with _edited(board, "Engineering Dashboard", "Mine"):
        reason = "0 of 1 served as built; not: engineering (other title)"
        await world.until(checks.Subject.DASHBOARDS, reason)
    assert (await world.settle()).is_ok


async def test_row_139_stopped_servers_are_found(world: World) -> None:
    world.stop("console")
    world.stop("alertmanager")
    silent = "nothing answers there; is it running?"
    await world.until(checks.Subject.GRAFANA, silent)
    await world.until(checks.Subject.DASHBOARDS, silent)
    await world.until(checks.Subject.ALERTMANAGER, silent)
    world.start(own.compose_console(world.site), "/health")
    world.start(alertmanager.compose(world.site), "/-/ready")
    assert (await world.settle()).is_ok
