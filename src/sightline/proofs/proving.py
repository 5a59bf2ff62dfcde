"""Proves the alerts of a rulebook: solves, composes, asks the engine, judges."""

import asyncio
import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline.proofs import (
    answers,
    blackouts,
    boundaries,
    documents,
    engines,
    judging,
    rulebook,
    scenarios,
    slices,
    solutions,
    verdicts,
)

__all__ = ["Case", "Outcome", "outline", "prepare", "prove"]

_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An alert, and the scenarios or the reason why there are none.

    Attributes:
        number: where the alert stands in its rulebook.
        unsolved: why no input was found; `None` when one was.
    """

    alert: rulebook.Alert
    number: int
    piece: slices.Slice | None
    solution: solutions.Solution | None
    unsolved: solutions.Unsolved | None
    put_through: Sequence[scenarios.Scenario] = ()


def prepare(
    alert: rulebook.Alert,
    number: int,
    book: rulebook.Rulebook,
    *,
    is_crowded: bool = False,
    like: Case | None = None,
) -> Case:
    """Gives an alert with its scenarios.

    Args:
        alert: the alert.
        number: makes the scenarios' names unique.
        book: the rules that it may read.
        is_crowded: with a second, lesser instance of every series.
        like: an alert that may differ from this one in names alone.
    """
    if alert.tree is None:
        refused = solutions.Unsolved(alert.refusal, is_impossible=False)
        return Case(
            alert=alert, number=number, piece=None, solution=None, unsolved=refused
        )
    piece = slices.open_slice(alert, alert.tree, book)
    mentioned = judging.mentioned_labels({**alert.labels, **alert.annotations})
    known = None if like is None else like.solution
    found = solutions.solve(piece, mentioned, is_crowded=is_crowded, like=known)
    if isinstance(found, solutions.Unsolved):
        return Case(
            alert=alert, number=number, piece=piece, solution=None, unsolved=found
        )
    return Case(
        alert=alert,
        number=number,
        piece=piece,
        solution=found,
        unsolved=None,
        put_through=scenarios.compose(
            found, f"{number}/{alert.name}", is_thorough=is_crowded
        ),
    )


def outline(alert: rulebook.Alert) -> object:
    """Gives what is equal for alerts that differ in the texts of labels alone."""
    return _TEXT.sub('""', alert.expr), alert.for_seconds, alert.keep_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Proofs, and the engine's answers that they rest on."""

    proofs: tuple[verdicts.Proof, ...]
    said: answers.Answers
    numbers: Mapping[scenarios.Scenario, int]


async def prove(
    cases: Sequence[Case], book: rulebook.Rulebook, engine: engines.Engine, folder: Path
) -> Outcome:
    """Gives the outcome for every case, in their order.

    Args:
        cases: the alerts with their scenarios.
        book: all rules, of which some may tell of an outage of everything.
        engine: runs the scenarios.
        folder: where files are written.
    """
    judge = engines.Judge(engine=engine, folder=folder)
    solved = [case for case in cases if case.solution is not None]
    (said, numbers), witnesses = await asyncio.gather(
        judge.ask_together([_suit(case) for case in solved]),
        blackouts.find_witnesses(book, engine, folder),
    )
    proofs = tuple(_conclude(case, said, numbers, witnesses) for case in cases)
    return Outcome(proofs=proofs, said=said, numbers=numbers)


def _suit(case: Case) -> engines.Suit:
    rule = documents.alert_rule(case.alert)
    records = () if case.piece is None else documents.record_rules(case.piece)
    return engines.Suit(
        rules=(*records, rule, *judging.truth_rules(rule)), scenarios=case.put_through
    )


def _conclude(
    case: Case,
    said: answers.Answers,
    numbers: Mapping[scenarios.Scenario, int],
    witnesses: blackouts.Witnesses,
) -> verdicts.Proof:
    blank = verdicts.Proof(alert=case.alert.name, span=case.alert.span)
    if case.unsolved is not None:
        return _without_input(blank, case.unsolved)
    found = {scenario: numbers[scenario] for scenario in case.put_through}
    refusal = next((said.aborted[n] for n in found.values() if n in said.aborted), "")
    if refusal:
        return dataclasses.replace(blank, unshown=f"the engine refused it: {refusal}")
    broken = list(judging.judge(found, said))
    stated = tuple(judging.state_losses(found, said))
    broken += blackouts.judge(dict(stated), witnesses)
    fires = not any(one.claim is verdicts.Claim.FIRES for one in broken)
    total = sum(1 for _ in boundaries.comparisons(case.piece.tree)) if case.piece else 0
    return dataclasses.replace(
        blank,
        broken=tuple(broken),
        unshown=blackouts.why_unknown(dict(stated), witnesses),
        fires=fires,
        fired=_as_fired(case, found, said),
        stated=stated,
        boundaries=_count_boundaries(found, said),
        comparisons=total,
    )


def _as_fired(
    case: Case, found: Mapping[scenarios.Scenario, int], said: answers.Answers
) -> verdicts.Fired | None:
    notices = [
        notice
        for scenario, number in found.items()
        if scenario.rendered is not None
        for notice in said.notices.get(number, ())
    ]
    if not notices:
        return None
    fixed = (name for name, text in case.alert.labels.items() if "{{" not in text)
    return verdicts.Fired(
        alert=case.alert.name,
        labels=notices[0].labels,
        annotations=notices[0].annotations,
        fixed=frozenset(("alertname", *fixed)),
    )


def _without_input(
    blank: verdicts.Proof, unsolved: solutions.Unsolved
) -> verdicts.Proof:
    if unsolved.is_impossible:
        finding = verdicts.Finding(verdicts.Claim.FIRES, unsolved.reason)
        return dataclasses.replace(blank, broken=(finding,))
    return dataclasses.replace(blank, unshown=unsolved.reason)


def _count_boundaries(
    found: Mapping[scenarios.Scenario, int], said: answers.Answers
) -> int:
    shown: dict[int, set[scenarios.Mark]] = {}
    for scenario, number in found.items():
        if scenario.comparison is None:
            continue
        life = judging.Life(scenario, number, said)
        for mark, time in scenario.marks.items():
            is_right = life.active_at(time) is (mark is scenarios.Mark.ABOVE)
            if mark is not scenarios.Mark.EXACT and is_right:
                shown.setdefault(scenario.comparison, set()).add(mark)
    return sum(len(marks) == 2 for marks in shown.values())  # noqa: PLR2004 - both sides
