"""A plan as Markdown, for a pull request."""

import re
from collections.abc import Iterator
from typing import Final

from sightline.deploy import changes, explaining, plans, resources

__all__ = ["render"]

_MOST_LINES: Final = 40
_MOST_CHARACTERS: Final = 60_000
"""A comment holds 65,536: https://github.com/orgs/community/discussions/41331"""


def render(plan: plans.Plan) -> str:
    """Gives the plan as Markdown that one comment can hold."""
    text = "".join(f"{line}\n" for line in _render(plan))
    if len(text) <= _MOST_CHARACTERS:
        return text
    short = text[:_MOST_CHARACTERS].rpartition("\n")[0]
    # Close what the cut may have left open.
    return f"{short}\n```\n</details>\n\n… too long to be shown whole: run `plan`.\n"


def _render(plan: plans.Plan) -> Iterator[str]:
    print_ = plan.fingerprint[: resources.SHOWN_DIGITS]
    yield f"### Monitoring plan: {explaining.summarise(plan)}"
    yield ""
    if plan.interruption is not None:
        yield f"> ⚠ {explaining.tell_interruption(plan.interruption)}"
        yield ""
    if plan.pending:
        yield "| | Resource | |"
        yield "|---|---|---|"
        for change in plan.pending:
            word, what = explaining.action(change), _code(change.identity)
            yield f"| {word} | {what} | {'**drift**' if change.drift else ''} |"
        yield ""
        for change in plan.pending:
            yield from _details(change)
    for text in explaining.tell_unseen(plan):
        yield f"- ⚠ not checked: {text}"
    if plan.pending:
        yield f"Apply exactly this plan: `sightline apply --yes --plan {print_}`"


def _details(change: changes.Pending) -> Iterator[str]:
    lines = () if isinstance(change, changes.Delete) else change.lines
    drift = change.drift.lines if change.drift else ()
    if not lines and not drift:
        return
    yield f"<details><summary>{change.identity}</summary>"
    yield ""
    yield "```diff"
    for line in lines[:_MOST_LINES]:
        yield _fenced(line)
    if len(lines) > _MOST_LINES:
        yield f"… and {len(lines) - _MOST_LINES} more"
    for line in drift[:_MOST_LINES]:
        yield _fenced(f"! by hand: {line}")
    yield "```"
    yield "</details>"
    yield ""


def _fenced(line: str) -> str:
    # Three backquotes would end the block.
    return re.sub("`{3,}", "''", line)


def _code(identity: resources.Identity) -> str:
    text = str(identity).replace("|", "\\|")
    return f"`{text}`"
