"""Rules that have not had their first evaluation: still in time, or overdue.

Prometheus spreads the groups over their interval, so that a group of 2m30s may be
evaluated for the first time 2m30s after a start. Until then its rules are loaded but
have neither health nor series, and what reads those series has none either. An
evaluation before every target was scraped twice is not counted: it found nothing.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sightline.clients import prometheus

__all__ = ["Pending", "sort_pending"]

_GRACE_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """The rules without a first evaluation, by name.

    Attributes:
        due: their group's first turn may still come.
        due_within_seconds: until the last of those turns; 0 when there are none.
        overdue: their turn has passed.
    """

    due: tuple[str, ...] = ()
    due_within_seconds: float = 0.0
    overdue: tuple[str, ...] = ()


def sort_pending(
    groups: Iterable[prometheus.RuleGroup],
    runtime: prometheus.Runtime,
    scraped_at: dt.datetime,
) -> Pending:
    """Gives the rules that were not evaluated yet, judged by the server's clock.

    Args:
        groups: as they are loaded.
        runtime: when the server was started and configured, and its time.
        scraped_at: when every target has been scraped twice.
    """
    ready_at = max(runtime.start_time, runtime.last_config_time, scraped_at)
    now = runtime.server_time
    # A server that does not tell its time is not known to be young.
    age = (now - ready_at).total_seconds() if now else float("inf")
    due: list[str] = []
    overdue: list[str] = []
    rest = 0.0
    for group in groups:
        is_early = _was_evaluated_before(group, scraped_at)
        waiting = [
            rule.name for rule in group.rules if is_early or rule.health == "unknown"
        ]
        remaining = group.interval + _GRACE_SECONDS - age
        (due if remaining > 0 else overdue).extend(waiting)
        if waiting:
            rest = max(rest, remaining)
    return Pending(due=tuple(due), due_within_seconds=rest, overdue=tuple(overdue))


def _was_evaluated_before(group: prometheus.RuleGroup, scraped_at: dt.datetime) -> bool:
    """Whether the last evaluation was too early; untold is not known to be."""
    return group.last_evaluation is not None and group.last_evaluation < scraped_at
