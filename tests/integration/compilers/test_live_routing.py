"""What the real Alertmanager does with the built configuration, by its own words."""

import datetime as dt
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from sightline.app import build
from sightline.formats import estates
from sightline.model import monitoring, names, signals, slos, units
from sightline.stack import layout, sites
from sightline.stack.acquire import binaries as acquiring
from sightline.stack.components import alertmanager
from support import builders, programs

pytestmark = pytest.mark.integration

P1 = signals.Priority.P1
SECRETS = ("pagerduty-routing-key", "webhook-url", "webhook-token", "heartbeat-url")
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Live:
    """A running Alertmanager."""

    url: str

    def post(self, *alerts: Mapping[str, str]) -> None:
        now = dt.datetime.now(dt.UTC)
        document = [
            {
                "labels": dict(labels),
                "annotations": {"summary": labels["alertname"]},
                "startsAt": now.isoformat(),
                "endsAt": (now + HOUR).isoformat(),
            }
            for labels in alerts
        ]
        httpx.post(f"{self.url}/api/v2/alerts", json=document).raise_for_status()

    def alerts(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Gives the alerts by name and service; only by groups is it said who mutes."""
        answer = httpx.get(f"{self.url}/api/v2/alerts/groups").raise_for_status()
        return {
            (one["labels"]["alertname"], one["labels"]["service"]): one
            for group in answer.json()
            for one in group["alerts"]
        }

    def wait_for(self, state: str, name: str, service: str) -> dict[str, Any]:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            found = self.alerts().get((name, service))
            if found is not None and found["status"]["state"] == state:
                return found
            time.sleep(0.1)
        raise AssertionError(f"{name} of {service} is not {state}: {self.alerts()}")


def maintenance(name: str, service: str, start: dt.datetime) -> slos.MaintenanceWindow:
    return slos.MaintenanceWindow(
        name=name,
        services=(names.ServiceName(service),),
        schedule=slos.OneOff(start=start, end=start + 2 * HOUR),
        reason="New hardware",
        owner=names.TeamName("platform"),
        span=builders.SPAN,
        mutes=(P1,),
    )


def prepare(declared: monitoring.Monitoring) -> monitoring.Monitoring:
    """Gives the shipped spec without waits, with work on two services around now."""
    now = dt.datetime.now(dt.UTC)
    routes = {
        priority: replace(
            route,
            group_wait=units.Duration(0),
            group_interval=units.Duration.parse("1s"),
        )
        for priority, route in declared.routing.routes.items()
    }
    windows = (
        maintenance("now", "billing-svc", now - HOUR),
        maintenance("yesterday", "auth-svc", now - 24 * HOUR),
    )
    return replace(
        declared,
        routing=replace(declared.routing, routes=routes),
        service_levels=replace(declared.service_levels, maintenance=windows),
    )


@pytest.fixture(scope="module")
def live(
    skillancer: monitoring.Monitoring,
    acquired: Mapping[str, acquiring.Binary],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Live]:
    site = sites.Site(
        layout=layout.Layout(tmp_path_factory.mktemp("live")),
        ports={"alertmanager": programs.free_port()},
        binaries=acquired,
        is_root=False,
    )
    site.layout.create()
    environment = replace(
        skillancer.environments["local"],
        pagerduty_url="http://127.0.0.1:9/nobody",
        smtp_smarthost="127.0.0.1:9",
    )
    wanted = [build.Target.ALERTMANAGER]
    build.write(
        build.build(prepare(skillancer), environment, wanted), site.layout.build
    )
    secrets = site.layout.build / "alertmanager/secrets"
    secrets.mkdir()
    for name in SECRETS:
        (secrets / name).write_text("http://127.0.0.1:9/nobody")
    component = alertmanager.compose(site)
    url = site.url_of("alertmanager")
    with programs.running(
        component.argv,
        f"{url}/-/ready",
        site.layout.home / "log",
        environment=os.environ | component.environment,
        folder=component.working_directory,
    ):
        yield Live(url)


def labels(alert: str, service: str, priority: str, **more: str) -> dict[str, str]:
    return {"alertname": alert, "service": service, "priority": priority} | more


def test_row_24_inside_a_window_nobody_is_told_and_outside_somebody_is(
    live: Live,
) -> None:
    live.post(
        labels("HighMemoryUsage", "billing-svc", "P1"),
        labels("ServiceDown", "billing-svc", "P0"),
        labels("HighMemoryUsage", "auth-svc", "P1"),
    )
    muted = live.wait_for("suppressed", "HighMemoryUsage", "billing-svc")
    assert muted["status"]["mutedBy"] == ["now"]
    page = live.wait_for("active", "ServiceDown", "billing-svc")
    assert page["status"]["mutedBy"] == []
    other = live.wait_for("active", "HighMemoryUsage", "auth-svc")
    assert other["status"]["mutedBy"] == []


def test_row_23_a_lost_database_hides_symptoms_above_it_and_no_page(
    live: Live,
) -> None:
    live.post(labels("DatabaseUnavailable", "postgres", "P0"))
    live.post(
        labels("HighLatency", "market-svc", "P1", operation="read"),
        labels("HighErrorRate", "market-svc", "P0"),
        labels("HighLatency", "notification-svc", "P1", operation="read"),
    )
    symptom = live.wait_for("suppressed", "HighLatency", "market-svc")
    assert len(symptom["status"]["inhibitedBy"]) == 1
    for alert, service in (
        ("HighErrorRate", "market-svc"),
        ("DatabaseUnavailable", "postgres"),
        ("HighLatency", "notification-svc"),  # it needs no database
    ):
        assert live.wait_for("active", alert, service)["status"]["inhibitedBy"] == []


def test_row_22_an_escalation_goes_to_its_own_receiver_alone(live: Live) -> None:
    escalated = labels(
        "EscalatedAlert", "api-gateway", "P1", escalated_alert="HighMemoryUsage"
    )
    live.post(escalated)
    told = live.wait_for("active", "EscalatedAlert", "api-gateway")
    assert [one["name"] for one in told["receivers"]] == ["escalation"]


def test_row_22_an_escalation_is_hidden_with_the_alert_it_speaks_of(
    live: Live,
) -> None:
    escalated = labels(
        "EscalatedAlert", "skillpod-svc", "P1", escalated_alert="HighLatency"
    )
    live.post(labels("ServiceDown", "skillpod-svc", "P0"))
    live.post(escalated)
    live.wait_for("suppressed", "EscalatedAlert", "skillpod-svc")


def test_the_walk_of_proofs_reaches_the_receivers_that_alertmanager_names(
    live: Live, skillancer: monitoring.Monitoring
) -> None:
    environment = skillancer.environments["local"]
    built = build.build(prepare(skillancer), environment, [build.Target.ALERTMANAGER])
    estate = estates.read_texts((str(one.path), one.text) for one in built)
    (config,) = estate.alertmanagers
    assert config.route is not None
    fired = [
        {
            "alertname": "Walk",
            "service": f"walk-{priority.value}",
            "priority": priority.value,
        }
        for priority in signals.Priority
    ]

    live.post(*fired)

    for labels in fired:
        said = live.wait_for("active", "Walk", labels["service"])
        assert [one["name"] for one in said["receivers"]] == [
            route.receiver for route in config.route.matching(labels)
        ]
