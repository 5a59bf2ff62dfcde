"""What a pair and a cluster cost, and how soon a page comes when one of each is lost.

Each profile of the stack is started on a project of its own. Then the first Prometheus
and the first Alertmanager are killed and held down (with the profile `single`, none
is), PostgreSQL is taken away, and the pages are timed.
"""

import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from sightline.model import notifications
from sightline.stack import control, layout, plot_library, profiles
from support import drills, projects

_TICK: Final = "✅"
_LIMIT_SECONDS: Final = 90.0
_FAULT: Final = ("postgres-and-exporter-down", "DatabaseUnavailable", "postgres")


def main() -> None:
    """Measures every profile and prints a row for each."""
    plot_library.ensure()
    for profile in profiles.Profile:
        # Of its own: an Alertmanager that remembers a page does not send it again.
        with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
            project = projects.Project(Path(folder))
            try:
                print(_measure(project, profile), flush=True)
            finally:
                project.run("down")


def _measure(project: projects.Project, profile: profiles.Profile) -> str:
    began = time.perf_counter()
    started = project.run("up", "--background", "--profile", profile.value)
    seconds = time.perf_counter() - began
    if started.returncode not in {0, 1}:
        sys.exit(started.stderr)
    ticks = sum(line.startswith(_TICK) for line in started.stdout.splitlines())
    mebibytes = _weigh(project)
    lost = profile is not profiles.Profile.SINGLE
    if lost:
        for name in (profiles.PROMETHEUS[0], profiles.ALERTMANAGERS[0]):
            _kill(project, name)
    pages = _page(project)
    return (
        f"{profile.value:<12} start {seconds:5.1f} s, {ticks} of 5 ticks,"
        f" {mebibytes:,.0f} MiB; {'one of each lost' if lost else 'none lost'}: {pages}"
    )


def _weigh(project: projects.Project) -> float:
    listed = json.loads(project.run("status", "--json").stdout)["components"]
    total: float = sum(one["rss_bytes"] for one in listed) / 2**20
    return total


def _kill(project: projects.Project, name: str) -> None:
    """Kills a component without warning, and keeps it from coming back."""
    client = control.Client(layout.Layout.of_project(project.root).control_socket)
    pid = next(one.pid for one in client.observe().components if one.name == name)
    if pid is None:
        sys.exit(f"{name} does not run")
    os.kill(pid, signal.SIGKILL)
    client.request("stop", name)


def _page(project: projects.Project) -> str:
    incident = drills.begin(project, *_FAULT)
    firing = notifications.NotificationState.FIRING
    drills.wait_for_pages(project, incident, firing, _LIMIT_SECONDS)
    time.sleep(_LIMIT_SECONDS / 3)  # a second page would come within two peer timeouts
    pages = drills.pages_of(project, incident, firing)
    return ", ".join(
        f"{channel.value} {len(received)} page after {received[0].seconds:.1f} s"
        if received
        else f"{channel.value} no page"
        for channel, received in pages.items()
    )


if __name__ == "__main__":
    main()
