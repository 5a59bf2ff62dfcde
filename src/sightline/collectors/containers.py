"""Container metrics of the supervised processes, read from `/proc` at each scrape.

The names and labels are cAdvisor's, which production has and one machine has not. The
processes of the reference platform are its containers and have the limits that their
manifests would give them; everything else is shown without a limit.

Run as `python -m sightline.collectors.containers --state run/state.json --port 9338`.
"""

import argparse
import json
import os
import re
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import prometheus_client
from prometheus_client import core, registry

__all__ = ["Container", "ContainerCollector", "Usage", "main", "read_containers"]

_HOST: Final = "127.0.0.1"
_LABELS: Final = ("namespace", "pod", "container", "service")
_PLATFORM: Final = "sightline.demo"
_PLATFORM_NAMESPACE: Final = "skillancer"
_OWN_NAMESPACE: Final = "monitoring"
_REPLICA: Final = re.compile(r"-\d+$")
_MEMORY_LIMIT_BYTES: Final = 128 << 20
_CPU_PERIOD: Final = 100_000
_CPU_QUOTA: Final = 50_000
"""Half a processor, in microseconds per period:
https://docs.kernel.org/scheduler/sched-bwc.html"""

# Places in /proc/<pid>/stat after the command, which ends with the last ")":
# https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
_PARENT: Final = 1
_CPU_TIMES: Final = slice(11, 15)  # own and of children that have ended
_STARTED: Final = 19


@dataclass(frozen=True, slots=True)
class Container:
    """One supervised process, as a container of a pod of its own."""

    namespace: str
    pod: str
    pid: int
    started: str

    @property
    def labels(self) -> tuple[str, ...]:
        """The values of namespace, pod, container and service."""
        name = _REPLICA.sub("", self.pod)
        return self.namespace, self.pod, name, name

    @property
    def is_limited(self) -> bool:
        """Whether it has limits of processor and memory."""
        return self.namespace == _PLATFORM_NAMESPACE


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process and all its descendants have used."""

    cpu_seconds: float
    working_set_bytes: int


def read_containers(state: Path) -> tuple[Container, ...]:
    """Gives the processes that run, as the supervisor's state names them.

    A state that is missing or damaged names none.
    """
    try:
        listed = json.loads(state.read_text("utf-8"))["components"]
        return tuple(_container_of(entry) for entry in listed if entry["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


class ContainerCollector(registry.Collector):
    """Reads the state and `/proc` anew for each scrape, and remembers nothing."""

    def __init__(self, state: Path, proc: Path = Path("/proc")) -> None:
        self._state = state
        self._proc = proc

    def collect(self) -> Iterable[core.Metric]:
        """Gives the metric families, in the order of their names."""
        cpu = core.CounterMetricFamily(
            "container_cpu_usage_seconds", "Processor time used.", labels=_LABELS
        )
        memory = core.GaugeMetricFamily(
            "container_memory_working_set_bytes",
            "Memory that cannot be taken back without harm.",
            labels=_LABELS,
        )
        limits = {
            name: core.GaugeMetricFamily(name, text, labels=_LABELS)
            for name, text, _ in _LIMITS
        }
        containers = read_containers(self._state)
        for container, usage in _measure(self._proc, containers):
            cpu.add_metric(container.labels, usage.cpu_seconds)
            memory.add_metric(container.labels, usage.working_set_bytes)
            for name, _, limit in _LIMITS if container.is_limited else ():
                limits[name].add_metric(container.labels, limit)
        return (cpu, memory, *limits.values())


_LIMITS: Final = (
    ("container_spec_cpu_period", "Period of the processor limit.", _CPU_PERIOD),
    ("container_spec_cpu_quota", "Processor limit per period.", _CPU_QUOTA),
    ("container_spec_memory_limit_bytes", "Memory limit.", _MEMORY_LIMIT_BYTES),
)


@dataclass(frozen=True, slots=True)
class _Process:
    parent: int
    cpu_ticks: int
    started: str


def _measure(
    proc: Path, containers: Sequence[Container]
) -> Iterator[tuple[Container, Usage]]:
    processes = _read_processes(proc)
    children: dict[int, list[int]] = {}
    for pid, process in processes.items():
        children.setdefault(process.parent, []).append(pid)
    for container in containers:
        found = processes.get(container.pid)
        # Another start is another process, which happens to have the same number.
        if found is not None and found.started == container.started:
            family = tuple(_descend(container.pid, children))
            yield container, _sum_usage(proc, family, processes)


def _descend(pid: int, children: Mapping[int, list[int]]) -> Iterator[int]:
    yield pid
    for child in children.get(pid, ()):
        yield from _descend(child, children)


def _sum_usage(
    proc: Path, family: Sequence[int], processes: Mapping[int, _Process]
) -> Usage:
    ticks = sum(processes[pid].cpu_ticks for pid in family)
    return Usage(
        cpu_seconds=ticks / os.sysconf("SC_CLK_TCK"),
        working_set_bytes=sum(_read_anonymous_bytes(proc, pid) for pid in family),
    )


def _read_processes(proc: Path) -> Mapping[int, _Process]:
    processes = {}
    for folder in proc.iterdir() if proc.is_dir() else ():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text("ascii", "replace")
            except OSError:
                continue  # it has ended since it was listed
            fields = text.rpartition(")")[2].split()
            processes[int(folder.name)] = _Process(
                parent=int(fields[_PARENT]),
                cpu_ticks=sum(map(int, fields[_CPU_TIMES])),
                started=fields[_STARTED],
            )
    return processes


def _read_anonymous_bytes(proc: Path, pid: int) -> int:
    """Gives the memory that no file backs, which cannot simply be dropped."""
    try:
        fields = (proc / str(pid) / "statm").read_text("ascii").split()
    except OSError:
        return 0
    resident, shared = int(fields[1]), int(fields[2])
    return (resident - shared) * os.sysconf("SC_PAGE_SIZE")


def _container_of(entry: Mapping[str, object]) -> Container:
    argv = entry["argv"]
    is_platform = isinstance(argv, list) and _PLATFORM in argv
    return Container(
        namespace=_PLATFORM_NAMESPACE if is_platform else _OWN_NAMESPACE,
        pod=str(entry["name"]),
        pid=int(str(entry["pid"])),
        started=str(entry["started"]),
    )


def main(argv: Sequence[str]) -> int:
    """Exposes the metrics until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m sightline.collectors.containers")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args(argv)
    exposed = registry.CollectorRegistry()
    exposed.register(ContainerCollector(given.state))
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    server, thread = prometheus_client.start_http_server(given.port, _HOST, exposed)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    server.shutdown()
    thread.join()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
