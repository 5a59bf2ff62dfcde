"""Compiles a spec's model to artifacts and writes them to a folder."""

import enum
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from sightline.compilers import (
    alertmanager,
    compose,
    grafana,
    helm,
    kubernetes,
    prometheus,
    runbooks,
    systemd,
)
from sightline.model import artifacts, environments, monitoring

__all__ = ["CORE", "SERVERS", "Target", "build", "write"]

_OWNED_FOLDERS: Final = tuple(
    PurePosixPath(folder)
    for folder in (
        "prometheus/rules",
        "alertmanager/templates",
        "grafana/dashboards",
        "grafana/provisioning/dashboards",
        "grafana/provisioning/datasources",
        "compose/grafana/provisioning/dashboards",
        "compose/grafana/provisioning/datasources",
        "runbooks",
    )
)
_READABLE: Final = 0o644


class Target(enum.Enum):
    """A part of a build; the value is its folder and the word for `--target`."""

    PROMETHEUS = "prometheus"
    ALERTMANAGER = "alertmanager"
    GRAFANA = "grafana"
    COMPOSE = "compose"
    SYSTEMD = "systemd"
    RUNBOOKS = "runbooks"
    KUBERNETES = "kubernetes"
    HELM = "helm"


CORE: Final = (
    Target.PROMETHEUS,
    Target.ALERTMANAGER,
    Target.GRAFANA,
    Target.COMPOSE,
    Target.SYSTEMD,
    Target.RUNBOOKS,
)
"""What every environment has; the other parts are for clusters."""

_WHOLLY_OWNED: Final = frozenset(
    {Target.SYSTEMD.value, Target.KUBERNETES.value, Target.HELM.value}
)
"""Parts in which nobody else puts anything."""


SERVERS: Final = (Target.PROMETHEUS, Target.ALERTMANAGER, Target.GRAFANA)
"""What the servers themselves read: what is checked, and verified where it runs."""


_Compiler = Callable[
    [monitoring.Monitoring, environments.Environment], tuple[artifacts.Artifact, ...]
]
_COMPILERS: Final[Mapping[Target, _Compiler]] = {
    Target.PROMETHEUS: prometheus.compile_prometheus,
    Target.ALERTMANAGER: alertmanager.compile_alertmanager,
    Target.GRAFANA: grafana.compile_grafana,
    Target.COMPOSE: compose.compile_compose,
    Target.SYSTEMD: systemd.compile_systemd,
    Target.RUNBOOKS: runbooks.compile_runbooks,
    Target.KUBERNETES: kubernetes.compile_kubernetes,
    Target.HELM: helm.compile_helm,
}


def build(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    targets: Collection[Target] = CORE,
) -> tuple[artifacts.Artifact, ...]:
    """Gives the artifacts of `targets`, the same bytes for the same input."""
    built: list[artifacts.Artifact] = []
    for target in Target:
        if target in targets:
            built += _COMPILERS[target](declared, environment)
    return tuple(built)


def write(written: Iterable[artifacts.Artifact], directory: Path) -> None:
    """Writes artifacts below `directory`, and removes what an earlier build left.

    A file appears whole or not at all, and one that is right already is left alone.
    Only folders that are ours alone are cleaned: what others put beside an artifact
    (`targets/`, `secrets/`) stays.

    Raises:
        OSError: when the folder cannot be written.
    """
    texts = {directory / artifact.path: artifact.text for artifact in written}
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not _holds(path, text):
            _write_whole(path, text)
    parts = {path.relative_to(directory).parts[0] for path in texts}
    for folder in _OWNED_FOLDERS:
        if folder.parts[0] in parts:
            _remove_stale(directory / folder, texts)
    for place in {path.parent for path in texts}:
        if not _WHOLLY_OWNED.isdisjoint(place.relative_to(directory).parts[:1]):
            _remove_stale(place, texts)


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() == text.encode()
    except FileNotFoundError:
        return False


def _write_whole(path: Path, text: str) -> None:
    """Writes beside `path` and renames, so that no reader sees half a file."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        draft.chmod(_READABLE)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _remove_stale(folder: Path, kept: Collection[Path]) -> None:
    for path in folder.glob("*"):
        if path.is_file() and path not in kept:
            path.unlink()
