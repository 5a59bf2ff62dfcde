"""The routing table, and which alert hides which."""

from collections.abc import Mapping
from typing import Final

from sightline.model import environments, names, routing, signals, units
from sightline.spec import reporting, sections, shapes

__all__ = ["resolve_routing"]

_Entry = sections.Entry[shapes.Routing]

NEVER_HIDDEN: Final = signals.Priority.P0


def resolve_routing(
    entry: _Entry,
    levels: Mapping[str, signals.Level],
    places: Mapping[str, environments.Environment],
    reporter: reporting.Reporter,
) -> routing.Routing:
    """Gives the routing table.

    Args:
        entry: the section as written.
        levels: the alerts that could be read, by name.
        places: the environments whose intervals a promise has to hold in.
        reporter: takes the findings.
    """
    shape = entry.shape
    missing = [one.value for one in signals.Priority if one not in shape.priorities]
    if missing:
        reporter.error(
            "routing",
            entry.key_span("priorities"),
            f"expected a route for {', '.join(missing)}, found none",
            "add it; every priority goes somewhere, if only to the dashboards",
        )
    for priority in shape.priorities:
        _check_promise(entry, priority, places, reporter)
    return routing.Routing(
        group_by=tuple(names.LabelName(label) for label in shape.group_by),
        routes={
            priority: _route(priority, shape.priorities[priority])
            for priority in signals.Priority
            if priority in shape.priorities
        },
        inhibitions=tuple(
            _inhibition(entry, index, levels, reporter)
            for index in range(len(shape.inhibitions))
        ),
    )


def _route(
    priority: signals.Priority, shape: shapes.PriorityRoute
) -> routing.PriorityRoute:
    return routing.PriorityRoute(
        priority=priority,
        channels=tuple(shape.channels),
        response=shape.response,
        time_to_page=shape.time_to_page,
        group_wait=shape.group_wait,
        group_interval=shape.group_interval,
        repeat_interval=shape.repeat_interval,
    )


def _check_promise(
    entry: _Entry,
    priority: signals.Priority,
    places: Mapping[str, environments.Environment],
    reporter: reporting.Reporter,
) -> None:
    """Reports a promised time to page that an environment cannot keep."""
    route = entry.shape.priorities[priority]
    for place in places.values():
        worst = units.Duration(
            place.scrape_interval.milliseconds
            + place.evaluation_interval.milliseconds
            + route.group_wait.milliseconds
        )
        if route.time_to_page is not None and worst > route.time_to_page:
            reporter.error(
                "routing",
                entry.span("priorities", priority.value, "time_to_page"),
                f"expected a promise of at least {worst}, the worst case of"
                f" {place.name!r}, found '{route.time_to_page}'",
                "shorten the scrape or evaluation interval or `group_wait`",
            )
            return


def _inhibition(
    entry: _Entry,
    index: int,
    levels: Mapping[str, signals.Level],
    reporter: reporting.Reporter,
) -> routing.Inhibition:
    shape, path = entry.shape.inhibitions[index], ("inhibitions", index)
    for position, alert in enumerate(shape.hides):
        span = entry.span(*path, "hides", position)
        if alert in shape.cause:
            reporter.error(
                "routing",
                span,
                f"expected a cause apart from its symptoms, found {alert!r} in both",
                "an alert cannot hide itself",
            )
        elif alert in levels and levels[alert].priority is NEVER_HIDDEN:
            reporter.error(
                "routing",
                span,
                f"expected an alert below {NEVER_HIDDEN.value}, found {alert!r}",
                f"an alert of {NEVER_HIDDEN.value} is never hidden",
            )
    return routing.Inhibition(
        name=shape.name,
        source_matchers=(_alert_matcher(shape.cause),),
        target_matchers=(
            _alert_matcher(shape.hides),
            f'priority!="{NEVER_HIDDEN.value}"',
        ),
        equal=tuple(names.LabelName(label) for label in shape.equal),
    )


def _alert_matcher(alert_names: list[str]) -> str:
    if len(alert_names) == 1:
        return f'alertname="{alert_names[0]}"'
    return f'alertname=~"{"|".join(alert_names)}"'
