"""How well an alert told of what was truly wrong: precision, recall, delay, load."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from sightline.review.backtest import states, timelines

__all__ = ["Score", "Truth", "Windows", "score"]

_WEEK_SECONDS: Final = 7 * 86_400.0

_Times = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Windows:
    """Stretches of time in Unix seconds: each from its start to before its end."""

    starts: _Times
    ends: _Times

    @classmethod
    def of(cls, *pairs: tuple[float, float]) -> Self:
        """Gives windows from pairs of a start and an end."""
        table = np.asarray(pairs, dtype=np.float64).reshape(-1, 2)
        return cls(starts=table[:, 0], ends=table[:, 1])

    @classmethod
    def held(cls, numbers: timelines.Numbers, grid: timelines.Grid) -> Self:
        """Gives the windows in which a series has numbers."""
        spans = states.true_spans(~np.isnan(numbers))
        return cls.at(spans, grid)

    @classmethod
    def at(cls, spans: states.Spans, grid: timelines.Grid) -> Self:
        """Gives the windows that spans of evaluations are."""
        return cls(starts=grid.times_of(spans.begins), ends=grid.times_of(spans.ends))

    def beginning(self, start: float, end: float) -> Self:
        """Gives the windows that begin from `start` to before `end`."""
        chosen = (self.starts >= start) & (self.starts < end)
        return type(self)(starts=self.starts[chosen], ends=self.ends[chosen])

    def meeting(self, start: float, end: float) -> npt.NDArray[np.bool_]:
        """Says of each window whether it overlaps a stretch."""
        return (self.starts < end) & (start < self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """An alert's episodes beside the windows of truth.

    Attributes:
        episodes: how often the alert fired.
        right: the episodes that overlap a window.
        delays: of each window, the seconds from its start to the first episode that
            overlaps it: 0 when that fired already, `None` without one.
        pages_per_week: episodes, whatever their labels.
    """

    episodes: int
    right: int
    delays: tuple[float | None, ...]
    pages_per_week: float

    @property
    def windows(self) -> int:
        """How often something was wrong."""
        return len(self.delays)

    @property
    def found(self) -> int:
        """The windows that an episode overlaps."""
        return len(self._known)

    @property
    def delay_seconds(self) -> float | None:
        """The median delay; `None` when no window was found."""
        return float(np.median(self._known)) if self._known else None

    @property
    def _known(self) -> list[float]:
        return [one for one in self.delays if one is not None]

    @property
    def precision(self) -> float | None:
        """The share of episodes that were right; `None` without an episode."""
        return self.right / self.episodes if self.episodes else None

    @property
    def recall(self) -> float | None:
        """The share of windows that were found; `None` without a window."""
        return self.found / self.windows if self.windows else None


Truth = Mapping[str, Windows]
"""When something was truly wrong, by service; `""` where it is no service's."""


def score(pairs: Iterable[tuple[Windows, Windows]], start: float, end: float) -> Score:
    """Compares episodes with the truth between two times in Unix seconds.

    Episodes and windows count where they begin: one that begins before `start` or
    from `end` on belongs to another stretch.

    Args:
        pairs: of each service, the episodes of its alert and when it was truly wrong.
        start: episodes and windows count from here,
        end: to here.
    """
    episodes = right = 0
    delays: list[float | None] = []
    for fired_ever, truth in pairs:
        fired, wrong = fired_ever.beginning(start, end), truth.beginning(start, end)
        met = np.zeros(fired.starts.size, dtype=np.bool_)
        for window in zip(truth.starts.tolist(), truth.ends.tolist(), strict=True):
            met |= fired.meeting(*window)
        episodes += fired.starts.size
        right += int(met.sum())
        delays += _delays(fired, wrong)
    return Score(
        episodes=episodes,
        right=right,
        delays=tuple(delays),
        pages_per_week=episodes * _WEEK_SECONDS / (end - start),
    )


def _delays(fired: Windows, wrong: Windows) -> list[float | None]:
    """Gives of every window how long after its start an episode told of it."""
    return [
        max(float(fired.starts[met].min()) - begin, 0.0) if met.any() else None
        for begin, until in zip(wrong.starts.tolist(), wrong.ends.tolist(), strict=True)
        for met in (fired.meeting(begin, until),)
    ]
