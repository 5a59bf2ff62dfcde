"""No inhibition hides a page, or anything more urgent than what hides it."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from sightline.app import build
from sightline.model import monitoring
from support import inhibitions


@pytest.fixture(scope="module")
def texts(skillancer: monitoring.Monitoring) -> Mapping[str, str]:
    environment = skillancer.environments["production"]
    wanted = (build.Target.PROMETHEUS, build.Target.ALERTMANAGER)
    built = build.build(skillancer, environment, wanted)
    return {str(artifact.path): artifact.text for artifact in built}


@pytest.fixture(scope="module")
def alerts(texts: Mapping[str, str]) -> list[inhibitions.Alert]:
    rules: list[dict[str, Any]] = [
        rule
        for path, text in texts.items()
        if path.startswith("prometheus/rules/")
        for group in yaml.load(text, Loader=yaml.CSafeLoader)["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]
    return inhibitions.read_alerts(rules)


@pytest.fixture(scope="module")
def rules(texts: Mapping[str, str]) -> list[inhibitions.Rule]:
    config = yaml.safe_load(texts["alertmanager/alertmanager.yml"])
    return inhibitions.read_rules(config)


def rule(source: str, target: str, *equal: str) -> inhibitions.Rule:
    document = {
        "name": "mutant",
        "source_matchers": [source],
        "target_matchers": [target],
        "equal": list(equal),
    }
    (read,) = inhibitions.read_rules({"inhibit_rules": [document]})
    return read


def test_row_23_no_inhibition_hides_a_page_or_what_is_more_urgent(
    rules: list[inhibitions.Rule], alerts: list[inhibitions.Alert]
) -> None:
    assert len(rules) > 10
    assert len(alerts) > 100
    assert list(inhibitions.find_losses(rules, alerts)) == []


@pytest.mark.parametrize(
    ("source", "target", "loss"),
    [
        (
            'alertname="DatabaseUnavailable"',
            'alertname=~"High.*",service="billing-svc"',
            "mutant: DatabaseUnavailable of P0 hides HighErrorRate of P0, a page",
        ),
        (
            'alertname="LatencyElevated"',
            'alertname="HighLatency"',
            (
                "mutant: LatencyElevated of P2 hides HighLatency of P1,"
                " which is more urgent"
            ),
        ),
        (
            'alertname="ErrorRateElevated"',
            'priority!="P2"',
            "mutant: ErrorRateElevated of P2 hides HighErrorRate of P0, a page",
        ),
    ],
)
def test_row_23_the_proof_finds_a_rule_that_loses_something(
    alerts: list[inhibitions.Alert], source: str, target: str, loss: str
) -> None:
    mutant = rule(source, target, "service")
    assert loss in list(inhibitions.find_losses([mutant], alerts))


def test_row_23_a_lost_database_hides_what_its_dependents_suffer(
    rules: list[inhibitions.Rule],
) -> None:
    (found,) = (
        one
        for one in rules
        if one.name == "an-outage-of-postgres-explains-its-dependents"
    )
    cause = inhibitions.Alert(
        {"alertname": "DatabaseUnavailable", "service": "postgres", "priority": "P0"}
    )
    assert cause.may_match(found.source)

    def is_hidden(alert: str, service: str, priority: str) -> bool:
        labels = {"alertname": alert, "service": service, "priority": priority}
        return inhibitions.Alert(labels).may_match(found.target)

    assert is_hidden("HighLatency", "billing-svc", "P1")
    assert is_hidden("ErrorRateElevated", "api-gateway", "P2")
    # It needs no database, and a page is a page.
    assert not is_hidden("HighLatency", "notification-svc", "P1")
    assert not is_hidden("HighErrorRate", "billing-svc", "P0")


def test_row_23_a_down_service_hides_that_its_objectives_stall(
    rules: list[inhibitions.Rule],
) -> None:
    def hidden_by_an_outage(**labels: str) -> list[str]:
        return [
            one.name
            for one in rules
            if one.name.startswith("a-down-service")
            and one.equal == ("service",)
            and all(matcher.matches(labels) for matcher in one.target)
        ]

    stalled = {"alertname": "SLIStalled", "service": "auth-svc", "priority": "P1"}
    escalated = stalled | {
        "alertname": "EscalatedAlert",
        "escalated_alert": "SLIStalled",
    }
    name = "a-down-service-is-not-also-degraded"
    assert hidden_by_an_outage(**stalled) == [name]
    assert hidden_by_an_outage(**escalated) == [f"{name}-escalated"]
