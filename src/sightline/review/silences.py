"""Silences that hide more than they should: too long, for nothing, or over too soon.

From Alertmanager's own lists of silences and alerts. A silence that somebody deleted
leaves no trace there.
"""

import datetime as dt
import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.clients import alertmanager

__all__ = ["Flaw", "Judged", "judge", "silences_alert"]

_LONGEST: Final = dt.timedelta(days=60)
"""Datadog's limit for a monitor that is muted: two months."""

_IDLE: Final = dt.timedelta(days=7)
"""A silence that is made ahead of planned work matches nothing for some days."""


class Flaw(enum.Enum):
    """What is wrong with a silence."""

    TOO_LONG = "silences for more than 60 days"
    IDLE = "silences nothing"
    OVER = "is over, and what it silenced still fires"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A silence with a flaw; `evidence` has the figures."""

    silence: alertmanager.Silence
    flaw: Flaw
    evidence: str

    @property
    def name(self) -> str:
        """Its matchers, as Alertmanager writes them."""
        return ", ".join(map(_write, self.silence.matchers))


def judge(
    silences: Sequence[alertmanager.Silence],
    alerts: Sequence[alertmanager.Alert],
    start: dt.datetime,
    end: dt.datetime,
) -> tuple[Judged, ...]:
    """Gives the silences of a period with a flaw, the oldest first.

    Args:
        silences: all that Alertmanager keeps.
        alerts: those that have not ended.
        start: of the period.
        end: of the period, when the alerts were asked for.
    """
    ordered = sorted(silences, key=lambda one: (one.starts_at, one.id))
    return tuple(
        judged for one in ordered for judged in _judge(one, alerts, start, end)
    )


def _judge(
    silence: alertmanager.Silence,
    alerts: Sequence[alertmanager.Alert],
    start: dt.datetime,
    end: dt.datetime,
) -> Iterator[Judged]:
    matching = [one for one in alerts if silences_alert(silence, one.labels)]
    by = f"by {silence.created_by}: {silence.comment!r}"
    if silence.starts_at <= end < silence.ends_at:
        age = end - silence.starts_at
        planned = silence.ends_at - silence.starts_at
        if max(age, planned) > _LONGEST:
            evidence = f"since {age.days} d, for {planned.days} d in all, {by}"
            yield Judged(silence=silence, flaw=Flaw.TOO_LONG, evidence=evidence)
        elif age > _IDLE and not matching:
            evidence = f"since {age.days} d no alert that it matches is active, {by}"
            yield Judged(silence=silence, flaw=Flaw.IDLE, evidence=evidence)
    elif start <= silence.ends_at <= end:
        left = [one for one in matching if one.starts_at < silence.ends_at]
        if left and not any(one.status.silenced_by for one in left):
            names = ", ".join(sorted({one.labels.get("alertname", "") for one in left}))
            evidence = (
                f"{names} since {(end - silence.ends_at).days} d without it, {by}"
            )
            yield Judged(silence=silence, flaw=Flaw.OVER, evidence=evidence)


def silences_alert(silence: alertmanager.Silence, labels: Mapping[str, str]) -> bool:
    """Says whether a silence matches an alert; a label that is missing is empty."""
    return all(_matches(one, labels.get(one.name, "")) for one in silence.matchers)


def _matches(matcher: alertmanager.Matcher, text: str) -> bool:
    if not matcher.is_regex:
        return (text == matcher.value) is matcher.is_equal
    try:
        found = re.fullmatch(matcher.value, text) is not None
    except re.error:
        return False  # a pattern that only Go reads
    return found is matcher.is_equal


def _write(matcher: alertmanager.Matcher) -> str:
    sign = ("=~" if matcher.is_equal else "!~") if matcher.is_regex else "="
    if not matcher.is_regex and not matcher.is_equal:
        sign = "!="
    return f'{matcher.name}{sign}"{matcher.value}"'
