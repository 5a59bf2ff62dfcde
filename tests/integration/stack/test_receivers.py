"""A page arrives: the real Alertmanager sends, the receivers' process receives."""

import asyncio
import dataclasses
import datetime as dt
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import httpx
import pytest

from sightline.app import build
from sightline.model import components, monitoring, notifications, routing, units
from sightline.stack import layout, secrets, sites
from sightline.stack.acquire import binaries as acquiring
from sightline.stack.components import alertmanager, own
from sightline.stack.receivers import inbox

pytestmark = pytest.mark.integration

FIRING = notifications.NotificationState.FIRING
RESOLVED = notifications.NotificationState.RESOLVED
LABELS = {
    "alertname": "HighErrorRate",
    "service": "billing-svc",
    "team": "payments",
    "priority": "P0",
    "severity": "critical",
}
ANNOTATIONS = {
    "summary": "billing-svc fails 7 % of its requests",
    "description": "More than 5 % for 2m.",
    "runbook_url": "https://runbooks.test/high-error-rate",
    "dashboard_url": "https://grafana.test/d/engineering",
}


@dataclasses.dataclass(frozen=True)
class Line:
    """Alertmanager on one end, the receivers on the other."""

    inbox: Path
    alertmanager: str
    webhook: str

    def read(self, channel: routing.Channel) -> list[notifications.Notification]:
        return list(inbox.read(self.inbox, channel))

    async def wait_for(
        self, number: int, channel: routing.Channel
    ) -> list[notifications.Notification]:
        """Gives what arrived, once it is that many."""
        what = f"notification {number} on {channel.value}"
        await _wait(lambda: len(self.read(channel)) >= number, what)
        return self.read(channel)

    async def post(
        self, *, ended: bool = False, labels: Mapping[str, str] = LABELS
    ) -> None:
        now = dt.datetime.now(dt.UTC)
        alert: dict[str, object] = {
            "labels": labels,
            "annotations": ANNOTATIONS,
            "startsAt": (now - dt.timedelta(minutes=1)).isoformat(),
        }
        if ended:
            alert["endsAt"] = now.isoformat()
        async with httpx.AsyncClient() as client:
            answer = await client.post(
                f"{self.alertmanager}/api/v2/alerts", json=[alert]
            )
            answer.raise_for_status()

    async def metrics(self) -> str:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"{self.webhook}/metrics")).text


def _free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


async def _wait(until: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 20
    while not until():
        assert time.monotonic() < deadline, f"still waiting for {what}"
        await asyncio.sleep(0.05)


async def _wait_for_answer(url: str) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(400):
            try:
                if (await client.get(url)).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
    raise AssertionError(f"no answer from {url}")


def _hurried(declared: monitoring.Monitoring) -> monitoring.Monitoring:
    """The shipped routing, with groups that wait a second at most."""
    second = units.Duration(1_000)
    routes = {
        priority: dataclasses.replace(
            route, group_wait=units.Duration(0), group_interval=second
        )
        for priority, route in declared.routing.routes.items()
    }
    table = dataclasses.replace(declared.routing, routes=routes)
    return dataclasses.replace(declared, routing=table)


def _write_build(declared: monitoring.Monitoring, site: sites.Site) -> None:
    environment = dataclasses.replace(
        declared.environments["local"],
        pagerduty_url=f"{site.url_of('pagerduty')}/v2/enqueue",
        smtp_smarthost=site.address_of("smtp"),
    )
    targets = [build.Target.ALERTMANAGER]
    built = build.build(_hurried(declared), environment, targets)
    build.write(built, site.layout.build)
    contents = {
        "pagerduty-routing-key": secrets.obtain(site.layout, own.ROUTING_KEY),
        "webhook-url": f"{site.url_of('webhook')}/webhook",
        "webhook-token": secrets.obtain(site.layout, own.WEBHOOK_TOKEN),
        "heartbeat-url": f"{site.url_of('webhook')}/heartbeat",
    }
    folder = site.layout.build / "alertmanager/secrets"
    folder.mkdir()
    for name, text in contents.items():
        (folder / name).write_text(text)


async def _start(
    component: components.Component, folder: Path
) -> asyncio.subprocess.Process:
    with (folder / f"{component.name}.log").open("wb") as log:
        return await asyncio.create_subprocess_exec(
            *component.argv,
            env={**os.environ, **component.environment},
            cwd=component.working_directory,
            stderr=log,
        )


@pytest.fixture(params=[True], ids=["right-token"])
async def line(
    request: pytest.FixtureRequest,
    skillancer: monitoring.Monitoring,
    acquired: Mapping[str, acquiring.Binary],
    tmp_path: Path,
) -> AsyncIterator[Line]:
    """Both ends, running; Alertmanager has another token when the param is False."""
    names = ("pagerduty", "webhook", "smtp", "alertmanager")
    site = sites.Site(
        layout=layout.Layout(tmp_path),
        ports=dict(zip(names, _free_ports(len(names)), strict=True)),
        binaries=acquired,
        is_root=False,
    )
    site.layout.create()
    _write_build(skillancer, site)
    if not request.param:
        sent = site.layout.build / "alertmanager/secrets/webhook-token"
        sent.write_text("another-token")
    running = [
        await _start(own.compose_receivers(site), tmp_path),
        await _start(alertmanager.compose(site), tmp_path),
    ]
    try:
        await _wait_for_answer(f"{site.url_of('webhook')}/health")
        await _wait_for_answer(f"{site.url_of('alertmanager')}/-/ready")
        yield Line(
            site.layout.inbox, site.url_of("alertmanager"), site.url_of("webhook")
        )
    finally:
        for process in reversed(running):
            if process.returncode is None:
                process.terminate()
                await asyncio.wait_for(process.wait(), 10)
    assert running[0].returncode == 0


async def test_a_page_arrives_everywhere_and_so_does_its_end(line: Line) -> None:
    await line.post()
    for channel in routing.Channel:
        [page] = await line.wait_for(1, channel)
        assert page.state is FIRING
        assert page.problems == ()
        assert ANNOTATIONS["summary"] in page.title
        assert ANNOTATIONS["description"] in page.body
        assert page.runbook_url == ANNOTATIONS["runbook_url"]
        assert page.dashboard_url == ANNOTATIONS["dashboard_url"]
        for label in ("alertname", "service", "priority"):
            assert page.labels[label] == LABELS[label]
    await line.post(ended=True)
    for channel in routing.Channel:
        first, last = await line.wait_for(2, channel)
        assert (last.state, last.problems) == (RESOLVED, ())
        assert last.dedup_key == first.dedup_key


async def test_one_alert_of_each_priority_arrives_where_it_was_promised(
    line: Line, skillancer: monitoring.Monitoring
) -> None:
    promised: dict[routing.Channel, set[str]] = {one: set() for one in routing.Channel}
    for priority, route in skillancer.routing.routes.items():
        for channel in route.channels:
            promised[channel].add(priority.value)
        alert = {"alertname": f"Drill{priority.value}", "priority": priority.value}
        await line.post(labels=LABELS | alert)
    assert promised == {
        routing.Channel.PAGERDUTY: {"P0"},
        routing.Channel.WEBHOOK: {"P0", "P1", "P2"},
        routing.Channel.EMAIL: {"P0", "P1"},
    }
    for channel, priorities in promised.items():
        await line.wait_for(len(priorities), channel)
    # P3 waits no longer than the others do; by now it would have arrived as well.
    await asyncio.sleep(2)
    for channel, priorities in promised.items():
        arrived = [one.labels["priority"] for one in line.read(channel)]
        assert sorted(arrived) == sorted(priorities)


@pytest.mark.parametrize("line", [False], indirect=True, ids=["wrong-token"])
async def test_a_wrong_token_is_refused(line: Line) -> None:
    await line.post()
    for channel in (routing.Channel.PAGERDUTY, routing.Channel.EMAIL):
        await line.wait_for(1, channel)
    refused = (
        "sightline_notifications_refused_total"
        '{channel="webhook",reason="no valid token"} 1.0'
    )
    for _ in range(100):
        if refused in await line.metrics():
            break
        await asyncio.sleep(0.05)
    assert refused in await line.metrics()
    assert line.read(routing.Channel.WEBHOOK) == []


async def test_the_watchdog_beats(line: Line) -> None:
    now = dt.datetime.now(dt.UTC).isoformat()
    labels = {"alertname": "Watchdog", "priority": "P3", "severity": "info"}
    async with httpx.AsyncClient() as client:
        await client.post(
            f"{line.alertmanager}/api/v2/alerts",
            json=[{"labels": labels, "annotations": {}, "startsAt": now}],
        )
    await _wait((line.inbox / "heartbeat.json").exists, "the heartbeat")
    assert "sightline_last_heartbeat_timestamp_seconds 1." in await line.metrics()
