"""Gives a fresh local stack a past: generated, marked as such, with known incidents."""

import asyncio
import datetime as dt
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sightline import errors
from sightline.clients import tools
from sightline.compilers.slo import series as slo_series
from sightline.demo.past import platform, series
from sightline.model import findings, monitoring
from sightline.stack import generated_past

__all__ = ["objectives_of", "provide"]


def objectives_of(declared: monitoring.Monitoring) -> tuple[platform.Objective, ...]:
    """Gives the objectives of a spec as their events are recorded."""
    return tuple(
        platform.Objective(
            name=name,
            service=one.service,
            bad=slo_series.BAD,
            total=slo_series.TOTAL,
            budget=float(one.target.budget),
        )
        for name, one in declared.service_levels.objectives.items()
    )


async def provide(
    declared: monitoring.Monitoring,
    days: int,
    promtool: Path,
    folders: Sequence[Path],
    say: Callable[[str], None],
) -> None:
    """Writes a past of `days` that ends now into the data folders of Prometheus.

    Raises:
        InputError: a folder has data: what was measured is not mixed with what was
            made up.
        EnvironmentFailed: promtool refuses the samples.
    """
    if used := [one for one in folders if (one / "wal").exists()]:
        raise errors.InputError(
            f"--history needs a fresh start: {used[0]} has measurements, which are not "
            "mixed with a generated past; remove it and start again"
        )
    began = time.monotonic()
    say(f"generating {days} days of history")
    past = platform.describe(int(time.time()), days)
    with tempfile.TemporaryDirectory(prefix="sightline-past-") as name:
        text = Path(name) / "past.om"
        count = series.write(platform.recall(past, objectives_of(declared)), text)
        for folder in folders:
            await _create_blocks(promtool, text, folder)
            await asyncio.to_thread(generated_past.note_days, folder, days)
    start = dt.datetime.fromtimestamp(past.start, dt.UTC)
    say(
        f"history since {start:%Y-%m-%d} is generated: {count:,} samples in "
        f"{time.monotonic() - began:.1f} s; {series.MARKER} is 1 where it is"
    )


async def _create_blocks(promtool: Path, text: Path, folder: Path) -> None:
    program = tools.Promtool(tools.Program(name="promtool", path=promtool))
    match await program.create_blocks(text, folder):
        case findings.NotChecked(reason=reason):
            raise errors.EnvironmentFailed(reason)
        case tools.Verdict(is_accepted=False, messages=messages):
            raise errors.EnvironmentFailed(f"promtool refuses the history: {messages}")
        case tools.Verdict():
            return
