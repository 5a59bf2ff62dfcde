"""What the local stack is made of: programs, when each is ready, how each stops."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = [
    "ClusterReady",
    "CommandReady",
    "Component",
    "FileReady",
    "HttpReady",
    "Readiness",
    "ScrapeTarget",
    "TcpReady",
]


@dataclass(frozen=True, slots=True)
class HttpReady:
    """Ready when a GET of `url` is answered with status 200."""

    url: str


@dataclass(frozen=True, slots=True)
class TcpReady:
    """Ready when a connection to `host`:`port` is accepted."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class FileReady:
    """Ready when `path` exists."""

    path: Path


@dataclass(frozen=True, slots=True)
class CommandReady:
    """Ready when `argv` ends with exit code 0."""

    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClusterReady:
    """Ready when an Alertmanager has settled in a cluster of `members`.

    `url` is that of its status in the second version of its API.
    """

    url: str
    members: int


Readiness = HttpReady | TcpReady | FileReady | CommandReady | ClusterReady


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapeTarget:
    """One entry of a scrape job's target file.

    Attributes:
        job: the scrape job; the entry goes into `targets/<job>.json`.
        address: `host:port`, or a URL for jobs that go through the blackbox exporter.
        labels: added to every series of the target, `__…__` labels included.
    """

    job: str
    address: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One supervised process of the local stack.

    Attributes:
        name: unique in the stack; the log is `logs/<name>.log`.
        argv: the program by absolute path, and its arguments.
        environment: set on top of the supervisor's own environment.
        readiness: `None` is ready as soon as it was started.
        stop_signal: asks for a clean end; SIGKILL follows `stop_timeout` seconds later.
        wave: lower waves start first and stop last; one wave starts in parallel.
        port: the port that people use; `None` when there is none.
        version: as the program says it; empty when it does not.
        source: where the program came from, in words.
        targets: what Prometheus scrapes while the component is not withdrawn.
    """

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    working_directory: Path
    readiness: Readiness | None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout: float = 5.0
    wave: int
    port: int | None
    version: str
    source: str
    targets: tuple[ScrapeTarget, ...] = ()
