"""A better limit and duration for a rule, judged on history that did not choose them.

The first two thirds of the period choose; the last third judges. A setting that finds
fewer of the windows in which something was truly wrong is shown, never recommended.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.review.backtest import scoring, sweeping

__all__ = ["Recommendation", "Tuning", "recommend"]

_CHOOSING_SHARE: Final = 2 / 3
_FEWEST_WINDOWS: Final = 5
_SHORTEST_SECONDS: Final = 14 * 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """A setting beside the present one, on the history that did not choose it."""

    present: sweeping.Trial
    proposed: sweeping.Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What every setting would have done, and what follows from it.

    Attributes:
        trials: over the whole period, in the order in which they were tried.
        recommendation: `None` when there is none to give.
        reason: why there is none; empty when there is one.
    """

    trials: tuple[sweeping.Trial, ...]
    recommendation: Recommendation | None
    reason: str


def recommend(
    history: sweeping.History,
    truth: scoring.Truth,
    start: float,
    end: float,
    limits: Sequence[float] | None = None,
) -> Tuning:
    """Gives what other settings would have done, and the one to take, if any.

    Args:
        history: what the rule measures, over the period.
        truth: when something was truly wrong, by service.
        start: of the period, in Unix seconds.
        end: of the period, in Unix seconds.
        limits: to try, the present one among them; `None` lets history propose them.
    """
    settings = _settings(history, limits or sweeping.propose(history))
    trials = sweeping.try_all(history, settings, truth, start, end)
    middle = start + (end - start) * _CHOOSING_SHARE
    if reason := _too_little(trials[0].score.windows, end - start):
        return Tuning(trials=trials, recommendation=None, reason=reason)
    present = _present(history)
    chosen = _best(sweeping.try_all(history, settings, truth, start, middle), present)
    if chosen == present:
        return Tuning(
            trials=trials,
            recommendation=None,
            reason="no other setting finds as much with fewer pages",
        )
    before, after = sweeping.try_all(
        history, sorted({present, chosen}), truth, middle, end
    )
    if before.setting != present:
        before, after = after, before
    if not _is_no_worse(after.score, before.score):
        return Tuning(
            trials=trials,
            recommendation=None,
            reason=(
                f"{chosen.limit:g} for {chosen.hold:g} s is better on the first two "
                "thirds of the period, and not on the last"
            ),
        )
    return Tuning(
        trials=trials,
        recommendation=Recommendation(present=before, proposed=after),
        reason="",
    )


def _settings(
    history: sweeping.History, limits: Sequence[float]
) -> list[sweeping.Setting]:
    durations = {*sweeping.DURATIONS, history.alert.timing.hold}
    return [
        sweeping.Setting(limit=limit, hold=hold)
        for limit in limits
        for hold in sorted(durations)
    ]


def _present(history: sweeping.History) -> sweeping.Setting:
    return sweeping.Setting(
        limit=history.condition.limit, hold=history.alert.timing.hold
    )


def _too_little(windows: int, seconds: float) -> str:
    if seconds < _SHORTEST_SECONDS:
        return f"{seconds / 86_400:.1f} days of history; a choice needs 14"
    if windows < _FEWEST_WINDOWS:
        return (
            f"{windows} windows in which something was wrong; "
            f"a choice needs {_FEWEST_WINDOWS}"
        )
    return ""


def _best(
    trials: Iterable[sweeping.Trial], present: sweeping.Setting
) -> sweeping.Setting:
    """Gives the setting with the fewest pages among those that find no less.

    Of equals the one that tells soonest, then the one nearest to the present.
    """
    trials = list(trials)
    (now,) = (one.score for one in trials if one.setting == present)
    able = [one for one in trials if _is_no_worse(one.score, now)]
    return min(
        able,
        key=lambda one: (
            one.score.episodes,
            one.score.delay_seconds or 0.0,
            abs(one.setting.limit - present.limit),
            abs(one.setting.hold - present.hold),
        ),
    ).setting


def _is_no_worse(score: scoring.Score, than: scoring.Score) -> bool:
    return score.found >= than.found and score.episodes <= than.episodes
