"""Files are known by what they hold, and what nobody understands is listed."""

import json
import textwrap

import pytest

from sightline.formats import estates, rule_files

_RULES = """\
groups:
  - name: g
    rules:
      - alert: Down
        expr: up == 0
"""


def _indent(text: str, by: int) -> str:
    return textwrap.indent(text, " " * by)


def _read(**files: str) -> estates.Estate:
    return estates.read_texts(
        (name.replace("__", "."), text) for name, text in files.items()
    )


def _alerts(estate: estates.Estate) -> list[str]:
    return [
        f"{rule.alert} {rule.expr.span}"
        for file in estate.rule_files
        for rule in file.alerting_rules
    ]


def test_rules_are_found_wherever_they_are_held() -> None:
    rule = (
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n"
        + _indent(_RULES, 2)
    )
    config_map = "apiVersion: v1\nkind: ConfigMap\ndata:\n  alerts.yml: |\n" + _indent(
        _RULES, 4
    )
    quoted = f"apiVersion: v1\nkind: ConfigMap\ndata: {{a.yml: {json.dumps(_RULES)}}}\n"
    held = f"apiVersion: v1\nkind: List\nitems:\n- {_indent(rule, 2).lstrip()}"
    estate = _read(
        plain__yml=_RULES,
        helm__yaml=f"{rule}---\n{config_map}---\n{quoted}",
        list__yaml=held,
    )
    assert _alerts(estate) == [
        "Down plain.yml:5:15",
        "Down helm.yaml:8:17",
        "Down helm.yaml:18:19",
        "Down helm.yaml:22:85",
        "Down list.yaml:11:19",
    ]
    assert estate.found == ()
    assert estate.not_checked == ()


def test_what_is_not_understood_is_listed_with_the_reason() -> None:
    estate = _read(
        compose__yaml="services: {}\nvolumes: {}\n",
        deployment__yaml="apiVersion: apps/v1\nkind: Deployment\n",
        template__yaml="{{- if .Values.rules }}\ngroups: []\n{{- end }}\n",
        empty__yaml="# nothing\n",
    )
    assert [(one.subject, one.reason) for one in estate.not_checked] == [
        (
            "compose.yaml",
            "no check reads a document with the keys 'services', 'volumes'",
        ),
        ("deployment.yaml", "no check reads Deployment"),
        (
            "template.yaml",
            "it is a template; render it first, for example with `helm template`",
        ),
    ]
    assert estate.found == ()


def test_a_file_that_is_no_yaml_is_a_finding() -> None:
    estate = _read(rules__yml="groups:\n  - name: g\n   rules: []\n")
    assert [str(one.span) for one in estate.found] == ["rules.yml:3:4"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"panels": [], "title": }', "1:25: error: expected a JSON value, found '}'"),
        ('{"a": 1 "b": 2}', "1:9: error: expected ',', found '\"b\": 2}'"),
        ('{"a": 1, "a": 2}', "1:10: error: expected each key once, found 'a' again"),
        ("[1", "1:3: error: expected ',', found the end of the line or file"),
        ('["\\q"]', "1:2: error: expected escapes as JSON has them"),
        ("[1]]", "1:4: error: expected the end of the file, found ']'"),
        ("[" * 100, "1:65: error: expected at most 64 levels of nesting"),
    ],
)
def test_json_that_is_none_is_a_finding(text: str, message: str) -> None:
    (found,) = _read(board__json=text).found
    assert str(found).startswith(f"board.json:{message}")


def test_both_schemas_of_dashboards_are_read() -> None:
    threshold = {"mode": "absolute", "steps": [{"value": None}, {"value": 0.9}]}
    defaults = {"unit": "percentunit", "thresholds": threshold}
    classic = {
        "title": "One",
        "panels": [
            {
                "type": "row",
                "panels": [
                    {
                        "title": "Load",
                        "type": "stat",
                        "datasource": {"type": "prometheus"},
                        "targets": [{"expr": "sum(load)"}],
                        "fieldConfig": {"defaults": defaults},
                    }
                ],
            }
        ],
        "templating": {"list": [{"name": "env", "type": "query", "query": "up"}]},
    }
    query = {"group": "prometheus", "spec": {"expr": "sum(load)"}}
    panel = {
        "title": "Load",
        "data": {"spec": {"queries": [{"spec": {"query": query}}]}},
        "vizConfig": {"group": "stat", "spec": {"fieldConfig": {"defaults": defaults}}},
    }
    second = {
        "apiVersion": "dashboard.grafana.app/v2",
        "kind": "Dashboard",
        "metadata": {"name": "two"},
        "spec": {
            "title": "Two",
            "elements": {"panel-1": {"kind": "Panel", "spec": panel}},
            "layout": {},
            "variables": [
                {
                    "kind": "QueryVariable",
                    "spec": {"name": "env", "query": {"spec": {"query": "up"}}},
                }
            ],
        },
    }
    estate = _read(one__json=json.dumps(classic), two__json=json.dumps(second))
    assert [board.title for board in estate.dashboards] == ["One", "Two"]
    for board in estate.dashboards:
        (load,) = (panel for panel in board.panels if panel.kind != "row")
        assert (load.title, load.kind, str(load.unit)) == (
            "Load",
            "stat",
            "percentunit",
        )
        assert [step.content for step in load.thresholds] == [0.9]
        assert [(str(one.expr), one.source_kind) for one in load.queries] == [
            ("sum(load)", "prometheus")
        ]
        (variable,) = board.variables
        assert (variable.name, variable.kind, str(variable.query)) == (
            "env",
            "query",
            "up",
        )


def test_an_alertmanager_config_of_the_operator_is_read_like_a_file() -> None:
    text = """\
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
spec:
  route:
    receiver: pager
    groupBy: [alertname]
    groupWait: 10s
    routes:
      - receiver: quiet
        matchers: [{name: priority, value: P3, matchType: "="}]
  receivers:
    - name: pager
      pagerdutyConfigs: [{routingKey: {name: s, key: k}}]
    - name: quiet
"""
    estate = _read(config__yaml=text)
    (config,) = estate.alertmanagers
    assert config.route is not None
    assert config.route.timing.group_by == ("alertname",)
    (quiet,) = config.route.matching({"priority": "P3"})
    (pager,) = config.route.matching({"priority": "P0"})
    assert (quiet.receiver, pager.receiver) == ("quiet", "pager")
    assert str(quiet.timing.group_wait) == "10s"
    assert config.receivers["pager"].channels == {"pagerduty"}
    assert estate.found == ()


def test_expectations_of_rule_tests_are_read() -> None:
    text = """\
rule_files: [rules.yml]
tests:
  - alert_rule_test:
      - {alertname: Down, eval_time: 5m}
      - {alertname: Up, eval_time: 5m, exp_alerts: [{}]}
    promql_expr_test:
      - {expr: up, eval_time: 5m}
"""
    (tests,) = _read(t__yml=text).rule_tests
    assert [(str(e.alert), e.expects_silence) for e in tests.expectations] == [
        ("Down", True),
        ("Up", False),
    ]
    assert [str(expr) for expr in tests.expressions] == ["up"]


def test_intervals_and_labels_of_a_server_are_read() -> None:
    text = """\
global: {scrape_interval: 15s, external_labels: {env: prod}}
rule_files: ["*.yml"]
storage: {tsdb: {retention: {time: 15d}}}
scrape_configs:
  - job_name: node
    scrape_interval: 1m
    static_configs: [{targets: [a], labels: {team: t}}]
    relabel_configs: [{target_label: zone}]
"""
    (server,) = _read(prometheus__yml=text).prometheus
    (job,) = server.scrape_jobs
    assert str(server.scraping()) == "15s"
    assert str(server.scraping(job)) == "1m"
    assert str(server.evaluation) == "1m"
    assert server.retention is not None
    assert str(server.retention.content) == "15d"
    assert job.label_names == {"team", "zone"}
    assert isinstance(server.external_labels["env"].text, str)


def test_rules_of_other_engines_are_rules_too() -> None:
    text = """\
namespace: team
groups:
  - name: g
    type: prometheus
    concurrency: 2
    rules:
      - {record: "a:b", expr: up, debug: true}
"""
    estate = _read(rules__yml=text)
    assert estate.found == ()
    ((rule,),) = (group.rules for group in estate.rule_files[0].groups)
    assert isinstance(rule, rule_files.RecordingRule)


@pytest.mark.parametrize(
    "text",
    [
        # OpenTelemetry's collector, the values of a chart, Grafana's own alerting,
        # another program's groups, an authorization policy.
        "receivers: {otlp: {}}\nexporters: {}\n",
        "image: a\nroute:\n  main: {enabled: true}\n",
        "apiVersion: 1\ngroups: [{folder: a, name: b, rules: [{title: t, data: []}]}]",
        "realm: a\ngroups: [{name: admins, path: /admins}]\n",
        "groups:\n- rules: [{matches: []}]\n",
        "groups: [{name: a, jobs: [b]}]\njobs: []\n",
    ],
)
def test_what_only_shares_a_key_with_ours_is_none_of_ours(text: str) -> None:
    estate = _read(a__yaml=text)
    assert estate.found == ()
    assert len(estate.not_checked) == 1


@pytest.mark.parametrize(
    "text",
    [
        "groups:\n- {name: a, rules: [{alert: A, expr: up, for: <%= p('for') %>}]}\n",
        'groups:\n- {name: a, rules: [{alert: A, expr: "up > {{ .Values.limit }}"}]}\n',
    ],
)
def test_the_source_of_a_file_is_no_file(text: str) -> None:
    estate = _read(a__yaml=text)
    assert estate.rule_files == ()
    assert [one.reason for one in estate.not_checked] == [
        "it is a template; render it first, for example with `helm template`"
    ]


def test_a_message_may_read_the_values_of_labels() -> None:
    text = (
        "groups:\n- name: a\n  rules:\n  - alert: A\n    expr: up == 0\n"
        "    annotations: {summary: '{{ .CommonLabels.Values }}'}\n"
    )
    assert len(_read(a__yaml=text).rule_files) == 1
