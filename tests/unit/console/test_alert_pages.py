"""What the pages of alerts ask for: rules with their way to people, and histories."""

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from sightline import errors
from sightline.app.console import episodes, inbox, proofs, rules
from sightline.clients import prometheus
from sightline.console import settings
from sightline.model import notifications, routing

if TYPE_CHECKING:
    from pathlib import Path

    from unit.console import conftest

ROUTES = """
route:
  receiver: quiet
  group_wait: 30s
  routes:
    - {matchers: [priority="P0"], receiver: page, group_wait: 0s, repeat_interval: 1h}
receivers:
  - {name: quiet}
  - {name: page, webhook_configs: [{url: "http://x"}], email_configs: [{to: "a@b"}]}
"""


def _rule(name: str, priority: str) -> dict[str, object]:
    return {
        "type": "alerting",
        "name": name,
        "query": "up == 0",
        "duration": 120,
        "keepFiringFor": 0,
        "labels": {"priority": priority, "team": "{{ $labels.team }}"},
        "annotations": {"runbook_url": "https://x/y"},
        "state": "firing",
        "health": "ok",
        "lastError": "",
        "alerts": [],
    }


def _answer_rules(upstream: "conftest.Upstream") -> None:
    group = {
        "name": "g",
        "file": "/rules/g.yml",
        "interval": 15,
        "rules": [_rule("A", "P0"), _rule("B", "P3")],
    }
    upstream.answers["/api/v1/rules"] = httpx.Response(
        200, json={"status": "success", "data": {"groups": [group]}}
    )


def _answer_routes(upstream: "conftest.Upstream") -> None:
    status = {
        "cluster": {"status": "ready", "peers": []},
        "versionInfo": {"version": "0.28"},
        "config": {"original": ROUTES},
        "uptime": "2026-11-24T08:00:00Z",
    }
    upstream.answers["/api/v2/status"] = httpx.Response(200, json=status)


def test_a_rule_has_its_route_and_the_worst_case_to_page(
    console: "conftest.Console", upstream: "conftest.Upstream"
) -> None:
    _answer_rules(upstream)
    _answer_routes(upstream)
    answer = console.get("/api/rules").json()
    first, second = answer["rules"]
    assert answer["problems"] == []
    assert first["labels"] == {"priority": "P0"}
    assert first["stops"] == [
        {
            "receiver": "page",
            "channels": ["webhook", "email"],
            "group_wait_seconds": 0.0,
            "repeat_interval": "1h",
            "muted_by": [],
        }
    ]
    # A minute between scrapes, 15 s between evaluations, two minutes, no group wait.
    assert first["worst_seconds"] == 60 + 15 + 120 + 0 + 1
    assert (second["worst_seconds"], second["stops"][0]["channels"]) == (None, [])


def test_without_alertmanager_the_rules_are_there_and_the_rest_is_a_problem(
    console: "conftest.Console", upstream: "conftest.Upstream"
) -> None:
    _answer_rules(upstream)
    upstream.answers["/api/v2/status"] = httpx.ConnectError("refused")
    answer = console.get("/api/rules").json()
    assert [rule["stops"] for rule in answer["rules"]] == [[], []]
    (problem,) = answer["problems"]
    assert problem.startswith("Where alerts go is not known: asked Alertmanager")


def test_rules_that_cannot_be_read_are_a_bad_gateway(
    console: "conftest.Console", upstream: "conftest.Upstream"
) -> None:
    upstream.answers["/api/v1/rules"] = httpx.ConnectError("refused")
    assert console.get("/api/rules").status_code == 502


@pytest.mark.parametrize("text", ["- a list", "a: [", "route: {receiver: 1}"])
def test_a_configuration_without_routes_is_refused(text: str) -> None:
    with pytest.raises(errors.InputError, match=r"^alertmanager\.yml: "):
        rules.read_routes(text)


def test_an_unknown_alert_cannot_be_explained(
    console: "conftest.Console", upstream: "conftest.Upstream"
) -> None:
    _answer_rules(upstream)
    answer = console.get("/api/rules/Nothing/explanation")
    assert answer.status_code == 422
    assert answer.json()["error"] == "Prometheus has loaded no alert called 'Nothing'"


def test_pages_that_need_the_spec_say_so_without_one(
    console: "conftest.Console",
) -> None:
    for path in ("/api/verification", "/api/slos", "/api/signals"):
        answer = console.get(path)
        assert answer.status_code == 422
        assert "--project" in answer.json()["error"]


def _series(*times: float) -> prometheus.Series:
    labels = {"__name__": "ALERTS", "alertname": "A", "service": "web"}
    return prometheus.Series(labels=labels, points=tuple((at, 1.0) for at in times))


def test_a_gap_ends_an_episode_and_the_newest_comes_first() -> None:
    found = episodes.find_episodes([_series(0, 15, 30, 90, 105)], step=15, end=105)
    assert [(one.begin, one.end, one.lasts) for one in found] == [
        (90, 105, True),
        (0, 30, False),
    ]
    assert found[0].labels == {"service": "web"}


def _told(channel: routing.Channel, at: float, state: str = "firing") -> inbox.Delivery:
    notification = notifications.Notification(
        channel=channel,
        state=notifications.NotificationState(state),
        received_at=at,
        title="A",
        body="",
        labels={"alertname": "A", "service": "web"},
        runbook_url="",
        dashboard_url="",
        dedup_key="",
        problems=(),
    )
    return inbox.Delivery(notification=notification, fault=None)


def test_the_first_notification_of_each_channel_measures_the_time_to_page() -> None:
    begun = [
        prometheus.Sample(labels={"service": "web"}, time=at, number=began)
        for at, began in ((110, 100.0), (125, 100.0), (1000, 900.0))
    ]
    told = [
        _told(routing.Channel.PAGERDUTY, 130),
        _told(routing.Channel.PAGERDUTY, 400),
        _told(routing.Channel.EMAIL, 140),
        _told(routing.Channel.EMAIL, 600, "resolved"),
        _told(routing.Channel.PAGERDUTY, 935),
    ]
    found = episodes.match_notifications("A", begun, told)
    assert [(one.channel, one.seconds) for one in found] == [
        ("pagerduty", 35.0),
        ("email", 40.0),
        ("pagerduty", 30.0),
    ]


def test_a_notification_before_any_begin_measures_nothing() -> None:
    begun = [prometheus.Sample(labels={"service": "web"}, time=9, number=500.0)]
    told = [_told(routing.Channel.EMAIL, 400)]
    assert episodes.match_notifications("A", begun, told) == ()


def _write_proofs(path: "Path", *judged: tuple[str, str, str]) -> None:
    proofs = [
        {"alert": alert, "verdict": verdict, "reason": reason, "line": 1}
        for alert, verdict, reason in judged
    ]
    path.write_text(json.dumps({"alerts": len(proofs), "proofs": proofs}))


def test_a_proof_is_what_the_results_name_and_never_more(tmp_path: "Path") -> None:
    path = tmp_path / "proofs.json"
    _write_proofs(
        path,
        ("A", "proven", ""),
        ("B", "refuted", "never clears"),
        ("C", "not_proven", "reads a subquery"),
        ("E", "proven", ""),
        ("E", "refuted", "fires too late"),
    )
    results = proofs.load(path)
    found = {name: proofs.find(results, name) for name in "ABCDE"}
    assert {name: (one.state, one.reason) for name, one in found.items()} == {
        "A": ("proven", ""),
        "B": ("refuted", "never clears"),
        "C": ("not_proven", "reads a subquery"),
        "D": ("unknown", "the last proof did not name it"),
        "E": ("refuted", "fires too late"),
    }


@pytest.mark.parametrize("text", [None, "{", '{"alerts": 3, "proven": 3}'])
def test_results_that_cannot_be_read_prove_nothing(
    tmp_path: "Path", text: str | None
) -> None:
    path = tmp_path / "proofs.json"
    if text is not None:
        path.write_text(text)
    assert proofs.find(proofs.load(path), "A").state == "unknown"


def test_runbooks_are_listed_with_their_alerts(
    console: "conftest.Console", surroundings: settings.Settings
) -> None:
    folder = surroundings.build / "runbooks"
    folder.mkdir(parents=True)
    text = "# Many errors\n\n## HighErrorRate\n\n## Meaning\n"
    (folder / "high-error-rate.md").write_text(text)
    assert console.get("/api/runbooks").json() == {
        "runbooks": [
            {
                "slug": "high-error-rate",
                "title": "Many errors",
                "alerts": ["HighErrorRate"],
            }
        ]
    }
