"""A schedule says the same as the command did, in the organisation's own zone."""

from pathlib import Path

import yaml

from sightline.app.review import schedules
from sightline.review import reports

ROOT = Path("/srv/mon itoring")
ZONE = "America/New_York"
IMAGE = "registry.example.com/sightline:0.1.0"


def _render(kind: schedules.Kind, cadence: reports.Cadence, *words: str) -> str:
    return schedules.render(kind, cadence, words, ROOT, ZONE, IMAGE)


def test_cron_gets_one_line_with_its_per_cents_escaped() -> None:
    text = _render(schedules.Kind.CRON, reports.Cadence.WEEKLY, "--output=50%.md")
    assert text.splitlines()[1:] == [
        "CRON_TZ=America/New_York",
        (
            "0 8 * * 1  cd '/srv/mon itoring' && "
            r"./sightline review weekly --output=50\%.md"
        ),
    ]


def test_systemd_gets_a_service_and_a_timer_that_catches_up() -> None:
    text = _render(schedules.Kind.SYSTEMD, reports.Cadence.QUARTERLY, "--format=html")
    lines = text.splitlines()
    assert "# /etc/systemd/system/sightline-review-quarterly.timer" in lines
    assert "WorkingDirectory=/srv/mon itoring" in lines
    assert (
        "ExecStart='/srv/mon itoring/sightline' review quarterly --format=html" in lines
    )
    assert "OnCalendar=*-01,04,07,10-01 08:00:00 America/New_York" in lines
    assert "Persistent=true" in lines


def test_kubernetes_gets_a_cron_job_in_the_zone() -> None:
    text = _render(
        schedules.Kind.KUBERNETES, reports.Cadence.MONTHLY, "--post=@/run/to"
    )
    job = yaml.safe_load(text)
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "CronJob")
    assert job["metadata"]["name"] == "sightline-review-monthly"
    assert job["spec"]["schedule"] == "0 8 1 * *"
    assert job["spec"]["timeZone"] == ZONE
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["review", "monthly", "--post=@/run/to"]
    assert container["image"] == IMAGE
