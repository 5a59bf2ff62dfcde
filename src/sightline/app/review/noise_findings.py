"""What the weekly review calls a problem of alerts, with an owner and a next step."""

from collections.abc import Iterator, Sequence
from typing import Final

from sightline.review import (
    deliveries,
    interruptions,
    noise,
    reports,
    silences,
    silent_rules,
)

__all__ = ["heavy_shifts", "idle_silences", "repeats", "suspects", "twins", "wearing"]

_REPEATED_SHARE: Final = 0.3
_ALERTMANAGER: Final = "Alertmanager's silences and alerts"

_AFTER: Final = {
    silences.Flaw.TOO_LONG: "mend the rule or take it away, and end the silence",
    silences.Flaw.IDLE: "end the silence: it waits for an alert nobody will hear of",
    silences.Flaw.OVER: "mend the cause, or silence it again with a reason",
}


def wearing(rules: Sequence[noise.Noise]) -> Iterator[reports.Finding]:
    """Gives the rules that wear people out."""
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
    rule: noise.Noise, problem: str, evidence: str, next_step: str
) -> reports.Finding:
    return reports.Finding(
        identity=f"noise/{rule.name}/{problem}",
        subject=rule.name,
        problem=problem,
        evidence=evidence,
        owner=rule.team,
        next_step=next_step,
    )


def heavy_shifts(shifts: Sequence[noise.Shift]) -> Iterator[reports.Finding]:
    """Gives the shifts that had more incidents than people can follow up."""
    for shift in shifts:
        if shift.incidents > interruptions.SHIFT_LIMIT:
            yield reports.Finding(
                identity=f"noise/shift/{shift.begin}",
                subject=f"shift of {shift.begin}",
                problem="had more incidents than a shift can take",
                evidence=(
                    f"{shift.incidents} incidents, {shift.pages} pages; "
                    f"{interruptions.SHIFT_LIMIT} incidents are bearable"
                ),
                owner="",
                next_step="see what they had in common, and mend that first",
            )


def twins(groups: Sequence[noise.CoFiring]) -> Iterator[reports.Finding]:
    """Gives the rules that say the same."""
    for group in groups:
        *others, last = group.names
        yield reports.Finding(
            identity=f"noise/twins/{'/'.join(group.names)}",
            subject=f"{', '.join(others)} and {last}",
            problem="fire together",
            evidence=f"{group.together} times, likeness {group.likeness:.0%}",
            owner="",
            next_step=f"let {group.leader} mute the others, or drop them",
        )


def suspects(silent: Sequence[silent_rules.SilentRule]) -> Iterator[reports.Finding]:
    """Gives the rules that may well be unable to fire."""
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
                source="loaded rules, and the samples of what they read",
            )


def repeats(sent: Sequence[deliveries.Delivery]) -> Iterator[reports.Finding]:
    """Gives the receivers that are mostly told what they know."""
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
                source=deliveries.SOURCE,
            )


def idle_silences(judged: Sequence[silences.Judged]) -> Iterator[reports.Finding]:
    """Gives the silences that hide more than they should."""
    for one in judged:
        yield reports.Finding(
            identity=f"noise/silence/{one.silence.id}/{one.flaw.name}",
            subject=f"silence of {one.name}",
            problem=one.flaw.value,
            evidence=one.evidence,
            owner="",
            next_step=_AFTER[one.flaw],
            source=_ALERTMANAGER,
        )
