"""Which mutants the scenarios of an alert notice."""

import dataclasses
from collections.abc import Mapping, Sequence
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

__all__ = ["Tally", "kill"]

_ROUNDS = 4


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many mutants there were, and those that nothing noticed."""

    total: int
    survivors: tuple[verdicts.Survivor, ...]
    equivalent: tuple[verdicts.Survivor, ...]


@dataclasses.dataclass(slots=True)
class _Trial:
    case: proving.Case
    mutants: list[mutants.Mutant]
    killed: set[str] = dataclasses.field(default_factory=set)


async def kill(
    cases: Sequence[proving.Case], engine: engines.Engine, folder: Path
) -> Tally:
    """Gives the tally of all mutants of some cases.

    Args:
        cases: alerts with their scenarios; an alert may come more than once, with
            other scenarios.
        engine: runs them.
        folder: where files are written.
    """
    trials = _make_trials(cases)
    judge = engines.Judge(engine=engine, folder=folder, batch=8)
    waiting = trials
    for _ in range(_ROUNDS):
        if not waiting:
            break
        said, numbers = await judge.ask([_suit(trial) for trial in waiting])
        again = []
        for trial in waiting:
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
    return _count(trials)


def _make_trials(cases: Sequence[proving.Case]) -> list[_Trial]:
    seen: set[rulebook.Record] = set()
    made: dict[int, list[mutants.Mutant]] = {}
    trials = []
    for case in cases:
        if case.piece is None or case.solution is None:
            continue
        if case.number not in made:
            made[case.number] = list(
                mutants.mutate(case.piece, seen, f"a{case.number}")
            )
        trials.append(_Trial(case, made[case.number]))
    return trials


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


def _count(trials: Sequence[_Trial]) -> Tally:
    killed = {name for trial in trials for name in trial.killed}
    unique = {
        one.name: (trial.case.alert, one) for trial in trials for one in trial.mutants
    }
    alive = [
        (
            verdicts.Survivor(alert=alert.name, span=alert.span, change=one.change),
            one.equivalent,
        )
        for name, (alert, one) in unique.items()
        if name not in killed
    ]
    equivalent = tuple(
        dataclasses.replace(one, is_equivalent=True) for one, why in alive if why
    )
    return Tally(
        total=len(unique) - len(equivalent),
        survivors=tuple(one for one, why in alive if not why),
        equivalent=equivalent,
    )
