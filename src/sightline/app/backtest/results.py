"""What a backtest says of one rule."""

from dataclasses import dataclass

from sightline.model import findings
from sightline.review.backtest import replaying, tuning

__all__ = ["Result"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one rule would have done.

    Attributes:
        not_replayed: why there are no episodes; empty when the rule was replayed.
        tuned: other settings, where they were asked for and there is one limit.
        not_swept: why there are none.
        unseen: metrics that the rule reads and history has no sample of.
        change: the recommendation as a diff of the file that declares the rule; why
            there is no diff; `None` without a recommendation.
        begins: when the history of the others begins, in Unix seconds; `None` when
            it covers the period.
    """

    alert: replaying.Alert
    episodes: tuple[replaying.Episode, ...] = ()
    not_replayed: str = ""
    tuned: tuning.Tuning | None = None
    not_swept: str = ""
    change: str | findings.NotChecked | None = None
    unseen: tuple[str, ...] = ()
    begins: float | None = None
