"""What a healthy stack says while nothing happens: every alert that was not silent.

The whole stack runs without a fault, with its traffic. Everything that was pending or
firing meanwhile is printed, with for how long; only the Watchdog should fire. What is
merely pending was above its threshold for less than its `for`.
"""

import argparse
import asyncio
import datetime as dt
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline.clients import prometheus, servers
from sightline.stack import plot_library
from support import projects

_STEP: Final = dt.timedelta(seconds=3)
_ALWAYS: Final = "Watchdog"
_UNTOLD: Final = frozenset({"__name__", "alertstate", "alertname", "team", "severity"})
_STATES: Final = ("pending", "firing")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Episode:
    """One alert instance in one state; times in seconds since the start."""

    alert: str
    state: str
    labels: Mapping[str, str]
    first: float
    seconds: float


def main() -> int:
    """Starts, waits, prints; 1 when anything but the Watchdog fired."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=12.0)
    arguments = parser.parse_args()
    plot_library.ensure()
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        project = projects.Project(Path(folder))
        began = dt.datetime.now(tz=dt.UTC)
        try:
            project.start()
            time.sleep(arguments.minutes * 60)
            url = project.url_of("prometheus")
            episodes = asyncio.run(_fetch_episodes(url, began))
        finally:
            project.run("down")
    return _report(episodes, arguments.minutes)


async def _fetch_episodes(url: str, began: dt.datetime) -> list[_Episode]:
    now = dt.datetime.now(tz=dt.UTC)
    async with servers.open_client() as client:
        server = prometheus.Prometheus(client, url)
        found = await server.query_range("ALERTS", began, now, _STEP)
    return sorted(
        (_describe(series, began) for series in found),
        key=lambda one: (_STATES.index(one.state), one.alert, one.first),
    )


def _describe(series: prometheus.Series, began: dt.datetime) -> _Episode:
    return _Episode(
        alert=series.labels["alertname"],
        state=series.labels["alertstate"],
        labels={k: v for k, v in series.labels.items() if k not in _UNTOLD},
        first=series.points[0][0] - began.timestamp(),
        seconds=len(series.points) * _STEP.total_seconds(),
    )


def _report(episodes: Sequence[_Episode], minutes: float) -> int:
    for one in episodes:
        if one.alert != _ALWAYS:
            labels = ", ".join(f"{key}={text}" for key, text in one.labels.items())
            print(
                f"{one.state:<8}{one.alert:<28}{one.seconds:>5.0f} s"
                f"   from {one.first:>4.0f} s   {labels}"
            )
    fired = {one.alert for one in episodes if one.state == "firing"}
    print(
        f"{minutes:g} quiet minutes: {', '.join(sorted(fired)) or 'nothing'} fired,"
        f" {len({one.alert for one in episodes} - fired)} others were pending"
    )
    return 0 if fired == {_ALWAYS} else 1


if __name__ == "__main__":
    sys.exit(main())
