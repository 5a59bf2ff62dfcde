import json
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from sightline.console import settings
from sightline.demo import degradations
from sightline.model import notifications, routing
from sightline.stack import states
from sightline.stack.receivers import inbox

if TYPE_CHECKING:
    from unit.console import conftest

LABELS = {"alertname": "HighErrorRate", "service": "billing-svc", "priority": "P0"}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_dashboards_are_listed_by_title_and_broken_files_left_out(
    console: "conftest.Console", surroundings: settings.Settings
) -> None:
    folder = surroundings.build / "grafana/dashboards"
    inner = {"type": "row", "panels": [{"type": "stat"}]}
    board = {"uid": "b", "title": "Beta", "panels": [inner, {"type": "table"}]}
    _write(folder / "b.json", json.dumps(board))
    _write(folder / "a.json", json.dumps({"uid": "a", "title": "alpha"}))
    _write(folder / "broken.json", "{")
    _write(surroundings.build / "runbooks/high-error-rate.md", "# High")
    assert console.get("/api/dashboards").json() == {
        "dashboards": [
            {"uid": "a", "title": "alpha", "description": "", "panel_count": 0},
            {"uid": "b", "title": "Beta", "description": "", "panel_count": 2},
        ],
        "runbooks": ["high-error-rate"],
    }


def test_a_dashboard_comes_with_the_interval_of_its_prometheus(
    console: "conftest.Console", surroundings: settings.Settings
) -> None:
    _write(surroundings.build / "grafana/dashboards/a.json", '{"uid": "a"}')
    _write(
        surroundings.build / "prometheus/prometheus.yml",
        "global: {scrape_interval: 5s}",
    )
    assert console.get("/api/dashboards/a").json() == {
        "dashboard": {"uid": "a"},
        "scrape_interval_seconds": 5.0,
    }


def test_a_broken_dashboard_says_what_is_wrong(
    console: "conftest.Console", surroundings: settings.Settings
) -> None:
    _write(surroundings.build / "grafana/dashboards/a.json", "{")
    answer = console.get("/api/dashboards/a")
    assert answer.status_code == 500
    assert answer.json()["error"].startswith("the file of dashboard 'a': Expecting")


@pytest.mark.parametrize("name", ["nothing", "..%2f..%2fsecret", "a.b", "%00"])
def test_a_name_never_leaves_its_folder(
    console: "conftest.Console", surroundings: settings.Settings, name: str
) -> None:
    _write(surroundings.build / "secret.json", "{}")
    _write(surroundings.build / "secret.md", "x")
    assert console.get(f"/api/dashboards/{name}").status_code == 404
    assert console.get(f"/api/runbooks/{name}").status_code == 404


def test_runbook_is_served_as_markdown(
    console: "conftest.Console", surroundings: settings.Settings
) -> None:
    _write(surroundings.build / "runbooks/x.md", "# X <script>")
    answer = console.get("/api/runbooks/x")
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.text == "# X <script>"


def _prometheus_alert(state: str) -> httpx.Response:
    alert = {
        "labels": LABELS,
        "annotations": {"summary": "7% fail"},
        "state": state,
        "activeAt": "2026-11-24T08:00:00Z",
    }
    return httpx.Response(200, json={"status": "success", "data": {"alerts": [alert]}})


def _alertmanager_alert(labels: dict[str, str]) -> httpx.Response:
    status = {"state": "suppressed", "silencedBy": ["s1"], "inhibitedBy": []}
    alert = {
        "labels": labels,
        "annotations": {},
        "startsAt": "2026-11-24T08:01:00Z",
        "status": status,
    }
    return httpx.Response(200, json=[alert])


def test_an_alert_of_both_servers_is_listed_once_with_its_silence(
    console: "conftest.Console", upstream: "conftest.Upstream"
) -> None:
    upstream.answers["/api/v1/alerts"] = _prometheus_alert("firing")
    # Prometheus adds its external labels on the way.
    delivered = {**LABELS, "env": "production"}
    upstream.answers["/api/v2/alerts"] = _alertmanager_alert(delivered)
    answer = console.get("/api/alerts").json()
    assert answer["problems"] == []
    [alert] = answer["alerts"]
    assert alert["state"] == "firing"
    assert alert["since"] == 1795507200
    assert alert["summary"] == "7% fail"
    assert alert["silenced_by"] == ["s1"]


def test_pending_alerts_and_foreign_alerts_are_listed(
    console: "conftest.Console", upstream: "conftest.Upstream"
) -> None:
    upstream.answers["/api/v1/alerts"] = _prometheus_alert("pending")
    upstream.answers["/api/v2/alerts"] = _alertmanager_alert({"alertname": "Other"})
    alerts = console.get("/api/alerts").json()["alerts"]
    assert [(one["name"], one["state"]) for one in alerts] == [
        ("HighErrorRate", "pending"),
        ("Other", "firing"),
    ]


def test_what_one_server_cannot_say_is_said_as_a_problem(
    console: "conftest.Console", upstream: "conftest.Upstream"
) -> None:
    upstream.answers["/api/v1/alerts"] = _prometheus_alert("firing")
    upstream.answers["/api/v2/alerts"] = httpx.ConnectError("refused")
    answer = console.get("/api/alerts").json()
    assert len(answer["alerts"]) == 1
    assert answer["problems"] == ["Alertmanager does not answer: ConnectError"]


def test_no_server_at_all_is_an_error_and_not_an_empty_list(
    console: "conftest.Console", upstream: "conftest.Upstream"
) -> None:
    upstream.answers["/api/v1/alerts"] = httpx.ConnectError("refused")
    upstream.answers["/api/v2/alerts"] = httpx.Response(200, text="<html>")
    answer = console.get("/api/alerts")
    assert answer.status_code == 502
    assert answer.json()["error"] == (
        "Prometheus does not answer: ConnectError. "
        "Alertmanager answered something else than alerts"
    )


def _notification(
    channel: routing.Channel, received_at: float
) -> notifications.Notification:
    return notifications.Notification(
        channel=channel,
        state=notifications.NotificationState.FIRING,
        received_at=received_at,
        title="HighErrorRate",
        body="",
        labels=LABELS,
        runbook_url="",
        dashboard_url="",
        dedup_key="",
        problems=(),
    )


def _record_fault(run: Path, name: str, service: str, started: float) -> None:
    fault = degradations.Degradation(
        service=service,
        kind=degradations.Kind.COMPONENTS,
        parameters={},
        started=started,
        until=None,
    )
    _write(run / f"faults/{name}.json", degradations.encode(fault))


def test_notifications_are_newest_first_with_the_time_since_their_fault(
    console: "conftest.Console", surroundings: settings.Settings
) -> None:
    kept = inbox.Inbox(surroundings.inbox)
    kept.append(_notification(routing.Channel.EMAIL, 50.0))
    kept.append(_notification(routing.Channel.WEBHOOK, 190.0))
    kept.append(_notification(routing.Channel.PAGERDUTY, 180.5))
    _record_fault(surroundings.run, "billing-errors", "billing-svc", 100.0)
    _record_fault(surroundings.run, "market-slow", "market-svc", 170.0)
    _record_fault(surroundings.run, "postgres-down", "", 175.0)
    found = console.get("/api/inbox").json()["notifications"]
    assert [
        (one["channel"], one["fault"], one["seconds_after_fault"]) for one in found
    ] == [
        ("webhook", "billing-errors", 90.0),
        ("pagerduty", "billing-errors", 80.5),
        ("email", None, None),
    ]


def test_components_are_those_of_the_run(
    console: "conftest.Console", surroundings: settings.Settings
) -> None:
    assert console.get("/api/components").json() == {"components": []}
    component = states.ComponentState(
        name="redis",
        state="restarting",
        pid=None,
        started=None,
        port=63790,
        version="7.0",
        source="Debian",
        rss_bytes=0,
        restarts=3,
        argv=(),
    )
    surroundings.run.mkdir(parents=True)
    states.write_state(
        surroundings.run / "state.json",
        states.StackState(is_started=True, guard_pid=None, components=(component,)),
    )
    assert console.get("/api/components").json() == {
        "components": [
            {
                "name": "redis",
                "state": "restarting",
                "is_ready": False,
                "port": 63790,
                "version": "7.0",
            }
        ]
    }


def test_reviews_need_a_project(console: "conftest.Console") -> None:
    page = console.get("/reviews").text
    assert "started with --project, it shows reviews too" in page
    assert console.get("/reviews/weekly-1").status_code == 404


def test_tuning_needs_a_project(console: "conftest.Console") -> None:
    answer = console.get("/api/tune")
    assert answer.status_code == 422
    assert "started with --project, it tunes alerts too" in answer.json()["error"]
