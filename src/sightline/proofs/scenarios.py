"""The courses of events that an alert is put through, and where it is looked at."""

import dataclasses
import enum
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.proofs import boundaries, courses, searching, solutions

__all__ = ["Kind", "Scenario", "compose"]

_LOST_SCRAPES: Final = 2


class Kind(enum.Enum):
    """What a scenario shows; the value is the word of reports."""

    LIFE = "life"
    BELOW = "below"
    EXACT = "exact"
    ABOVE = "above"
    LATE = "late"
    RESTART = "restart"
    OUTAGE = "outage"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario:
    """One course of events.

    Attributes:
        name: unique in a run.
        phases: what the series do.
        marks: when each phase is over and its outcome stands, in seconds.
        looks: all times at which the alert is looked at, the marks included.
        rendered: when the alert's labels and texts are read; `None` never.
        step: seconds between evaluations.
        comparison: which comparison of the expression a boundary belongs to.
    """

    name: str
    kind: Kind
    solution: solutions.Solution
    phases: searching.Phases
    marks: tuple[float, ...]
    looks: tuple[float, ...]
    rendered: float | None
    step: float
    comparison: int | None = None


def compose(solution: solutions.Solution, name: str) -> Sequence[Scenario]:
    """Gives the scenarios of an alert for which inputs are known."""
    composer = _Composer(solution, name)
    if solution.calm is None:
        return (composer.always(),)
    return (
        composer.life(solution.calm),
        composer.late(solution.calm),
        composer.restart(solution.calm),
        *(
            scenario
            for number, boundary in enumerate(solution.turns)
            for scenario in composer.boundary(number, boundary)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Composer:
    solution: solutions.Solution
    name: str

    @property
    def _settled(self) -> float:
        clocks = self.solution.slice.clocks
        return clocks.up(clocks.now + 2 * clocks.step)

    def always(self) -> Scenario:
        """Gives the scenario of an alert that is never silent."""
        end = self.solution.begins + self._waits()
        phases = searching.Phases((0.0,), (self.solution.firing,))
        return self._scenario(Kind.LIFE, phases, (end,), (end,), rendered=end)

    def _waits(self) -> float:
        alert, clocks = self.solution.slice.alert, self.solution.slice.clocks
        return clocks.up(alert.for_seconds) + clocks.step

    def life(self, calm: searching.State) -> Scenario:
        """Gives the whole life of the alert: silent, pending, firing, kept, cleared."""
        alert, clocks = self.solution.slice.alert, self.solution.slice.clocks
        begins = self.solution.begins
        fires = begins + self.solution.held + self._waits()
        cleared = fires + self._settled + clocks.up(alert.keep_seconds) + clocks.step
        phases = searching.Phases(
            (0.0, begins, fires), (calm, self.solution.firing, calm)
        )
        before = begins - clocks.step
        marks = (before, fires - clocks.step, cleared)
        looks = tuple(_every(before, cleared, clocks.step))
        return self._scenario(Kind.LIFE, phases, marks, looks, rendered=marks[1])

    def late(self, calm: searching.State) -> Scenario:
        """Gives lost scrapes while it fires, and then the loss of every series."""
        clocks = self.solution.slice.clocks
        begins = self.solution.begins
        gap = begins + self.solution.held + self._waits()
        over = gap + clocks.up(_LOST_SCRAPES * clocks.interval)
        lost = over + clocks.up(clocks.step)
        end = lost + self._settled
        gaps = tuple(courses.GAP for _ in calm)
        gone = tuple(courses.ABSENT for _ in calm)
        firing = self.solution.firing
        phases = searching.Phases(
            (0.0, begins, gap + clocks.interval / 2, over + clocks.interval / 2, lost),
            (calm, firing, gaps, firing, gone),
        )
        marks = (gap, over, end)
        return self._scenario(Kind.LATE, phases, marks, marks)

    def restart(self, calm: searching.State) -> Scenario:
        """Gives counters that begin anew in a calm time, and then no series at all."""
        clocks = self.solution.slice.clocks
        begins = self.solution.begins
        gone = begins + self._settled
        end = gone + self._settled + self._waits()
        anew = tuple(
            courses.Restart(shape.per_second)
            if isinstance(shape, courses.Slope)
            else shape
            for shape in calm
        )
        absent = tuple(courses.ABSENT for _ in calm)
        phases = searching.Phases((0.0, begins, gone), (calm, anew, absent))
        after = begins + clocks.up(2 * clocks.interval)
        marks = (after, gone - clocks.step, end)
        return self._scenario(Kind.RESTART, phases, marks, marks)

    def boundary(self, number: int, found: boundaries.Boundary) -> Iterator[Scenario]:
        """Gives the situations on both sides of a comparison, and on it."""
        situations = (
            (Kind.BELOW, found.silent),
            (Kind.EXACT, found.exact),
            (Kind.ABOVE, found.firing),
        )
        for kind, one in situations:
            if one is not None:
                yield dataclasses.replace(
                    self._scenario(kind, one.phases, (one.time,), (one.time,)),
                    name=f"{self.name}/{kind.value}-{number}",
                    comparison=number,
                    step=self._boundary_step(one.time),
                )

    def _boundary_step(self, time: float) -> float:
        """Gives steps as long as can be: what is recorded over time needs its own."""
        clocks = self.solution.slice.clocks
        return clocks.step if self.solution.slice.reads_over_records else time

    def _scenario(
        self,
        kind: Kind,
        phases: searching.Phases,
        marks: tuple[float, ...],
        looks: tuple[float, ...],
        *,
        rendered: float | None = None,
    ) -> Scenario:
        return Scenario(
            name=f"{self.name}/{kind.value}",
            kind=kind,
            solution=self.solution,
            phases=phases,
            marks=marks,
            looks=tuple(sorted({*marks, *looks})),
            rendered=rendered,
            step=self.solution.slice.clocks.step,
        )


def _every(start: float, end: float, step: float) -> Iterator[float]:
    count = math.floor((end - start) / step + 1e-9)
    return (start + number * step for number in range(count + 1))
