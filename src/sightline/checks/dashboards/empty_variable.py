"""A variable that has nothing to choose from.

Why: a variable without choices becomes an empty text, and every panel that uses it
shows nothing.

Bad::

    {"type": "query", "name": "service", "query": ""}

Good::

    {"type": "query", "name": "service", "query": "label_values(up, service)"}
"""

import re
from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings

__all__ = ["CHECK", "find"]

_VALUES: Final = re.compile(
    r"\s*label_values\(\s*(?P<metric>[a-zA-Z_:][\w:]*)\s*(?:\{[^}]*\})?\s*,"
    r"\s*(?P<label>[A-Za-z_]\w*)\s*\)\s*"
)


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives variables without a query or choices, or with labels that never are."""
    for board in subject.estate.dashboards:
        for variable in board.variables:
            asked = "" if variable.query is None else variable.query.text.strip()
            if variable.kind in {"query", "custom"} and not asked:
                if variable.name and not variable.has_choices:
                    yield declarations.Problem(
                        span=variable.span,
                        message=f"expected choices for the variable {variable.name!r}, "
                        "found none",
                        hint="give it a query, or remove it",
                    )
                continue
            values = _VALUES.fullmatch(asked)
            if variable.query is None or values is None:
                continue
            if subject.lacks_label(values["metric"], values["label"]):
                start = variable.query.text.index(asked) + values.start("label")
                yield declarations.Problem(
                    span=variable.query.place(start, start + len(values["label"])),
                    message=f"expected a label of {values['metric']}, found "
                    f"{values['label']!r}, which none of its series has",
                    hint="name a label that the metric has",
                )


CHECK: Final = declarations.Check(
    name="empty-variable",
    summary="a variable that has nothing to choose from",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=1, right=1),
)
