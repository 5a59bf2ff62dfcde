"""The routing table: who hears of an alert, how soon, and what it promises."""

from collections.abc import Mapping
from dataclasses import dataclass

from sightline.formats import reporting
from sightline.model import environments, names, routing, signals, units
from sightline.spec import sections, shapes
from sightline.spec.resolve import inhibitions

__all__ = ["Surroundings", "resolve_routing"]

_Entry = sections.Entry[shapes.Routing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the routing table speaks about.

    Attributes:
        levels: the alerts that could be read, by name.
        places: the environments whose intervals a promise has to hold in.
        estate: what depends on what.
    """

    levels: Mapping[str, signals.Level]
    places: Mapping[str, environments.Environment]
    estate: inhibitions.Estate


def resolve_routing(
    entry: _Entry, surroundings: Surroundings, reporter: reporting.Reporter
) -> routing.Routing:
    """Gives the routing table, as the section of `entry` declares it."""
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
        _check_promise(entry, priority, surroundings.places, reporter)
        _check_escalation(entry, priority, reporter)
    return routing.Routing(
        group_by=tuple(names.LabelName(label) for label in shape.group_by),
        routes={
            priority: _route(priority, shape.priorities[priority])
            for priority in signals.Priority
            if priority in shape.priorities
        },
        inhibitions=inhibitions.resolve_inhibitions(
            entry, surroundings.levels, surroundings.estate, reporter
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
        escalate_after=shape.escalate_after,
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


def _check_escalation(
    entry: _Entry, priority: signals.Priority, reporter: reporting.Reporter
) -> None:
    """Reports an escalation to where the alert goes at once."""
    route = entry.shape.priorities[priority]
    if route.escalate_after and routing.Channel.PAGERDUTY in route.channels:
        reporter.error(
            "routing",
            entry.key_span("priorities", priority.value, "escalate_after"),
            f"expected no escalation for {priority.value}, which goes to PagerDuty"
            f" at once, found '{route.escalate_after}'",
            "remove `escalate_after`, or leave PagerDuty to the escalation",
        )
