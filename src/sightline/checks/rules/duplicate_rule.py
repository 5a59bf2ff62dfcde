"""Two rules that are the same, or that record one series twice.

Why: an alert that is written twice pages twice. Two recording rules with the same name
and the same labels write different values to one series; which of them is seen depends
on the order of evaluation.

Bad::

    - record: job:requests:rate5m
      expr: sum by (job) (rate(http_requests_total[5m]))
    - record: job:requests:rate5m
      expr: sum by (job) (rate(grpc_requests_total[5m]))

Good::

    - record: job:requests:rate5m
      labels: {protocol: http}
      expr: sum by (job) (rate(http_requests_total[5m]))
    - record: job:requests:rate5m
      labels: {protocol: grpc}
      expr: sum by (job) (rate(grpc_requests_total[5m]))

Files of different folders are taken for those of different servers, or of different
versions, unless one configuration names the rule files of all; so are PrometheusRule
objects in different files.
"""

import fnmatch
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from sightline.checks import declarations, subjects
from sightline.formats import rule_files
from sightline.model import findings
from sightline.promql import ast

__all__ = ["CHECK", "find"]

_Key = tuple[str, str, str, tuple[tuple[str, str], ...], ast.Expression | str]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives every rule that says what another one above it says."""
    seen: dict[_Key, subjects.Alert | subjects.Record] = {}
    for one in subject.rules:
        key = _key(one, _server(subject, one.file))
        first = seen.setdefault(key, one)
        if first is not one:
            yield declarations.Problem(
                span=one.expression.text.span,
                message=f"expected each rule once, found {key[2]} again with the same "
                "labels and the same expression",
                hint=f"it stands in {first.expression.text.span} already",
            )


def _server(subject: subjects.Subject, file: rule_files.RuleFile) -> str:
    """Gives a name for who loads a file: a configuration that names it, or its folder.

    Where a configuration is on its server, nobody knows: of its patterns, the folder
    and the name count.
    """
    path = PurePosixPath(file.file)
    if file.holder:
        return file.file
    for server in subject.estate.prometheus:
        for pattern in server.rule_files:
            named = PurePosixPath(pattern.text)
            folder = named.parent.name or PurePosixPath(server.file).parent.name
            if path.match(named.name) and fnmatch.fnmatch(path.parent.name, folder):
                return server.file
    return str(path.parent)


def _key(one: subjects.Alert | subjects.Record, server: str) -> _Key:
    written = {**one.group.labels, **one.rule.labels}
    labels = tuple(sorted((name, text.text) for name, text in written.items()))
    kind, name = (
        ("alert", one.name)
        if isinstance(one, subjects.Alert)
        else ("record", one.rule.record.text)
    )
    return server, kind, name, labels, one.expression.tree or one.expression.text.text


CHECK: Final = declarations.Check(
    name="duplicate-rule",
    summary="a rule that stands in the files twice",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=5, right=5),
)
