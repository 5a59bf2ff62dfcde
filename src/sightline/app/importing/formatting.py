"""What an import says when it is done."""

import json
from collections.abc import Iterator
from typing import Final

from sightline.app.importing import running, writing

__all__ = ["render_json", "render_text"]


_MOST_SHOWN: Final = 20


def render_text(result: running.Result) -> str:
    """Gives the counts, then what was not carried over, then what is wrong."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: running.Result) -> Iterator[str]:
    yield (
        f"{result.alerts} alerts on {result.signals} signals, and"
        f" {result.dashboards} dashboards, in {len(result.files)} files"
    )
    if result.left:
        yield f"{len(result.left)} not carried over as they were:"
        shown = result.left[:_MOST_SHOWN]
        yield from (f"  {one.subject}: {one.reason}" for one in shown)
        if rest := len(result.left) - len(shown):
            yield f"  and {rest} more, all of them in {writing.REPORT}"
    if result.found:
        yield f"{len(result.found)} findings in the spec:"
        yield from (f"  {one}" for one in result.found)
    else:
        yield "the spec has no mistakes"


def render_json(result: running.Result) -> str:
    """Gives the same for programs."""
    return (
        json.dumps(
            {
                "files": [str(file) for file in result.files],
                "alerts": result.alerts,
                "signals": result.signals,
                "dashboards": result.dashboards,
                "not_carried_over": [
                    {"subject": one.subject, "reason": one.reason}
                    for one in result.left
                ],
                "findings": [str(one) for one in result.found],
            },
            indent=2,
        )
        + "\n"
    )
