"""Rules are read with the place of every field, and of every character of `expr`."""

import textwrap

import pytest

from sightline.formats import composing, nodes, reporting, rule_files, texts
from sightline.model import units

_SPELLINGS = {
    "plain": "expr: sum(rate(x[5m])) > 5",
    "single quotes": "expr: 'sum(rate(x{a=''b''}[5m])) > 5'",
    "double quotes": r'expr: "sum(rate(x{a=\"b\"}[5m])) > 5"',
    "literal": "expr: |\n  sum(\n    rate(x[5m])\n  ) > 5",
    "stripped literal": "expr: |-\n\n  sum(\n\n    rate(x[5m])\n  ) > 5",
    "folded": "expr: >-\n  sum(\n  rate(x[5m])\n\n  )\n    > 5",
    "over lines": "expr: sum(\n  rate(x[5m])\n  ) > 5",
    "quoted over lines": 'expr: "sum(\n\n  rate(x[5m])\\\n  ) > 5"',
}


def _read(text: str) -> tuple[rule_files.RuleFile, tuple[str, ...]]:
    reporter = reporting.Reporter("rules")
    source = texts.Source("rules.yml", text)
    node = composing.compose(source, reporter)
    assert node is not None
    read = rule_files.read(node, source, reporter)
    return read, tuple(str(finding) for finding in reporter.findings)


@pytest.mark.parametrize("spelling", _SPELLINGS)
def test_a_piece_of_an_expression_leads_to_where_it_is_written(spelling: str) -> None:
    rule = "alert: A\n" + _SPELLINGS[spelling]
    text = "groups:\n- name: g\n  rules:\n  -\n" + textwrap.indent(rule, " " * 6)
    expr = _read(text)[0].rules[0].expr
    lines = text.splitlines()
    for piece in ("rate", "x", "5m", "> 5"):
        start = expr.text.index(piece)
        span = expr.place(start, start + len(piece))
        assert span.end_line == span.line
        written = lines[span.line - 1][span.column - 1 : (span.end_column or 0) - 1]
        assert written == piece


def test_every_field_is_read() -> None:
    text = textwrap.dedent("""\
        groups:
          - name: web
            interval: 15s
            labels: {team: web}
            rules:
              - record: job:up:sum
                expr: sum by (job) (up)
              - alert: Down
                expr: up == 0
                for: 5m
                keep_firing_for: 2m
                labels: {priority: P0}
                annotations:
                  summary: down
        """)
    read, found = _read(text)
    assert found == ()
    (group,) = read.groups
    record, alert = group.rules
    assert isinstance(record, rule_files.RecordingRule)
    assert isinstance(alert, rule_files.AlertingRule)
    assert (str(group.name), str(group.labels["team"])) == ("web", "web")
    assert group.interval is not None
    assert group.interval.content == units.Duration.parse("15s")
    assert str(record.record.span) == "rules.yml:6:17"
    assert str(alert.expr.span) == "rules.yml:9:15"
    assert alert.for_ is not None
    assert str(alert.for_.span) == "rules.yml:10:14"
    assert alert.keep_firing_for is not None
    assert alert.keep_firing_for.content == units.Duration.parse("2m")
    assert str(alert.annotations["summary"].span) == "rules.yml:14:20"


def test_a_rule_that_is_none_is_reported_and_the_others_are_read() -> None:
    text = textwrap.dedent("""\
        groups:
          - name: g
            rules:
              - alert: A
                for: soon
                expr: up
              - alert: B
              - {alert: C, expr: up, annotation: {}}
        """)
    read, found = _read(text)
    assert [str(rule.alert) for rule in read.alerting_rules] == ["A", "C"]
    assert found == (
        (
            "rules.yml:5:14: error: expected a duration such as '5m' as 'for', "
            "found 'soon' [rules/type]"
        ),
        (
            "rules.yml:7:9: error: expected 'expr' in a rule, found none "
            "[rules/missing]"
            "\n    add `expr:`"
        ),
        (
            "rules.yml:8:30: error: expected a key of a rule, found 'annotation' "
            "[rules/unknown]\n    did you mean 'annotations'?"
        ),
    )


def test_a_file_inside_a_file_leads_to_the_outer_one() -> None:
    outer = texts.Source(
        "map.yml", 'data:\n  a.yml: "groups:\\n- name: g\\n  rules: []"'
    )
    node = composing.compose(outer, reporting.Reporter("file"))
    assert node is not None
    scalar = nodes.find(node, ("data", "a.yml"))
    assert isinstance(scalar, nodes.ScalarNode)
    inner = texts.Source.inside(texts.Text.of(scalar, outer))
    reporter = reporting.Reporter("rules")
    rules = composing.compose(inner, reporter)
    assert rules is not None
    (group,) = rule_files.read(rules, inner, reporter).groups
    assert str(group.name.span) == "map.yml:2:28"
