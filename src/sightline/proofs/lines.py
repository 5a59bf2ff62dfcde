"""Between an input that fires an alert and one that does not, where a mutant differs.

Along a line on which both fall silent they do so at different places, if at all; and
the stretch between the two is what is looked for. Halving finds it, however short it
is: the two are halved until they differ, or no float is left between.
"""

import contextlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from sightline.proofs import boundaries, courses, populations, searching

__all__ = ["Judge", "find_between"]

Judge = Callable[[boundaries.Situation], tuple[bool, bool]]
"""Whether the alert fires, and whether the mutant does."""

_Line = Callable[[float], boundaries.Situation]
_FAR: Final = 100.0
_HALVINGS: Final = 70
"""More than there are digits in a float."""

_MOST_TRIES: Final = 400
"""Situations that are tried from one start."""


def find_between(
    judge: Judge,
    start: boundaries.Situation,
    population: populations.Population,
    calm: searching.State,
) -> boundaries.Situation | None:
    """Gives a situation near one that fires both in which only one fires.

    Args:
        judge: says who fires.
        start: a situation in which both fire.
        population: what can be moved.
        calm: where a line may lead, among others.
    """
    tries = itertools.count()

    def count(one: boundaries.Situation) -> tuple[bool, bool]:
        if next(tries) >= _MOST_TRIES:
            raise _Enough
        return judge(one)

    with contextlib.suppress(_Enough):
        return _find(count, _lines(start, population, calm))
    return None


class _Enough(Exception):  # a way out, no mistake
    """So many situations were tried that the rest is left."""


def _find(judge: Judge, lines: Iterator[_Line]) -> boundaries.Situation | None:
    for line in lines:
        found = _halve(judge, line)
        if found is not None:
            return found
    return None


def _halve(judge: Judge, line: _Line) -> boundaries.Situation | None:
    low, high = 0.0, 1.0
    one = line(low)
    fires, other = judge(one)
    if fires is not other:
        return one
    if fires:
        return None
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if not low < middle < high:
            return None
        one = line(middle)
        fires, other = judge(one)
        if fires is not other:
            return one
        if fires:
            high = middle
        else:
            low = middle
    return None


def _lines(
    start: boundaries.Situation,
    population: populations.Population,
    calm: searching.State,
) -> Iterator[_Line]:
    """Gives lines from elsewhere, at 0, to a situation, at 1."""
    groups = _group(population)
    for phase in reversed(range(len(start.phases.states))):
        state = start.phases.states[phase]
        for group in groups:
            for towards in _targets(state, group, calm):
                yield _line(start, phase, towards)


def _group(population: populations.Population) -> Sequence[Sequence[int]]:
    """Gives what moves together: everything, each metric, and each series alone."""
    count = len(population.variables)
    by_name: dict[str, list[int]] = {}
    for number, variable in enumerate(population.variables):
        name = population.series[variable.series[0]].name
        by_name.setdefault(name, []).append(number)
    groups = [tuple(range(count)), *map(tuple, by_name.values())]
    groups += [(number,) for number in range(count)]
    return tuple(dict.fromkeys(groups))


def _targets(
    state: searching.State, group: Sequence[int], calm: searching.State
) -> Iterator[Mapping[int, float]]:
    now = {
        number: amount
        for number in group
        if (amount := courses.amount_of(state[number])) is not None
    }
    if not now:
        return
    yield dict.fromkeys(now, 0.0)
    yield {number: amount * _FAR or _FAR for number, amount in now.items()}
    yield {number: courses.amount_of(calm[number]) or 0.0 for number in now}


def _line(
    start: boundaries.Situation, phase: int, towards: Mapping[int, float]
) -> _Line:
    states = start.phases.states

    def at(share: float) -> boundaries.Situation:
        moved = list(states[phase])
        for number, far in towards.items():
            amount = courses.amount_of(moved[number]) or 0.0
            there = far + (amount - far) * share
            moved[number] = courses.with_amount(moved[number], there)
        changed = (*states[:phase], tuple(moved), *states[phase + 1 :])
        phases = searching.Phases(start.phases.starts, changed)
        return boundaries.Situation(phases, start.time)

    return at
