"""The chore "alert noise and fatigue"."""

import fileinput
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sightline.app.review import context
from sightline.clients import prometheus
from sightline.model import findings, units
from sightline.review import (
    alert_history,
    deliveries,
    interruptions,
    noise,
    reports,
    silent_rules,
)

__all__ = ["section"]

_SHOWN: Final = 15
_REPEATED_SHARE: Final = 0.3
_HEARTBEAT: Final = "Watchdog"
"""Fires always, on purpose."""


async def section(given: context.Context) -> reports.Section:
    """Gives what alerts did to people, and which rules did nothing at all."""
    history = await alert_history.fetch(
        given.prometheus, given.period.start, given.period.end
    )
    fired = [
        one for one in history if one.fired_at is not None and one.name != _HEARTBEAT
    ]
    rules = noise.measure(fired, given.length.total_seconds(), given.zone)
    shifts = noise.load_by_shift(fired, given.zone)
    sourceless = _sourceless(given)
    silent = await _silent(given, {one.name for one in fired} | sourceless.keys())
    sent, unknown = _read_deliveries(given)
    return reports.Section(
        name="noise",
        title="Alert noise and fatigue",
        summary=(
            f"{len(fired)} episodes, {len(noise.pages(fired))} of them pages; at most "
            f"{max(shifts.values(), default=0)} pages in a shift of twelve hours"
        ),
        source="ALERTS and ALERTS_FOR_STATE, every stored sample",
        found=(
            *_wearing(rules),
            *_heavy_shifts(shifts),
            *_twins(noise.co_firing(fired)),
            *_suspects(silent),
            *_repeats(sent),
        ),
        tables=(_rules_table(rules), _silent_table(silent), _sent_table(sent)),
        unknown=(*unknown, *_without_source(sourceless)),
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


def _read_deliveries(
    given: context.Context,
) -> tuple[tuple[deliveries.Delivery, ...], tuple[findings.NotChecked, ...]]:
    humans = findings.NotChecked(
        subject="time to acknowledge, resolved without a person",
        reason="no source here has acknowledgements",
    )
    there = [path for path in given.recorders if path.exists()]
    if not there:
        missing = findings.NotChecked(
            subject="notifications sent, repeated and muted",
            reason="there is no event recorder; pages are estimated from ALERTS",
        )
        return (), (missing, humans)
    with fileinput.input(there, encoding="utf-8", errors="replace") as lines:
        sent, strange = deliveries.read(lines, given.start, given.end)
    unread = findings.NotChecked(
        subject="the event recorder", reason=f"{strange} lines were not understood"
    )
    return sent, (unread, humans) if strange else (humans,)


def _wearing(rules: Sequence[noise.RuleNoise]) -> Iterator[reports.Finding]:
    for rule in rules:
        if rule.is_mostly_transient:
            yield _finding(
                rule,
                "is mostly over before anybody could act",
                f"{rule.transient} of {rule.episodes} episodes shorter than 5m",
                "raise `for`; `sightline backtest --sweep` shows what that would miss",
            )
        if rule.flapping:
            yield _finding(
                rule,
                "flaps",
                f"{rule.flapping} alerts with more than 3 episodes within an hour",
                "give it `keep_firing_for`",
            )
        if rule.always:
            yield _finding(
                rule,
                "fires all the time",
                f"{rule.always} alerts fired for more than half of the period",
                "mend the cause, or lower its priority: nobody reads it any more",
            )


def _finding(
    rule: noise.RuleNoise, problem: str, evidence: str, next_step: str
) -> reports.Finding:
    return reports.Finding(
        identity=f"noise/{rule.name}/{problem}",
        subject=rule.name,
        problem=problem,
        evidence=evidence,
        owner=rule.team,
        next_step=next_step,
    )


def _heavy_shifts(shifts: Mapping[str, int]) -> Iterator[reports.Finding]:
    for begin, count in shifts.items():
        if count > interruptions.SHIFT_LIMIT:
            yield reports.Finding(
                identity=f"noise/shift/{begin}",
                subject=f"shift of {begin}",
                problem="had more pages than a shift can take",
                evidence=f"{count} pages; {interruptions.SHIFT_LIMIT} are bearable",
                owner="",
                next_step="see which of them were one incident, and page once for it",
            )


def _twins(pairs: Sequence[noise.CoFiring]) -> Iterator[reports.Finding]:
    for pair in pairs:
        leader = pair.first if pair.leads * 2 >= pair.together else pair.second
        yield reports.Finding(
            identity=f"noise/twins/{pair.first}/{pair.second}",
            subject=f"{pair.first} and {pair.second}",
            problem="fire together",
            evidence=f"{pair.together} times, likeness {pair.likeness:.0%}",
            owner="",
            next_step=f"let {leader} mute the other, or drop one",
        )


def _suspects(silent: Sequence[silent_rules.SilentRule]) -> Iterator[reports.Finding]:
    for rule in silent:
        if rule.is_suspect:
            yield reports.Finding(
                identity=f"noise/silent/{rule.name}",
                subject=rule.name,
                problem=f"cannot fire: {rule.silence.value}",
                evidence=rule.evidence,
                owner=rule.team,
                next_step=(
                    "mend its query, or say that it is silent on purpose with the "
                    f"annotation `{silent_rules.BY_DESIGN}`"
                ),
            )


def _repeats(sent: Sequence[deliveries.Delivery]) -> Iterator[reports.Finding]:
    receivers = {one.receiver for one in sent if "heartbeat" not in one.receiver}
    for receiver in sorted(receivers):
        own = [one for one in sent if one.receiver == receiver]
        repeated = sum(one.reason == deliveries.REPEAT for one in own)
        if repeated > _REPEATED_SHARE * len(own):
            yield reports.Finding(
                identity=f"noise/repeats/{receiver}",
                subject=f"receiver {receiver}",
                problem="mostly repeats itself",
                evidence=f"{repeated} of {len(own)} notifications say nothing new",
                owner="",
                next_step="raise its `repeat_interval`",
            )


def _rules_table(rules: Sequence[noise.RuleNoise]) -> reports.Table:
    return reports.Table(
        title="Rules by what they cost people",
        columns=("rule", "team", "episodes", "median", "< 5m", "asleep", "cost"),
        rows=[
            (
                rule.name,
                rule.team or "nobody",
                str(rule.episodes),
                str(units.Duration.of_seconds(round(rule.median_seconds))),
                str(rule.transient),
                str(rule.asleep),
                str(rule.cost),
            )
            for rule in rules[:_SHOWN]
        ],
    )


def _silent_table(silent: Sequence[silent_rules.SilentRule]) -> reports.Table:
    nearest = sorted(silent, key=lambda one: (-(one.closest or 0.0), one.name))
    return reports.Table(
        title="Rules that never fired, the nearest to firing first",
        columns=("rule", "cause", "evidence"),
        rows=[(one.name, one.silence.value, one.evidence) for one in nearest[:_SHOWN]],
    )


def _sent_table(sent: Sequence[deliveries.Delivery]) -> reports.Table:
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
    )
