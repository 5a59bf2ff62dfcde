"""A total outage: no series at all, and which alerts of the files then tell."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from sightline.model import findings
from sightline.proofs import answers, documents, engines, rulebook, verdicts

__all__ = ["find_witnesses", "judge"]

_STEP_SECONDS: Final = 900.0
_QUESTION: Final = 0


async def find_witnesses(
    book: rulebook.Rulebook, engine: engines.Engine, folder: Path
) -> Sequence[str]:
    """Gives the alerts that fire when nothing is measured any more.

    An alert that fires on nothing because it always fires is no witness.
    """
    records = [
        documents.ProbedRule(
            kind="record",
            name=one.name,
            expr=one.expr,
            labels=one.labels,
            annotations={},
        )
        for found in book.records.values()
        for one in found
    ]
    speaking = [alert for alert in book.alerts if alert.tree is not None]
    alerts = [documents.alert_rule(alert) for alert in speaking if _reads(alert)]
    rules = folder / "blackout.rules.json"
    rules.write_text(documents.render_rules([*records, *alerts]))
    longest = max((alert.for_seconds for alert in speaking), default=0.0)
    test = folder / "blackout.json"
    test.write_text(_render(rules.name, _after(longest)))
    outcome = await engine.test_rules(test)
    if isinstance(outcome, findings.NotChecked):
        return ()
    said = answers.read_answers([outcome.messages + outcome.output])
    seen = said.seen.get(_QUESTION, {})
    return sorted(
        {one.alert for found in seen.values() for one in found if one.is_firing}
    )


def _after(seconds: float) -> float:
    """Gives an evaluation by which what waits so long fires."""
    return (math.ceil(seconds / _STEP_SECONDS) + 1) * _STEP_SECONDS


def _reads(alert: rulebook.Alert) -> bool:
    """Whether the alert depends on any series: a watchdog does not."""
    return alert.tree is not None and rulebook.reads_series(alert.tree)


def _render(rules: str, end: float) -> str:
    test = {
        "interval": "1m",
        "name": "blackout",
        "promql_expr_test": [
            {
                "expr": f'ALERTS{{alertname!="#{_QUESTION}"}}',
                "eval_time": documents.render_seconds(end),
            }
        ],
    }
    step = documents.render_seconds(_STEP_SECONDS)
    return json.dumps(
        {"rule_files": [rules], "evaluation_interval": step, "tests": [test]}
    )


def judge(
    stated: Mapping[str, str], witnesses: Sequence[str]
) -> Iterator[verdicts.Finding]:
    """Gives what is wrong when neither this alert nor another tells of an outage."""
    if stated.get("no series at all") == "silent" and not witnesses:
        yield verdicts.Finding(
            verdicts.Claim.OUTAGE,
            "silent when its source is gone, and no other rule here tells of it",
        )
