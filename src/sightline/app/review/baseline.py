"""The chore "performance baseline": what is slower or faster than it was, for good."""

from collections.abc import Iterator
from typing import Final

from sightline import errors
from sightline.app.review import context, times
from sightline.model import findings, signals, units
from sightline.review import daily, reports, trends

__all__ = ["section"]

_MEASURED: Final = frozenset({units.Unit.SECONDS})


async def section(given: context.Context) -> reports.Section:
    """Gives the recorded durations whose usual level changed in the period."""
    watched = [
        one
        for one in given.declared.signals.values()
        if one.record is not None and one.unit in _MEASURED
    ]
    given.say(f"comparing the levels of {len(watched)} signals")
    found: list[reports.Finding] = []
    charts: list[reports.Chart] = []
    unknown: list[findings.NotChecked] = []
    compared = 0
    for signal in watched:
        try:
            series = await daily.fetch(
                given.prometheus, str(signal.record), "avg_over_time", given.period
            )
        except errors.ServerUnavailable as reason:
            unknown.append(
                findings.NotChecked(subject=signal.title, reason=str(reason))
            )
            continue
        long = [one for one in series if one.numbers.size >= 2 * trends.SHORTEST_DAYS]
        compared += len(long)
        if not long:
            unknown.append(
                findings.NotChecked(
                    subject=signal.title,
                    reason=f"less than {2 * trends.SHORTEST_DAYS} days of history",
                )
            )
        for one, shift in _shifted(long):
            found.append(_finding(signal, one, shift, given))
            charts.append(_chart(signal, one))
    return reports.Section(
        name="baseline",
        title="Performance baseline",
        summary=f"{len(found)} of {compared} series have another level than before",
        source="the mean of each day; one change point, clear and of a fifth or more",
        found=found,
        charts=charts,
        unknown=unknown,
    )


def _shifted(
    series: list[daily.DailySeries],
) -> Iterator[tuple[daily.DailySeries, trends.Shift]]:
    for one in series:
        shift = trends.find_shift(one.numbers)
        if shift is not None:
            yield one, shift


def _name(signal: signals.Signal, series: daily.DailySeries) -> str:
    told = ", ".join(f"{name}={text}" for name, text in sorted(series.labels.items()))
    return f"{signal.title} ({told})"


def _finding(
    signal: signals.Signal,
    series: daily.DailySeries,
    shift: trends.Shift,
    given: context.Context,
) -> reports.Finding:
    since = times.write(
        float(series.days[shift.day]), given.declared.organisation.time_zone
    )
    direction = "slower" if shift.after > shift.before else "faster"
    return reports.Finding(
        identity=f"baseline/{_name(signal, series)}",
        subject=_name(signal, series),
        problem=f"is {direction} since {since[:10]}",
        evidence=(
            f"{shift.before:.3g} s before, {shift.after:.3g} s after "
            f"({shift.ratio:+.0%})"
        ),
        owner=str(signal.team or ""),
        next_step="see what was deployed that day; then make it the new baseline",
    )


def _chart(signal: signals.Signal, series: daily.DailySeries) -> reports.Chart:
    points = zip(series.days.tolist(), series.numbers.tolist(), strict=True)
    return reports.Chart(
        title=_name(signal, series),
        unit="seconds",
        curves=[reports.Curve(label="mean of the day", points=list(points))],
    )
