"""Plans: the components to run, handed from `up` to the supervisor as a file."""

import json
import signal
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, assert_never

from sightline.model import components
from sightline.stack import files

__all__ = ["read_plan", "write_plan"]


def write_plan(path: Path, planned: Iterable[components.Component]) -> None:
    """Writes a plan, for the owner's eyes alone: environments name secret files."""
    text = json.dumps([_encode(component) for component in planned], indent=1)
    files.write_atomically(path, text + "\n", mode=0o600)


def read_plan(path: Path) -> tuple[components.Component, ...]:
    """Gives the components of a plan that `write_plan` wrote."""
    return tuple(_decode(entry) for entry in json.loads(path.read_text("utf-8")))


def _encode(component: components.Component) -> Mapping[str, object]:
    return {
        "name": component.name,
        "argv": component.argv,
        "environment": dict(component.environment),
        "working_directory": str(component.working_directory),
        "readiness": _encode_readiness(component.readiness),
        "stop_signal": component.stop_signal.value,
        "stop_timeout": component.stop_timeout,
        "wave": component.wave,
        "port": component.port,
        "version": component.version,
        "source": component.source,
        "targets": [
            [target.job, target.address, dict(target.labels)]
            for target in component.targets
        ],
    }


def _decode(entry: Mapping[str, Any]) -> components.Component:
    return components.Component(
        name=entry["name"],
        argv=tuple(entry["argv"]),
        environment=entry["environment"],
        working_directory=Path(entry["working_directory"]),
        readiness=_decode_readiness(entry["readiness"]),
        stop_signal=signal.Signals(entry["stop_signal"]),
        stop_timeout=entry["stop_timeout"],
        wave=entry["wave"],
        port=entry["port"],
        version=entry["version"],
        source=entry["source"],
        targets=tuple(
            components.ScrapeTarget(job=job, address=address, labels=labels)
            for job, address, labels in entry["targets"]
        ),
    )


def _encode_readiness(readiness: components.Readiness | None) -> list[object] | None:
    match readiness:
        case None:
            return None
        case components.HttpReady(url):
            return ["http", url]
        case components.TcpReady(host, port):
            return ["tcp", host, port]
        case components.FileReady(path):
            return ["file", str(path)]
        case components.CommandReady(argv):
            return ["command", *argv]
        case components.ClusterReady(url, members):
            return ["cluster", url, members]
        case _:
            assert_never(readiness)


def _decode_readiness(entry: list[Any] | None) -> components.Readiness | None:
    match entry:
        case None:
            return None
        case ["http", str(url)]:
            return components.HttpReady(url)
        case ["tcp", str(host), int(port)]:
            return components.TcpReady(host, port)
        case ["file", str(path)]:
            return components.FileReady(Path(path))
        case ["command", *argv]:
            return components.CommandReady(tuple(argv))
        case ["cluster", str(url), int(members)]:
            return components.ClusterReady(url, members)
        case _:
            raise ValueError(f"not a readiness: {entry!r}")
