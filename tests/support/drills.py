"""Faults on the running reference platform, and the pages that they raise."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sightline.model import notifications, routing
from sightline.stack import layout
from sightline.stack.receivers import inbox
from support import projects

__all__ = ["Incident", "Page", "begin", "pages_of", "wait_for_pages"]

_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A fault in force, and the alert that it must raise."""

    fault: str
    alert: str
    service: str
    began_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A notification of an incident, and how long after the fault it arrived."""

    notification: notifications.Notification
    seconds: float


def begin(project: projects.Project, fault: str, alert: str, service: str) -> Incident:
    """Puts a fault in force."""
    began_at = time.time()
    done = project.run("demo", "fault", fault)
    assert done.returncode == 0, done.stderr
    return Incident(fault=fault, alert=alert, service=service, began_at=began_at)


def pages_of(
    project: projects.Project,
    incident: Incident,
    state: notifications.NotificationState,
) -> Mapping[routing.Channel, list[Page]]:
    """Gives what each channel has received about the incident since it began."""
    folder = layout.Layout.of_project(project.root).inbox
    return {
        channel: [
            Page(notification=one, seconds=one.received_at - incident.began_at)
            for one in inbox.read(folder, channel, limit=10_000)
            if one.received_at >= incident.began_at
            and one.state is state
            and one.labels.get("alertname") == incident.alert
            and one.labels.get("service") == incident.service
        ]
        for channel in routing.Channel
    }


def wait_for_pages(
    project: projects.Project,
    incident: Incident,
    state: notifications.NotificationState,
    within_seconds: float,
) -> Mapping[routing.Channel, list[Page]]:
    """Gives the pages as soon as every channel has one, or what there is at the end."""
    end = time.time() + within_seconds
    while True:
        pages = pages_of(project, incident, state)
        if _is_complete(pages.values()) or time.time() > end:
            return pages
        time.sleep(_POLL_SECONDS)


def _is_complete(received: Iterable[list[Page]]) -> bool:
    return all(received)
