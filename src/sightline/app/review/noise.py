"""The chore "alert noise and fatigue"."""

import fileinput
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sightline import errors
from sightline.app.review import context, noise_findings, noise_tables
from sightline.clients import prometheus
from sightline.model import findings
from sightline.review import (
    alert_history,
    deliveries,
    noise,
    reports,
    silences,
    silent_rules,
)

__all__ = ["section"]

_HEARTBEAT: Final = "Watchdog"
"""Fires always, on purpose."""

_KEPT_BACK: Final[Mapping[str, str]] = {
    "held back": "sum by (reason) (increase("
    "alertmanager_notifications_suppressed_total[{length}]))",
    "failed": "sum by (integration) (increase("
    "alertmanager_notifications_failed_total[{length}]))",
}
"""The event recorder has no event for either.

https://github.com/prometheus/alertmanager/blob/main/notify/notify.go
"""


async def section(given: context.Context) -> reports.Section:
    """Gives what alerts did to people, and which rules did nothing at all."""
    history = await alert_history.fetch(
        given.prometheus, given.period.start, given.period.end
    )
    fired = [
        one for one in history if one.fired_at is not None and one.name != _HEARTBEAT
    ]
    rules = noise.measure(fired, given.length.total_seconds(), given.zone)
    services = noise.measure(fired, given.length.total_seconds(), given.zone, "service")
    shifts = noise.load_by_shift(fired, given.zone)
    sourceless = _sourceless(given)
    silent = await _silent(given, {one.name for one in fired} | sourceless.keys())
    sent, unsent = _read_deliveries(given)
    judged, unjudged = await _judge_silences(given)
    kept_back = await _count_kept_back(given)
    worst = max((one.incidents for one in shifts), default=0)
    return reports.Section(
        name="noise",
        title="Alert noise and fatigue",
        summary=(
            f"{len(fired)} episodes, {len(noise.pages(fired))} of them pages; at most "
            f"{worst} incidents in a shift of twelve hours"
        ),
        source="ALERTS and ALERTS_FOR_STATE, every stored sample",
        found=(
            *noise_findings.wearing(rules),
            *noise_findings.heavy_shifts(shifts),
            *noise_findings.twins(noise.co_firing(fired)),
            *noise_findings.suspects(silent),
            *noise_findings.idle_silences(judged),
            *noise_findings.repeats(sent),
        ),
        tables=(
            noise_tables.noise_table("Rules by what they cost people", "rule", rules),
            noise_tables.noise_table("The same by service", "service", services),
            noise_tables.shifts_table(shifts),
            noise_tables.silent_table(silent),
            noise_tables.sent_table(sent),
            noise_tables.kept_back_table(kept_back),
        ),
        charts=(
            noise_tables.days_chart(
                fired, given.period.start, given.period.end, given.zone
            ),
        )
        if fired
        else (),
        unknown=(*unsent, *unjudged, _humans(), *_without_source(sourceless)),
        figures=noise_tables.figures(fired, rules, shifts),
    )


def _sourceless(given: context.Context) -> Mapping[str, str]:
    """Gives the alerts that are declared to have no source here, and what they lack."""
    here = given.declared.within(given.environment)
    return {
        level.alert: ", ".join(lacking)
        for signal in here.signals.values()
        if (lacking := here.lacking(signal.needs))
        for level in signal.levels
    }


def _without_source(sourceless: Mapping[str, str]) -> Iterator[findings.NotChecked]:
    for alert, lacking in sorted(sourceless.items()):
        yield findings.NotChecked(
            subject=alert, reason=f"declared without a source here: {lacking}"
        )


async def _silent(
    given: context.Context, excused: set[str]
) -> tuple[silent_rules.SilentRule, ...]:
    groups = await given.prometheus.fetch_rule_groups()
    quiet = {
        rule.name: rule
        for group in groups
        for rule in group.rules
        if isinstance(rule, prometheus.AlertingRule)
        and rule.name not in excused
        and rule.name != _HEARTBEAT
    }
    given.say(f"looking why {len(quiet)} alerts did not fire")
    return await silent_rules.examine(
        given.prometheus, tuple(quiet.values()), given.period
    )


def _humans() -> findings.NotChecked:
    return findings.NotChecked(
        subject="time to acknowledge, resolved without a person",
        reason=(
            "no source here has acknowledgements; episodes shorter than five minutes "
            "stand for those that were over before anybody could act"
        ),
    )


def _read_deliveries(
    given: context.Context,
) -> tuple[tuple[deliveries.Delivery, ...], tuple[findings.NotChecked, ...]]:
    there = [path for path in given.recorders if path.exists()]
    if not there:
        missing = findings.NotChecked(
            subject="notifications sent and repeated",
            reason="there is no event recorder; pages are estimated from ALERTS",
        )
        return (), (missing,)
    with fileinput.input(there, encoding="utf-8", errors="replace") as lines:
        sent, strange = deliveries.read(lines, given.start, given.end)
    unread = findings.NotChecked(
        subject="the event recorder", reason=f"{strange} lines were not understood"
    )
    return sent, (unread,) if strange else ()


async def _judge_silences(
    given: context.Context,
) -> tuple[tuple[silences.Judged, ...], tuple[findings.NotChecked, ...]]:
    if not given.is_present:
        reason = "Alertmanager tells of the present only, and this review looks back"
        return (), (findings.NotChecked(subject="silences", reason=reason),)
    try:
        kept = await given.alertmanager.fetch_silences()
        alerts = await given.alertmanager.fetch_alerts()
    except errors.ServerUnavailable as failure:
        return (), (findings.NotChecked(subject="silences", reason=str(failure)),)
    return silences.judge(kept, alerts, given.period.start, given.period.end), ()


async def _count_kept_back(
    given: context.Context,
) -> Mapping[str, Sequence[prometheus.Sample]]:
    length = f"{given.length.total_seconds():.0f}s"
    return {
        what: await given.prometheus.query(expr.format(length=length), given.period.end)
        for what, expr in _KEPT_BACK.items()
    }
