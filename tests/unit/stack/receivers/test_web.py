import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from sightline.model import notifications, routing
from sightline.stack.receivers import desk, inbox, tallies, web

KEY = "0123456789abcdef0123456789abcdef"
TOKEN = "a-token"  # noqa: S105 - known to nobody else
NOW = 1_700_000_000.25
MESSAGE: dict[str, Any] = {
    "version": "4",
    "groupKey": "{}:{alertname}",
    "status": "firing",
    "receiver": "p0",
    "groupLabels": {"alertname": "ServiceDown"},
    "commonLabels": {"alertname": "ServiceDown", "service": "auth-svc"},
    "commonAnnotations": {},
    "externalURL": "http://127.0.0.1:9093",
    "truncatedAlerts": 0,
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "ServiceDown"},
            "annotations": {
                "summary": "auth-svc is down",
                "description": "No replica answers.",
                "runbook_url": "https://runbooks.test/service-down",
                "dashboard_url": "https://grafana.test/d/engineering",
            },
            "startsAt": "2026-02-03T04:05:06Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://127.0.0.1:9090/graph",
            "fingerprint": "0011223344556677",
        }
    ],
}
AUTHORISED = {"authorization": f"Bearer {TOKEN}"}


def open_desk(folder: Path) -> desk.Desk:
    heartbeat = tallies.Heartbeat(folder / "heartbeat.json")
    kept = inbox.Inbox(folder)
    return desk.Desk(kept, tallies.Tallies(heartbeat), heartbeat, lambda: NOW)


@pytest.fixture
def shared(tmp_path: Path) -> desk.Desk:
    return open_desk(tmp_path)


def client(app: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://receivers.test"
    )


@pytest.fixture
def pagerduty(shared: desk.Desk) -> httpx.AsyncClient:
    return client(web.pagerduty_app(shared, KEY))


@pytest.fixture
def webhook(shared: desk.Desk) -> httpx.AsyncClient:
    return client(web.webhook_app(shared, TOKEN))


@pytest.fixture
def counted(shared: desk.Desk) -> Callable[..., float | None]:
    def count(name: str, **labels: str) -> float | None:
        return shared.tallies.registry.get_sample_value(f"sightline_{name}", labels)

    return count


def trigger(**changes: object) -> dict[str, Any]:
    payload = {"summary": "down", "severity": "critical", "source": "alertmanager"}
    event = {"routing_key": KEY, "event_action": "trigger", "payload": payload}
    return event | changes


class TestPagerDuty:
    async def test_an_event_is_accepted_and_kept(
        self,
        pagerduty: httpx.AsyncClient,
        tmp_path: Path,
        counted: Callable[..., float | None],
    ) -> None:
        answer = await pagerduty.post("/v2/enqueue", json=trigger(dedup_key="group"))
        assert (answer.status_code, answer.json()) == (
            202,
            {
                "status": "success",
                "message": "Event processed",
                "dedup_key": "group",
            },
        )
        [kept] = inbox.read(tmp_path, routing.Channel.PAGERDUTY)
        assert (kept.title, kept.received_at, kept.problems) == ("down", NOW, ())
        labels = {"channel": "pagerduty", "state": "firing"}
        assert counted("notifications_received_total", **labels) == 1

    async def test_a_trigger_without_a_key_is_given_one(
        self, pagerduty: httpx.AsyncClient
    ) -> None:
        answers = [
            await pagerduty.post("/v2/enqueue", json=trigger()) for _ in range(2)
        ]
        first, second = (answer.json()["dedup_key"] for answer in answers)
        assert first != second

    async def test_a_refused_event_is_kept_with_its_problems(
        self,
        pagerduty: httpx.AsyncClient,
        tmp_path: Path,
        counted: Callable[..., float | None],
    ) -> None:
        answer = await pagerduty.post(
            "/v2/enqueue", json=trigger(routing_key=KEY[::-1])
        )
        assert (answer.status_code, answer.json()) == (
            400,
            {
                "status": "invalid event",
                "message": "Event object is invalid",
                "errors": ["Invalid routing key"],
            },
        )
        [kept] = inbox.read(tmp_path, routing.Channel.PAGERDUTY)
        assert kept.problems == ("Invalid routing key",)
        labels = {"channel": "pagerduty", "state": "firing"}
        assert counted("notifications_received_total", **labels) == 0

    async def test_no_routing_key_is_kept(
        self, pagerduty: httpx.AsyncClient, tmp_path: Path
    ) -> None:
        await pagerduty.post("/v2/enqueue", json=trigger())
        await pagerduty.post("/v2/enqueue", json=trigger(routing_key=KEY[::-1]))
        text = (tmp_path / "pagerduty.jsonl").read_text()
        assert KEY not in text
        assert KEY[::-1] not in text

    async def test_an_acknowledgement_is_no_notification(
        self, pagerduty: httpx.AsyncClient, tmp_path: Path
    ) -> None:
        event = trigger(event_action="acknowledge", dedup_key="group")
        answer = await pagerduty.post("/v2/enqueue", json=event)
        assert answer.status_code == 202
        assert inbox.read(tmp_path, routing.Channel.PAGERDUTY) == ()

    @pytest.mark.parametrize(
        "content", [b"", b"{", b"[]", b"7", b"\xff", b"[" * 100_000]
    )
    async def test_what_is_no_json_object_is_refused(
        self, pagerduty: httpx.AsyncClient, content: bytes
    ) -> None:
        answer = await pagerduty.post("/v2/enqueue", content=content)
        assert (answer.status_code, answer.json()) == (
            400,
            {
                "status": "Unrecognized object",
                "message": "Event object format is unrecognized",
                "errors": ["JSON parse error"],
            },
        )

    async def test_an_event_of_more_than_512_kb_is_refused(
        self, pagerduty: httpx.AsyncClient
    ) -> None:
        event = trigger(client="")
        event["client"] = "c" * (512_000 - len(json.dumps(event)))
        fits = await pagerduty.post("/v2/enqueue", content=json.dumps(event))
        event["client"] += "c"
        passes = await pagerduty.post("/v2/enqueue", content=json.dumps(event))
        assert (fits.status_code, passes.status_code) == (202, 413)


class TestWebhook:
    async def test_a_message_is_kept(
        self, webhook: httpx.AsyncClient, tmp_path: Path
    ) -> None:
        answer = await webhook.post("/webhook", json=MESSAGE, headers=AUTHORISED)
        assert answer.status_code == 204
        assert inbox.read(tmp_path, routing.Channel.WEBHOOK) == (
            notifications.Notification(
                channel=routing.Channel.WEBHOOK,
                state=notifications.NotificationState.FIRING,
                received_at=NOW,
                title="auth-svc is down",
                body="firing: auth-svc is down\n  No replica answers.",
                labels={"alertname": "ServiceDown", "service": "auth-svc"},
                runbook_url="https://runbooks.test/service-down",
                dashboard_url="https://grafana.test/d/engineering",
                dedup_key="{}:{alertname}",
                problems=(),
            ),
        )

    async def test_a_group_is_titled_by_what_it_says(
        self, webhook: httpx.AsyncClient, tmp_path: Path
    ) -> None:
        [alert] = MESSAGE["alerts"]
        ended = alert | {"status": "resolved", "annotations": {"summary": "ended"}}
        group = MESSAGE | {"alerts": [ended, alert, alert]}
        await webhook.post("/webhook", json=group, headers=AUTHORISED)
        [kept] = inbox.read(tmp_path, routing.Channel.WEBHOOK)
        assert kept.title == "auth-svc is down (and 1 more)"

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"authorization": "Bearer another"},
            {"authorization": TOKEN},
            {"authorization": f"Bearer {TOKEN}".encode() + b"\xff"},
        ],
    )
    async def test_without_the_token_nothing_is_taken(
        self,
        webhook: httpx.AsyncClient,
        tmp_path: Path,
        counted: Callable[..., float | None],
        headers: dict[str, str],
    ) -> None:
        answer = await webhook.post("/webhook", json=MESSAGE, headers=headers)
        assert answer.status_code == 401
        assert answer.text == "expected a valid bearer token\n"
        assert answer.headers["www-authenticate"] == "Bearer"
        assert inbox.read(tmp_path, routing.Channel.WEBHOOK) == ()
        labels = {"channel": "webhook", "reason": "no valid token"}
        assert counted("notifications_refused_total", **labels) == 1

    async def test_another_version_is_refused_with_every_reason(
        self, webhook: httpx.AsyncClient
    ) -> None:
        message = MESSAGE | {"version": "5", "alerts": []}
        answer = await webhook.post("/webhook", json=message, headers=AUTHORISED)
        assert (answer.status_code, answer.text) == (
            400,
            (
                "version: Input should be '4'\n"
                "alerts: Tuple should have at least 1 item after validation, not 0\n"
            ),
        )


class TestHeartbeat:
    async def test_a_beat_is_remembered_over_a_restart(
        self,
        webhook: httpx.AsyncClient,
        tmp_path: Path,
        counted: Callable[..., float | None],
    ) -> None:
        assert counted("last_heartbeat_timestamp_seconds") is None
        answer = await webhook.post("/heartbeat", json=MESSAGE)
        assert answer.status_code == 204
        assert counted("last_heartbeat_timestamp_seconds") == NOW
        again = client(web.webhook_app(open_desk(tmp_path), TOKEN))
        page = (await again.get("/metrics")).text
        assert "sightline_last_heartbeat_timestamp_seconds 1.70000000025e+09\n" in page

    async def test_a_beat_is_no_notification(
        self, webhook: httpx.AsyncClient, tmp_path: Path
    ) -> None:
        await webhook.post("/heartbeat", json=MESSAGE)
        assert inbox.read(tmp_path, routing.Channel.WEBHOOK) == ()
