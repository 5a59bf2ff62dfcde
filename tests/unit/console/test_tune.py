"""An alert's limit is tried on history that is read once; browsers send no query."""

import asyncio
import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import httpx
import pytest

from sightline.app.console import projects
from sightline.console import metrics, settings, tune_api
from sightline.console import upstream as servers

if TYPE_CHECKING:
    from unit.console import conftest

ROOT = Path(__file__).parents[3]
DAY = 86_400
INCIDENTS = 6
LATE = 300
"""Seconds until the error ratio shows what the objective felt at once."""


def _is_wrong(before_end: float) -> bool:
    """Says whether something was wrong so long before the end: an hour of six days."""
    day, second = divmod(before_end, DAY)
    return 1 <= day <= INCIDENTS and second < 3600


def _ratio(before_end: float) -> float:
    return 0.2 if _is_wrong(before_end + LATE) else 0.001


def _burn(before_end: float) -> float | None:
    return 20.0 if _is_wrong(before_end) else None


class History:
    """A Prometheus on which billing-svc fails for an hour of six days."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._end: float | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/query_range"):
            return _succeed({"groups": []})
        form = {key: one[0] for key, one in parse_qs(request.content.decode()).items()}
        self.asked.append(form["query"])
        self._end = self._end or float(form["end"])
        return _succeed({"resultType": "matrix", "result": self._answer(form)})

    def _answer(self, form: dict[str, str]) -> list[object]:
        expr = form["query"]
        if expr.startswith("group by"):
            names = re.findall(r"[a-z_:0-9]+", expr.split("~")[1])
            return [_series({"__name__": one}, form, lambda _: 1.0) for one in names]
        number = (
            (lambda _: 1.0)
            if expr.startswith("count(")
            else (lambda at: _burn(self._before(at)))
            if "14.4" in expr
            else (lambda at: _ratio(self._before(at)))
        )
        return [_series({"service": "billing-svc"}, form, number)]

    def _before(self, at: float) -> float:
        # The grid of the rule ends up to an evaluation before the period does.
        return (self._end or 0.0) // DAY * DAY + DAY - at


def _series(
    labels: dict[str, str],
    form: dict[str, str],
    number: Callable[[float], float | None],
) -> dict[str, object]:
    start, end, step = (float(form[one]) for one in ("start", "end", "step"))
    times = [start + step * one for one in range(int((end - start) / step + 1e-6) + 1)]
    points = [(at, number(at)) for at in times]
    return {
        "metric": labels,
        "values": [[at, str(one)] for at, one in points if one is not None],
    }


def _succeed(data: object) -> httpx.Response:
    return httpx.Response(200, json={"status": "success", "data": data})


@pytest.fixture
def upstream() -> History:
    """The far side of the console."""
    return History()


@pytest.fixture
def surroundings(surroundings: settings.Settings) -> settings.Settings:
    """A console on the shipped spec."""
    return dataclasses.replace(
        surroundings, project=projects.Project(ROOT, "production")
    )


def _read(answer: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.text.splitlines()]


def test_alerts_with_one_limit_can_be_tuned(console: "conftest.Console") -> None:
    answer = console.get("/api/tune").json()
    names = [one["name"] for one in answer["alerts"]]
    assert answer["days"] == [7, 30, 60, 90]
    assert {"HighErrorRate", "HighLatency", "DiskFilling"} <= set(names)
    # One limit for each of several services; no number at all; must always fire.
    assert not {"ServiceReplicasLow", "ServiceUnhealthy", "Watchdog"} & set(names)


def test_a_study_says_what_every_setting_would_have_found(
    console: "conftest.Console", upstream: History
) -> None:
    *said, last = _read(console.get("/api/tune/HighErrorRate?days=7"))
    assert [one["progress"]["step"] for one in said] == [0, 1, 2, 3, 4]
    study = last["study"]
    assert study["incident_count"] == len(study["incidents"]) == INCIDENTS
    limit, hold = study["present"]
    assert (study["limit_words"][limit], study["holds"][hold]) == ("5%", 120.0)
    now = study["outcomes"][limit][hold]
    assert (now["episodes"], now["right"], now["found"]) == (INCIDENTS,) * 3
    assert now["caught"] == "1" * INCIDENTS
    assert now["delay"] == pytest.approx(LATE + 120.0, abs=60.0)
    # An hour is over before it has lasted for an hour.
    longest = study["outcomes"][limit][-1]
    assert (study["holds"][-1], longest["found"], longest["caught"]) == (
        3600.0,
        0,
        "0" * INCIDENTS,
    )
    assert max(one for one in study["curve"] if one is not None) == 0.2
    # Seven days of every fifteen seconds, instead of a rule's own three or so.
    assert study["step"] >= study["interval"]
    asked = len(upstream.asked)
    again = _read(console.get("/api/tune/HighErrorRate?days=7"))
    assert again == [last]
    assert len(upstream.asked) == asked


def test_a_setting_is_a_diff_of_the_spec(console: "conftest.Console") -> None:
    answer = console.get("/api/tune/HighErrorRate/change?limit=0.1&for=300").json()
    changed = re.findall(r"^[-+] +(.*)$", answer["diff"], re.MULTILINE)
    rest = "priority: P0, keep_firing_for: 2m}"
    assert changed == [
        f"- {{alert: HighErrorRate, above: 5%, for: 2m, {rest}",
        f"- {{alert: HighErrorRate, above: 10%, for: 5m, {rest}",
    ]
    same = console.get("/api/tune/HighErrorRate/change?limit=0.05&for=120").json()
    assert same == {"diff": ""}
    unknown = console.get("/api/tune/up/change?limit=1&for=1")
    assert unknown.status_code == 422
    assert unknown.json()["error"] == "the spec has no alert 'up' with one limit"


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("up?days=7", 200, "the spec has no alert 'up' with one limit"),
        ("HighErrorRate?days=8", 422, "expected days of (7, 30, 60, 90), found '8'"),
        (
            "HighErrorRate/change?limit=nan&for=1",
            422,
            "expected a number for 'limit', found 'nan'",
        ),
    ],
)
def test_what_cannot_be_tuned_is_said(
    console: "conftest.Console", path: str, status: int, reason: str
) -> None:
    answer = console.get(f"/api/tune/{path}")
    assert answer.status_code == status
    assert _read(answer)[-1]["error"] == reason


def test_a_study_that_nobody_waits_for_asks_no_more(
    surroundings: settings.Settings, upstream: History
) -> None:
    async def leave() -> bool:
        far = servers.Upstream(
            surroundings, metrics.Metrics(), httpx.MockTransport(upstream)
        )
        questions = tune_api.TuneApi(surroundings, far)
        lines = questions._tell("HighErrorRate", 7)
        while b"looking for what was recorded" not in await anext(lines):
            pass
        await lines.aclose()
        return questions._turn.locked()

    assert asyncio.run(leave()) is False
    assert upstream.asked == []
