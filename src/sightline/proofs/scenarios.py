"""The courses of events that an alert is put through, and where it is looked at."""

import dataclasses
import enum
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.proofs import boundaries, courses, populations, searching, solutions

__all__ = ["Mark", "Scenario", "at_once", "compose"]

_LOST_SCRAPES: Final = 2

_DAY_SECONDS: Final = 86_400.0
"""What looks back further is not waited for until it sees that nothing is left."""

_SCALES: Final = (3.0, 0.02)
"""How much more and less of everything there is at the end of a boundary's story."""

_LIMIT: Final = re.compile(r"limit|quota|max_bytes|max_memory")
"""Names of metrics of which 0 says that there is no limit, as cgroups, Kubernetes and
Redis have it. https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md
"""


class Mark(enum.Enum):
    """A moment whose outcome stands; the value is the word of reports."""

    BEFORE = "before"
    HELD = "held"
    AFTER = "after"
    RESTARTED = "restarted"
    SETTLED = "settled"
    GAP_OVER = "gap over"
    LOST = "lost"
    ZERO = "zero"
    NOTHING = "nothing left"
    BELOW = "just short"
    EXACT = "exactly at"
    ABOVE = "just beyond"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario:
    """One course of events.

    Attributes:
        name: unique in a run.
        phases: what the series do.
        marks: the moments that say something, in seconds.
        looks: all times at which the alert is looked at, the marks included.
        step: seconds between evaluations.
        comparison: which comparison of the expression it is about; `None` for the
            alert's whole life.
        subject: the metric that it is about, where it is about one.
    """

    name: str
    solution: solutions.Solution
    phases: searching.Phases
    marks: Mapping[Mark, float]
    looks: tuple[float, ...]
    step: float
    comparison: int | None = None
    subject: str = ""

    @property
    def rendered(self) -> float | None:
        """When the alert's labels and texts are read."""
        return self.marks.get(Mark.HELD)


def compose(
    solution: solutions.Solution, name: str, *, is_thorough: bool = False
) -> Sequence[Scenario]:
    """Gives the scenarios of an alert for which inputs are known.

    Args:
        solution: the inputs.
        name: begins the scenarios' names.
        is_thorough: also take away each metric while the alert fires.
    """
    composer = _Composer(solution, name)
    if solution.calm is None:
        return (composer.always(),)
    return (
        *composer.zeros(solution.calm),
        *((composer.deprive(solution.calm),) if is_thorough else ()),
        *composer.lives(solution.calm),
        *(
            scenario
            for number, boundary in enumerate(solution.turns)
            for scenario in composer.boundary(solution.calm, number, boundary)
        ),
    )


def at_once(
    solution: solutions.Solution, one: boundaries.Situation, name: str
) -> Scenario:
    """Gives the scenario of one situation, which is looked at once."""
    # What is recorded over time needs its own evaluations; else one does.
    over = solution.slice.reads_over_records
    return Scenario(
        name=name,
        solution=solution,
        phases=one.phases,
        marks={},
        looks=(one.time,),
        step=solution.slice.clocks.step if over else one.time,
    )


@dataclass(slots=True)
class _Story:
    """Phases and marks, as they are told one after another."""

    interval: float
    states: list[searching.State]
    starts: list[float]
    marks: dict[Mark, float]
    now: float = 0.0

    def become(self, state: searching.State, lasting: float) -> None:
        """Begins a phase at the present time, and lets it pass."""
        self.states.append(state)
        self.starts.append(self.now)
        self.now += lasting

    def mark(self, mark: Mark, *, back: float = 0.0) -> None:
        """Remembers the present time, or one a little earlier."""
        self.marks[mark] = self.now - back


@dataclass(frozen=True, slots=True)
class _Composer:
    solution: solutions.Solution
    name: str

    @property
    def _settled(self) -> float:
        clocks = self.solution.slice.clocks
        return clocks.up(clocks.now + 2 * clocks.step)

    def _waits(self) -> float:
        alert, clocks = self.solution.slice.alert, self.solution.slice.clocks
        return clocks.up(alert.for_seconds) + clocks.step

    def always(self) -> Scenario:
        """Gives the scenario of an alert that is never silent."""
        end = self.solution.begins + self._waits()
        phases = searching.Phases((0.0,), (self.solution.firing,))
        return Scenario(
            name=f"{self.name}/life",
            solution=self.solution,
            phases=phases,
            marks={Mark.HELD: end},
            looks=(end,),
            step=self.solution.slice.clocks.step,
        )

    def lives(self, calm: searching.State) -> Iterator[Scenario]:
        """Gives the life of the alert and its losses, in one story where that can be.

        What looks into the past (`offset`) may see the earlier parts of one story,
        and then gets a story for each.
        """
        clocks = self.solution.slice.clocks
        whole = self._begin(calm)
        self._live(whole, calm)
        self._restart(whole, calm)
        self._lose(whole)
        if whole.now - self.solution.begins <= clocks.lag:
            yield self._scenario(whole, "life")
            return
        for part, tell in (("life", self._live), ("restart", self._restart)):
            story = self._begin(calm)
            tell(story, calm)
            yield self._scenario(story, part)
        story = self._begin(calm)
        self._lose(story)
        yield self._scenario(story, "loss")

    def _begin(self, calm: searching.State) -> _Story:
        story = _Story(self.solution.slice.clocks.interval, [], [], {})
        story.become(calm, self.solution.begins)
        return story

    def _live(self, story: _Story, calm: searching.State) -> None:
        """Tells of a cause that comes and goes."""
        alert, clocks = self.solution.slice.alert, self.solution.slice.clocks
        story.mark(Mark.BEFORE, back=clocks.step)
        story.become(self.solution.firing, self.solution.held + self._waits())
        story.mark(Mark.HELD, back=clocks.step)
        kept = clocks.up(alert.keep_seconds)
        story.become(calm, self._settled + kept + clocks.step)
        story.mark(Mark.AFTER, back=clocks.step)

    def _restart(self, story: _Story, calm: searching.State) -> None:
        """Tells of counters that begin anew in a calm time."""
        clocks = self.solution.slice.clocks
        anew = tuple(
            courses.Restart(shape.per_second)
            if isinstance(shape, courses.Slope)
            else shape
            for shape in calm
        )
        soon = clocks.up(2 * clocks.interval)
        story.become(anew, soon)
        story.mark(Mark.RESTARTED)
        story.become(calm, self._settled)
        story.mark(Mark.SETTLED, back=clocks.step)

    def _lose(self, story: _Story) -> None:
        """Tells of lost scrapes while it fires, and then the loss of every series."""
        alert, clocks = self.solution.slice.alert, self.solution.slice.clocks
        firing = self.solution.firing
        story.become(firing, self.solution.held + self._waits())
        story.become(
            tuple(courses.GAP for _ in firing),
            clocks.up(_LOST_SCRAPES * clocks.interval),
        )
        story.mark(Mark.GAP_OVER)
        story.become(firing, clocks.up(clocks.step))
        kept = clocks.up(alert.keep_seconds)
        story.become(tuple(courses.ABSENT for _ in firing), self._settled + kept)
        story.mark(Mark.LOST)
        if clocks.past < _DAY_SECONDS:
            story.now += clocks.up(clocks.past)
        story.now += self._waits()
        story.mark(Mark.NOTHING)

    def _scenario(self, story: _Story, part: str) -> Scenario:
        step, marks = self.solution.slice.clocks.step, story.marks
        looks = set(marks.values())
        if Mark.BEFORE in marks:
            looks.update(_every(marks[Mark.BEFORE], marks[Mark.AFTER], step))
        return Scenario(
            name=f"{self.name}/{part}",
            solution=self.solution,
            phases=searching.Phases(tuple(story.starts), tuple(story.states)),
            marks=marks,
            looks=tuple(sorted(looks)),
            step=step,
        )

    def zeros(self, calm: searching.State) -> Iterator[Scenario]:
        """Gives a calm time in which each limit in turn is 0, which means none."""
        population, clocks = self.solution.population, self.solution.slice.clocks
        for number, variable in enumerate(population.variables):
            name = population.series[variable.series[0]].name
            if variable.role is not populations.Role.GAUGE or not _LIMIT.search(name):
                continue
            story = self._begin(calm)
            # Everything else is in use, if only a little.
            used = [_at_least_one(shape) for shape in calm]
            used[number] = courses.Level(0.0)
            story.become(tuple(used), self._settled + self._waits())
            story.mark(Mark.ZERO, back=clocks.step)
            yield dataclasses.replace(
                self._scenario(story, f"zero {name}"), subject=name
            )

    def deprive(self, calm: searching.State) -> Scenario:
        """Gives a time when it fires, with each metric in turn at zero, and lost.

        Then each series alone does what it does in the other state.
        """
        clocks, population = self.solution.slice.clocks, self.solution.population
        length = max(clocks.up(clocks.now + 2 * clocks.step), 2 * clocks.step)
        names = [population.series[one.series[0]].name for one in population.variables]
        story, looks = self._begin(calm), []
        for metric in dict.fromkeys(names):
            for change in (searching.none, _to_nothing):
                story.become(
                    tuple(
                        change(shape) if name == metric else shape
                        for name, shape in zip(names, self.solution.firing, strict=True)
                    ),
                    length,
                )
                looks.append(story.now - clocks.step)
        for number, (quiet, loud) in enumerate(
            zip(calm, self.solution.firing, strict=True)
        ):
            for state in (
                (*calm[:number], loud, *calm[number + 1 :]),
                (
                    *self.solution.firing[:number],
                    quiet,
                    *self.solution.firing[number + 1 :],
                ),
            ):
                story.become(state, length)
                looks.append(story.now - clocks.step)
        return Scenario(
            name=f"{self.name}/deprived",
            solution=self.solution,
            phases=searching.Phases(tuple(story.starts), tuple(story.states)),
            marks={},
            looks=tuple(looks),
            step=clocks.step,
        )

    def boundary(
        self, calm: searching.State, number: int, found: boundaries.Boundary
    ) -> Iterator[Scenario]:
        """Gives the situations on both sides of a comparison, and on it."""
        situations = {
            mark: one
            for mark, one in (
                (Mark.BELOW, found.silent),
                (Mark.EXACT, found.exact),
                (Mark.ABOVE, found.firing),
            )
            if one is not None
        }
        if all(self._is_settled(calm, one) for one in situations.values()):
            yield self._chain(calm, number, situations)
            return
        for mark, one in situations.items():
            yield dataclasses.replace(
                at_once(self.solution, one, f"{self.name}/{mark.value} {number}"),
                marks={mark: one.time},
                comparison=number,
            )

    def _is_settled(self, calm: searching.State, one: boundaries.Situation) -> bool:
        clocks, solution = self.solution.slice.clocks, self.solution
        return (
            clocks.past <= clocks.now
            and not self.solution.slice.reads_over_records
            and one.phases.states[0] == calm
            and one.time == solution.begins + solution.held - clocks.step
            and solution.held >= self._settled
        )

    def _chain(
        self,
        calm: searching.State,
        number: int,
        situations: Mapping[Mark, boundaries.Situation],
    ) -> Scenario:
        """Gives situations that only the present decides, one after another.

        Then from just short to just beyond once more, looked at on the way: how soon
        the alert follows tells how long its window is.
        """
        clocks, solution = self.solution.slice.clocks, self.solution
        tick = max(math.floor(clocks.now / 8 / clocks.interval), 1) * clocks.interval
        length = math.ceil((clocks.now + 2 * clocks.interval) / tick) * tick
        story = _Story(clocks.interval, [], [], {})
        story.become(calm, math.ceil(solution.begins / tick) * tick)
        for mark, one in situations.items():
            # A phase begins behind an evaluation, and is over with one.
            story.become(one.phases.states[-1], length)
            story.mark(mark)
        looks = list(story.marks.values())
        if clocks.now >= 4 * tick:
            above = situations[Mark.ABOVE].phases.states[-1]
            alert = solution.slice.alert
            waits = math.ceil((alert.for_seconds + alert.keep_seconds) / tick) * tick
            story.become(situations[Mark.BELOW].phases.states[-1], length)
            for state in (above, *(searching.scaled_all(above, by) for by in _SCALES)):
                looks += [story.now + tick * ticks for ticks in (1, 2, 3, 4, 5, 6)]
                story.become(state, length + waits)
                looks.append(story.now)
        starts = (0.0, *(start + clocks.interval / 2 for start in story.starts[1:]))
        return Scenario(
            name=f"{self.name}/boundary {number}",
            solution=solution,
            phases=searching.Phases(starts, tuple(story.states)),
            marks=story.marks,
            looks=tuple(sorted(looks)),
            step=tick,
            comparison=number,
        )


def _every(start: float, end: float, step: float) -> Iterator[float]:
    count = math.floor((end - start) / step + 1e-9)
    return (start + number * step for number in range(count + 1))


def _to_nothing(shape: courses.Shape) -> courses.Shape:
    del shape
    return courses.ABSENT


def _at_least_one(shape: courses.Shape) -> courses.Shape:
    return courses.Level(1.0) if shape == courses.Level(0.0) else shape
