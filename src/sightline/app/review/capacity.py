"""The chore "capacity": what runs full, and when."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pydantic

from sightline import errors
from sightline.app.review import context, next_week, times
from sightline.model import findings, signals, units
from sightline.review import daily, reports, trends

__all__ = ["section"]

_SOON: Final = dt.timedelta(days=60)
_DAY_SECONDS: Final = 86_400.0
_FULL: Final = 1.0
_SHOWN: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resource:
    signal: signals.Signal
    series: daily.DailySeries
    exhaustion: trends.Exhaustion

    @property
    def name(self) -> str:
        return next_week.name_of(self.signal, self.series.labels)

    def ends_at(self, days: float | None) -> float | None:
        return None if days is None else float(self.series.days[-1]) + days * 86_400


async def section(given: context.Context) -> reports.Section:
    """Gives the resources whose share in use reaches all of it, soonest first."""
    watched = [one for one in given.declared.signals.values() if _is_resource(one)]
    resources, unknown = await _forecast_all(given, watched)
    weeks = await next_week.forecast(given, watched)
    scores = list(_scores(given, resources))
    filling = sorted(
        (one for one in resources if one.exhaustion.days is not None),
        key=lambda one: one.exhaustion.days or 0.0,
    )
    zone = given.declared.organisation.time_zone
    return reports.Section(
        name="capacity",
        title="Capacity",
        summary=(
            f"{len(filling)} of {len(resources)} resources fill up; "
            f"{sum(_is_soon(one) for one in filling)} within {_SOON.days} days"
        ),
        source="the highest of each day, Theil-Sen's slope since the last change",
        found=[_finding(one, zone) for one in filling if _is_soon(one)],
        tables=(_table(filling, zone), next_week.table(weeks), _score_table(scores)),
        charts=[_chart(one) for one in filling if _is_soon(one)],
        unknown=(*unknown, *_unscored(given, resources)),
        figures={
            "resources that fill up soon": float(sum(map(_is_soon, filling))),
            **({"mean error of the last forecasts": _mean(scores)} if scores else {}),
        },
        remembered={one.name: _said(one) for one in resources},
    )


async def _forecast_all(
    given: context.Context, watched: Sequence[signals.Signal]
) -> tuple[list[_Resource], list[findings.NotChecked]]:
    given.say(f"forecasting {len(watched)} resources")
    resources: list[_Resource] = []
    unknown: list[findings.NotChecked] = []
    for signal in watched:
        try:
            found = await daily.fetch(
                given.prometheus,
                signal.record or signal.query,
                "max_over_time",
                given.period,
            )
        except errors.ServerUnavailable as reason:
            unknown.append(
                findings.NotChecked(subject=signal.title, reason=str(reason))
            )
            continue
        forecast = list(_forecast(signal, found))
        resources += forecast
        if not forecast:
            unknown.append(
                findings.NotChecked(
                    subject=signal.title,
                    reason=f"less than {trends.SHORTEST_DAYS} days of history",
                )
            )
    return resources, unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What a review forecast: a level at a time in Unix seconds, and a slope."""

    at: float
    level: float
    per_day: float

    def at_time(self, time: float) -> float:
        return self.level + self.per_day * (time - self.at) / _DAY_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Score:
    """A forecast of the last review beside what came of it, as shares in use."""

    name: str
    said: float
    came: float

    @property
    def error(self) -> float:
        return abs(self.said - self.came)


_SAID: Final = pydantic.TypeAdapter(_Said)


def _said(one: _Resource) -> str:
    said = _Said(
        at=float(one.series.days[-1]),
        level=float(np.median(one.series.numbers[-3:])),
        per_day=one.exhaustion.per_day,
    )
    return _SAID.dump_json(said).decode()


def _scores(given: context.Context, resources: Iterable[_Resource]) -> Iterator[_Score]:
    """Gives the forecasts of the last review, of what is still there."""
    before = given.remembered.get("capacity", {})
    for one in resources:
        if one.name in before:
            said = _SAID.validate_json(before[one.name])
            yield _Score(
                name=one.name,
                said=said.at_time(float(one.series.days[-1])),
                came=float(np.median(one.series.numbers[-3:])),
            )


def _mean(scores: Sequence[_Score]) -> float:
    return round(sum(one.error for one in scores) / len(scores), 4)


def _unscored(
    given: context.Context, resources: Sequence[_Resource]
) -> Iterator[findings.NotChecked]:
    if resources and not given.remembered.get("capacity"):
        yield findings.NotChecked(
            subject="the last review's forecasts", reason="there is no earlier review"
        )


def _score_table(scores: Sequence[_Score]) -> reports.Table:
    ordered = sorted(scores, key=lambda one: -one.error)
    return reports.Table(
        title="What the last review forecast, and what came",
        columns=("resource", "forecast", "came", "error"),
        rows=[
            (one.name, f"{one.said:.0%}", f"{one.came:.0%}", f"{one.error:.1%}")
            for one in ordered[:_SHOWN]
        ],
        source="the review before, as it was kept",
    )


def _is_resource(signal: signals.Signal) -> bool:
    """Whether a signal is the share of something that can be used up."""
    name = str(signal.record or signal.name)
    used = ("memory", "filesystem", "disk", "connections", "pool")
    return signal.unit is units.Unit.RATIO and any(word in name for word in used)


def _forecast(
    signal: signals.Signal, found: tuple[daily.DailySeries, ...]
) -> Iterator[_Resource]:
    for one in found:
        exhaustion = trends.forecast_exhaustion(one.numbers, _FULL)
        if exhaustion is not None:
            yield _Resource(signal=signal, series=one, exhaustion=exhaustion)


def _is_soon(resource: _Resource) -> bool:
    days = resource.exhaustion.days
    return days is not None and days <= _SOON.days


def _finding(resource: _Resource, zone: str) -> reports.Finding:
    exhaustion = resource.exhaustion
    return reports.Finding(
        identity=f"capacity/{resource.name}",
        subject=resource.name,
        problem=f"is full on {_day(resource, exhaustion.days, zone)}",
        evidence=(
            f"range {_day(resource, exhaustion.soonest, zone)} to "
            f"{_day(resource, exhaustion.latest, zone)} ({_worth(exhaustion)}); "
            f"{resource.series.numbers[-1]:.0%} used now"
        ),
        owner=str(resource.signal.team or ""),
        next_step="find what grows, or order more",
    )


def _worth(exhaustion: trends.Exhaustion) -> str:
    """Says how often such a range held the truth in the past."""
    label = "calibrated" if exhaustion.is_calibrated else "not calibrated"
    return f"{label}: held in {exhaustion.held} of {exhaustion.tried} past forecasts"


def _day(resource: _Resource, days: float | None, zone: str) -> str:
    at = resource.ends_at(days)
    return "never" if at is None else times.write(at, zone)[:10]


def _table(filling: list[_Resource], zone: str) -> reports.Table:
    return reports.Table(
        title="Resources that fill up",
        columns=(
            "resource",
            "used",
            "full on",
            "range",
            "the range is",
            "error of its past forecast",
            "error of no change",
        ),
        rows=[
            (
                one.name,
                f"{one.series.numbers[-1]:.0%}",
                _day(one, one.exhaustion.days, zone),
                (
                    f"{_day(one, one.exhaustion.soonest, zone)} to "
                    f"{_day(one, one.exhaustion.latest, zone)}"
                ),
                _worth(one.exhaustion),
                _share(one.exhaustion.error),
                _share(one.exhaustion.naive_error),
            )
            for one in filling[:_SHOWN]
        ],
    )


def _share(error: float | None) -> str:
    return "unknown" if error is None else f"{error:.1%}"


def _chart(resource: _Resource) -> reports.Chart:
    series = resource.series
    points = zip(series.days.tolist(), series.numbers.tolist(), strict=True)
    return reports.Chart(
        title=resource.name,
        unit="share in use",
        curves=[
            reports.Curve(label="highest of the day", points=list(points)),
            reports.Curve(label="forecast", points=_ahead(resource)),
        ],
    )


def _ahead(resource: _Resource) -> Sequence[tuple[float, float]]:
    """Gives the line to where it is full."""
    last, days = float(resource.series.days[-1]), resource.exhaustion.days or 0.0
    level = float(np.median(resource.series.numbers[-3:]))
    return ((last, level), (last + days * _DAY_SECONDS, _FULL))
