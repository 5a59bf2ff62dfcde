"""A receiver that no route names.

Why: somebody believes that it is told of something.

Bad::

    route: {receiver: chat}
    receivers: [{name: chat}, {name: db-pager}]

Good: name it in a route, or remove it.
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives receivers that no route names, and that do send something."""
    for config in subject.estate.alertmanagers:
        if config.route is None:
            continue
        named = {route.receiver for route in config.route.walk()}
        for name, receiver in config.receivers.items():
            if name not in named and receiver.integrations:
                yield declarations.Problem(
                    span=receiver.name.span,
                    message=f"expected a route to {name}, found none",
                    hint="name it in a route, or remove it",
                )


CHECK: Final = declarations.Check(
    name="unused-receiver",
    summary="a receiver that no route names",
    severity=findings.FindingSeverity.INFO,
    find=find,
    precision=declarations.Precision(judged=2, right=2),
)
