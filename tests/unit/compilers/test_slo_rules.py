"""The shape of an objective's rules; what they do is judged by promtool."""

import re
from decimal import Decimal

import promql_parser
import pytest

from sightline.compilers import slo
from sightline.compilers.slo import events
from sightline.model import rules, signals, slos
from support import builders, objectives


def groups(
    *declared: slos.Objective, aliases: tuple[slos.Alias, ...] = ()
) -> dict[str, rules.RuleGroup]:
    found = slo.compile_slo_groups(
        objectives.declaration(*declared, aliases=aliases), builders.environment()
    )
    return {group.name: group for group in found}


def records(group: rules.RuleGroup) -> list[str]:
    return [
        rule.record for rule in group.rules if isinstance(rule, rules.RecordingRule)
    ]


def alerts(group: rules.RuleGroup) -> list[rules.AlertingRule]:
    return [rule for rule in group.rules if isinstance(rule, rules.AlertingRule)]


def test_an_objective_counts_and_alerts_with_fourteen_rules() -> None:
    group = groups(objectives.objective())["slo-x"]
    assert records(group) == [
        "slo:sli_total:rate5m",
        "slo:sli_bad:rate5m",
        "slo:sli_error:ratio5m",
        "slo:sli_error:ratio30m",
        "slo:sli_error:ratio1h",
        "slo:sli_error:ratio2h",
        "slo:sli_error:ratio6h",
        "slo:sli_error:ratio1d",
        "slo:sli_error:ratio3d",
    ]
    assert [(rule.alert, rule.labels.get("burn_tier")) for rule in alerts(group)] == [
        ("ErrorBudgetBurn", "1h"),
        ("ErrorBudgetBurn", "6h"),
        ("ErrorBudgetBurn", "1d"),
        ("ErrorBudgetBurn", "3d"),
        ("SLIStalled", None),
    ]


def test_recorded_series_carry_identity_labels_only() -> None:
    found = groups(objectives.objective())
    recorded = [
        rule
        for group in found.values()
        for rule in group.rules
        if isinstance(rule, rules.RecordingRule)
    ]
    assert {
        frozenset(rule.labels)
        for rule in recorded
        if rule.record.startswith("slo:") and rule.labels and "tz" not in rule.labels
    } == {frozenset({"slo", "service"})}


def test_what_may_change_is_on_the_info_series() -> None:
    group = groups(objectives.objective())["slo-x-period"]
    info = next(
        rule
        for rule in group.rules
        if isinstance(rule, rules.RecordingRule) and rule.record == "sightline_slo_info"
    )
    assert info.labels == {
        "slo": "x",
        "service": "api",
        "team": "platform",
        "title": "Requests that the API answers",
        "target": "99.9%",
        "period": "30d",
        "tz": "UTC",
        "alerted": "yes",
    }


def test_row_91_no_p50_alert_is_generated() -> None:
    found = groups(
        objectives.objective(target=slos.Target.parse("50%"), reported_only=True)
    )
    assert [alert for group in found.values() for alert in alerts(group)] == []


def test_row_83_every_objective_has_its_own_record_pair() -> None:
    found = groups(objectives.objective("a"), objectives.objective("b"))
    pairs = {
        rule.labels["slo"]
        for group in found.values()
        for rule in group.rules
        if isinstance(rule, rules.RecordingRule)
        and rule.record == "slo:sli_total:rate5m"
    }
    assert pairs == {"a", "b"}


def test_row_86_an_alias_adds_no_rules() -> None:
    objective = objectives.objective()
    alias = slos.Alias(
        name=objective.name, title="The same", of=objective.name, span=builders.SPAN
    )
    assert groups(objective, aliases=(alias,)) == groups(objective)


def test_row_100_raw_series_are_read_over_five_minutes_only() -> None:
    found = groups(objectives.objective(counts_births=True))
    expressions = [rule.expr for group in found.values() for rule in group.rules]
    raw = re.compile(r"http_requests_total\{[^}]*\}(?:\[(\w+)\])?")
    windows = {window for expr in expressions for window in raw.findall(expr)}
    assert windows == {"", "5m"}


def test_every_rule_is_promql() -> None:
    found = groups(
        objectives.objective(counts_births=True),
        objectives.objective("latency", sli=objectives.latency("0.2", 'a="b"')),
        objectives.objective("good", sli=objectives.good_total("good", "total")),
        objectives.objective("zone", zone="Europe/Berlin"),
    )
    for group in found.values():
        for rule in group.rules:
            promql_parser.parse(rule.expr)


def test_compiling_twice_gives_the_same() -> None:
    one = objectives.objective(zone="Europe/Berlin")
    assert groups(one) == groups(one)


def test_row_93_latency_has_no_zero_for_a_missing_bucket() -> None:
    group = groups(objectives.objective(sli=objectives.latency("0.2")))["slo-x"]
    bad = next(rule for rule in group.rules if "_bucket" in rule.expr)
    assert bad.expr == (
        "sum(rate(http_request_duration_seconds_count[5m]))\n"
        '- sum(rate(http_request_duration_seconds_bucket{le="0.2"}[5m]))'
    )


@pytest.mark.parametrize(
    ("threshold", "matcher"),
    [
        ("0.2", 'le="0.2"'),
        ("0.30", 'le="0.3"'),
        ("1", 'le=~"1|1[.]0"'),
        ("10.0", 'le=~"10|10[.]0"'),
    ],
)
def test_row_94_whole_bounds_match_both_spellings(threshold: str, matcher: str) -> None:
    assert events.render_bound(Decimal(threshold)) == matcher


def test_the_fastest_tier_mutes_the_slower_ones_of_its_objective() -> None:
    declared = objectives.declaration(objectives.objective())
    assert [
        (rule.source_matchers[1], rule.target_matchers[1], rule.equal)
        for rule in slo.inhibitions(declared)
    ] == [
        ('burn_tier="1h"', 'burn_tier=~"6h|1d|3d"', ("slo",)),
        ('burn_tier="6h"', 'burn_tier=~"1d|3d"', ("slo",)),
        ('burn_tier="1d"', 'burn_tier=~"3d"', ("slo",)),
    ]


def test_no_inhibition_hides_a_more_urgent_alert() -> None:
    urgency = [tier.priority.value for tier in slos.BURN_TIERS]
    assert urgency == sorted(urgency)


def test_without_objectives_there_are_no_rules() -> None:
    assert groups() == {}
    assert slo.inhibitions(objectives.declaration()) == ()


def test_every_alert_has_its_labels_and_annotations() -> None:
    found = groups(objectives.objective(highest_priority=signals.Priority.P1))
    for group in found.values():
        for alert in alerts(group):
            assert {"priority", "severity", "service", "team", "slo"} <= set(
                alert.labels
            )
            assert set(alert.annotations) == {
                "summary",
                "description",
                "runbook_url",
                "dashboard_url",
            }
            assert all(alert.annotations.values())


def test_a_burn_says_how_fast_what_is_allowed_and_what_is_left() -> None:
    group = groups(objectives.objective())["slo-x"]
    words = alerts(group)[0].annotations
    assert words["summary"] == (
        "api: Requests that the API answers: the error budget burns "
        "{{ $value | humanize }} times too fast (above 14.4 over 1h and 5m)"
    )
    assert words["description"] == (
        "Requests that the API answers allows 0.1% of the events to be bad. Over the "
        "last 1h they were, {{ $value | humanize }} times as often. A burn of 14.4 "
        "spends the whole budget of 30d in 2d2h. "
        '{{ with query "slo:error_budget_remaining:ratio{slo=\\"x\\"}" }}'
        "{{ . | first | value | humanizePercentage }} of the budget is left. {{ end }}"
        "Measured at: the service itself."
    )
