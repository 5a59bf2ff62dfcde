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

import fnmatch
from collections.abc import Iterator, Sequence
from typing import Final

from sightline.checks import declarations, subjects
from sightline.formats import reporting, rule_files
from sightline.model import findings

__all__ = ["CHECK", "find"]


def find(
    subject: subjects.Subject,
) -> Iterator[declarations.Problem | findings.NotChecked]:
    """Gives expectations of alerts that none of the tested rule files has."""
    files = subject.estate.rule_files
    for tests in subject.estate.rule_tests:
        patterns = [_last_part(text.text) for text in tests.rule_files]
        given = [
            file
            for file in files
            if any(fnmatch.fnmatch(_last_part(file.file), one) for one in patterns)
        ]
        if not all(_is_given(pattern, files) for pattern in patterns):
            yield findings.NotChecked(
                subject=tests.file, reason="the rules that it tests were not given"
            )
            continue
        known = {rule.alert.text for file in given for rule in file.alerting_rules}
        for expectation in tests.expectations:
            if expectation.alert.text not in known:
                yield declarations.Problem(
                    span=expectation.alert.span,
                    message="expected the name of an alert, found "
                    f"{expectation.alert.text!r}, which none of its rule files has",
                    hint=reporting.suggest(
                        expectation.alert.text, known, plural="alerts"
                    ),
                )


def _last_part(path: str) -> str:
    return path.rpartition("/")[2]


def _is_given(pattern: str, files: Sequence[rule_files.RuleFile]) -> bool:
    return any(fnmatch.fnmatch(_last_part(file.file), pattern) for file in files)


CHECK: Final = declarations.Check(
    name="test-of-nothing",
    summary="a rule test of an alert that does not exist",
    severity=findings.FindingSeverity.WARNING,
    find=find,
)
