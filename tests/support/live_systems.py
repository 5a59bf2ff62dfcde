"""Live systems in good health that run exactly what a small spec builds."""

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import httpx
import yaml

from sightline.app import build
from sightline.clients import (
    alertmanager,
    console,
    expositions,
    fakes,
    prometheus,
)
from sightline.model import artifacts as artifact_model
from sightline.model import monitoring, names, signals, sources
from sightline.verify import built, checks, expectations, verifying
from support import builders

NOW = 1_800_000_000.0


def small_spec() -> monitoring.Monitoring:
    """Two replicas, one probe, two exporters, an alert, a heartbeat, a panel."""
    errors = builders.signal(
        by=(names.LabelName("service"),),
        query=(
            'sum by (service) (rate(http_requests_total{status=~"5.."}[5m]))'
            " / sum by (service) (rate(http_requests_total[5m]))"
        ),
        record=names.MetricName("service:http_errors:ratio_rate5m"),
        levels=(
            builders.level(
                "HighErrorRate",
                priority=signals.Priority.P0,
                above=0.05,
                for_=builders.duration("2m"),
            ),
        ),
    )
    watchdog = builders.signal(
        "watchdog",
        query="vector(1)",
        service=names.ServiceName("prometheus"),
        levels=(
            builders.level(
                "Watchdog",
                priority=signals.Priority.P3,
                above=0.0,
                for_=builders.duration("0s"),
                heartbeat=True,
            ),
        ),
    )
    board = builders.dashboard(
        variables=(builders.service_variable(),),
        rows=(
            builders.row(
                builders.panel(builders.query("http_error_ratio"), title="Error Rate")
            ),
        ),
    )
    return builders.declaration(
        errors,
        watchdog,
        services_=(builders.service("auth-svc", expected_replicas=2),),
        dashboards_=(board,),
        exporters=(builders.exporter("alertmanager"), builders.exporter("redis")),
        probes=(
            sources.Probe(
                name="redis",
                kind=sources.ProbeKind.TCP,
                service=names.ServiceName("redis"),
                team=names.TeamName("platform"),
                span=builders.SPAN,
            ),
        ),
    )


def compiled(
    declared: monitoring.Monitoring,
) -> tuple[artifact_model.Artifact, ...]:
    """What the spec builds for its first environment."""
    return build.build(declared, next(iter(declared.environments.values())))


@dataclass
class Systems:
    """The fakes of all systems; break one, then `verify`."""

    declared: monitoring.Monitoring = field(default_factory=small_spec)
    prometheus: fakes.FakePrometheus = field(default_factory=fakes.FakePrometheus)
    alertmanager: fakes.FakeAlertmanager = field(default_factory=fakes.FakeAlertmanager)
    console: fakes.FakeConsole = field(default_factory=fakes.FakeConsole)
    receivers: fakes.FakeExposition = field(default_factory=fakes.FakeExposition)
    is_far_side_known: bool = True
    stopped: list[fakes.FakeServer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.artifacts = built.read_built(compiled(self.declared))
        environment = next(iter(self.declared.environments.values()))
        self.expected = expectations.derive(self.declared, environment)
        self.prometheus.targets = list(_targets())
        self.prometheus.groups = [_loaded(group) for group in self.artifacts.groups]
        self.prometheus.result = _result
        self.alertmanager.config = yaml.safe_dump(dict(self.artifacts.alertmanager))
        self.alertmanager.add_alert(alertname="Watchdog")
        self.console.dashboards = {
            board.uid: board.document for board in self.artifacts.dashboards
        }
        self.receivers.text = f"sightline_last_heartbeat_timestamp_seconds {NOW - 12}\n"

    def rule(self, name: str) -> dict[str, object]:
        """The loaded rule of this name, to be changed."""
        for group in self.prometheus.groups:
            rules = group["rules"]
            assert isinstance(rules, list)
            for rule in rules:
                if rule["name"] == name:
                    return rule  # type: ignore[no-any-return]  # a dict, made below
        raise KeyError(name)

    async def verify(self) -> checks.Report:
        """Looks at all systems but the stopped ones."""
        everything: list[fakes.FakeServer] = [
            self.prometheus,
            self.alertmanager,
            self.console,
            self.receivers,
        ]
        running = [one for one in everything if one not in self.stopped]
        async with fakes.open_client(*running) as client:
            return await verifying.verify(
                self._connect(client), self.artifacts, self.expected
            )

    def _connect(self, client: httpx.AsyncClient) -> verifying.Live:
        board_server = console.Console(client, self.console.url)
        return verifying.Live(
            metrics=prometheus.Prometheus(client, self.prometheus.url),
            alerts=alertmanager.Alertmanager(client, self.alertmanager.url),
            boards=board_server,
            behind_boards=prometheus.Prometheus(client, board_server.prometheus_url),
            far_side=expositions.Exposition(client, self.receivers.url, "the receivers")
            if self.is_far_side_known
            else None,
            clock=lambda: NOW,
        )


def just_started(seconds: float, scraped_after: tuple[float, ...]) -> Systems:
    """Systems whose Prometheus began so many seconds ago.

    Args:
        seconds: its age.
        scraped_after: when each target was scraped first; those that are left out
            were not.
    """
    systems = Systems()
    start = dt.datetime.fromisoformat(str(systems.prometheus.runtime["startTime"]))
    now = start + dt.timedelta(seconds=seconds)
    systems.prometheus.runtime["serverTime"] = now.isoformat()
    query = (
        f"min_over_time((timestamp(up) > {start.timestamp():.3f})"
        f"[{max(1, round(seconds))}s:1s])"
    )
    systems.prometheus.results[query] = [
        ({"instance": str(number)}, start.timestamp() + after)
        for number, after in enumerate(scraped_after)
    ]
    return systems


def target(health: str = "up", error: str = "", **labels: str) -> dict[str, object]:
    """An active target in the API's shape."""
    return {
        "scrapePool": labels["job"],
        "scrapeUrl": "http://127.0.0.1/metrics",
        "labels": labels,
        "health": health,
        "lastError": error,
    }


def _targets() -> Iterable[dict[str, object]]:
    for number in ("1", "2"):
        name = f"auth-svc-{number}"
        yield target(job="services", service="auth-svc", instance=name)
        yield target(job="service-health", service="auth-svc", target=name)
    yield target(job="probes", target="redis", service="redis")
    yield target(job="alertmanager", service="alertmanager")
    yield target(job="redis", service="redis")


def _loaded(group: built.RuleGroup) -> dict[str, object]:
    return {
        "name": group.name,
        "file": f"rules/{group.name}.yml",
        "interval": group.interval,
        "rules": [_loaded_rule(rule) for rule in group.rules],
    }


def _loaded_rule(rule: built.Rule) -> dict[str, object]:
    shared: dict[str, object] = {
        "name": rule.name,
        "query": rule.expr,
        "labels": dict(rule.labels),
        "health": "ok",
        "type": "recording",
    }
    if rule.record:
        return shared
    return shared | {
        "type": "alerting",
        "annotations": dict(rule.annotations),
        "duration": rule.for_,
        "keepFiringFor": rule.keep_firing_for,
        "state": "inactive",
    }


def _result(expr: str) -> list[tuple[Mapping[str, str], float]]:
    """Every metric exists, nothing fails to be sent, and every panel has a series."""
    if "notifications_failed" in expr:
        return []
    if asked := re.search(r"__name__=~(\".*\")", expr):
        return [({"__name__": name}, 1.0) for name in json.loads(asked[1]).split("|")]
    return [({}, 1.0)]
