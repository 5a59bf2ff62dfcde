"""Every text of a notification is made from what every alert that reaches it has."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
import yaml

from sightline.app import build
from sightline.model import monitoring
from sightline.verify import alert_routes

READ = re.compile(r"\.(Labels|Annotations)\.([a-z_]+)")
DEFINED = re.compile(r'{{-? *define "([^"]+)"')
USED = re.compile(r'{{-? *template "([^"]+)"')

# Each alert has them by the rules of the build; the templates may rely on them.
PROMISED = {
    ("Labels", "alertname"),
    ("Labels", "priority"),
    ("Labels", "service"),
    ("Labels", "severity"),
    ("Annotations", "summary"),
    ("Annotations", "description"),
    ("Annotations", "runbook_url"),
    ("Annotations", "dashboard_url"),
}


@pytest.fixture(scope="module")
def texts(skillancer: monitoring.Monitoring) -> Mapping[str, str]:
    environment = skillancer.environments["production"]
    wanted = (build.Target.PROMETHEUS, build.Target.ALERTMANAGER)
    built = build.build(skillancer, environment, wanted)
    return {str(artifact.path): artifact.text for artifact in built}


@pytest.fixture(scope="module")
def config(texts: Mapping[str, str]) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(texts["alertmanager/alertmanager.yml"])
    return document


@pytest.fixture(scope="module")
def alerts(texts: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        rule
        for path, text in texts.items()
        if path.startswith("prometheus/rules/")
        for group in yaml.load(text, Loader=yaml.CSafeLoader)["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]


def templates(texts: Mapping[str, str]) -> str:
    return texts["alertmanager/templates/sightline.tmpl"]


def configured_texts(node: object) -> Iterable[str]:
    match node:
        case str():
            yield node
        case dict():
            for child in node.values():
                yield from configured_texts(child)
        case list():
            for child in node:
                yield from configured_texts(child)
        case _:
            pass


def test_row_14_templates_read_only_what_every_alert_promises(
    texts: Mapping[str, str],
) -> None:
    assert set(READ.findall(templates(texts))) <= PROMISED
    # What the alerts of a group do not share is empty there.
    assert "Common" not in templates(texts)


def test_row_15_every_alert_keeps_what_the_templates_read(
    alerts: list[dict[str, Any]], texts: Mapping[str, str]
) -> None:
    read = {name for kind, name in READ.findall(templates(texts))}
    missing = [
        (rule["alert"], name)
        for rule in alerts
        for name in read & {"summary", "description", "runbook_url", "dashboard_url"}
        if not rule["annotations"].get(name, "").strip()
    ]
    assert missing == []


def test_every_receiver_uses_templates_that_exist(
    config: dict[str, Any], texts: Mapping[str, str]
) -> None:
    defined = set(DEFINED.findall(templates(texts)))
    used = {
        name for text in configured_texts(config) for name in USED.findall(text)
    } | set(USED.findall(templates(texts)))
    assert used <= defined
    assert defined <= used


def test_row_14_every_channel_that_people_read_takes_its_words_from_templates(
    config: dict[str, Any],
) -> None:
    for receiver in config["receivers"]:
        for pagerduty in receiver.get("pagerduty_configs", []):
            assert pagerduty["description"] == '{{ template "sightline.title" . }}'
        for email in receiver.get("email_configs", []):
            assert email["html"] == '{{ template "sightline.email.html" . }}'
            assert email["text"] == '{{ template "sightline.email.text" . }}'


def test_row_13_groups_keep_apart_what_differs_in_name_service_or_priority(
    config: dict[str, Any],
) -> None:
    def groupings(route: dict[str, Any], inherited: list[str]) -> Iterable[list[str]]:
        own = route.get("group_by", inherited)
        yield own
        for child in route.get("routes", []):
            yield from groupings(child, own)

    for grouping in groupings(config["route"], []):
        assert {"alertname", "service", "priority"} <= set(grouping)


def test_row_22_an_escalation_reaches_pagerduty_alone(config: dict[str, Any]) -> None:
    routes = alert_routes.read_routes(config)
    labels = {
        "alertname": "EscalatedAlert",
        "escalated_alert": "HighLatency",
        "service": "billing-svc",
        "priority": "P1",
    }
    (receiver,) = routes.receivers_of(labels)
    assert (receiver, routes.channels[receiver]) == ("escalation", ("pagerduty",))
    (alert,) = routes.receivers_of(labels | {"alertname": "HighLatency"})
    assert set(routes.channels[alert]) == {"webhook", "email"}
