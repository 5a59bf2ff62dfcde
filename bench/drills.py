"""How long from a fault to its page, and from its end to the resolve.

Every drill runs alone on the whole stack: the fault begins, the clock stops when all
three inboxes have the page, the fault is cleared, and the clock stops again when all
three have the resolve. The limit is the alert's own `for` plus thirty seconds. The
recoveries take minutes: error ratios look back five minutes, and alerts outlive their
condition on purpose. A lost database also fails the services behind it, so a drill
begins when its alert no longer fires from the one before.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sightline.model import notifications, routing
from sightline.stack import plot_library
from support import drills, projects, stored

_SCENARIOS: Final[Mapping[str, tuple[str, str, float]]] = {
    "billing-errors": ("HighErrorRate", "billing-svc", 120.0),
    "payment-failing": ("PaymentProcessingDown", "billing-svc", 120.0),
    "auth-gone": ("ServiceDown", "auth-svc", 60.0),
    "postgres-down": ("DatabaseUnavailable", "postgres", 30.0),
    "postgres-and-exporter-down": ("DatabaseUnavailable", "postgres", 30.0),
}
"""Fault → alert, service, the alert's `for` in seconds."""

_MARGIN_SECONDS: Final = 30.0
_RECOVERY_SECONDS: Final = 900.0


def _slowest(pages: Mapping[routing.Channel, list[drills.Page]]) -> float | None:
    if not all(pages.values()):
        return None
    return max(received[0].seconds for received in pages.values())


def _await_silence(project: projects.Project, alert: str, service: str) -> None:
    url = project.url_of("prometheus")
    query = f'ALERTS{{alertname="{alert}",service="{service}"}}'
    end = time.monotonic() + _RECOVERY_SECONDS
    while stored.ask(url, query, time.time()):
        if time.monotonic() > end:
            raise TimeoutError(f"{alert} of {service} does not end")
        time.sleep(1.0)


def _drill(project: projects.Project, fault: str) -> dict[str, object]:
    alert, service, for_seconds = _SCENARIOS[fault]
    _await_silence(project, alert, service)
    incident = drills.begin(project, fault, alert, service)
    paged = drills.wait_for_pages(
        project,
        incident,
        notifications.NotificationState.FIRING,
        for_seconds + 2 * _MARGIN_SECONDS,
    )
    project.run("demo", "clear")
    cleared_after = time.time() - incident.began_at
    resolved = _slowest(
        drills.wait_for_pages(
            project,
            incident,
            notifications.NotificationState.RESOLVED,
            _RECOVERY_SECONDS,
        )
    )
    return {
        "fault": fault,
        "alert": alert,
        "limit_seconds": for_seconds + _MARGIN_SECONDS,
        "page_seconds": _slowest(paged),
        "pages": {channel.value: len(pages) for channel, pages in paged.items()},
        "resolve_seconds": None if resolved is None else resolved - cleared_after,
    }


def _render(figure: object) -> str:
    return f"{figure:.1f} s" if isinstance(figure, float) else "never"


def main() -> None:
    """Runs the drills that were asked for and prints a row for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("faults", nargs="*", choices=[*_SCENARIOS, []])
    chosen = parser.parse_args().faults or list(_SCENARIOS)
    plot_library.ensure()
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        project = projects.Project(Path(folder))
        try:
            project.start()
            for fault in chosen:
                run = _drill(project, fault)
                print(
                    f"{fault:<28}{run['alert']!s:<24}"
                    f"page {_render(run['page_seconds']):>9}"
                    f" of {_render(run['limit_seconds']):>9}"
                    f"   resolve {_render(run['resolve_seconds']):>9}"
                )
                print(json.dumps(run), flush=True)
        finally:
            project.run("down")


if __name__ == "__main__":
    main()
