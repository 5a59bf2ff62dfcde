"""A route names a receiver or a time interval that is not there.

Why: Alertmanager refuses the whole file, keeps the old one, and nobody is told: the
next change of on-call never takes effect.

Bad::

    route: {receiver: pager}
    receivers: [{name: pagerduty}]

Good::

    route: {receiver: pagerduty}
    receivers: [{name: pagerduty}]
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.formats import alertmanager_config, reporting
from sightline.model import findings

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives the names in routes that nothing else in the file defines."""
    for config in subject.estate.alertmanagers:
        if config.route is None:
            continue
        for route in config.route.walk():
            yield from _receiver(route, config)
            if not config.is_partial:
                yield from _intervals(route, config)


def _receiver(
    route: alertmanager_config.Route, config: alertmanager_config.AlertmanagerConfig
) -> Iterator[declarations.Problem]:
    if route.receiver and route.receiver not in config.receivers:
        yield declarations.Problem(
            span=route.receiver_span,
            message=f"expected the name of a receiver, found {route.receiver!r}",
            hint=reporting.suggest(
                route.receiver, config.receivers, plural="receivers"
            ),
        )
    elif not route.receiver:
        yield declarations.Problem(
            span=route.span,
            message="expected a receiver, found a route without one",
            hint="add `receiver:` to the route or to the one above it",
        )


def _intervals(
    route: alertmanager_config.Route, config: alertmanager_config.AlertmanagerConfig
) -> Iterator[declarations.Problem]:
    known = {text.text for text in config.time_intervals}
    for name in (*route.muted_by, *route.active_in):
        if name.text not in known:
            yield declarations.Problem(
                span=name.span,
                message=f"expected the name of a time interval, found {name.text!r}",
                hint=reporting.suggest(name.text, known, plural="time intervals"),
            )


CHECK: Final = declarations.Check(
    name="undefined-name",
    summary="a route names a receiver or a time interval that is not there",
    severity=findings.FindingSeverity.ERROR,
    find=find,
    precision=declarations.Precision(judged=2, right=2),
)
