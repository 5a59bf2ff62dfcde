"""The machine that the stack runs on, in the words of each origin."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["Platform", "observe_platform"]

_DEBIAN: Final[Mapping[str, str]] = {
    "x86_64": "amd64",
    "aarch64": "arm64",
    "arm64": "arm64",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A machine.

    Attributes:
        system: `linux` or `darwin`.
        machine: as `uname -m` says it.
        suite: the codename of the host's Debian; `None` elsewhere.
    """

    system: str
    machine: str
    suite: str | None

    @property
    def wheel_name(self) -> str:
        """The platform as the pins of wheels name it."""
        return f"{self.system}-{self.machine}"

    @property
    def debian_architecture(self) -> str | None:
        """Debian's word for the machine, which Go's releases use too."""
        return _DEBIAN.get(self.machine)


def observe_platform() -> Platform:
    """Gives the machine that this runs on."""
    return Platform(
        system=platform.system().lower(),
        machine=platform.machine(),
        suite=_observe_suite(Path("/etc/os-release")),
    )


def _observe_suite(os_release: Path) -> str | None:
    try:
        lines = os_release.read_text("utf-8").splitlines()
    except OSError:
        return None
    fields = dict(line.partition("=")[::2] for line in lines)
    if fields.get("ID", "").strip('"') != "debian":
        return None
    return fields.get("VERSION_CODENAME", "").strip('"') or None
