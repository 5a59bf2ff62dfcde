"""The figures of the weekly review on alerts, as tables and a chart."""

import datetime as dt
import itertools
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Final

from sightline.clients import prometheus
from sightline.model import units
from sightline.review import (
    alert_history,
    deliveries,
    interruptions,
    noise,
    reports,
    silent_rules,
)

__all__ = [
    "ESTIMATE",
    "days_chart",
    "figures",
    "kept_back_table",
    "noise_table",
    "sent_table",
    "shifts_table",
    "silent_table",
]

ESTIMATE: Final = (
    "ALERTS, every stored sample; pages are P0, an estimate of what was sent"
)
_SHOWN: Final = 15


def noise_table(title: str, head: str, rows: Sequence[noise.Noise]) -> reports.Table:
    """Gives what each rule or service did to people, the costliest first."""
    return reports.Table(
        title=title,
        columns=(
            head,
            "team",
            "episodes",
            "pages",
            "median",
            "< 5m",
            "flapping",
            "off-hours",
            "asleep",
            "cost",
        ),
        rows=[
            (
                one.name or "none",
                one.team or "nobody",
                str(one.episodes),
                str(one.pages),
                str(units.Duration.of_seconds(round(one.median_seconds))),
                str(one.transient),
                str(one.flapping),
                str(one.off_hours),
                str(one.asleep),
                str(one.cost),
            )
            for one in rows[:_SHOWN]
        ],
        source=(
            f"{ESTIMATE}; cost counts an interruption once in business hours, "
            f"{interruptions.Hours.OFF.value} times in off-hours, "
            f"{interruptions.Hours.SLEEP.value} times asleep"
        ),
    )


def shifts_table(shifts: Sequence[noise.Shift]) -> reports.Table:
    """Gives the load of every shift that had a page."""
    limit = interruptions.SHIFT_LIMIT
    return reports.Table(
        title=f"Shifts of twelve hours, beside {limit} incidents that one can take",
        columns=("shift from", "incidents", "pages", "of what it can take"),
        rows=[
            (
                one.begin,
                str(one.incidents),
                str(one.pages),
                f"{one.incidents / limit:.0%}",
            )
            for one in shifts
        ],
        source=f"{ESTIMATE}; those within five minutes are one incident",
    )


def silent_table(silent: Sequence[silent_rules.SilentRule]) -> reports.Table:
    """Gives the rules that never fired, the nearest to firing first."""
    nearest = sorted(silent, key=lambda one: (-(one.closest or 0.0), one.name))
    return reports.Table(
        title="Rules that never fired, the nearest to firing first",
        columns=("rule", "cause", "evidence"),
        rows=[(one.name, one.silence.value, one.evidence) for one in nearest[:_SHOWN]],
        source="loaded rules, and the samples of what they read",
    )


def sent_table(sent: Sequence[deliveries.Delivery]) -> reports.Table:
    """Gives what each receiver was sent, and why."""
    return reports.Table(
        title="Notifications sent",
        columns=("receiver", "notifications", "why"),
        rows=[
            (
                receiver,
                str(sum(reasons.values())),
                ", ".join(f"{count} {reason}" for reason, count in reasons.items()),
            )
            for receiver, reasons in deliveries.count_reasons(sent).items()
        ],
        source=deliveries.SOURCE,
    )


def kept_back_table(
    counted: Mapping[str, Sequence[prometheus.Sample]],
) -> reports.Table:
    """Gives what Alertmanager did not send, by what kept it back."""
    return reports.Table(
        title="Notifications that were not sent",
        columns=("what", "why", "how many"),
        rows=[
            (
                what,
                one.labels.get("reason", "") or one.labels.get("integration", ""),
                f"{one.number:.0f}",
            )
            for what, samples in counted.items()
            for one in samples
            if one.number >= 1
        ],
        source="Alertmanager's own counters, as Prometheus scraped them",
    )


def figures(
    fired: Sequence[alert_history.Episode],
    rules: Sequence[noise.Noise],
    shifts: Sequence[noise.Shift],
) -> Mapping[str, float]:
    """Gives the few numbers that are compared from week to week."""
    return {
        "episodes": float(len(fired)),
        "pages": float(sum(one.pages for one in rules)),
        "interruptions asleep": float(sum(one.asleep for one in rules)),
        "incidents in the worst shift": float(
            max((one.incidents for one in shifts), default=0)
        ),
    }


def days_chart(
    fired: Sequence[alert_history.Episode],
    start: dt.datetime,
    end: dt.datetime,
    zone: zoneinfo.ZoneInfo,
) -> reports.Chart:
    """Gives episodes and pages by local day."""
    curves = (("episodes", fired), ("pages", noise.pages(fired)))
    midnights = _midnights(start, end, zone)
    return reports.Chart(
        title="Alerts by day",
        unit="how many began",
        curves=[
            reports.Curve(label=label, points=_by_day(episodes, midnights))
            for label, episodes in curves
        ],
    )


def _midnights(
    start: dt.datetime, end: dt.datetime, zone: zoneinfo.ZoneInfo
) -> list[float]:
    """Gives the begins of the local days of a period, and the one after it.

    A local day has 23 to 25 hours.
    """
    day = start.astimezone(zone).date()
    found: list[float] = []
    while not found or found[-1] < end.timestamp():
        midnight = dt.datetime.combine(day, dt.time(), zone)
        found.append(midnight.timestamp())
        day += dt.timedelta(days=1)
    return found


def _by_day(
    episodes: Sequence[alert_history.Episode], midnights: Sequence[float]
) -> list[tuple[float, float | None]]:
    starts = [one.fired_at for one in episodes if one.fired_at is not None]
    return [
        (begin, float(sum(begin <= start < until for start in starts)))
        for begin, until in itertools.pairwise(midnights)
    ]
