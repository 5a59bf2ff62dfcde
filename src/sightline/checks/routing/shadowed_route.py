"""A route that no alert can reach, because an earlier one takes them all.

Why: of its children a route takes the first that matches. What stands behind a more
general one without `continue` is never looked at.

Bad::

    routes:
      - {matchers: ['severity="critical"'], receiver: chat}
      - {matchers: ['severity="critical"', 'team="db"'], receiver: db-pager}

Good::

    routes:
      - {matchers: ['severity="critical"', 'team="db"'], receiver: db-pager}
      - {matchers: ['severity="critical"'], receiver: chat}
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.formats import alertmanager_config, matchers
from sightline.model import findings

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives routes whose every alert an earlier sibling takes."""
    for config in subject.estate.alertmanagers:
        if config.route is None:
            continue
        for route in config.route.walk():
            for position, child in enumerate(route.routes):
                taker = _taker(route.routes[:position], child)
                if taker is not None:
                    yield declarations.Problem(
                        span=child.span,
                        message="expected a route that some alert can reach, found one "
                        f"behind the route in {taker.span}, which takes all of its "
                        "alerts",
                        hint="put this route first, or say `continue: true` there",
                    )


def _taker(
    earlier: tuple[alertmanager_config.Route, ...], child: alertmanager_config.Route
) -> alertmanager_config.Route | None:
    for route in earlier:
        if not route.continues and all(
            any(_implies(own, wanted) for own in child.matchers)
            for wanted in route.matchers
        ):
            return route
    return None


def _implies(own: matchers.Matcher, wanted: matchers.Matcher) -> bool:
    """Whether every alert that meets the first condition meets the second too."""
    if own.label != wanted.label:
        return False
    if own.sign == "=":
        return wanted.matches({own.label: own.pattern})
    return own.sign == wanted.sign and own.pattern == wanted.pattern


CHECK: Final = declarations.Check(
    name="shadowed-route",
    summary="a route that no alert can reach",
    severity=findings.FindingSeverity.WARNING,
    find=find,
)
