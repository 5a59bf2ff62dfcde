"""A drill is told as it went: who was told when, who was not, and what else fired."""

import dataclasses
import json
from pathlib import Path

from sightline.app.drill import records
from sightline.model import routing

WHOLE = records.Drill(
    scenario="billing-errors",
    alert="HighErrorRate",
    fault_at=1_000.0,
    fired_at=1_130.0,
    delivered={
        routing.Channel.PAGERDUTY: 1_131.0,
        routing.Channel.WEBHOOK: 1_131.5,
        routing.Channel.EMAIL: 1_132.0,
    },
    expected=("pagerduty", "webhook", "email"),
    hold_seconds=120.0,
    resolved_at=1_500.0,
    unexpected=(),
)
HALF = dataclasses.replace(
    WHOLE,
    delivered={routing.Channel.WEBHOOK: 1_131.5},
    resolved_at=None,
    unexpected=("TrafficLost",),
)


def test_the_contract_of_the_command_is_kept() -> None:
    (run,) = json.loads(records.render_json([WHOLE]))["runs"]
    assert list(run)[:7] == [
        "scenario",
        "alert",
        "fault_at",
        "fired_at",
        "delivered",
        "resolved_at",
        "unexpected",
    ]
    assert run["delivered"] == {
        "pagerduty": 1_131.0,
        "webhook": 1_131.5,
        "email": 1_132.0,
    }


def test_a_drill_passes_when_everybody_was_told_of_begin_and_end() -> None:
    assert not records.has_failed([WHOLE])
    assert records.has_failed([WHOLE, HALF])


def test_the_text_names_who_was_not_told() -> None:
    assert records.render_text([WHOLE, HALF]).splitlines() == [
        (
            "✅ billing-errors              HighErrorRate          fired 130.0 s   "
            "told 132.0 s (for 2m)   resolved 500.0 s"
        ),
        (
            "❌ billing-errors              HighErrorRate          fired 130.0 s   "
            "told 131.5 s (for 2m)   resolved   never"
        ),
        "    not told: email, pagerduty",
        "    also fired: TrafficLost",
    ]


def test_an_alert_that_is_promised_to_nobody_passes_untold() -> None:
    quiet = dataclasses.replace(WHOLE, delivered={}, expected=(), resolved_at=None)
    assert not records.has_failed([quiet])


def test_the_last_drill_of_each_scenario_is_read_as_it_was_kept(tmp_path: Path) -> None:
    assert records.load_last(tmp_path) == {}
    for drill in (HALF, WHOLE, dataclasses.replace(HALF, scenario="redis-down")):
        records.keep(tmp_path, drill)
    with (tmp_path / "drills.jsonl").open("a") as file:
        file.write('{"scenario": "redis-down", "ale')
    assert records.load_last(tmp_path) == {
        "billing-errors": WHOLE,
        "redis-down": dataclasses.replace(HALF, scenario="redis-down"),
    }
