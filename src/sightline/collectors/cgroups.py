"""Containers of a host without cAdvisor: what the kernel counts for each cgroup.

Names and meanings are cAdvisor's, so that signals and dashboards are the same. Only
cgroup v2 is read: https://docs.kernel.org/admin-guide/cgroup-v2.html
"""

import asyncio
import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from prometheus_client import core

from sightline import errors
from sightline.collectors import readings
from sightline.errors import FailureReason
from sightline.model import collecting, connections

__all__ = ["CgroupCollector", "Usage", "read_usage"]

_MICROSECONDS: Final = 1_000_000
_DEEPEST: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one cgroup has used and may use; `None` where the kernel counts nothing.

    Attributes:
        working_set_bytes: without the file pages that can be taken back at once.
        cpu_quota, cpu_period: microseconds; no quota without a limit.
    """

    cpu_seconds: float | None
    working_set_bytes: int | None
    memory_limit_bytes: int | None
    cpu_quota: int | None
    cpu_period: int | None
    out_of_memory_kills: int | None


def read_usage(folder: Path) -> Usage:
    """Reads the files of one cgroup; controllers that are off have none."""
    cpu = _read_pairs(folder / "cpu.stat")
    memory = _read_pairs(folder / "memory.stat")
    used = _read_number(folder / "memory.current")
    quota, _, period = _read_text(folder / "cpu.max").partition(" ")
    spent = cpu.get("usage_usec")
    return Usage(
        cpu_seconds=None if spent is None else spent / _MICROSECONDS,
        working_set_bytes=(
            None if used is None else max(0, used - memory.get("inactive_file", 0))
        ),
        memory_limit_bytes=_read_number(folder / "memory.max"),
        cpu_quota=int(quota) if quota.isdecimal() else None,
        cpu_period=int(period) if period.isdecimal() else None,
        out_of_memory_kills=_read_pairs(folder / "memory.events").get("oom_kill"),
    )


class CgroupCollector:
    """Reads every cgroup whose path matches; named groups of the pattern are labels."""

    def __init__(
        self, declared: collecting.ContainerSource, place: connections.Files
    ) -> None:
        self._declared = declared
        self._root = place.folder
        self._pattern = re.compile(declared.pattern)

    async def collect(self) -> readings.Reading:
        """Gives the containers that run now.

        Raises:
            SourceFailed: there is no cgroup v2, two containers have the same labels,
                or there are more than declared.
        """
        return await asyncio.to_thread(self._read)

    async def close(self) -> None:
        """Does nothing: no file stays open."""

    def _read(self) -> readings.Reading:
        if not (self._root / "cgroup.controllers").is_file():
            raise errors.SourceFailed(
                FailureReason.UNREACHABLE,
                f"expected cgroup v2 at {self._root}, found no cgroup.controllers",
            )
        found: dict[tuple[str, ...], Usage] = {}
        for path, labels in self._matching():
            if labels in found:
                raise self._failed(
                    FailureReason.ANSWER, f"two cgroups with {labels}, one is {path}"
                )
            if len(found) == self._declared.most_containers:
                raise self._failed(
                    FailureReason.LIMIT,
                    f"more than {self._declared.most_containers} containers",
                )
            found[labels] = read_usage(self._root / path)
        families = tuple(_families(tuple(self._pattern.groupindex), found))
        return readings.Reading(families=families, rows=len(found))

    def _matching(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for folder, children, _ in os.walk(self._root):
            path = os.path.relpath(folder, self._root)
            if path.count("/") >= _DEEPEST:
                children.clear()
            if match := self._pattern.fullmatch(path):
                yield path, tuple(text or "" for text in match.groupdict().values())

    def _failed(self, reason: FailureReason, words: str) -> errors.SourceFailed:
        return errors.SourceFailed(
            reason, f"{self._declared.name}: expected one cgroup each, found {words}"
        )


def _families(
    labels: Sequence[str], found: Mapping[tuple[str, ...], Usage]
) -> Iterator[core.Metric]:
    cpu = core.CounterMetricFamily(
        "container_cpu_usage_seconds", "Processor time used.", labels=labels
    )
    memory = core.GaugeMetricFamily(
        "container_memory_working_set_bytes",
        "Memory that cannot be taken back without harm.",
        labels=labels,
    )
    limit = core.GaugeMetricFamily(
        "container_spec_memory_limit_bytes", "Memory limit.", labels=labels
    )
    quota = core.GaugeMetricFamily(
        "container_spec_cpu_quota", "Processor limit per period.", labels=labels
    )
    period = core.GaugeMetricFamily(
        "container_spec_cpu_period", "Period of the processor limit.", labels=labels
    )
    kills = core.CounterMetricFamily(
        "container_oom_events_total", "Processes that the kernel killed.", labels=labels
    )
    for values, usage in found.items():
        is_limited = usage.cpu_quota is not None
        for family, number in (
            (cpu, usage.cpu_seconds),
            (memory, usage.working_set_bytes),
            (limit, usage.memory_limit_bytes),
            (quota, usage.cpu_quota),
            (period, usage.cpu_period if is_limited else None),
            (kills, usage.out_of_memory_kills),
        ):
            if number is not None:
                family.add_metric(values, number)
    yield from (cpu, memory, limit, quota, period, kills)


def _read_text(file: Path) -> str:
    """Gives a file's text; a container that has just ended has none left."""
    with contextlib.suppress(OSError):
        return file.read_text("ascii", "replace").strip()
    return ""


def _read_number(file: Path) -> int | None:
    text = _read_text(file)
    return int(text) if text.isdecimal() else None


def _read_pairs(file: Path) -> Mapping[str, int]:
    pairs = (line.partition(" ") for line in _read_text(file).splitlines())
    return {name: int(count) for name, _, count in pairs if count.isdecimal()}
