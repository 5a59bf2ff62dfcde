"""Panels that are wrong in each of the ways are found, and none of the others."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sightline.clients import prometheus, servers
from sightline.formats import dashboards, estates
from sightline.review import accuracy
from sightline.review.backtest import replaying
from support import stored

pytestmark = pytest.mark.integration

BEGIN = 1_780_012_800
MINUTES = 7 * 24 * 60
END = BEGIN + 60 * MINUTES
RENAMED_AT = 3 * 24 * 60
FROZEN_AT = MINUTES - 20 * 60

PANELS = {
    "Orders": ("orders_open", "short"),
    "Stale": ("queue_depth_reported", "short"),
    "Renamed": ("payment_queue_size", "short"),
    "Never": ("never_existed", "short"),
    "Percent": ("cpu_used_percent", "percentunit"),
    "Switched off": ("maintenance_mode", "short"),
    "Errors": ("sum(rate(errors_total[5m]))", "short"),
    "Elsewhere": ('orders_open{service="$service"}', "short"),
    "Unreadable": ("rate(orders_open)", "short"),
}
"""By title: the query, and the unit."""


def _numbers() -> Mapping[str, Iterator[tuple[int, float]]]:
    def every(
        number: int, begin: int = 0, end: int = MINUTES
    ) -> Iterator[tuple[int, float]]:
        for minute in range(begin, end):
            yield BEGIN + 60 * minute, float((minute * 7 + number) % 101)

    def held(at: int) -> Iterator[tuple[int, float]]:
        for minute in range(MINUTES):
            known = min(minute, at)
            yield BEGIN + 60 * minute, float(known * 7 % 101)

    def constant(number: float) -> Iterator[tuple[int, float]]:
        for minute in range(MINUTES):
            yield BEGIN + 60 * minute, number

    return {
        'orders_open{service="shop"}': every(3),
        "queue_depth_reported": held(FROZEN_AT),
        "payment_queue_size": every(5, 0, RENAMED_AT),
        "payments_queue_size": every(5, RENAMED_AT),
        "unrelated_new_metric": every(9, RENAMED_AT),
        "cpu_used_percent": constant(63.0),
        "maintenance_mode": constant(0.0),
        "errors_total": constant(4.0),
    }


@pytest.fixture(scope="module")
def url(
    binaries: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("panels")
    with stored.prometheus_on(_numbers(), binaries, folder) as address:
        yield address


def _boards() -> tuple[dashboards.Dashboard, ...]:
    document = {
        "uid": "planted",
        "title": "Planted",
        "schemaVersion": 39,
        "templating": {
            "list": [{"name": "service", "type": "custom", "query": "shop"}]
        },
        "panels": [
            {
                "id": number,
                "title": title,
                "type": "timeseries",
                "datasource": {"type": "prometheus", "uid": "prometheus"},
                "fieldConfig": {"defaults": {"unit": unit}},
                "targets": [{"refId": "A", "expr": expr}],
            }
            for number, (title, (expr, unit)) in enumerate(PANELS.items())
        ],
    }
    return estates.read_texts([("planted.json", json.dumps(document))]).dashboards


async def test_each_panel_is_what_it_is(url: str) -> None:
    period = replaying.Period(
        start=dt.datetime.fromtimestamp(BEGIN, dt.UTC),
        end=dt.datetime.fromtimestamp(END - 60, dt.UTC),
    )
    async with servers.open_client() as client:
        server = prometheus.Prometheus(client, url)
        states = await accuracy.examine(server, _boards(), period)
    told = {one.panel: one.state for one in states}
    assert told == {
        "Orders": accuracy.State.FINE,
        "Stale": accuracy.State.FROZEN,
        "Renamed": accuracy.State.GONE,
        "Never": accuracy.State.UNKNOWN_METRIC,
        "Percent": accuracy.State.WRONG_UNIT,
        "Switched off": accuracy.State.FINE,
        "Errors": accuracy.State.FINE,
        "Elsewhere": accuracy.State.FINE,
        "Unreadable": accuracy.State.NOT_ASKED,
    }
    evidence = {one.panel: one.evidence for one in states}
    assert evidence["Stale"] == "the same numbers for 19 hours, moving before"
    assert evidence["Percent"] == ("63 shown as 6,300 %: it is a percentage already")
    assert "now perhaps payments_queue_size" in evidence["Renamed"]
