"""How long to wait before a component that ended is started again."""

from dataclasses import dataclass, field

__all__ = ["Backoff"]


@dataclass(slots=True, kw_only=True)
class Backoff:
    """Exponential back-off, forgotten after a stable run.

    Attributes:
        first, longest: seconds.
        stable: a run of that many seconds counts as a success.
        patience: quick failures in a row until the component counts as failed.
    """

    first: float = 0.25
    longest: float = 8.0
    stable: float = 15.0
    patience: int = 5
    _failures: int = field(default=0, init=False)

    @property
    def has_lost_patience(self) -> bool:
        """Whether the component has failed too often in a row."""
        return self._failures >= self.patience

    def next_delay(self, ran_seconds: float) -> float:
        """Gives the seconds to wait after a run of `ran_seconds`."""
        if ran_seconds >= self.stable:
            self._failures = 0
        delay = min(self.first * 2.0**self._failures, self.longest)
        self._failures += 1
        return delay

    def reset(self) -> None:
        """Forgets all failures: somebody asked for the next start."""
        self._failures = 0
