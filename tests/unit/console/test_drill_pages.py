"""Every fault is listed with whom it must tell, and with what its last drill showed."""

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from sightline.app.console import projects
from sightline.app.drill import records
from sightline.console import settings
from sightline.demo import faults
from sightline.model import routing
from sightline.stack import layout

if TYPE_CHECKING:
    from unit.console import conftest

ROUTES = """
route: {receiver: page, group_wait: 5s}
receivers: [{name: page, webhook_configs: [{url: "http://x"}]}]
"""
RULE = {
    "type": "alerting",
    "name": "HighErrorRate",
    "query": "up == 0",
    "duration": 120,
    "keepFiringFor": 0,
    "labels": {"priority": "P0"},
    "annotations": {},
    "state": "inactive",
    "health": "ok",
    "alerts": [],
}


@pytest.fixture
def surroundings(surroundings: settings.Settings, tmp_path: Path) -> settings.Settings:
    """A project without drills."""
    layout.Layout.of_project(tmp_path).home.mkdir()
    return dataclasses.replace(surroundings, project=projects.Project(tmp_path))


def _load_rules(upstream: "conftest.Upstream") -> None:
    group = {"name": "g", "file": "g.yml", "interval": 15, "rules": [RULE]}
    upstream.answers["/api/v1/rules"] = httpx.Response(
        200, json={"status": "success", "data": {"groups": [group]}}
    )
    status = {
        "cluster": {"status": "ready", "peers": []},
        "versionInfo": {"version": "0.28"},
        "config": {"original": ROUTES},
        "uptime": "2026-11-24T08:00:00Z",
    }
    upstream.answers["/api/v2/status"] = httpx.Response(200, json=status)


def _row(page: str, name: str) -> list[str]:
    """Gives the words of each cell of a fault's row."""
    row = page.split(f'data-drill="{name}"')[1].split("</tr>", maxsplit=1)[0]
    cells = re.split(r"</th>|</td>", row.partition(">")[2])
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells][:-1]


def test_a_fault_has_its_alert_its_worst_case_and_its_command(
    console: "conftest.Console", upstream: "conftest.Upstream"
) -> None:
    _load_rules(upstream)
    page = console.get("/drills").text
    assert re.findall(r'data-drill="([^"]+)"', page) == list(faults.FAULTS)
    assert _row(page, "billing-errors") == [
        "billing-errors billing-svc answers every request with 500",
        "HighErrorRate billing-svc",
        # A minute between scrapes, 15 s between evaluations, 2 m, 5 s of group wait.
        "201 s P0 webhook",
        "never drilled",
        "./sightline drill billing-errors",
    ]
    assert _row(page, "market-slow")[2] == "not loaded"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({routing.Channel.WEBHOOK: 1_070.4}, "✓ passed , told after 70 s"),
        ({}, "◆ failed , nobody was told"),
    ],
)
def test_the_last_drill_says_how_soon_people_were_told(
    console: "conftest.Console",
    tmp_path: Path,
    told: dict[routing.Channel, float],
    words: str,
) -> None:
    drill = records.Drill(
        scenario="redis-down",
        alert="HighErrorRate",
        fault_at=1_000.0,
        fired_at=1_069.0,
        delivered=told,
        expected=("webhook",),
        hold_seconds=60.0,
        resolved_at=1_500.0,
        unexpected=(),
    )
    records.keep(layout.Layout.of_project(tmp_path).home, drill)
    page = console.get("/drills").text
    assert _row(page, "redis-down")[3] == f"{words} 1970-01-01 00:16 UTC"


def test_without_prometheus_the_faults_are_there_and_the_rest_is_not_known(
    console: "conftest.Console", upstream: "conftest.Upstream"
) -> None:
    upstream.answers["/api/v1/rules"] = httpx.ConnectError("refused")
    page = console.get("/drills").text
    assert "Which alerts are loaded is not known" in page
    assert len(re.findall("data-drill", page)) == len(faults.FAULTS)
