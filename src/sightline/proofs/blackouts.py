"""A total outage: no series at all, and which alerts of the files then tell."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline.model import findings
from sightline.promql import ast, walking
from sightline.proofs import answers, documents, engines, rulebook, verdicts

__all__ = ["Witnesses", "find_witnesses", "judge", "why_unknown"]

_STEP_SECONDS: Final = 900.0
_QUESTION: Final = 0
_ROUNDS: Final = 3
"""Rules may be refused when they are read, and others when they are evaluated."""

_NAMED: Final = 3
"""So many rules that could not be asked are named; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnesses:
    """Who tells of an outage of everything.

    Attributes:
        alerts: their names, in order.
        unasked: why others could not be asked; empty when all were.
    """

    alerts: tuple[str, ...]
    unasked: str = ""


async def find_witnesses(
    book: rulebook.Rulebook, engine: engines.Engine, folder: Path
) -> Witnesses:
    """Gives the alerts that fire when nothing is measured any more.

    An alert that fires on nothing because it always fires is no witness. What the
    engine refuses is left out, with what reads it, and said.
    """
    left_out = book.unread
    for _ in range(_ROUNDS):
        rules, left_out = _choose(book, left_out)
        outcome = await engine.test_rules(_write(book, rules, folder))
        if isinstance(outcome, findings.NotChecked):
            return Witnesses(alerts=(), unasked=outcome.reason)
        said = answers.read_answers([outcome.messages + outcome.output])
        if not outcome.is_accepted and not said.refused and not said.seen:
            return Witnesses(alerts=(), unasked=" ".join(outcome.messages.split()))
        if not said.refused:
            return _read(book, left_out, said)
        left_out |= said.refused.keys()
    return Witnesses(alerts=(), unasked="the engine refused whatever was left")


def _choose(
    book: rulebook.Rulebook, refused: frozenset[str]
) -> tuple[Sequence[documents.ProbedRule], frozenset[str]]:
    """Gives the rules to ask, and the names of those that are not.

    What reads a series that nobody records would take it for lost.
    """
    records = [one for found in book.records.values() for one in found]
    trees = [(one.name, one.tree) for one in records]
    trees += [(one.name, one.tree) for one in book.alerts if one.tree is not None]
    left_out, before = refused, None
    while left_out != before:
        before = left_out
        left_out |= {name for name, tree in trees if _reads(tree, before)}
    asked = [
        *map(documents.record_rule, records),
        *(documents.alert_rule(one) for one in book.alerts if _depends(one)),
    ]
    return [rule for rule in asked if rule.name not in left_out], left_out


def _reads(tree: ast.Expression, names: frozenset[str]) -> bool:
    return any(one.metric in names for one in walking.selectors(tree))


def _depends(alert: rulebook.Alert) -> bool:
    """Whether the alert depends on any series: a watchdog does not."""
    return alert.tree is not None and rulebook.reads_series(alert.tree)


def _write(
    book: rulebook.Rulebook, rules: Sequence[documents.ProbedRule], folder: Path
) -> Path:
    longest = max((alert.for_seconds for alert in book.alerts), default=0.0)
    # What waits longest is pending at one evaluation, and fires at the next.
    step = max(math.ceil(longest / _STEP_SECONDS), 1) * _STEP_SECONDS
    rule_file, test = folder / "blackout.rules.json", folder / "blackout.json"
    rule_file.write_text(documents.render_rules(rules))
    test.write_text(_render(rule_file.name, step))
    return test


def _render(rules: str, seconds: float) -> str:
    step = documents.render_seconds(seconds)
    test = {
        "interval": "1m",
        "name": "blackout",
        "promql_expr_test": [
            {
                "expr": f'ALERTS{{alertname!="#{_QUESTION}"}}',
                "eval_time": documents.render_seconds(2 * seconds),
            }
        ],
    }
    return json.dumps(
        {"rule_files": [rules], "evaluation_interval": step, "tests": [test]}
    )


def _read(
    book: rulebook.Rulebook, left_out: frozenset[str], said: answers.Answers
) -> Witnesses:
    seen = said.seen.get(_QUESTION, {})
    firing = {one.alert for found in seen.values() for one in found if one.is_firing}
    unasked = sorted({one.name for one in book.alerts if one.name in left_out})
    return Witnesses(alerts=tuple(sorted(firing)), unasked=_list(unasked))


def _list(names: Sequence[str]) -> str:
    """Says which rules were not asked; nothing when all were."""
    if not names:
        return ""
    more = len(names) - _NAMED
    listed = ", ".join(names[:_NAMED])
    return f"{listed} and {more} more refused" if more > 0 else f"{listed} refused"


def judge(
    stated: Mapping[str, str], witnesses: Witnesses
) -> Iterator[verdicts.Finding]:
    """Gives what is wrong when neither this alert nor another tells of an outage."""
    if _needs_witness(stated, witnesses) and not witnesses.unasked:
        yield verdicts.Finding(
            verdicts.Claim.OUTAGE,
            "silent when its source is gone, and no other rule here tells of it",
        )


def why_unknown(stated: Mapping[str, str], witnesses: Witnesses) -> str:
    """Says why it is not known whether anybody tells; empty when it is, or need not."""
    if not _needs_witness(stated, witnesses) or not witnesses.unasked:
        return ""
    return (
        "silent when its source is gone; whether another rule tells of it could not be "
        f"asked: {witnesses.unasked}"
    )


def _needs_witness(stated: Mapping[str, str], witnesses: Witnesses) -> bool:
    return stated.get("no series at all") == "silent" and not witnesses.alerts
