"""Signals and their levels: thresholds in base units, alerts with an owner."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sightline.formats import nodes, reporting
from sightline.model import environments, names, signals, spans, units
from sightline.spec import sections, shapes
from sightline.spec.resolve import expressions

__all__ = ["resolve_signals"]

_Entry = sections.Entry[shapes.Signal]
_SERVICE: Final = "service"

_QUANTITIES: Final = {
    units.Unit.RATIO: "a share from 0% to 100% such as '5%'",
    units.Unit.SECONDS: "a time with its unit such as '500ms'",
    units.Unit.BYTES: "a size with its unit such as '2GiB'",
    units.Unit.BYTES_PER_SECOND: "a size with its unit such as '2MiB'",
}
_NEEDS_UNIT: Final = frozenset(_QUANTITIES) - {units.Unit.RATIO}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A level's entry and position, for whatever is wrong with it."""

    entry: _Entry
    index: int

    def span(self, key: str) -> spans.Span:
        return self.entry.span("levels", self.index, key)


def resolve_signals(
    section: sections.Section[shapes.Signal],
    places: Mapping[str, environments.Environment],
    reporter: reporting.Reporter,
) -> dict[names.SignalName, signals.Signal]:
    """Gives the signals by name."""
    for entry in section.entries:
        _check_owner(entry, reporter)
        expressions.check(entry.shape.query, entry.span("query"), reporter)
        if entry.shape.guard is not None:
            expressions.check(entry.shape.guard, entry.span("guard"), reporter)
    _report_repeated(_alerts(section), "alert", reporter)
    _report_repeated(_records(section), "recorded series", reporter)
    return {
        names.SignalName(entry.name): _signal(entry, places, reporter)
        for entry in section.entries
    }


def _alerts(
    section: sections.Section[shapes.Signal],
) -> Iterator[tuple[str, spans.Span]]:
    for entry in section.entries:
        for index, level in enumerate(entry.shape.levels):
            yield level.alert, entry.span("levels", index, "alert")


def _records(
    section: sections.Section[shapes.Signal],
) -> Iterator[tuple[str, spans.Span]]:
    for entry in section.entries:
        if entry.shape.record is not None:
            yield entry.shape.record, entry.span("record")


def _report_repeated(
    uses: Iterator[tuple[str, spans.Span]], kind: str, reporter: reporting.Reporter
) -> None:
    first: dict[str, spans.Span] = {}
    for name, span in uses:
        if name in first:
            reporter.error(
                "duplicate",
                span,
                f"expected each {kind} once, found {name!r} again",
                f"it stands at {first[name]} already; give this one another name",
            )
        first.setdefault(name, span)


def _check_owner(entry: _Entry, reporter: reporting.Reporter) -> None:
    """Reports a signal whose alerts would belong to nobody, or to two services."""
    shape = entry.shape
    carries_service = _SERVICE in shape.by or shape.each is not None
    brought = () if shape.each is None else shape.each.labels
    again = [label for label in brought if label in shape.by]
    if shape.each is not None and again:
        reporter.error(
            "signal",
            entry.key_span("by"),
            f"expected `by` without {again[0]!r}, found it beside"
            f" `each: {shape.each.value}`",
            f"remove {again[0]!r} from `by`; `each` adds it",
        )
    elif shape.service is not None and carries_service:
        reporter.error(
            "signal",
            entry.key_span("service"),
            "expected one `service` for an alert, found a second one: the query"
            " carries the label",
            "remove `service`, or take the label out of `by`",
        )
    elif shape.levels and shape.service is None and not carries_service:
        reporter.error(
            "signal",
            entry.name_span,
            f"expected a service that the alerts of {entry.name!r} belong to,"
            " found none",
            "add `service: …`, or 'service' to `by`",
        )


def _signal(
    entry: _Entry,
    places: Mapping[str, environments.Environment],
    reporter: reporting.Reporter,
) -> signals.Signal:
    shape = entry.shape
    return signals.Signal(
        name=names.SignalName(entry.name),
        title=shape.title,
        description=shape.description,
        unit=shape.unit,
        by=tuple(names.LabelName(label) for label in shape.by),
        query=shape.query,
        record=None if shape.record is None else names.MetricName(shape.record),
        each=shape.each,
        service=None if shape.service is None else names.ServiceName(shape.service),
        team=None if shape.team is None else names.TeamName(shape.team),
        source=shape.source,
        needs=tuple(shape.needs),
        levels=tuple(
            _level(level, _Place(entry=entry, index=index), places, reporter)
            for index, level in enumerate(shape.levels)
        ),
        span=entry.name_span,
    )


def _level(
    shape: shapes.Level,
    place: _Place,
    places: Mapping[str, environments.Environment],
    reporter: reporting.Reporter,
) -> signals.Level:
    above = _threshold(shape.above, "above", place, reporter)
    below = _threshold(shape.below, "below", place, reporter)
    _check_bounds(shape, (above, below), place, reporter)
    _check_waits(shape, place, places, reporter)
    if shape.guard is not None:
        expressions.check(shape.guard, place.span("guard"), reporter)
    severity = shape.severity or signals.AlertSeverity.of_priority(shape.priority)
    return signals.Level(
        alert=names.AlertName(shape.alert),
        priority=shape.priority,
        severity=severity,
        above=above,
        below=below,
        guard=shape.guard or place.entry.shape.guard,
        for_=shape.for_,
        keep_firing_for=shape.keep_firing_for,
        summary=shape.summary,
        description=shape.description,
        runbook=shape.runbook or names.kebab_case(shape.alert),
        heartbeat=shape.heartbeat,
        span=place.span("alert"),
        needs=tuple(shape.needs),
    )


def _threshold(
    text: str | None, key: str, place: _Place, reporter: reporting.Reporter
) -> signals.Threshold | None:
    if text is None:
        return None
    unit = place.entry.shape.unit
    if text == signals.ReplicaCount.EXPECTED.value:
        if place.entry.shape.each is signals.Each.SERVICE:
            return signals.ReplicaCount.EXPECTED
        reporter.error(
            "level",
            place.span(key),
            f"expected a quantity, found {text!r} in a signal of no single service",
            "add `each: service` to the signal",
        )
        return None
    try:
        return _quantity(text, unit)
    except (ValueError, OverflowError):
        expected = _QUANTITIES.get(unit, "a number such as 1000")
        found = nodes.describe(
            nodes.find(place.entry.node, ("levels", place.index, key))
        )
        reporter.error(
            "quantity",
            place.span(key),
            f"expected {expected}, found {found}",
            _did_you_mean(text, unit),
        )
        return None


def _did_you_mean(text: str, unit: units.Unit) -> str:
    """Gives the likely meaning of a number without its unit."""
    if not text.isdecimal():
        return ""
    match unit:
        case units.Unit.RATIO:
            return f"did you mean '{text}%'?" if int(text) <= 100 else ""  # noqa: PLR2004 - per cent
        case units.Unit.SECONDS:
            return f"did you mean '{text}s' or '{text}ms'?"
        case units.Unit.BYTES | units.Unit.BYTES_PER_SECOND:
            return f"did you mean '{text}B' or '{text}MiB'?"
        case _:
            return ""


def _quantity(text: str, unit: units.Unit) -> float:
    """Reads a threshold; a bare number of seconds or bytes is a guess, so no."""
    quantity = units.parse_quantity(text, unit)
    is_bare = text.strip()[-1:].isdigit()
    if unit in _NEEDS_UNIT and is_bare and quantity != 0:
        raise ValueError(f"a quantity without its unit: {text!r}")
    if not math.isfinite(quantity):
        raise ValueError(f"no finite number: {text!r}")
    if unit is units.Unit.RATIO and quantity > 1:
        raise ValueError(f"more than everything: {text!r}")
    return quantity


def _check_bounds(
    shape: shapes.Level,
    bounds: tuple[signals.Threshold | None, signals.Threshold | None],
    place: _Place,
    reporter: reporting.Reporter,
) -> None:
    if shape.above is None and shape.below is None:
        reporter.error(
            "level",
            place.span("alert"),
            f"expected a bound for {shape.alert!r}, found none",
            "add `above: …` or `below: …`",
        )
    match bounds:
        case (float(above), float(below)) if above >= below:
            reporter.error(
                "level",
                place.span("above"),
                f"expected `above` to be less than `below`, found {shape.above!r}"
                f" and {shape.below!r}",
                "no number lies between them; for two alerts write two levels",
            )
        case _:
            pass


def _check_waits(
    shape: shapes.Level,
    place: _Place,
    places: Mapping[str, environments.Environment],
    reporter: reporting.Reporter,
) -> None:
    """Reports a wait that an environment rounds up: the alert would come later."""
    for environment in places.values():
        interval = environment.evaluation_interval
        if shape.for_.milliseconds % interval.milliseconds:
            reporter.error(
                "level",
                place.span("for"),
                f"expected a multiple of the evaluation interval {interval} of"
                f" {environment.name!r}, found '{shape.for_}'",
                "rules are evaluated only then, so the alert would wait longer",
            )
            return
