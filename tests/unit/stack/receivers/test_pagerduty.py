from typing import Any

import pytest

from sightline.model import notifications, routing
from sightline.stack.receivers import pagerduty

KEY = "0123456789abcdef0123456789abcdef"


def event(**changes: object) -> dict[str, Any]:
    return {
        "routing_key": KEY,
        "event_action": "trigger",
        "dedup_key": "group",
        "payload": payload(),
        "client": "sightline",
        "client_url": "http://127.0.0.1:8484/d/engineering",
        "links": [
            {"href": "https://runbooks.test/high-error-rate", "text": "Runbook"},
            {"href": "https://grafana.test/d/engineering", "text": "Dashboard"},
        ],
        "images": [],
    } | changes


def payload(**changes: object) -> dict[str, Any]:
    return {
        "summary": "[P0] billing-svc fails",
        "source": "alertmanager",
        "severity": "critical",
        "timestamp": "2026-02-03T04:05:06.789Z",
        "class": "HighErrorRate",
        "component": "billing-svc",
        "group": "P0",
        "custom_details": {"firing": "- 7 % fail\n", "resolved": "none\n"},
    } | changes


@pytest.mark.parametrize(
    "accepted",
    [
        event(),
        event(dedup_key=None),
        event(dedup_key="k" * 255),
        event(payload=payload(summary="s" * 1024)),
        event(event_action="resolve"),
        {"routing_key": KEY, "event_action": "resolve", "dedup_key": "group"},
        {"routing_key": KEY, "event_action": "acknowledge", "dedup_key": "group"},
        event(images=[{"src": "https://img.test/1.png", "alt": "A graph"}]),
        *(
            event(payload=payload(severity=severity))
            for severity in ("critical", "error", "warning", "info")
        ),
    ],
)
def test_what_pagerduty_documents_is_accepted(accepted: dict[str, Any]) -> None:
    assert pagerduty.find_problems(accepted, KEY) == ()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"routing_key": None}, "'routing_key' is missing or blank"),
        ({"routing_key": 7}, "'routing_key' is missing or blank"),
        (
            {"routing_key": KEY[:-1]},
            "Length of 'routing_key' is incorrect (should be 32 characters)",
        ),
        (
            {"routing_key": KEY[:-1] + "-"},
            "'routing_key' cannot contain non-alphanumeric characters.",
        ),
        ({"routing_key": KEY[::-1]}, "Invalid routing key"),
        ({"event_action": None}, "'event_action' is missing or blank"),
        (
            {"event_action": "fire"},
            (
                "'event_action' is invalid (must be one of the following: "
                "'trigger', 'acknowledge' or 'resolve')"
            ),
        ),
        (
            {"event_action": "resolve", "dedup_key": ""},
            "'dedup_key' is missing or blank",
        ),
        ({"dedup_key": "k" * 256}, "'dedup_key' is too long (at most 255 characters)"),
        ({"dedup_key": 7}, "'dedup_key' must be a string"),
        ({"payload": None}, "'payload' is missing or blank"),
        ({"payload": []}, "'payload' must be an object"),
        ({"payload": payload(summary=" ")}, "'payload.summary' is missing or blank"),
        (
            {"payload": payload(summary="s" * 1025)},
            "'payload.summary' is too long (at most 1024 characters)",
        ),
        ({"payload": payload(source="")}, "'payload.source' is missing or blank"),
        ({"payload": payload(severity="")}, "'payload.severity' is missing or blank"),
        (
            {"payload": payload(severity="P0")},
            (
                "'payload.severity' is invalid (must be one of the following: "
                "'critical', 'warning', 'error' or 'info')"
            ),
        ),
        (
            {"payload": payload(timestamp="yesterday")},
            "'payload.timestamp' is invalid (must be an ISO 8601 date and time)",
        ),
        (
            {"payload": payload(timestamp=7)},
            "'payload.timestamp' is invalid (must be an ISO 8601 date and time)",
        ),
        (
            {"payload": payload(custom_details=[1])},
            "'payload.custom_details' must be an object",
        ),
        ({"payload": payload(group=0)}, "'payload.group' must be a string"),
        ({"client": {}}, "'client' must be a string"),
        ({"links": {}}, "'links' must be an array"),
        ({"links": ["x"]}, "'links[0]' must be an object"),
        ({"links": [{"text": "x"}]}, "'links[0].href' is missing or blank"),
        (
            {"links": [{"href": "javascript:alert(1)"}]},
            "'links[0].href' is invalid (must be a URL)",
        ),
        (
            {"links": [{"href": "https://a.test", "text": 7}]},
            "'links[0].text' must be a string",
        ),
        (
            {"images": [{"href": "https://a.test"}]},
            "'images[0].src' is missing or blank",
        ),
    ],
)
def test_what_pagerduty_refuses_has_its_reason(
    changes: dict[str, Any], problem: str
) -> None:
    assert pagerduty.find_problems(event(**changes), KEY) == (problem,)


def test_all_problems_are_told_at_once() -> None:
    assert pagerduty.find_problems({}, KEY) == (
        "'routing_key' is missing or blank",
        "'event_action' is missing or blank",
    )
    assert pagerduty.find_problems({"event_action": "trigger", "payload": {}}, KEY) == (
        "'routing_key' is missing or blank",
        "'payload.summary' is missing or blank",
        "'payload.source' is missing or blank",
        "'payload.severity' is missing or blank",
    )


def test_an_event_is_read_in_full() -> None:
    read = pagerduty.read_event(
        event(), dedup_key="group", received_at=17.5, problems=()
    )
    assert read == notifications.Notification(
        channel=routing.Channel.PAGERDUTY,
        state=notifications.NotificationState.FIRING,
        received_at=17.5,
        title="[P0] billing-svc fails",
        body="- 7 % fail",
        labels={
            "alertname": "HighErrorRate",
            "service": "billing-svc",
            "priority": "P0",
            "severity": "critical",
        },
        runbook_url="https://runbooks.test/high-error-rate",
        dashboard_url="https://grafana.test/d/engineering",
        dedup_key="group",
        problems=(),
    )


@pytest.mark.parametrize(
    "malformed",
    [
        {},
        {"payload": 7, "links": 7},
        {"payload": {"custom_details": "text"}, "links": [7, {"href": 7}]},
    ],
)
def test_a_malformed_event_is_read_as_far_as_it_goes(
    malformed: dict[str, Any],
) -> None:
    read = pagerduty.read_event(
        malformed, dedup_key="x", received_at=0, problems=("a problem",)
    )
    assert (read.title, read.body, read.runbook_url, read.problems) == (
        *("", "", ""),
        ("a problem",),
    )
