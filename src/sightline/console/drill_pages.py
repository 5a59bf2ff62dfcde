"""The page of drills: what can be broken on purpose, and how soon that was told."""

from collections.abc import Mapping, Sequence
from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sightline import errors
from sightline.app.console import rules
from sightline.app.drill import records
from sightline.console import alert_api, settings
from sightline.console import calendar_parts as parts
from sightline.demo import faults
from sightline.stack import layout

__all__ = ["DrillPages"]

_HEADS = ("Fault", "Must raise", "Tells, at worst after", "Last drill", "Run it")
_INTRODUCTION = (
    '<p class="quiet nothing">Each breaks the reference platform of the local stack on '
    "purpose, times its alert and its page, and mends it again. "
    "<code>./sightline drill --all</code> runs all of them.</p>"
)


class DrillPages:
    """The page of drills; it shows commands and breaks nothing itself."""

    def __init__(
        self, surroundings: settings.Settings, alerts: alert_api.AlertApi
    ) -> None:
        self._project = surroundings.project
        self._alerts = alerts

    async def show(self, _: Request) -> Response:
        """Answers with every fault, its alert, and what its last drill measured."""
        problems: list[str] = []
        loaded: Sequence[rules.AlertRule] = ()
        try:
            loaded = await self._alerts.gather_rules(problems)
        except errors.ServerUnavailable as error:
            problems.append(f"Which alerts are loaded is not known: {error}")
        drilled: Mapping[str, records.Drill] = {}
        if self._project is not None:
            home = layout.Layout.of_project(self._project.root).home
            drilled = await run_in_threadpool(records.load_last, home)
        rows = [
            _row(fault, loaded, drilled.get(fault.name))
            for fault in faults.FAULTS.values()
        ]
        notes = [parts.render_note("Something is not known", one) for one in problems]
        table = parts.render_table("Drills", _HEADS, rows)
        return parts.render_page("drills", "".join([_INTRODUCTION, *notes, table]))


def _row(
    fault: faults.Fault,
    loaded: Sequence[rules.AlertRule],
    last: records.Drill | None,
) -> str:
    raised = [rule for rule in loaded if rule.name == fault.alert]
    return (
        f'<tr data-drill="{fault.name}"><th scope="row">{fault.name}'
        f'<div class="quiet">{escape(fault.description)}</div></th>'
        f'<td><a href="/alerts/{fault.alert}">{fault.alert}</a>'
        f'<div class="quiet">{escape(fault.service)}</div></td>'
        f"<td>{_promise(raised)}</td><td>{_measured(last)}</td>"
        f"<td><code>./sightline drill {fault.name}</code></td></tr>"
    )


def _promise(raised: Sequence[rules.AlertRule]) -> str:
    """Gives who is told and how soon, of the rule that tells soonest."""
    told = [
        (rule.worst_seconds, rule) for rule in raised if rule.worst_seconds is not None
    ]
    if not told:
        return parts.render_quiet("nobody" if raised else "not loaded")
    worst, rule = min(told, key=lambda one: one[0])
    channels = sorted({one for stop in rule.stops for one in stop.channels})
    priority = escape(rule.labels.get("priority", ""))
    return (
        f"{_seconds(worst)}"
        f'<div class="quiet">{priority} {escape(", ".join(channels))}</div>'
    )


def _measured(last: records.Drill | None) -> str:
    if last is None:
        return parts.render_quiet("never drilled")
    look, word = ("good", "✓ passed") if last.is_passed else ("bad", "◆ failed")
    told = (
        "nobody was told"
        if last.told_at is None
        else f"told after {_seconds(last.told_at - last.fault_at)}"
    )
    at = parts.render_time(last.fault_at, "%Y-%m-%d %H:%M")
    return f'<span class="{look}">{word}</span>, {told}<div class="quiet">{at}</div>'


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s"
