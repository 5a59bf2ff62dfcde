"""Reviews that were held before a test begins: two weekly ones, a week apart."""

from pathlib import Path
from typing import Final

from sightline.app.review import history, html_page, running
from sightline.model import monitoring
from sightline.review import reports
from sightline.stack import layout

__all__ = ["FIRST_END", "SECOND_END", "hold_two"]

FIRST_END: Final = 1_790_000_000.0
_WEEK_SECONDS: Final = 7 * 86_400.0
SECOND_END: Final = FIRST_END + _WEEK_SECONDS


def hold_two(
    root: Path, declared: monitoring.Monitoring, later_seconds: float = 0.0
) -> None:
    """Keeps two reviews of the project `root`: one finding is done, one is new."""
    first, second = FIRST_END + later_seconds, SECOND_END + later_seconds
    _hold(root, declared, first, ("Flapping", "Noisy"), pages=12.0)
    _hold(root, declared, second, ("Noisy", "<b>Late</b>"), pages=4.0)


def _hold(
    root: Path,
    declared: monitoring.Monitoring,
    end: float,
    subjects: tuple[str, ...],
    pages: float,
) -> None:
    home = layout.Layout.of_project(root).home
    noise = reports.Section(
        name="noise",
        title="Alert noise",
        summary=f"{pages:.0f} pages",
        source="ALERTS",
        found=[_find(subject) for subject in subjects],
        figures={"pages": pages},
    )
    report = reports.Report(
        cadence=reports.Cadence.WEEKLY,
        organisation=declared.organisation.name,
        time_zone="UTC",
        start=end - _WEEK_SECONDS,
        end=end,
        made_at=end,
        sections=[noise],
    )
    kept = history.earlier(home, report.cadence, report.start, end)
    outcome = running.Outcome(
        report=report,
        change=history.compare(kept, report),
        trend=history.trend(kept, report),
        environment=next(iter(declared.environments.values())),
        noted=history.keep(home, report),
    )
    history.keep_page(outcome.noted, html_page.render(outcome))


def _find(subject: str) -> reports.Finding:
    return reports.Finding(
        identity=f"noise/{subject}",
        subject=subject,
        problem="fires too often",
        evidence="9 times",
        owner="platform",
        next_step="raise its limit",
    )
