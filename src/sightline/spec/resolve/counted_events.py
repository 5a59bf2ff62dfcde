"""The metrics made of events: shapes → meaning, and what does not fit together."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypedDict

from sightline import errors
from sightline.collectors.events import log_formats
from sightline.formats import reporting
from sightline.model import events, spans
from sightline.spec import event_shapes, sections

__all__ = ["Take", "resolve_format", "resolve_metrics"]

Take = Callable[[str, spans.Span], None]
"""Notes that a source gives a metric; reports one that another gives already."""

_Entry = sections.Entry[event_shapes.EventSource]
_COUNTER_SUFFIX: Final = "_total"
_NAMED: Final[Mapping[str, events.Format]] = {
    "json": events.JsonLines(),
    "logfmt": events.Logfmt(),
    "common": events.LogFormat(events.COMMON),
    "combined": events.LogFormat(events.COMBINED),
}
_RISING: Final = ("counters", "newcomers")


def resolve_format(entry: _Entry, reporter: reporting.Reporter) -> events.Format:
    """Gives the format of a source's lines; reports one that cannot be read."""
    text = entry.shape.format
    if text in _NAMED:
        return _NAMED[text]
    try:
        translated = log_formats.translate_apache(text)
        log_formats.compile_log_format(translated, ())
    except errors.InputError as error:
        reporter.error(
            "source",
            entry.span("format"),
            str(error),
            f"write {', '.join(_NAMED)}, or the log_format of nginx or Apache",
        )
        return events.JsonLines()
    return events.LogFormat(translated)


def resolve_metrics(
    entry: _Entry, line_format: events.Format, take: Take, reporter: reporting.Reporter
) -> tuple[events.Metric, ...]:
    """Gives the metrics of a source; reports wrong names, fields and buckets."""
    for section, name, place in _names(entry):
        take(name, place)
        _check_name(section, name, place, reporter)
    _check_initial(entry, reporter)
    for name, histogram in entry.shape.histograms.items():
        if list(histogram.buckets) != sorted(set(histogram.buckets)):
            reporter.error(
                "metric",
                entry.span("histograms", name, "buckets"),
                f"expected ascending buckets, found {_listed(histogram.buckets)}",
                "write each upper bound once, the smallest first",
            )
    metrics = tuple(_metrics(entry.shape))
    if not metrics:
        reporter.error(
            "source",
            entry.name_span,
            f"expected metrics made of {entry.name!r}, found none",
            "write `counters:` or another kind of metric",
        )
    if isinstance(line_format, events.LogFormat):
        _check_fields(entry, log_formats.names_in(line_format.text), metrics, reporter)
    return metrics


def _names(entry: _Entry) -> Iterator[tuple[str, str, spans.Span]]:
    shape = entry.shape
    for section, named in (
        ("counters", shape.counters),
        ("histograms", shape.histograms),
        ("distinct", shape.distinct),
        ("rankings", shape.rankings),
        ("newcomers", shape.newcomers),
    ):
        for name in named:
            yield section, name, entry.key_span(section, name)


def _check_name(
    section: str, name: str, place: spans.Span, reporter: reporting.Reporter
) -> None:
    is_rising = section in _RISING
    if is_rising != name.endswith(_COUNTER_SUFFIX):
        wanted = (
            "a counter's name, which ends" if is_rising else "a name that does not end"
        )
        reporter.error(
            "metric",
            place,
            f"expected {wanted} with '{_COUNTER_SUFFIX}', found {name!r}",
            "the suffix tells those who query that it only rises",
        )


def _check_initial(entry: _Entry, reporter: reporting.Reporter) -> None:
    shape = entry.shape
    measured: Mapping[str, Mapping[str, event_shapes.Measured]] = {
        "counters": shape.counters,
        "histograms": shape.histograms,
        "distinct": shape.distinct,
        "newcomers": shape.newcomers,
    }
    for section, named in measured.items():
        for name, metric in named.items():
            for index, values in enumerate(metric.initial):
                if len(values) != len(metric.labels):
                    reporter.error(
                        "metric",
                        entry.span(section, name, "initial", index),
                        f"expected a value for each of the {len(metric.labels)} labels,"
                        f" found {len(values)}",
                        "write them in the order of the labels",
                    )


def _check_fields(
    entry: _Entry,
    known: frozenset[str],
    metrics: tuple[events.Metric, ...],
    reporter: reporting.Reporter,
) -> None:
    asked = dict.fromkeys(field for metric in metrics for field in _fields(metric))
    if entry.shape.time is not None:
        asked.setdefault(entry.shape.time)
    for field in asked:
        if field not in known:
            reporter.error(
                "source",
                entry.span("format"),
                f"expected a line format with the field {field!r}, found none",
                reporting.suggest(field, known),
            )


def _fields(metric: events.Metric) -> Iterator[str]:
    yield from (condition.field for condition in metric.where)
    yield from (label.field for label in metric.labels)
    match metric:
        case events.Counter():
            if metric.amount is not None:
                yield metric.amount
        case events.Newcomers():
            yield metric.subject
        case events.Histogram() | events.Distinct() | events.TopValues():
            yield metric.observed


def _metrics(shape: event_shapes.EventSource) -> Iterator[events.Metric]:
    for name, counter in shape.counters.items():
        yield events.Counter(**_common(name, counter), amount=counter.amount)
    for name, histogram in shape.histograms.items():
        yield events.Histogram(
            **_common(name, histogram),
            observed=histogram.observed,
            buckets=tuple(histogram.buckets),
            scale=histogram.scale,
        )
    for name, distinct in shape.distinct.items():
        yield events.Distinct(
            **_common(name, distinct),
            observed=distinct.observed,
            window=distinct.window,
        )
    for name, ranking in shape.rankings.items():
        yield events.TopValues(
            name=name,
            help=ranking.help,
            where=_conditions(ranking),
            observed=ranking.observed,
            label=ranking.label,
            reading=ranking.as_,
            window=ranking.window,
            top=ranking.top,
            capacity=ranking.capacity,
        )
    for name, newcomers in shape.newcomers.items():
        yield events.Newcomers(
            **_common(name, newcomers),
            subject=newcomers.subject,
            remembered=newcomers.remembered,
            capacity=newcomers.capacity,
        )


class _Common(TypedDict):
    """What every metric with labels is made with."""

    name: str
    help: str
    where: tuple[events.Condition, ...]
    labels: tuple[events.Label, ...]
    initial: tuple[tuple[str, ...], ...]


def _common(name: str, shape: event_shapes.Measured) -> _Common:
    return _Common(
        name=name,
        help=shape.help,
        where=_conditions(shape),
        labels=_labels(shape),
        initial=tuple(map(tuple, shape.initial)),
    )


def _conditions(shape: event_shapes.Chosen) -> tuple[events.Condition, ...]:
    return tuple(
        events.Condition(field=field, values=tuple(values), negated=negated)
        for negated, conditions in ((False, shape.where), (True, shape.unless))
        for field, values in conditions.items()
    )


def _labels(shape: event_shapes.Measured) -> tuple[events.Label, ...]:
    return tuple(
        events.Label(
            name=name,
            field=label.field or name,
            reading=label.as_,
            limit=label.limit,
            initial=tuple(label.initial),
            missing=label.missing,
        )
        for name, label in shape.labels.items()
    )


def _listed(numbers: list[float]) -> str:
    return ", ".join(f"{number:g}" for number in numbers)
