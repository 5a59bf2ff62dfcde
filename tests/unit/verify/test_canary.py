"""A canary is sent, waited for and ended; who did not hear of it is named."""

import pytest

from sightline.clients import alertmanager, expositions, fakes
from sightline.verify import canary, checks

NOW = 1_800_000_000.0


class Clock:
    """A clock that goes on by as much as is waited; something happens meanwhile."""

    def __init__(self, page: fakes.FakeExposition, *later: str) -> None:
        self.now = NOW
        self._page = page
        self._later = list(later)

    def read(self) -> float:
        return self.now

    async def wait(self, seconds: float) -> None:
        self.now += seconds
        if self._later:
            self._page.text = self._later.pop(0)


def counted(pagerduty: int, webhook: int, failed: int = 0) -> str:
    sent = "alertmanager_notifications_total"
    lost = "alertmanager_notifications_failed_total"
    return (
        f'{sent}{{integration="pagerduty",receiver="p0"}} {pagerduty}\n'
        f'{sent}{{integration="webhook",receiver="p0"}} {webhook}\n'
        f'{lost}{{integration="webhook",reason="clientError"}} {failed}\n'
    )


async def release(
    *pages: str, is_stopped: bool = False
) -> tuple[checks.Evidence, fakes.FakeAlertmanager]:
    server = fakes.FakeAlertmanager()
    page = fakes.FakeExposition("http://counts", pages[0])
    clock = Clock(page, *pages[1:])
    running = (page,) if is_stopped else (page, server)
    async with fakes.open_client(*running) as client:
        evidence = await canary.release(
            alertmanager.AlertmanagerWriter(client, server.url),
            canary.Counters(expositions.Exposition(client, page.url, "Alertmanager")),
            canary.Canary(
                priority="P0",
                channels=frozenset({"pagerduty", "webhook"}),
                within_seconds=5.0,
            ),
            clock=clock.read,
            pause=clock.wait,
        )
    return evidence, server


async def test_row_138_a_canary_that_every_channel_took_is_delivered_and_ended() -> (
    None
):
    evidence, server = await release(counted(4, 7), counted(4, 8), counted(5, 8))
    assert evidence == checks.passed(
        "canary of priority P0 delivered to pagerduty, webhook in 1 s (Alertmanager"
        " counted them as sent and taken; that they are the canary's cannot be seen"
        " from here)"
    )
    (path, sent), (_, ended) = server.received
    assert path == "/api/v2/alerts"
    canary_itself = {
        "labels": {
            "alertname": "SightlineCanary",
            "priority": "P0",
            "severity": "info",
            "service": "sightline-canary-p0-1800000000",
        },
        "annotations": {
            "summary": "A test of the way to you: nothing is wrong.",
            "description": "Sent by `sightline verify --canary`; it ends by itself.",
        },
        "startsAt": "2027-01-15T08:00:00+00:00",
    }
    assert sent == [{**canary_itself, "endsAt": "2027-01-15T08:10:00+00:00"}]
    assert ended == [{**canary_itself, "endsAt": "2027-01-15T08:00:01+00:00"}]


@pytest.mark.parametrize(
    ("later", "missing"),
    [
        (counted(4, 7), "pagerduty, webhook"),
        (counted(5, 8, failed=1), "webhook"),
    ],
)
async def test_a_channel_that_took_nothing_is_named(later: str, missing: str) -> None:
    evidence, server = await release(counted(4, 7), later)
    assert evidence == checks.failed(
        f"the canary of priority P0 did not reach {missing} within 5 s"
    )
    assert len(server.received) == 2  # it was ended nevertheless


async def test_an_alertmanager_that_is_away_loses_the_canary() -> None:
    evidence, _ = await release(counted(4, 7), is_stopped=True)
    assert evidence == checks.failed(
        "the canary was lost: asked Alertmanager at http://alertmanager for the"
        " acceptance of alerts: nothing answers there; is it running?"
    )
