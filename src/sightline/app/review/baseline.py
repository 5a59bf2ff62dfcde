"""The chore "performance baseline": what is slower or faster than it was, for good."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline import errors
from sightline.app.review import context, times
from sightline.model import findings, signals, units
from sightline.review import deploys, reports, seasons, trends
from sightline.review.backtest import fetching, timelines

__all__ = ["section"]

_MEASURED: Final = frozenset({units.Unit.SECONDS})
_FEWEST_DAYS: Final = 2 * trends.SHORTEST_DAYS
_SOURCE: Final = (
    "the mean of each hour, by working days, nights and weekends; one change point, "
    "clear and of a fifth or more"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shifted:
    """A series with another level than before, in one season or more."""

    signal: signals.Signal
    series: timelines.Timeline
    grid: timelines.Grid
    shifts: Sequence[tuple[seasons.SeasonDays, trends.Shift]]

    @property
    def name(self) -> str:
        labels = sorted(self.series.labels.items())
        told = ", ".join(f"{key}={text}" for key, text in labels if key != "__name__")
        return f"{self.signal.title} ({told})" if told else self.signal.title

    @property
    def largest(self) -> tuple[seasons.SeasonDays, trends.Shift]:
        """The season that says most clearly since when: the one with most days."""
        return max(self.shifts, key=lambda one: one[0].numbers.size)

    @property
    def since(self) -> float:
        """The begin of the first day of the new level, in Unix seconds."""
        days, shift = self.largest
        return float(days.days[shift.day])


async def section(given: context.Context) -> reports.Section:
    """Gives the recorded durations whose usual level changed in the period."""
    watched = [
        one
        for one in given.declared.signals.values()
        if one.record is not None and one.unit in _MEASURED
    ]
    given.say(f"comparing the levels of {len(watched)} signals")
    grid = timelines.Grid.between(
        given.period.start, given.period.end, seasons.HOUR_SECONDS
    )
    shifted: list[_Shifted] = []
    unknown: list[findings.NotChecked] = []
    compared = 0
    for signal in watched:
        try:
            series = await fetching.fetch(
                given.prometheus, f"avg_over_time({signal.record}[1h])", grid
            )
        except errors.ServerUnavailable as reason:
            unknown.append(
                findings.NotChecked(subject=signal.title, reason=str(reason))
            )
            continue
        long = [one for one in series if _days(one) >= _FEWEST_DAYS]
        compared += len(long)
        if not long:
            short = f"less than {_FEWEST_DAYS} days of history"
            unknown.append(findings.NotChecked(subject=signal.title, reason=short))
        shifted += _shifted(signal, long, grid, given)
    known = await deploys.find(given.prometheus, given.period)
    if known is None and shifted:
        unknown.append(
            findings.NotChecked(
                subject="which deploy changed a level",
                reason="no service reports its version (a metric …_info{version=…})",
            )
        )
    return reports.Section(
        name="baseline",
        title="Performance baseline",
        summary=f"{len(shifted)} of {compared} series have another level than before",
        source=_SOURCE,
        found=[_finding(one, known or (), given) for one in shifted],
        tables=(_table(shifted),),
        charts=[_chart(one) for one in shifted],
        unknown=unknown,
        figures={"series with another level": float(len(shifted))},
    )


def _days(series: timelines.Timeline) -> float:
    return float(np.isfinite(series.numbers).sum()) / 24


def _shifted(
    signal: signals.Signal,
    series: Sequence[timelines.Timeline],
    grid: timelines.Grid,
    given: context.Context,
) -> Iterator[_Shifted]:
    for one in series:
        days = seasons.by_season(grid, one.numbers, given.zone)
        found = [
            (own, shift)
            for own in days
            if (shift := trends.find_shift(own.numbers)) is not None
        ]
        if found:
            yield _Shifted(signal=signal, series=one, grid=grid, shifts=found)


def _finding(
    one: _Shifted, known: Sequence[deploys.Deploy], given: context.Context
) -> reports.Finding:
    zone = given.declared.organisation.time_zone
    _, shift = one.largest
    direction = "slower" if shift.after > shift.before else "faster"
    deploy = deploys.before(
        known, one.series.labels.get("service", ""), one.since + 86_400
    )
    after = (
        f"; {deploy.service} {deploy.version} was deployed on "
        f"{times.write(deploy.at, zone)}"
        if deploy
        else "; no deploy of its service is known around that day"
    )
    return reports.Finding(
        identity=f"baseline/{one.name}",
        subject=one.name,
        problem=f"is {direction} since {times.write(one.since, zone)[:10]}",
        evidence="; ".join(map(_level, one.shifts)) + after,
        owner=str(one.signal.team or ""),
        next_step=(
            f"compare version {deploy.version} with the one before"
            if deploy
            else "see what changed that day; then make it the new baseline"
        ),
    )


def _level(found: tuple[seasons.SeasonDays, trends.Shift]) -> str:
    days, shift = found
    return (
        f"{days.season.value} {shift.before:.3g} s before, {shift.after:.3g} s after "
        f"({shift.ratio:+.0%})"
    )


def _table(shifted: Sequence[_Shifted]) -> reports.Table:
    return reports.Table(
        title="Levels before and after, by season",
        columns=("series", "season", "before", "after", "change"),
        rows=[
            (
                one.name,
                days.season.value,
                f"{shift.before:.3g} s",
                f"{shift.after:.3g} s",
                f"{shift.ratio:+.0%}",
            )
            for one in shifted
            for days, shift in one.shifts
        ],
    )


def _chart(one: _Shifted) -> reports.Chart:
    return reports.Chart(
        title=one.name,
        unit="seconds",
        curves=[
            reports.Curve(
                label=f"mean {days.season.value}",
                points=list(
                    zip(days.days.tolist(), days.numbers.tolist(), strict=True)
                ),
            )
            for days, _ in one.shifts
        ],
    )
