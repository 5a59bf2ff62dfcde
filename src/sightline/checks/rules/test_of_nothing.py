"""A rule test expects silence of an alert that does not exist.

Why: promtool passes a test that expects no instance of an alert which is misspelt,
renamed or deleted. The test stays green while nothing is tested.

Bad, where the rule is called `InstanceDown`::

    alert_rule_test:
      - {eval_time: 5m, alertname: InstancesDown, exp_alerts: []}

Good::

    alert_rule_test:
      - {eval_time: 5m, alertname: InstanceDown, exp_alerts: []}
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.formats import reporting
from sightline.model import findings

__all__ = ["CHECK", "find"]


def find(
    subject: subjects.Subject,
) -> Iterator[declarations.Problem | findings.NotChecked]:
    """Gives expectations of alerts that no rule file has."""
    known = {alert.name for alert in subject.alerts}
    for tests in subject.estate.rule_tests:
        if not known:
            yield findings.NotChecked(
                subject=tests.file, reason="the rules that it tests were not given"
            )
            continue
        for expectation in tests.expectations:
            if expectation.alert.text not in known:
                yield declarations.Problem(
                    span=expectation.alert.span,
                    message="expected the name of an alert, found "
                    f"{expectation.alert.text!r}, which no rule file has",
                    hint=reporting.suggest(
                        expectation.alert.text, known, plural="alerts"
                    ),
                )


CHECK: Final = declarations.Check(
    name="test-of-nothing",
    summary="a rule test of an alert that does not exist",
    severity=findings.FindingSeverity.WARNING,
    find=find,
)
