"""Inputs that tell a mutant from its alert, looked for one mutant at a time.

A mutant differs where the alert has an element that it has not, or the other way
round: `alert unless mutant or mutant unless alert` is an expression like any other,
and a search finds what makes it hold. Whether it does is decided by the engine.
"""

import contextlib
import dataclasses
import itertools
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sightline.promql import ast, parsing
from sightline.proofs import (
    boundaries,
    charts,
    courses,
    estimation,
    lines,
    mutants,
    proving,
    rulebook,
    scenarios,
    searching,
    solutions,
)

__all__ = ["tell"]

_SHARES: Final = (0.25, 0.75, 0.9, 1.5)
"""How much of a window has passed since something changed."""

_MOST_SITUATIONS: Final = 600
_MOST_BY_LOT: Final = 100
_MOST_LONG: Final = 250
_SEED: Final = 5
_GONE: Final = 0.25
_FACTORS: Final = (0.1, 0.5, 0.9, 1.1, 2.0, 10.0)
_WITNESSES: Final = 3
"""Situations for one mutant, because the engine may see one otherwise."""

_STARTS: Final = 2
_LINE_STARTS: Final = 6
_MOST_STARTS: Final = 150
_EFFORT: Final = 300
"""Inputs that are tried for one mutant from each start, in each phase."""


def tell(case: proving.Case, alive: Sequence[mutants.Mutant]) -> Sequence[proving.Case]:
    """Gives an alert with each situation in which some of its mutants differ from it.

    Each is a case of its own, so that one that the engine refuses spoils no other.

    Args:
        case: the alert with its inputs.
        alive: mutants that no other scenario noticed.
    """
    return [
        dataclasses.replace(case, put_through=(one,)) for one in _compose(case, alive)
    ]


def _compose(
    case: proving.Case, alive: Sequence[mutants.Mutant]
) -> Iterator[scenarios.Scenario]:
    solution = case.solution
    if solution is None or solution.calm is None:
        return
    teller = _Teller(solution, solution.calm, alive)
    found = dict.fromkeys(teller.tell())
    for number, one in enumerate(found):
        name = f"{case.number}/{case.alert.name}/told {number}"
        yield scenarios.at_once(solution, one, name)


class _Teller:
    def __init__(
        self,
        solution: solutions.Solution,
        calm: searching.State,
        alive: Sequence[mutants.Mutant],
    ) -> None:
        self.solution, self.calm = solution, calm
        recorded, piece = _record(alive), solution.slice
        self.others = [parsing.parse(one.rules[-1].expr) for one in alive]
        self.searches = [
            solutions.open_search(
                piece, solution.population, _differ(piece.tree, other), recorded
            )
            for other in self.others
        ]

    def tell(self) -> Iterator[boundaries.Situation]:
        """Gives situations for each mutant that is told from its alert."""
        known = list(itertools.islice(self._situations(), _MOST_SITUATIONS))
        for search, other in zip(self.searches, self.others, strict=True):
            with contextlib.suppress(estimation.Unestimated, RecursionError):
                found = self._tell_one(search, other, known)
                known += [one for one in found if one not in known]
                yield from found

    def _tell_one(
        self,
        search: searching.Search,
        other: ast.Expression,
        known: Sequence[boundaries.Situation],
    ) -> Sequence[boundaries.Situation]:
        scores = [search.margin(one.phases, one.time) for one in known]
        ranked = sorted(range(len(known)), key=lambda n: -scores[n])
        nearest = [known[n] for n in ranked]
        if scores[ranked[0]] > 0:
            return [known[n] for n in ranked[:_WITNESSES] if scores[n] > 0]
        found = self._look_between(search, other, nearest) or self._climb(
            search, nearest[:_STARTS]
        )
        return () if found is None else (found,)

    def _look_between(
        self,
        search: searching.Search,
        other: ast.Expression,
        nearest: Sequence[boundaries.Situation],
    ) -> boundaries.Situation | None:
        """Gives a situation on a line from one in which both fire, if one is found."""
        own = self.solution.slice.tree

        def judge(one: boundaries.Situation) -> tuple[bool, bool]:
            search.enact(one.phases)
            fires, differs = (
                search.estimator.margin(tree, one.time) > 0 for tree in (own, other)
            )
            return fires, differs

        for start in _starts(judge, nearest):
            found = lines.find_between(
                judge, start, self.solution.population, self.calm
            )
            if found is not None:
                return found
        return None

    def _climb(
        self, search: searching.Search, starts: Sequence[boundaries.Situation]
    ) -> boundaries.Situation | None:
        for one in starts:
            states = one.phases.states
            for phase in reversed(range(len(states))):
                state, margin = search.climb(
                    one.phases.starts, states, phase, one.time, effort=_EFFORT
                )
                states = (*states[:phase], state, *states[phase + 1 :])
                if margin > 0:
                    return boundaries.Situation(
                        searching.Phases(one.phases.starts, states), one.time
                    )
        return None

    def _situations(self) -> Iterator[boundaries.Situation]:
        """Gives what is tried as it is, before anything is changed about it."""
        for turn in self.solution.turns:
            for one in (turn.exact, turn.silent, turn.firing):
                if one is not None:
                    yield one
        yield from self._random_stories()
        yield from self._long_stories()
        yield from self._told_stories()

    def _told_stories(self) -> Iterator[boundaries.Situation]:
        """Gives one state after another, at times that windows tell apart."""
        calm, firing = self.calm, self.solution.firing
        strong = tuple(map(solutions.stronger, calm, firing))
        absent = tuple(courses.ABSENT for _ in calm)
        pairs = (
            (calm, firing),
            (firing, calm),
            (calm, strong),
            (strong, calm),
            (absent, firing),
            (firing, absent),
            (firing, firing),
        )
        gone = [(firing, one) for one in self._without(firing)]
        for passed in self._times():
            for history, state in (*pairs, *gone):
                yield self._after((history, state), (passed,))

    def _without(self, state: searching.State) -> Iterator[searching.State]:
        """Gives a state with all of some label at 0, and gone."""
        kinds = self.solution.population.kinds()
        for kind in dict.fromkeys(one for pairs in kinds for one in sorted(pairs)):
            for change in (searching.none, _lose):
                yield tuple(
                    change(shape) if kind in own else shape
                    for own, shape in zip(kinds, state, strict=True)
                )

    def _after(
        self, states: Sequence[searching.State], lengths: Sequence[float]
    ) -> boundaries.Situation:
        """Gives states one after another, the first until all is at rest."""
        begins = self.solution.begins
        starts = [begins + sum(lengths[:number]) for number in range(len(lengths))]
        phases = searching.Phases((0.0, *starts), tuple(states))
        return boundaries.Situation(phases, begins + sum(lengths))

    def _long_stories(self) -> Iterator[boundaries.Situation]:
        """Gives what was, then nothing, then enough: only long windows see it all."""
        calm, firing = self.calm, self.solution.firing
        absent = tuple(courses.ABSENT for _ in calm)
        strong = tuple(map(solutions.stronger, calm, firing))
        enough = [turn.firing.phases.states[-1] for turn in self.solution.turns]
        stories = itertools.product(
            ((strong, calm), (firing, absent), (firing, calm)),
            dict.fromkeys((firing, *enough)),
            itertools.product(self._times(), repeat=2),
        )
        lot = random.Random(_SEED)  # noqa: S311  # inputs, not secrets
        told = list(stories)
        lot.shuffle(told)
        for (before, between), now, lengths in told[:_MOST_LONG]:
            yield self._after((before, between, now), lengths)

    def _random_stories(self) -> Iterator[boundaries.Situation]:
        """Gives states by lot, the same ones every time."""
        lot = random.Random(_SEED)  # noqa: S311  # inputs, not secrets
        times = self._times()
        for _ in range(_MOST_BY_LOT):
            count = lot.choice((1, 1, 2))
            lengths = [lot.choice(times) for _ in range(count)]
            states = [self._draw(lot) for _ in range(count + 1)]
            yield self._after(states, lengths)

    def _draw(self, lot: random.Random) -> searching.State:
        """Gives a state in which whole metrics may be gone, and series are uneven."""
        population, state = self.solution.population, list[courses.Shape]()
        kinds = population.kinds()
        every = sorted(frozenset().union(*kinds))
        gone = {one for one in every if one[1:] == ("", "") and lot.random() < _GONE}
        if every and lot.random() < _GONE:
            gone.add(lot.choice(every))
        for number, variable in enumerate(population.variables):
            calm, firing = self.calm[number], self.solution.firing[number]
            usual = searching.ordinary(variable.role)
            strong = solutions.stronger(calm, firing)
            scaled = searching.scaled(strong, lot.choice(_FACTORS))
            shapes = (calm, firing, strong, scaled, usual, searching.none(usual))
            state.append(courses.ABSENT if gone & kinds[number] else lot.choice(shapes))
        return tuple(state)

    def _times(self) -> Sequence[float]:
        piece = self.solution.slice
        clocks = piece.clocks
        # What is recorded over time is as old as the evaluation.
        grain = clocks.step if piece.reads_over_records else clocks.interval
        reaches = {
            (ranged, offset)
            for tree in piece.trees
            for _, ranged, offset in rulebook.walk_ranges(tree)
            if ranged
        }
        times = [self.solution.held - clocks.step, 2 * grain]
        times += [
            math.ceil((offset + share * ranged) / grain) * grain
            for ranged, offset in sorted(reaches)
            for share in _SHARES
        ]
        return tuple(dict.fromkeys(times))


def _starts(
    judge: lines.Judge, nearest: Sequence[boundaries.Situation]
) -> Sequence[boundaries.Situation]:
    """Gives situations in which both fire, each after another time.

    The longer something lasts, the more windows it fills: then another one decides.
    """
    found: dict[float, boundaries.Situation] = {}
    for one in nearest[:_MOST_STARTS]:
        lasts = one.time - one.phases.starts[-1]
        if len(found) < _LINE_STARTS and lasts not in found and all(judge(one)):
            found[lasts] = one
    return tuple(found.values())


def _lose(_: courses.Shape) -> courses.Shape:
    return courses.ABSENT


def _differ(own: ast.Expression, other: ast.Expression) -> ast.Expression:
    """Gives an expression that holds where two others do not fire alike."""
    first, second = (
        ast.Binary(operator=ast.BinaryOperator.UNLESS, left=left, right=right)
        for left, right in ((own, other), (other, own))
    )
    return ast.Binary(operator=ast.BinaryOperator.OR, left=first, right=second)


def _record(
    alive: Sequence[mutants.Mutant],
) -> Mapping[str, Sequence[charts.Recording]]:
    """Gives the changed recording rules of mutants, by name."""
    found: dict[str, list[charts.Recording]] = {}
    for mutant in alive:
        for rule in mutant.rules[:-1]:
            tree = parsing.parse(rule.expr)
            recording = charts.Recording(rule.name, rule.labels, tree)
            found.setdefault(rule.name, []).append(recording)
    return found
