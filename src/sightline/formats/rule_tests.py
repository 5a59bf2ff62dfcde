"""promtool's test files: which rules they load, and which alerts they expect."""

from dataclasses import dataclass

from sightline.formats import fields, nodes, reporting, texts
from sightline.model import spans

__all__ = ["Expectation", "RuleTests", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a test says of one alert at one time.

    Attributes:
        expects_silence: no instance is expected, which a misspelt name meets too.
    """

    alert: texts.Text
    expects_silence: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTests:
    """One test file.

    Attributes:
        rule_files: patterns, relative to the file.
    """

    file: str
    rule_files: tuple[texts.Text, ...]
    expectations: tuple[Expectation, ...]
    expressions: tuple[texts.Text, ...]
    span: spans.Span


def read(
    node: nodes.Node, source: texts.Source, reporter: reporting.Reporter
) -> RuleTests:
    """Gives what a test file expects."""
    top = fields.Fields(node, source, reporter, what="a promtool test file")
    rule_files = top.list_of_texts("rule_files")
    expectations: list[Expectation] = []
    expressions: list[texts.Text] = []
    for test in top.each("tests", what="a test"):
        for entry in test.each("alert_rule_test", what="an alert's test"):
            if alert := entry.require("alertname"):
                silent = not entry.items("exp_alerts")
                expectations.append(Expectation(alert=alert, expects_silence=silent))
        expressions += [
            expr
            for entry in test.each("promql_expr_test", what="an expression's test")
            if (expr := entry.require("expr")) is not None
        ]
    return RuleTests(
        file=source.file,
        rule_files=rule_files,
        expectations=tuple(expectations),
        expressions=tuple(expressions),
        span=node.span,
    )
