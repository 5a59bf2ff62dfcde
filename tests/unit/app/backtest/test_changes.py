"""A recommended setting is a diff of the very lines that declare the rule."""

from collections.abc import Mapping

import pytest

from sightline.app.backtest import changes, inputs
from sightline.formats import texts
from sightline.model import findings, names, units
from sightline.promql import parsing
from sightline.review.backtest import replaying, states, sweeping
from support import builders

SPEC = """\
signals:
  errors:
    unit: ratio
    levels:
      # One in a hundred is what users accept.
      - {alert: Elevated, above: 1%, for: 5m, priority: P2}
      - {alert: Elevated, above: 5%, priority: P0}
  memory:
    levels:
      - alert: Full
        below: "2GiB"
        priority: P1
"""

RULES = """\
groups:
  - name: own
    rules:
      - alert: Long
        expr: |
          # the whole queue
          queue:depth:max
            > 50  # jobs
        for: 5m
      - alert: Long
        expr: queue:depth:max > 90
"""


def _alert(name: str, expr: str, hold: float) -> replaying.Alert:
    return replaying.Alert(
        name=name,
        expression=parsing.parse(expr),
        labels={},
        timing=states.Timing(hold=hold),
        interval=30.0,
    )


def _setting(limit: float, hold: float) -> sweeping.Setting:
    return sweeping.Setting(limit=limit, hold=hold)


def _propose(
    alert: replaying.Alert, setting: sweeping.Setting, given: inputs.Inputs
) -> list[str]:
    change = changes.propose(
        {builders.SPAN.file: SPEC}.__getitem__, given, alert, setting
    )
    assert isinstance(change, str)
    return change.splitlines()


def _given(**more: object) -> inputs.Inputs:
    fields: Mapping[str, object] = {"url": "", "alerts": (), "recordings": {}}
    return inputs.Inputs(**{**fields, "not_checked": (), **more})  # type: ignore[arg-type]  # a test's shorthand


@pytest.fixture
def declared() -> inputs.Inputs:
    errors = builders.signal(
        "errors",
        unit=units.Unit.RATIO,
        levels=(
            builders.level("Elevated", above=0.01),
            builders.level("Elevated", above=0.05),
        ),
    )
    memory = builders.signal(
        "memory",
        unit=units.Unit.BYTES,
        levels=(builders.level("Full", below=float(2 << 30)),),
    )
    return _given(declared=builders.declaration(errors, memory))


@pytest.fixture
def own() -> inputs.Inputs:
    return _given(sources=(texts.Source("rules.yml", RULES),))


def test_a_level_keeps_its_comment_and_the_units_of_people(
    declared: inputs.Inputs,
) -> None:
    alert = _alert("Elevated", "x > 0.01 and y", 300)
    assert _propose(alert, _setting(0.025, 600), declared) == [
        "--- a/monitoring/signals/http.yaml",
        "+++ b/monitoring/signals/http.yaml",
        "@@ -5,3 +5,3 @@",
        "       # One in a hundred is what users accept.",
        "-      - {alert: Elevated, above: 1%, for: 5m, priority: P2}",
        "+      - {alert: Elevated, above: 2.5%, for: 10m, priority: P2}",
        "       - {alert: Elevated, above: 5%, priority: P0}",
    ]


def test_of_two_levels_of_one_alert_the_right_one_is_changed(
    declared: inputs.Inputs,
) -> None:
    alert = _alert("Elevated", "x > 0.05", 0)
    assert _propose(alert, _setting(0.05, 120), declared)[-4:-1] == [
        "       - {alert: Elevated, above: 1%, for: 5m, priority: P2}",
        "-      - {alert: Elevated, above: 5%, priority: P0}",
        "+      - {alert: Elevated, for: 2m, above: 5%, priority: P0}",
    ]


def test_a_duration_that_is_not_there_gets_a_line(declared: inputs.Inputs) -> None:
    alert = _alert("Full", f"x < {2 << 30}", 0)
    assert _propose(alert, _setting(float(3 << 30), 60), declared)[3:] == [
        "       - alert: Full",
        '-        below: "2GiB"',
        "+        for: 1m",
        '+        below: "3GiB"',
        "         priority: P1",
    ]


def test_a_rule_file_is_changed_inside_its_expression(own: inputs.Inputs) -> None:
    alert = _alert("Long", "queue:depth:max > 50", 300)
    assert _propose(alert, _setting(60.5, 300), own) == [
        "--- a/rules.yml",
        "+++ b/rules.yml",
        "@@ -7,3 +7,3 @@",
        "           queue:depth:max",
        "-            > 50  # jobs",
        "+            > 60.5  # jobs",
        "         for: 5m",
    ]


def test_the_setting_that_is_there_already_changes_nothing(own: inputs.Inputs) -> None:
    alert = _alert("Long", "queue:depth:max > 90", 0)
    assert _propose(alert, _setting(90, 0), own) == []


@pytest.mark.parametrize(
    ("name", "expr"),
    [("Long", "queue:depth:max > 70"), ("Short", "queue:depth:max > 50")],
)
def test_what_no_file_declares_has_no_diff(
    name: str, expr: str, own: inputs.Inputs
) -> None:
    found = changes.propose("".format, own, _alert(name, expr, 0), _setting(1, 0))
    assert found == findings.NotChecked(
        subject=name, reason="no single level or rule declares its limit"
    )


def test_a_spec_without_the_level_has_no_diff(declared: inputs.Inputs) -> None:
    alert = _alert(names.AlertName("Burn"), "x > 14.4", 0)
    found = changes.propose("".format, declared, alert, _setting(1, 0))
    assert isinstance(found, findings.NotChecked)
