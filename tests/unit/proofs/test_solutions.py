"""Inputs are found from an expression alone, and reasons where there are none."""

import pytest

from sightline.formats import estates
from sightline.proofs import rulebook, slices, solutions

RULE = """
groups:
  - name: one
    rules:
      - alert: One
        for: 5m
        expr: |
          {expr}
"""


def solve(
    expr: str, like: solutions.Solution | None = None
) -> solutions.Solution | solutions.Unsolved:
    text = RULE.format(expr=expr.replace("\n", "\n          "))
    estate = estates.read_texts([("one.yml", text)])
    book = rulebook.read_rulebook(estate.rule_files)
    (alert,) = book.alerts
    assert alert.tree is not None, alert.refusal
    piece = slices.open_slice(alert, alert.tree, book)
    return solutions.solve(piece, like=like)


@pytest.mark.parametrize(
    "expr",
    [
        "up == 0",
        "absent(up{job='api'})",
        "job_queue_depth > 1000",
        "rate(errors_total[5m]) / rate(requests_total[5m]) > 0.05",
        "100 - avg by (instance) (rate(cpu_seconds_total{mode='idle'}[5m])) * 100 > 80",
        "histogram_quantile(0.99, sum by (le) (rate(d_seconds_bucket[5m]))) > 2",
        "predict_linear(node_filesystem_avail_bytes[6h], 86400) < 0",
        "changes(process_start_time_seconds[15m]) > 2",
        "time() - backup_timestamp_seconds > 86400",
        "count(up{job='api'} == 1) < 3",
        "a{x='1'} unless on (pod) b",
        "sum(rate(r_total[5m])) < 0.2 * sum(rate(r_total[5m] offset 1d))",
        "delta(temperature_celsius[1h]) > 5",
        "kube_replicas_available < on (pod) group_left (node) kube_replicas_wanted",
        "label_replace(x, 'host', '$1', 'instance', '(.*):.*') > 3",
        "(a > 1 and b < 2) or c != 0",
        "max_over_time(rate(x_total[1m])[10m:1m]) > 4",
        "clamp_max(x, 5) >= 5",
    ],
)
def test_an_input_is_found_that_fires_and_one_that_does_not(expr: str) -> None:
    found = solve(expr)

    assert isinstance(found, solutions.Solution), found
    assert found.calm is not None


def test_sides_that_never_have_equal_labels_are_named() -> None:
    found = solve('pg_stat_activity_count{datname="x"} / pg_settings{name="y"} > 0.8')

    assert found == solutions.Unsolved(
        "never fires: the two sides of `/` never have equal labels: the left side has "
        "{datname}, the right side {name}",
        is_impossible=True,
    )


def test_a_comparison_beyond_the_range_of_a_flag_is_named() -> None:
    assert solve("up > 1") == solutions.Unsolved(
        "never fires: no input makes `up > 1` true", is_impossible=True
    )


def test_what_has_no_estimate_is_said_and_not_guessed() -> None:
    assert solve("histogram_fraction(0, 1, x) > 0.5") == solutions.Unsolved(
        "no estimate of the function histogram_fraction()", is_impossible=False
    )


def test_an_alert_that_nothing_silences_has_no_calm_input() -> None:
    found = solve("vector(1) > 0")

    assert isinstance(found, solutions.Solution)
    assert found.calm is None


def test_the_boundary_stands_exactly_at_the_threshold_where_a_float_can() -> None:
    found = solve("job_queue_depth > 1000")

    assert isinstance(found, solutions.Solution)
    (turn,) = found.turns
    assert turn.exact is not None
    numbers = [
        situation.phases.states[-1][0].amount  # type: ignore[union-attr]  # a gauge has levels
        for situation in (turn.silent, turn.exact, turn.firing)
    ]
    assert numbers == [999.0, 1000.0, 1001.0]


RATIO = 'rate(errors_total{{job="{0}"}}[5m]) / rate(requests_total{{job="{0}"}}[5m])'


@pytest.mark.parametrize(
    ("other", "is_taken"),
    [
        (RATIO.format("b") + " > 0.05", True),
        (RATIO.format("b") + " > 0.5", False),
        (RATIO.format("b") + " < 0.05", False),
        ('rate(errors_total{job="b"}[5m]) > 0.05', False),
        (RATIO.replace("5m", "1h").format("b") + " > 0.05", False),
    ],
)
def test_inputs_of_an_alert_are_taken_over_by_one_that_differs_in_names_alone(
    other: str, *, is_taken: bool
) -> None:
    first = solve(RATIO.format("a") + " > 0.05")
    assert isinstance(first, solutions.Solution)

    alone, after = solve(other), solve(other, like=first)

    assert isinstance(alone, solutions.Solution)
    assert isinstance(after, solutions.Solution)
    assert (after.firing is first.firing) is is_taken
    assert _inputs(after) == _inputs(alone)


def _inputs(found: solutions.Solution) -> object:
    moments = [(one.silent, one.exact, one.firing) for one in found.turns]
    return found.calm, found.firing, found.begins, found.held, moments
