from typing import Any

import pytest
import yaml

from sightline.compilers import alertmanager
from sightline.model import environments, names, routing, signals
from support import builders


def compile_config(
    *declared: signals.Signal,
    environment: environments.Environment | None = None,
    **changes: Any,  # noqa: ANN401 - any field of the model
) -> dict[str, Any]:
    config, _ = alertmanager.compile_alertmanager(
        builders.declaration(*declared, **changes),
        environment or builders.environment(),
    )
    assert str(config.path) == "alertmanager/alertmanager.yml"
    document: dict[str, Any] = yaml.safe_load(config.text)
    return document


def receiver(name: str) -> dict[str, Any]:
    return next(one for one in compile_config()["receivers"] if one["name"] == name)


@pytest.mark.parametrize(
    ("name", "integrations"),
    [
        ("p0", {"pagerduty_configs", "webhook_configs", "email_configs"}),
        ("p1", {"webhook_configs", "email_configs"}),
        ("p2", {"webhook_configs"}),
        ("dashboard-only", set()),
        ("heartbeat", {"webhook_configs"}),
    ],
)
def test_row_08_each_receiver_has_exactly_the_promised_channels(
    name: str, integrations: set[str]
) -> None:
    assert receiver(name).keys() - {"name"} == integrations


@pytest.mark.parametrize("name", ["p0", "p1"])
def test_row_09_what_is_urgent_is_mailed_with_a_password_by_file(name: str) -> None:
    (email,) = receiver(name)["email_configs"]
    assert email["to"] == "oncall@example.com"
    assert "auth_password" not in email
    environment = builders.environment(smtp_username="alerts")
    settings = compile_config(environment=environment)["global"]
    assert settings["smtp_smarthost"] == "smtp.example.com:587"
    assert settings["smtp_require_tls"] is True
    assert settings["smtp_auth_password_file"] == "secrets/smtp-password"  # noqa: S105 - a file's name


def test_row_10_priority_alone_decides_the_receiver() -> None:
    routes = compile_config()["route"]["routes"]
    assert [(route["matchers"], route["receiver"]) for route in routes] == [
        (['priority="P0"'], "p0"),
        (['priority="P1"'], "p1"),
        (['priority="P2"'], "p2"),
        (['priority="P3"'], "dashboard-only"),
    ]


def test_row_12_an_alert_without_a_priority_is_treated_as_medium() -> None:
    assert compile_config()["route"]["receiver"] == "p2"


def test_row_13_alerts_are_grouped_by_name_service_and_priority() -> None:
    assert compile_config()["route"]["group_by"] == ["alertname", "service", "priority"]


def test_row_25_every_integration_says_whether_it_sends_resolved() -> None:
    integrations = [
        (one["name"], key, config["send_resolved"])
        for one in compile_config()["receivers"]
        for key in one.keys() - {"name"}
        for config in one[key]
    ]
    assert {sent for name, _, sent in integrations if name == "heartbeat"} == {False}
    assert {sent for name, _, sent in integrations if name != "heartbeat"} == {True}


def test_row_26_the_heartbeat_has_the_first_route_and_beats_every_minute() -> None:
    watchdog = builders.signal(
        query="vector(1)", levels=(builders.level("Watchdog", heartbeat=True),)
    )
    assert compile_config(watchdog)["route"]["routes"][0] == {
        "matchers": ['alertname="Watchdog"'],
        "receiver": "heartbeat",
        "group_wait": "0s",
        "group_interval": "1m",
        "repeat_interval": "50s",
    }


def test_row_29_the_webhook_authenticates_itself_by_a_file() -> None:
    assert receiver("p2")["webhook_configs"][0]["http_config"] == {
        "authorization": {
            "type": "Bearer",
            "credentials_file": "secrets/webhook-token",
        }
    }


def test_inhibitions_are_named() -> None:
    rule = routing.Inhibition(
        name="down-is-not-degraded",
        source_matchers=('alertname="ServiceDown"',),
        target_matchers=('alertname=~"A|B"',),
        equal=(names.LabelName("service"),),
    )
    config = compile_config(routing=builders.routing_table([rule]))
    assert config["inhibit_rules"] == [
        {
            "name": "down-is-not-degraded",
            "source_matchers": ['alertname="ServiceDown"'],
            "target_matchers": ['alertname=~"A|B"'],
            "equal": ["service"],
        }
    ]


def test_events_are_recorded_only_where_the_environment_asks() -> None:
    assert "event_recorder" not in compile_config()
    local = builders.environment("local", event_recorder="events.jsonl")
    assert compile_config(environment=local)["event_recorder"] == {
        "file_outputs": [{"path": "events.jsonl"}]
    }


def test_the_mail_servers_password_is_a_file_and_only_with_an_account() -> None:
    assert not any("auth" in key for key in compile_config()["global"])
    environment = builders.environment(smtp_username="alerts")
    settings = compile_config(environment=environment)["global"]
    assert settings["smtp_auth_username"] == "alerts"
    assert settings["smtp_auth_password_file"] == "secrets/smtp-password"  # noqa: S105 - a file's name
