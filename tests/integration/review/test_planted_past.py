"""Reviews of a generated past find every fact that was planted, and little else."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sightline.app import past as generating
from sightline.app.review import running
from sightline.demo.past import platform, series
from sightline.model import monitoring
from sightline.review import reports
from support import stored

pytestmark = pytest.mark.integration

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
RULES = """\
groups:
  - name: planted
    rules:
      - alert: CheckoutStuck
        expr: checkout_stuck_total > 5
        labels: {team: payments}
      - alert: DiskFull
        expr: instance_mountpoint:filesystem_used:ratio > 0.95
"""
"""One that reads a metric that never existed, and one that is merely silent."""

DAYS = 60
"""The whole of last month, and of this quarter what there is."""

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def past() -> platform.Past:
    return platform.describe(int(NOW.timestamp()), DAYS)


@pytest.fixture(scope="module")
def url(
    past: platform.Past,
    skillancer: monitoring.Monitoring,
    binaries: Mapping[str, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("past")
    objectives = generating.objectives_of(skillancer)
    series.write(platform.recall(past, objectives), folder / "samples.om")
    text = folder / "samples.om"
    with stored.prometheus_on_text(text, binaries, folder, RULES) as address:
        yield address


def _review(
    url: str, root: Path, cadence: reports.Cadence, now: dt.datetime, *chores: str
) -> reports.Report:
    (root / "monitoring").symlink_to(ROOT / "monitoring")
    request = running.Request(
        root=root, cadence=cadence, now=now, url=url, chores=chores
    )
    return running.run(request, lambda _: None).report


def _found(report: reports.Report, section: str) -> dict[str, str]:
    (one,) = (one for one in report.sections if one.name == section)
    return {finding.subject: finding.problem for finding in one.found}


def test_row_141_the_week_shows_what_wears_people_out(url: str, tmp_path: Path) -> None:
    report = _review(url, tmp_path, reports.Cadence.WEEKLY, NOW, "noise")
    found = _found(report, "noise")
    assert found == {
        "LatencyElevated": "flaps",
        "CdnHitRatioLow": "fires all the time",
        "QueueBacklog and QueuesDelayed": "fire together",
        "CheckoutStuck": "cannot fire: a metric that it reads never existed",
    }


def test_the_week_shows_the_gap_and_no_other(
    url: str, tmp_path: Path, past: platform.Past
) -> None:
    report = _review(url, tmp_path, reports.Cadence.WEEKLY, NOW, "retention")
    (section,) = report.sections
    gaps = [one for one in section.found if one.problem == "has a gap"]
    began = dt.datetime.fromtimestamp(past.outage_at - 240, dt.UTC).astimezone(
        zoneinfo.ZoneInfo("America/New_York")
    )
    assert [(one.subject, one.evidence) for one in gaps] == [
        (f"history since {began:%Y-%m-%d %H:%M}", "no target was scraped for 2h4m")
    ]
    assert len(section.found) == 1


def test_every_finding_has_an_owner_a_reason_and_a_next_step(
    url: str, tmp_path: Path
) -> None:
    report = _review(url, tmp_path, reports.Cadence.WEEKLY, NOW, "noise", "retention")
    found = [one for section in report.sections for one in section.found]
    assert found
    assert all(one.owner and one.evidence and one.next_step for one in found)


def test_the_month_shows_the_overrun_and_the_incident_that_caused_it(
    url: str, tmp_path: Path, past: platform.Past
) -> None:
    report = _review(url, tmp_path, reports.Cadence.MONTHLY, NOW, "compliance")
    found = _found(report, "compliance")
    assert found["Requests to the marketplace succeed"] == "was not met"
    (compliance,) = (one for one in report.sections if one.name == "compliance")
    (table,) = (
        one for one in compliance.tables if one.title == "What spent the budgets"
    )
    costliest = next(
        row for row in table.rows if row[0] == "Requests to the marketplace succeed"
    )
    began = dt.datetime.fromtimestamp(past.overrun.start, dt.UTC).astimezone(
        zoneinfo.ZoneInfo("America/New_York")
    )
    assert costliest[1] == f"{began:%Y-%m-%d %H:%M}"


def test_row_143_the_quarter_shows_the_new_level_and_the_leak(
    url: str, tmp_path: Path
) -> None:
    report = _review(
        url,
        tmp_path,
        reports.Cadence.QUARTERLY,
        NOW + dt.timedelta(days=40),
        "baseline",
        "capacity",
    )
    baseline = _found(report, "baseline")
    assert [name for name in baseline if "skillpod-svc" in name] == list(baseline)
    assert len(baseline) == 1
    (section,) = (one for one in report.sections if one.name == "baseline")
    assert "skillpod-svc 2.15.0 was deployed" in section.found[0].evidence
    (subject,) = _found(report, "capacity")
    assert "/var/lib/postgresql" in subject
    (capacity,) = (one for one in report.sections if one.name == "capacity")
    (week,) = (one for one in capacity.tables if one.title.startswith("The week after"))
    assert week.rows == []  # the history ends weeks before the period does
