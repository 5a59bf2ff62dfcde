"""Promises that follow from the spec's numbers alone."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from sightline.model import monitoring, names, signals, units
from support import shipped

# A webhook or PagerDuty answers within a second or the time-out reports it.
DELIVERY_SECONDS = 1.0


@pytest.mark.parametrize("environment_name", ["production", "local"])
def test_row_19_the_worst_case_to_page_keeps_the_promise(
    skillancer: monitoring.Monitoring, environment_name: str
) -> None:
    environment = skillancer.environments[environment_name]
    for route in skillancer.routing.routes.values():
        if route.time_to_page is None:
            continue
        worst_seconds = (
            environment.scrape_interval.seconds
            + environment.evaluation_interval.seconds
            + route.group_wait.seconds
            + DELIVERY_SECONDS
        )
        assert worst_seconds <= route.time_to_page.seconds, route.priority


def test_row_20_a_second_page_of_a_group_waits_at_most_a_minute(
    skillancer: monitoring.Monitoring,
) -> None:
    p0 = skillancer.routing.routes[signals.Priority.P0]
    assert p0.group_interval <= units.Duration.parse("1m")


def test_row_21_an_unanswered_page_repeats_within_the_hour(
    skillancer: monitoring.Monitoring,
) -> None:
    repeats = {
        priority.value: str(route.repeat_interval)
        for priority, route in skillancer.routing.routes.items()
    }
    assert repeats == {"P0": "1h", "P1": "4h", "P2": "1d", "P3": "1d"}


def test_row_36_every_wait_is_a_multiple_of_the_evaluation_interval(
    skillancer: monitoring.Monitoring,
) -> None:
    interval = skillancer.environments["production"].evaluation_interval
    assert [
        level.alert
        for signal in skillancer.signals.values()
        for level in signal.levels
        if level.for_.milliseconds % interval.milliseconds
    ] == []


@dataclass(frozen=True)
class Change:
    """A number that changes in the spec, and the artifacts in which it is read."""

    signal: str
    old: float
    new: float
    alert: str
    words: tuple[str, str]

    def dashboards(self, declared: monitoring.Monitoring) -> set[str]:
        return {
            f"grafana/dashboards/{uid}.json"
            for uid, dashboard in declared.dashboards.items()
            for row in dashboard.rows
            for panel in row.panels
            if any(query.signal == self.signal for query in panel.queries)
        }


CHANGES = (
    Change("container_memory_ratio", 0.85, 0.9, "HighMemoryUsage", ("85%", "90%")),
    Change("http_error_ratio", 0.05, 0.04, "HighErrorRate", ("5%", "4%")),
    Change("http_latency_p95", 1.0, 1.5, "HighLatency", ("1s", "1s500ms")),
    Change("job_queue_depth", 1000.0, 1200.0, "QueueBacklog", ("1000", "1200")),
    Change("failed_logins", 50.0, 60.0, "FailedLoginsHigh", ("50/min", "60/min")),
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.alert)
def test_row_69_one_number_moves_the_alert_the_panel_and_the_page_and_no_more(
    skillancer: monitoring.Monitoring, change: Change
) -> None:
    before = shipped.build_texts(skillancer)
    changed = shipped.move_threshold(skillancer, change.signal, change.old, change.new)
    after = shipped.build_texts(changed)
    signal = skillancer.signals[names.SignalName(change.signal)]
    rules = f"prometheus/rules/{signal.group}.yml"
    page = f"runbooks/{names.kebab_case(change.alert)}.md"
    assert before.keys() == after.keys()
    differing = {path for path in before if before[path] != after[path]}
    assert differing - change.dashboards(skillancer) == {rules, page}
    assert differing & change.dashboards(skillancer)
    changes = {
        path: [
            (old.strip(), new.strip())
            for old, new in zip(
                before[path].splitlines(), after[path].splitlines(), strict=True
            )
            if old != new
        ]
        for path in differing
    }
    old_words, new_words = change.words
    ((old_fact, new_fact),) = changes.pop(page)
    assert old_fact.startswith(f"| Fires | above {old_words} for ")
    assert new_fact == old_fact.replace(old_words, new_words)
    # The condition, the summary and the description of one alert.
    (old_expr, new_expr), *texts = changes.pop(rules)
    assert new_expr == old_expr.replace(f"> {change.old:g}", f"> {change.new:g}")
    assert [line.split(":")[0] for line, _ in texts] == ["summary", "description"]
    for steps in changes.values():
        assert {
            (float(old.split()[-1]), float(new.split()[-1])) for old, new in steps
        } == {(change.old, change.new)}


@pytest.mark.parametrize(
    ("panel_title", "signal_name"),
    [
        ("Error Rate", "http_error_ratio"),
        ("Response Time (p95)", "http_latency_p95"),
        ("Memory Usage", "container_memory_ratio"),
        ("Queue Depth", "job_queue_depth"),
    ],
)
def test_row_67_72_panel_steps_equal_rule_numbers_equal_the_spec(
    skillancer: monitoring.Monitoring, panel_title: str, signal_name: str
) -> None:
    signal = skillancer.signals[names.SignalName(signal_name)]
    declared = sorted(float(one.above) for one in signal.levels)  # type: ignore[arg-type] # numbers here
    texts = shipped.build_texts(skillancer)
    dashboard = json.loads(texts["grafana/dashboards/engineering.json"])
    (panel,) = (one for one in dashboard["panels"] if one["title"] == panel_title)
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [step["value"] for step in steps[1:]] == declared
    rules = yaml.safe_load(texts[f"prometheus/rules/{signal.group}.yml"])
    numbers = [
        float(rule["expr"].splitlines()[0].removeprefix(f"{signal.record} > "))
        for rule in rules["groups"][0]["rules"]
        if "alert" in rule and rule["expr"].startswith(f"{signal.record} > ")
    ]
    assert sorted(numbers) == declared


def test_row_119_panel_and_alert_read_one_record(
    skillancer: monitoring.Monitoring,
) -> None:
    texts = shipped.build_texts(skillancer)
    record = "service:http_request_errors:ratio_rate5m"
    assert f"{record}{{service=~" in texts["grafana/dashboards/engineering.json"]
    assert f"{record} > 0.05" in texts["prometheus/rules/http.yml"]


def test_row_33_replicas_and_health_endpoints_are_watched_for_every_service(
    skillancer: monitoring.Monitoring,
) -> None:
    rules = shipped.build_texts(skillancer)["prometheus/rules/services.yml"]
    for service in skillancer.services.values():
        assert (
            f'{{service="{service.name}"}} > 0) < {service.expected_replicas}' in rules
        )
        assert f'job="service-health",service="{service.name}"' in rules


def test_the_root_of_the_project_is_never_in_an_artifact(
    skillancer: monitoring.Monitoring,
) -> None:
    root = str(Path(__file__).parents[3])
    assert not any(root in text for text in shipped.build_texts(skillancer).values())
