"""A review on a schedule: a crontab, a systemd timer or a Kubernetes CronJob.

All of them hold it at eight in the organisation's own morning, whose weeks and months
the review counts: on Mondays, on the first of a month, on the first of a quarter.
"""

import enum
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import yaml

from sightline.review import reports

__all__ = ["Kind", "render"]


class Kind(enum.Enum):
    """What holds the schedule."""

    CRON = "cron"
    SYSTEMD = "systemd"
    KUBERNETES = "kubernetes"


_CRON: Final = {
    reports.Cadence.WEEKLY: "0 8 * * 1",
    reports.Cadence.MONTHLY: "0 8 1 * *",
    reports.Cadence.QUARTERLY: "0 8 1 1,4,7,10 *",
}
_CALENDAR: Final = {
    reports.Cadence.WEEKLY: "Mon *-*-* 08:00:00",
    reports.Cadence.MONTHLY: "*-*-01 08:00:00",
    reports.Cadence.QUARTERLY: "*-01,04,07,10-01 08:00:00",
}
_PROJECT: Final = "/srv/monitoring"


def render(
    kind: Kind,
    cadence: reports.Cadence,
    words: Sequence[str],
    root: Path,
    zone: str,
    image: str = "",
) -> str:
    """Gives the text to install.

    Args:
        kind: who holds the schedule.
        cadence: which review.
        words: the other options of the command, as they were given.
        root: the project's folder.
        zone: the organisation's time zone.
        image: of sightline, which a cluster runs; nobody else needs it.
    """
    match kind:
        case Kind.CRON:
            return _crontab(cadence, words, root, zone)
        case Kind.SYSTEMD:
            return _units(cadence, words, root, zone)
        case Kind.KUBERNETES:
            return _cron_job(cadence, words, zone, image)


def _crontab(
    cadence: reports.Cadence, words: Sequence[str], root: Path, zone: str
) -> str:
    command = shlex.join(["./sightline", "review", cadence.value, *words])
    line = f"cd {shlex.quote(str(root))} && {command}"
    # cron takes a bare % for the end of the command.
    escaped = line.replace("%", r"\%")
    return (
        f"# For the crontab. CRON_TZ is cronie's; others run in the machine's zone.\n"
        f"CRON_TZ={zone}\n{_CRON[cadence]}  {escaped}\n"
    )


def _units(
    cadence: reports.Cadence, words: Sequence[str], root: Path, zone: str
) -> str:
    """Gives both unit files, each under the name that it is installed by.

    https://www.freedesktop.org/software/systemd/man/latest/systemd.timer.html
    """
    name = f"sightline-review-{cadence.value}"
    # systemd takes % for its own specifiers, and needs the whole path of a program.
    program = [str(root / "sightline"), "review", cadence.value, *words]
    command = " ".join(shlex.quote(word) for word in program).replace("%", "%%")
    folder = str(root).replace("%", "%%")
    return (
        f"# /etc/systemd/system/{name}.service\n"
        f"[Unit]\nDescription=The {cadence.value} review of monitoring\n"
        "After=network-online.target\nWants=network-online.target\n\n"
        f"[Service]\nType=oneshot\nWorkingDirectory={folder}\nExecStart={command}\n\n"
        f"# /etc/systemd/system/{name}.timer\n"
        f"[Unit]\nDescription=When the {cadence.value} review is held\n\n"
        f"[Timer]\nOnCalendar={_CALENDAR[cadence]} {zone}\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )


def _cron_job(
    cadence: reports.Cadence, words: Sequence[str], zone: str, image: str
) -> str:
    """Gives a CronJob; the project with its earlier reviews is on a volume.

    https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/
    """
    name = f"sightline-review-{cadence.value}"
    container = {
        "name": "review",
        "image": image,
        "args": ["review", cadence.value, *words],
        "env": [{"name": "SIGHTLINE_ROOT", "value": _PROJECT}],
        "volumeMounts": [{"name": "project", "mountPath": _PROJECT}],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "runAsNonRoot": True,
        },
    }
    claim = {"claimName": "sightline-project"}
    pod = {
        "restartPolicy": "Never",
        "containers": [container],
        "volumes": [{"name": "project", "persistentVolumeClaim": claim}],
    }
    document = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/name": "sightline"}},
        "spec": {
            "schedule": _CRON[cadence],
            "timeZone": zone,
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": 21_600,
            "jobTemplate": {
                "spec": {"backoffLimit": 2, "template": {"spec": pod}},
            },
        },
    }
    return yaml.safe_dump(document, sort_keys=False)
