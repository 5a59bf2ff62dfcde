"""What `apply` says while it works, and when it has ended."""

from collections.abc import Mapping
from typing import TextIO

from sightline.deploy import applying, explaining, plans, resources, stages

__all__ = ["Teller", "list_dashboards", "question", "refuse_drift", "tell_end"]


class Teller:
    """Says every stage and every change; an `applying.Watcher`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def enter(self, number: int, total: int, stage: stages.Stage) -> None:
        """Says which stage begins."""
        self._say(f"[{number}/{total}] {explaining.explain_stage(stage)}")

    def land(self, identity: resources.Identity) -> None:
        """Says what is done."""
        self._say(f"    done: {identity}")

    def _say(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


def question(plan: plans.Plan) -> str:
    """Gives the question before an apply; it names what would be undone."""
    count = len(plan.drifted)
    undone = f", undoing {count} made by hand" if count else ""
    return f"Apply {len(plan.pending)} changes to {plan.environment}{undone}? [y/N] "


def refuse_drift(plan: plans.Plan) -> str:
    """Gives why nothing is applied while nobody was asked about drift."""
    names = "\n    ".join(str(change.identity) for change in plan.drifted)
    return (
        f"changed by hand since the last apply, and nothing was applied:\n    {names}\n"
        "take the change into the spec, or undo it with --overwrite-drift"
    )


def tell_end(plan: plans.Plan, report: applying.Report | None) -> str:
    """Gives the last lines of an apply."""
    if report is None:
        return "nothing was applied\n"
    lines = [f"⚠ {warning}\n" for warning in report.warnings]
    if not plan.pending:
        count = len(plan.changes)
        return f"{plan.environment}: nothing to do, {count} resources are as wanted\n"
    return "".join((*lines, f"applied: {explaining.summarise(plan)}\n"))


def list_dashboards(plan: plans.Plan) -> str:
    """Gives the titles of the dashboards that are there after an apply."""
    boards = [
        one.document
        for one in plan.state.values()
        if one.form is resources.Form.DASHBOARD and isinstance(one.document, Mapping)
    ]
    lines = [f"- {board.get('title')}\n" for board in boards]
    return "".join(("Dashboards imported:\n", *lines))
