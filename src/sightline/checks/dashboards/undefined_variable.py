"""A panel uses a variable that the dashboard does not have.

Why: Grafana sends the text as it stands, so `$instance` is compared with instances of
that very name, and the panel is empty.

Bad, on a dashboard without a variable `instance`::

    up{instance="$instance"}

Good: define the variable, or remove the matcher.
"""

import re
from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.formats import reporting
from sightline.model import findings
from sightline.promql import templating

__all__ = ["CHECK", "find"]

_BUILT_IN: Final = re.compile(r"__\w+|timeFilter|interval|dashboard|user|org")
"""https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/#global-variables"""


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives variables in queries that are neither defined nor built in."""
    for query in subject.queries:
        known = {variable.name for variable in query.dashboard.variables}
        text = query.expression.text
        for name, span in templating.find_variables(text.text):
            if name in known or _BUILT_IN.fullmatch(name):
                continue
            yield declarations.Problem(
                span=text.place(span.start, span.end),
                message=f"expected a variable of the dashboard, found {name!r}",
                hint=reporting.suggest(name, known, plural="variables"),
            )


CHECK: Final = declarations.Check(
    name="undefined-variable",
    summary="a panel uses a variable that the dashboard does not have",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=23, right=23),
)
