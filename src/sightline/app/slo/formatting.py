"""Standings as text for people and as JSON for programs."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from sightline.app.slo import standings
from sightline.model import budgets, slos, units

__all__ = ["describe", "render_json", "render_text"]

_ABSENT: Final = "-"
_BURN_COLUMNS: Final = tuple(
    units.Duration.parse(text) for text in ("5m", "1h", "6h", "3d")
)
_HEADINGS: Final = (
    "SLO",
    "objective",
    "period",
    "month",
    "budget left",
    "burn " + "/".join(str(window) for window in _BURN_COLUMNS),
    "exhausted in",
    "measurable",
    "coverage",
    "samples/s",
    "gate",
)
_DAY: Final = dt.timedelta(days=1)
_HOUR: Final = dt.timedelta(hours=1)
_SOON_DAYS: Final = 3


def render_json(found: Iterable[standings.Standing]) -> str:
    """Gives the standings as one JSON document; `null` is what nobody knows."""
    document = {"slos": [describe(standing) for standing in found]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def render_text(found: Sequence[standings.Standing], levels: slos.ServiceLevels) -> str:
    """Gives a table, and below it what a table cannot say."""
    rows = [_HEADINGS, *(_row(standing) for standing in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
    total = sum(standing.measured.samples_per_second for standing in found)
    lines += ["", f"All rules together read {total:,.0f} samples per second."]
    lines += _notes(found, levels)
    return "\n".join(lines) + "\n"


def _row(standing: standings.Standing) -> tuple[str, ...]:
    measured = standing.measured
    burn = "/".join(_write(standing.burn.get(w), _times) for w in _BURN_COLUMNS)
    return (
        standing.objective.name,
        str(standing.objective.target),
        _write(measured.error_ratio, _good_share),
        _write(measured.month.error_ratio, _good_share),
        _write(measured.budget_remaining, _share),
        burn,
        _exhausted(standing),
        _write(standing.verdict, str),
        _coverage(standing),
        f"{measured.samples_per_second:,.0f}",
        "reported" if standing.objective.reported_only else standing.gate.value,
    )


def _notes(
    found: Iterable[standings.Standing], levels: slos.ServiceLevels
) -> Iterable[str]:
    for standing in found:
        if standing.gate in {standings.Gate.BLOCKED, standings.Gate.OVERRIDDEN}:
            state = standing.state
            yield f"{standing.objective.name}: {state.action if state else ''}"
        if standing.override is not None:
            override = standing.override
            yield (
                f"{standing.objective.name}: overridden by {override.owner} until "
                f"{override.expires.isoformat()}: {override.reason}"
            )
    for alias in levels.aliases:
        yield f"{alias.name} is {alias.of}: {alias.title}."
    for diagnostic in levels.diagnostics:
        yield f"{diagnostic.name} is no objective: {diagnostic.reason}"
    for exemption in levels.exemptions:
        yield (
            f"{exemption.service} has no objective ({exemption.owner}, to be reviewed "
            f"by {exemption.review_by}): {exemption.reason}"
        )


def _write(found: object | None, writer: Callable[..., str]) -> str:
    return _ABSENT if found is None else writer(found)


def _good_share(error_ratio: float) -> str:
    """Gives the good share, rounded down: 99.999 % is not everything."""
    return f"{int((1 - error_ratio) * 1_000_000 + 1e-6) / 10_000:.4f}%"


def _share(ratio: float) -> str:
    # `+ 0.0` turns the -0.0 of rounding into 0.0.
    return f"{round(ratio * 100, 1) + 0.0:.1f}%"


def _times(burn: float) -> str:
    return f"{burn:.1f}"


def _exhausted(standing: standings.Standing) -> str:
    forecast = standing.forecast
    if standing.objective.reported_only or forecast is None:
        return _ABSENT
    if forecast.expected is None:
        return "never"
    if forecast.expected == dt.timedelta(0):
        return "now"
    return f"{_write_time(forecast.expected)} ({_interval(forecast)})"


def _interval(forecast: budgets.Forecast) -> str:
    soonest, latest = (
        "never" if moment is None else _write_time(moment)
        for moment in (forecast.soonest, forecast.latest)
    )
    return f"{soonest} to {latest}"


def _write_time(time: dt.timedelta) -> str:
    if time < _SOON_DAYS * _DAY:
        return f"{time / _HOUR:.0f}h"
    return f"{time / _DAY:.0f}d"


def _coverage(standing: standings.Standing) -> str:
    coverage = standing.measured.coverage
    if coverage is None:
        return "not measured"
    note = "" if standing.is_measured else " not measured"
    return f"{_share(coverage)}{note}"


def describe(standing: standings.Standing) -> Mapping[str, object]:
    """Gives a standing as it is written in JSON; `None` is what nobody knows."""
    objective, measured = standing.objective, standing.measured
    return {
        "name": objective.name,
        "service": objective.service,
        "objective": float(objective.target.ratio),
        "window": str(objective.period),
        "error_ratio": measured.error_ratio,
        "budget_remaining": measured.budget_remaining,
        "burn": {str(window): burn for window, burn in standing.burn.items()},
        "coverage": measured.coverage,
        "samples_per_evaluation": measured.samples_per_evaluation,
        "samples_per_second": measured.samples_per_second,
        "title": objective.title,
        "team": objective.team,
        "aliases": list(standing.aliases),
        "reported_only": objective.reported_only,
        "is_measured": standing.is_measured,
        "month": _month(standing),
        "events_per_period": measured.events_per_period,
        "verdict": _verdict(standing.verdict),
        "seconds_to_exhaustion": _forecast(standing.forecast),
        "state": None if standing.state is None else standing.state.name,
        "gate": standing.gate.value,
    }


def _month(standing: standings.Standing) -> Mapping[str, object]:
    month, target = standing.measured.month, standing.objective.target
    left = (
        None
        if month.error_ratio is None
        else budgets.budget_remaining(month.error_ratio, target)
    )
    return {
        "zone": standing.objective.zone,
        "events_bad": None if month.events is None else month.events.bad,
        "events_total": None if month.events is None else month.events.total,
        "error_ratio": month.error_ratio,
        "budget_remaining": left,
        "coverage": month.coverage,
    }


def _verdict(verdict: budgets.Verdict | None) -> Mapping[str, object] | None:
    if verdict is None:
        return None
    return {
        "is_measurable": verdict.is_measurable,
        "events_needed": verdict.needed,
        "failures_allowed": verdict.allowed_failures,
    }


def _forecast(forecast: budgets.Forecast | None) -> Mapping[str, object] | None:
    if forecast is None:
        return None

    def seconds(time: dt.timedelta | None) -> float | None:
        return None if time is None else time.total_seconds()

    return {
        "soonest": seconds(forecast.soonest),
        "expected": seconds(forecast.expected),
        "latest": seconds(forecast.latest),
    }
