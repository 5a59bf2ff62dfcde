"""A review as JSON, for programs."""

import dataclasses
import json

from sightline.app.review import running

__all__ = ["render"]


def render(outcome: running.Outcome) -> str:
    """Gives the whole review: the report's own fields, and what changed."""
    report = dataclasses.asdict(outcome.report)
    report["cadence"] = outcome.report.cadence.value
    report["since_last"] = {
        "made_at": outcome.change.since,
        "new": sorted(outcome.change.new),
        "done": list(outcome.change.done),
    }
    report["trend"] = outcome.trend
    return json.dumps(report, indent=2) + "\n"
