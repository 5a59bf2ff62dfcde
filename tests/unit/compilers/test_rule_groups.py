from dataclasses import replace

from sightline.compilers import prometheus
from sightline.compilers.prometheus import rule_groups
from sightline.model import names, rules, services, signals, spans, units
from support import builders

P0, P2 = signals.Priority.P0, signals.Priority.P2
SERVICE = names.LabelName("service")


def compile_rules(
    *declared: signals.Signal, services_: tuple[services.Service, ...] = ()
) -> list[rules.Rule]:
    groups = rule_groups.compile_rule_groups(
        builders.declaration(*declared, services_=services_), builders.environment()
    )
    return [rule for group in groups for rule in group.rules]


def compile_alert(
    signal: signals.Signal, *services_: services.Service
) -> rules.AlertingRule:
    alerts = [
        rule
        for rule in compile_rules(signal, services_=services_)
        if isinstance(rule, rules.AlertingRule)
    ]
    assert len(alerts) == 1
    return alerts[0]


def test_an_unrecorded_query_is_wrapped_and_compared() -> None:
    signal = builders.signal(query="a / b", levels=(builders.level(above=0.05),))
    assert compile_alert(signal).expr == "(a / b) > 0.05"


def test_a_query_over_several_lines_keeps_its_comments_harmless() -> None:
    signal = builders.signal(query="a # why\n", levels=(builders.level(above=1.0),))
    assert compile_alert(signal).expr == "(\n  a # why\n) > 1"


def test_a_recorded_series_is_read_instead_of_the_query() -> None:
    signal = builders.signal(
        query="a / b", record="x:y:z", levels=(builders.level(below=0.7),)
    )
    recording, alert = compile_rules(signal)
    assert recording == rules.RecordingRule(
        record=names.MetricName("x:y:z"), expr="a / b", labels={}
    )
    assert isinstance(alert, rules.AlertingRule)
    assert alert.expr == "x:y:z < 0.7"


def test_two_bounds_hold_together() -> None:
    level = builders.level(above=0.0, below=3.0)
    assert compile_alert(builders.signal(query="a", levels=(level,))).expr == (
        "((a) > 0) < 3"
    )


def test_a_level_without_bounds_fires_on_every_result() -> None:
    signal = builders.signal(query="absent(x)", levels=(builders.level(),))
    assert compile_alert(signal).expr == "(absent(x))"


def test_a_guard_is_matched_on_the_labels_that_both_sides_carry() -> None:
    signal = builders.signal(
        by=(SERVICE, names.LabelName("operation")),
        record="x",
        levels=(builders.level(above=1.0, guard="sum by (service) (n) >= 20"),),
    )
    assert compile_alert(signal).expr == (
        "x > 1\nand on (service) (sum by (service) (n) >= 20)"
    )


def test_a_guard_of_one_number_holds_for_every_series() -> None:
    signal = builders.signal(
        by=(SERVICE,),
        record="x",
        levels=(builders.level(above=1.0, guard="sum(n) > 5"),),
    )
    assert compile_alert(signal).expr == "x > 1\nand on () (sum(n) > 5)"


def test_a_guard_with_unknown_labels_is_matched_on_the_signals_own() -> None:
    signal = builders.signal(
        by=(SERVICE,), record="x", levels=(builders.level(above=1.0, guard="n > 5"),)
    )
    assert compile_alert(signal).expr == "x > 1\nand on (service) (n > 5)"


def test_a_query_for_each_service_gives_an_alert_that_names_each() -> None:
    signal = builders.signal(
        each=signals.Each.SERVICE,
        query='sum(up{service="$service"}) or vector(0)',
        levels=(builders.level("ServiceDown", below=1.0, priority=P0),),
    )
    compiled = compile_rules(
        signal, services_=(builders.service("a-svc"), builders.service("b-svc"))
    )
    assert [
        (rule.expr, rule.labels["service"])
        for rule in compiled
        if isinstance(rule, rules.AlertingRule)
    ] == [
        ('(sum(up{service="a-svc"}) or vector(0)) < 1', "a-svc"),
        ('(sum(up{service="b-svc"}) or vector(0)) < 1', "b-svc"),
    ]


def test_a_recorded_query_for_each_service_needs_one_alert_only() -> None:
    signal = builders.signal(
        each=signals.Each.SERVICE,
        query='sum(up{service="$service"}) or vector(0)',
        record="service:up:sum",
        levels=(builders.level("ServiceDown", below=1.0),),
    )
    first, second, alert = compile_rules(
        signal, services_=(builders.service("a-svc"), builders.service("b-svc"))
    )
    assert first.labels == {"service": "a-svc"}
    assert second.labels == {"service": "b-svc"}
    assert isinstance(alert, rules.AlertingRule)
    assert alert.expr == "service:up:sum < 1"


def test_row_27_a_query_for_each_exporter_names_its_job_and_owner() -> None:
    signal = builders.signal(
        each=signals.Each.EXPORTER,
        query='count(up{job="$exporter"}) or vector(0)',
        unit=units.Unit.COUNT,
        levels=(builders.level("ExporterMissing", below=1.0),),
    )
    node = builders.exporter("process", service="node", team="infra")
    groups = rule_groups.compile_rule_groups(
        builders.declaration(signal, exporters=(builders.exporter("redis"), node)),
        builders.environment(),
    )
    first, second = groups[0].rules
    assert isinstance(first, rules.AlertingRule)
    assert isinstance(second, rules.AlertingRule)
    assert first.expr == '(count(up{job="redis"}) or vector(0)) < 1'
    assert second.labels == {
        "priority": "P2",
        "severity": "warning",
        "service": "node",
        "team": "infra",
        "job": "process",
    }
    assert second.annotations["summary"].startswith("node (job process): ")


def test_an_exporter_of_another_environment_is_not_missed() -> None:
    signal = builders.signal(
        each=signals.Each.EXPORTER,
        query='count(up{job="$exporter"}) or vector(0)',
        levels=(builders.level("ExporterMissing", below=1.0),),
    )
    elsewhere = builders.exporter("receivers", environments=("local",))
    declared = builders.declaration(
        signal, exporters=(builders.exporter("redis"), elsewhere)
    )
    built = prometheus.compile_prometheus(declared, builders.environment())
    texts = {artifact.path.name: artifact.text for artifact in built}
    assert 'job="redis"' in texts["http.yml"]
    assert "receivers" not in texts["http.yml"] + texts["prometheus.yml"]


def test_a_threshold_per_service_is_filled_in_for_each() -> None:
    signal = builders.signal(
        each=signals.Each.SERVICE,
        query='sum(up{service="$service"}) or vector(0)',
        record="service:up:sum",
        unit=units.Unit.COUNT,
        levels=(builders.level(above=0.0, below=signals.ReplicaCount.EXPECTED),),
    )
    alert = compile_alert(signal, builders.service("a-svc", expected_replicas=2))
    assert alert.expr == '(service:up:sum{service="a-svc"} > 0) < 2'
    assert "between 0 and 2 for 5m" in alert.annotations["summary"]


def test_recording_rules_stand_before_the_rules_that_read_them() -> None:
    reader = builders.signal("reader", query="low / 2", record="high")
    source = builders.signal("source", query="raw", record="low")
    assert [
        rule.record
        for rule in compile_rules(reader, source)
        if isinstance(rule, rules.RecordingRule)
    ] == ["low", "high"]


def test_rules_that_read_one_another_keep_the_order_of_the_spec() -> None:
    one = builders.signal("one", query="b", record="a")
    two = builders.signal("two", query="a", record="b")
    assert [rule.record for rule in compile_rules(one, two)] == ["a", "b"]  # type: ignore[union-attr] # both are recording rules


def test_groups_are_named_for_the_files_that_declare_them() -> None:
    http = builders.signal("one", record="a")
    queues = replace(
        builders.signal("two", record="b"),
        span=spans.Span(file="monitoring/signals/queues.yaml"),
    )
    groups = rule_groups.compile_rule_groups(
        builders.declaration(http, queues), builders.environment()
    )
    assert [(group.name, str(group.interval)) for group in groups] == [
        ("http", "15s"),
        ("queues", "15s"),
    ]


def test_an_alert_of_one_subject_names_its_service_and_team() -> None:
    signal = builders.signal(
        service="billing-svc", levels=(builders.level(above=1.0, priority=P0),)
    )
    billing = builders.service("billing-svc", team="payments")
    assert compile_alert(signal, billing).labels == {
        "priority": "P0",
        "severity": "critical",
        "service": "billing-svc",
        "team": "payments",
    }


def test_an_alert_by_service_keeps_the_series_label_and_finds_its_team() -> None:
    signal = builders.signal(by=(SERVICE,), levels=(builders.level(above=1.0),))
    labels = compile_alert(
        signal,
        builders.service("billing-svc", team="payments"),
        builders.service("auth-svc", team="identity"),
        builders.service("ledger-svc", team="payments"),
        builders.service("api-gateway"),
    ).labels
    assert labels == {
        "priority": "P2",
        "severity": "warning",
        "team": '{{ if eq $labels.service "billing-svc" "ledger-svc" }}payments'
        '{{ else if eq $labels.service "auth-svc" }}identity'
        "{{ else }}platform{{ end }}",
    }


def test_texts_name_service_value_threshold_and_duration() -> None:
    signal = builders.signal(
        by=(SERVICE, names.LabelName("queue")),
        levels=(builders.level("Late", above=0.05, for_=builders.duration("2m")),),
    )
    annotations = compile_alert(signal).annotations
    assert annotations == {
        "summary": "{{ $labels.service }} (queue {{ $labels.queue }}): HTTP 5xx ratio "
        "{{ $value | humanizePercentage }} (above 5% for 2m)",
        "description": "HTTP 5xx ratio of {{ $labels.service }} "
        "(queue {{ $labels.queue }}): {{ $value | humanizePercentage }}. "
        "P2 is raised above 5% for 2m. Share of requests that failed. "
        "Source: requests_total of the services.",
        "runbook_url": "https://docs.example.com/runbooks/late",
        "dashboard_url": "https://grafana.example.com",
    }


def test_an_answer_of_yes_or_no_is_said_in_words() -> None:
    signal = builders.signal(
        title="Database up",
        unit=units.Unit.BOOLEAN,
        service="postgres",
        levels=(builders.level(below=1.0, for_=builders.duration("30s")),),
    )
    answer = "{{ if eq $value 0.0 }}no{{ else }}yes{{ end }}"
    annotations = compile_alert(signal).annotations
    assert annotations["summary"] == f"postgres: Database up: {answer} (for 30s)"
    assert annotations["description"].startswith(
        f"Database up of postgres: {answer}. "
        "P2 is raised when the answer is no for 30s. "
    )


def test_texts_of_the_spec_are_taken_as_they_stand() -> None:
    level = builders.level(above=1.0, summary="It burns", description="Run.")
    annotations = compile_alert(builders.signal(levels=(level,))).annotations
    assert annotations["summary"] == "It burns"
    assert annotations["description"] == "Run."


def test_the_dashboard_link_opens_the_panel_with_the_alerts_service_chosen() -> None:
    signal = builders.signal(by=(SERVICE,), levels=(builders.level(above=1.0),))
    other = builders.dashboard("executive")
    shown = builders.dashboard(
        variables=(builders.service_variable(),),
        rows=(builders.row(builders.panel(builders.query("http_error_ratio"))),),
    )
    groups = rule_groups.compile_rule_groups(
        builders.declaration(signal, dashboards_=(other, shown)),
        builders.environment(),
    )
    (alert,) = groups[0].rules
    assert isinstance(alert, rules.AlertingRule)
    assert alert.annotations["dashboard_url"] == (
        "https://grafana.example.com/d/engineering?var-service={{ $labels.service }}"
    )


def test_a_heartbeat_says_what_it_is_and_not_what_it_measures() -> None:
    level = builders.level("Watchdog", above=0.0, heartbeat=True)
    signal = builders.signal(
        query="vector(1)", title="Watchdog", service="prometheus", levels=(level,)
    )
    assert compile_alert(signal).annotations["summary"] == "prometheus: Watchdog"


def _estate(count: int) -> dict[str, tuple[rules.Rule, ...]]:
    """Gives the groups of a signal that each of many services has an alert of."""
    signal = builders.signal(
        each=signals.Each.SERVICE,
        query='up{service="$service"}',
        levels=(builders.level(below=1.0),),
    )
    made = tuple(builders.service(f"service-{number}") for number in range(count))
    groups = rule_groups.compile_rule_groups(
        builders.declaration(signal, services_=made), builders.environment()
    )
    return {group.name: group.rules for group in groups}


def test_alerts_of_single_services_stay_in_one_group_while_they_are_few() -> None:
    assert [*_estate(rule_groups.MOST_OWN_ALERTS)] == [builders.signal().group]


def test_alerts_of_very_many_services_follow_in_parts() -> None:
    few, many = (_estate(rule_groups.MOST_OWN_ALERTS + more) for more in (0, 1))
    name = builders.signal().group
    assert [*many] == [f"{name}.part-00", f"{name}.part-01"]
    spread = [rule for held in many.values() for rule in held]
    assert len(spread) == rule_groups.MOST_OWN_ALERTS + 1
    assert all(rule in spread for rule in few[name])


def test_a_new_service_moves_no_other_to_another_group() -> None:
    before, after = (_estate(count) for count in (300, 301))
    assert before.keys() == after.keys()
    assert all(rule in after[name] for name in before for rule in before[name])
    assert sum(map(len, after.values())) == 301
