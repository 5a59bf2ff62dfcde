"""The promise itself: something breaks, and the page is in every inbox in time.

One stack, three faults at a time. Each alert has its own `for` plus 30 seconds.
"""

import json
from collections.abc import Mapping

import pytest

from sightline.model import notifications, routing
from support import drills, projects

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("stack")]

FIRING = notifications.NotificationState.FIRING
RESOLVED = notifications.NotificationState.RESOLVED
MARGIN_SECONDS = 30.0
ALL_CHANNELS = set(routing.Channel)
FIVE_TICKS = [
    "✅ Prometheus: healthy",
    "✅ Grafana: healthy",
    "✅ Alertmanager: healthy",
    "✅ All dashboards: loaded",
    "✅ All alerts: configured",
]


def _assert_once_each_and_filled(
    pages: Mapping[routing.Channel, list[drills.Page]], limit_seconds: float
) -> None:
    assert {
        channel: len(received) for channel, received in pages.items()
    } == dict.fromkeys(ALL_CHANNELS, 1)
    for (page,) in pages.values():
        told = page.notification
        assert page.seconds <= limit_seconds
        assert told.problems == ()
        assert told.title
        assert told.body
        assert told.runbook_url.startswith("https://docs.skillancer.com/runbooks/")
        assert "/d/" in told.dashboard_url


def test_a_clean_start_ends_with_the_guides_five_lines(
    stack: projects.Project,
) -> None:
    lines = stack.started.stdout.splitlines()[:5]
    assert [line.split(" (")[0] for line in lines] == FIVE_TICKS
    assert stack.started.returncode == 0


def test_a_canary_is_seen_at_every_receiver(stack: projects.Project) -> None:
    report = json.loads(stack.run("verify", "--canary=P0", "--format=json").stdout)
    (alertmanager,) = (one for one in report["checks"] if one["name"] == "Alertmanager")
    (canary,) = (
        one for one in alertmanager["evidence"] if one["text"].startswith("canary")
    )
    assert canary["state"] == "passed"
    assert canary["text"].startswith(
        "canary of priority P0 delivered to email, pagerduty, webhook in "
    )
    assert canary["text"].endswith(" (seen at the receivers)")


def test_faults_page_every_channel_once_and_recovery_is_told(
    stack: projects.Project,
) -> None:
    database = drills.begin(
        stack, "postgres-and-exporter-down", "DatabaseUnavailable", "postgres"
    )
    authentication = drills.begin(stack, "auth-gone", "ServiceDown", "auth-svc")
    billing = drills.begin(stack, "billing-errors", "HighErrorRate", "billing-svc")

    limit = 30.0 + MARGIN_SECONDS
    pages = drills.wait_for_pages(stack, database, FIRING, limit)
    stack.run("demo", "clear", database.fault)
    _assert_once_each_and_filled(pages, limit)

    limit = 60.0 + MARGIN_SECONDS
    pages = drills.wait_for_pages(stack, authentication, FIRING, limit)
    stack.run("demo", "clear", authentication.fault)
    _assert_once_each_and_filled(pages, limit)

    limit = 120.0 + MARGIN_SECONDS
    pages = drills.wait_for_pages(stack, billing, FIRING, limit)
    stack.run("demo", "clear", billing.fault)
    _assert_once_each_and_filled(pages, limit)

    # Alerts outlive their condition (`keep_firing_for`), and a group tells of its end
    # with its next interval of a minute.
    for incident in (database, authentication):
        ends = drills.wait_for_pages(stack, incident, RESOLVED, 240.0)
        assert {channel for channel, told in ends.items() if told} == ALL_CHANNELS

    again = drills.begin(stack, "postgres-down", "DatabaseUnavailable", "postgres")
    limit = 30.0 + MARGIN_SECONDS
    pages = drills.wait_for_pages(stack, again, FIRING, limit)
    stack.run("demo", "clear")
    _assert_once_each_and_filled(pages, limit)
