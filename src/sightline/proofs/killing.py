"""Which mutants the scenarios of an alert notice."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sightline.proofs import (
    answers,
    documents,
    engines,
    mutants,
    proving,
    rulebook,
    scenarios,
    verdicts,
)

__all__ = ["Alive", "Challenge", "Tally", "kill"]

_ROUNDS = 4

Alive = Mapping[int, Sequence[mutants.Mutant]]
"""Mutants that nothing noticed yet, by the number of their alert."""

Challenge = Callable[[Alive], Sequence[proving.Case]]
"""Gives further scenarios for the alerts of some mutants."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many mutants there were, and those that nothing noticed."""

    total: int
    survivors: tuple[verdicts.Survivor, ...]
    equivalent: tuple[verdicts.Survivor, ...]


@dataclasses.dataclass(slots=True)
class _Trial:
    case: proving.Case
    mutants: Sequence[mutants.Mutant]
    killed: set[str] = dataclasses.field(default_factory=set)


async def kill(
    cases: Sequence[proving.Case],
    challenges: Sequence[Challenge],
    engine: engines.Engine,
    folder: Path,
) -> Tally:
    """Gives the tally of all mutants of some cases.

    Args:
        cases: alerts with their scenarios.
        challenges: what gives more scenarios, asked in turn as long as mutants live.
        engine: runs them.
        folder: where files are written.
    """
    made = _mutate(cases)
    judge = engines.Judge(engine=engine, folder=folder, batch=8)
    killed = await _try(
        [_Trial(case, made.get(case.number, ())) for case in cases], judge
    )
    for challenge in challenges:
        alive = {
            number: left
            for number, found in made.items()
            if (left := [m for m in found if m.name not in killed and not m.equivalent])
        }
        if alive:
            trials = [_Trial(one, alive[one.number]) for one in challenge(alive)]
            killed |= await _try(trials, judge)
    return _count(cases, made, killed)


async def _try(trials: Sequence[_Trial], judge: engines.Judge) -> set[str]:
    """Gives the mutants that were noticed, by name."""
    waiting = [one for one in trials if one.mutants and one.case.put_through]
    for _ in range(_ROUNDS):
        if not waiting:
            break
        said, numbers = await judge.ask([_suit(trial) for trial in waiting])
        again = []
        for trial in waiting:
            if trial.case.alert.name in said.refused:
                continue  # an input that the engine refuses tells nothing
            refused = {
                one.name
                for one in trial.mutants
                if any(rule.name in said.refused for rule in one.rules)
            } - trial.killed
            if refused:
                # The engine gives up a test in which any rule fails: run it again
                # without the mutants that it cannot evaluate, which is a death too.
                trial.killed |= refused
                again.append(trial)
            else:
                trial.killed |= _noticed(trial, said, numbers)
        waiting = again
    return {name for trial in trials for name in trial.killed}


def _mutate(cases: Sequence[proving.Case]) -> Mapping[int, Sequence[mutants.Mutant]]:
    seen: set[rulebook.Record] = set()
    return {
        case.number: list(mutants.mutate(case.piece, seen, f"a{case.number}"))
        for case in cases
        if case.piece is not None and case.solution is not None
    }


def _suit(trial: _Trial) -> engines.Suit:
    case = trial.case
    rule = dataclasses.replace(
        documents.alert_rule(case.alert), labels={}, annotations={}
    )
    records = () if case.piece is None else documents.record_rules(case.piece)
    alive = [one for one in trial.mutants if one.name not in trial.killed]
    return engines.Suit(
        rules=(*records, rule, *(rule for one in alive for rule in one.rules)),
        scenarios=case.put_through,
    )


def _noticed(
    trial: _Trial, said: answers.Answers, numbers: Mapping[scenarios.Scenario, int]
) -> set[str]:
    """Gives the mutants that did something else than the alert at any look."""
    names = [one.name for one in trial.mutants if one.name not in trial.killed]
    found: set[str] = set()
    for scenario in trial.case.put_through:
        for look in scenario.looks:
            seen: dict[str, set[tuple[bool, frozenset[tuple[str, str]]]]] = {}
            for one in said.at(numbers[scenario], look):
                seen.setdefault(one.alert, set()).add((one.is_firing, one.labels))
            own = seen.get(trial.case.alert.name)
            found.update(name for name in names if seen.get(name) != own)
    return found


def _count(
    cases: Sequence[proving.Case],
    made: Mapping[int, Sequence[mutants.Mutant]],
    killed: set[str],
) -> Tally:
    alive = [
        verdicts.Survivor(
            alert=case.alert.name,
            span=case.alert.span,
            change=one.change,
            equivalent=one.equivalent,
        )
        for case in cases
        for one in made.get(case.number, ())
        if one.name not in killed
    ]
    equivalent = tuple(one for one in alive if one.equivalent)
    return Tally(
        total=sum(map(len, made.values())) - len(equivalent),
        survivors=tuple(one for one in alive if not one.equivalent),
        equivalent=equivalent,
    )
