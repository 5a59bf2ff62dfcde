import datetime as dt
from dataclasses import replace
from typing import Any

import yaml

from sightline.compilers import alertmanager, prometheus
from sightline.model import monitoring, names, routing, signals, slos, units
from support import builders

P0, P1, P2 = signals.Priority.P0, signals.Priority.P1, signals.Priority.P2
TONIGHT = slos.OneOff(
    start=dt.datetime.fromisoformat("2026-11-24T02:00:00+00:00"),
    end=dt.datetime.fromisoformat("2026-11-24T03:00:00+00:00"),
)


def window(
    name: str, services: tuple[str, ...], mutes: tuple[signals.Priority, ...]
) -> slos.MaintenanceWindow:
    return slos.MaintenanceWindow(
        name=name,
        services=tuple(map(names.ServiceName, services)),
        schedule=TONIGHT,
        reason="New hardware",
        owner=names.TeamName("platform"),
        span=builders.SPAN,
        mutes=mutes,
    )


def declare(
    *windows: slos.MaintenanceWindow, escalate_after: str | None = None
) -> monitoring.Monitoring:
    table = builders.routing_table()
    if escalate_after is not None:
        waits = units.Duration.parse(escalate_after)
        p1 = replace(table.routes[P1], escalate_after=waits)
        table = replace(table, routes={**table.routes, P1: p1})
    return builders.declaration(
        routing=table, service_levels=slos.ServiceLevels(maintenance=windows)
    )


def compile_config(declared: monitoring.Monitoring) -> dict[str, Any]:
    config, _ = alertmanager.compile_alertmanager(declared, builders.environment())
    document: dict[str, Any] = yaml.safe_load(config.text)
    return document


def route_of(config: dict[str, Any], matcher: str) -> dict[str, Any]:
    (found,) = (
        route for route in config["route"]["routes"] if matcher in route["matchers"]
    )
    return found  # type: ignore[no-any-return] # YAML


def test_row_24_a_window_mutes_its_services_and_priorities_only() -> None:
    config = compile_config(declare(window("upgrade", ("db", "cache"), (P1, P2))))
    muting = {"matchers": ['service=~"db|cache"'], "mute_time_intervals": ["upgrade"]}
    assert route_of(config, 'priority="P1"')["routes"] == [muting]
    assert route_of(config, 'priority="P2"')["routes"] == [muting]
    assert [one["name"] for one in config["time_intervals"]] == ["upgrade"]


def test_row_24_a_page_is_muted_only_where_it_is_declared() -> None:
    usual = compile_config(declare(window("upgrade", ("db",), (P1, P2))))
    assert "routes" not in route_of(usual, 'priority="P0"')
    move = compile_config(declare(window("move", ("db",), (P0,))))
    assert route_of(move, 'priority="P0"')["routes"] == [
        {"matchers": ['service=~"db"'], "mute_time_intervals": ["move"]}
    ]


def test_row_24_services_in_several_windows_are_muted_in_each() -> None:
    config = compile_config(
        declare(window("one", ("db", "cache"), (P2,)), window("two", ("db",), (P2,)))
    )
    assert route_of(config, 'priority="P2"')["routes"] == [
        {"matchers": ['service=~"db"'], "mute_time_intervals": ["one", "two"]},
        {"matchers": ['service=~"cache"'], "mute_time_intervals": ["one"]},
    ]


def test_without_maintenance_there_is_no_calendar() -> None:
    assert "time_intervals" not in compile_config(declare())


def test_row_22_an_escalation_pages_through_a_receiver_of_its_own() -> None:
    config = compile_config(declare(escalate_after="30m"))
    escalation = route_of(config, 'alertname="EscalatedAlert"')
    assert escalation["receiver"] == "escalation"
    assert escalation["group_by"] == [
        "alertname",
        "service",
        "priority",
        "escalated_alert",
    ]
    (receiver,) = (one for one in config["receivers"] if one["name"] == "escalation")
    assert receiver.keys() - {"name"} == {"pagerduty_configs"}
    # Before the route of its priority, which would take it as well.
    matchers = [route["matchers"] for route in config["route"]["routes"]]
    assert matchers.index(escalation["matchers"]) < matchers.index(['priority="P1"'])


def test_row_22_an_escalation_is_muted_with_its_alert() -> None:
    planned = window("upgrade", ("db",), (P1,))
    config = compile_config(declare(planned, escalate_after="30m"))
    assert route_of(config, 'alertname="EscalatedAlert"')["routes"] == [
        {"matchers": ['service=~"db"'], "mute_time_intervals": ["upgrade"]}
    ]


def test_row_22_the_rule_waits_as_long_as_the_response_may_take() -> None:
    built = prometheus.compile_prometheus(
        declare(escalate_after="45m"), builders.environment()
    )
    (text,) = (one.text for one in built if one.path.stem == "escalation")
    (rule,) = yaml.safe_load(text)["groups"][0]["rules"]
    assert (rule["alert"], rule["for"]) == (routing.ESCALATION_ALERT, "45m")
    assert rule["labels"] == {"priority": "P1", "severity": "warning"}
    assert 'priority="P1"' in rule["expr"]
    assert rule["annotations"]["summary"] == (
        "{{ $labels.service }}: {{ $labels.escalated_alert }} unanswered for 45m"
    )


def test_without_a_promise_nothing_escalates() -> None:
    built = prometheus.compile_prometheus(declare(), builders.environment())
    assert not [one for one in built if one.path.stem == "escalation"]
    config = compile_config(declare())
    assert "escalation" not in {one["name"] for one in config["receivers"]}


def test_secrets_are_read_where_the_environment_keeps_them() -> None:
    environment = builders.environment(
        secrets_directory="/etc/alertmanager/secrets", smtp_username="alerts"
    )
    config, _ = alertmanager.compile_alertmanager(declare(), environment)
    files = {
        line.split(": ")[1] for line in config.text.splitlines() if "_file: " in line
    }
    assert files == {
        f"/etc/alertmanager/secrets/{name}"
        for name in (
            "heartbeat-url",
            "pagerduty-routing-key",
            "smtp-password",
            "webhook-token",
            "webhook-url",
        )
    }
