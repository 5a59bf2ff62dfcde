"""What is fetched, and what it must hash to: the pins that ship with sightline."""

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Final

__all__ = ["PackagePin", "Pins", "WheelPin", "load_pins"]

_MIRRORS: Final = (
    "https://deb.debian.org/debian/{path}",
    # The archive of everything Debian ever published, as it stood on that day.
    "https://snapshot.debian.org/archive/debian/{snapshot}/{path}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagePin:
    """One Debian package, by content.

    Attributes:
        suite: whose index knows a successor when the pinned file is gone.
        architecture: Debian's word: `amd64`, `arm64`.
        path: below the root of any Debian mirror.
        snapshot: a day on which the file was in the archive.
    """

    suite: str
    name: str
    version: str
    architecture: str
    path: str
    size: int
    sha256: str
    snapshot: str

    @property
    def urls(self) -> tuple[str, ...]:
        """Where the file may be found, best first."""
        return tuple(
            mirror.format(path=self.path, snapshot=self.snapshot) for mirror in _MIRRORS
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelPin:
    """One wheel from PyPI, by content; `platform` is `<system>-<machine>`."""

    name: str
    version: str
    platform: str
    url: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """Every pin that ships with sightline."""

    packages: tuple[PackagePin, ...]
    wheels: tuple[WheelPin, ...]

    def find_package(
        self, name: str, suite: str, architecture: str
    ) -> PackagePin | None:
        """Gives the pin of a package; `None` when there is none for that machine."""
        wanted = (name, suite, architecture)
        found = (
            pin
            for pin in self.packages
            if (pin.name, pin.suite, pin.architecture) == wanted
        )
        return next(found, None)

    def find_wheel(self, name: str, platform: str) -> WheelPin | None:
        """Gives the pin of a wheel; `None` when there is none for that platform."""
        found = (
            pin for pin in self.wheels if (pin.name, pin.platform) == (name, platform)
        )
        return next(found, None)


def load_pins() -> Pins:
    """Gives the pins that ship with this version of sightline."""
    text = resources.files(__package__).joinpath("pins.toml").read_text("utf-8")
    document = tomllib.loads(text)
    snapshot: str = document["snapshot"]
    return Pins(
        packages=tuple(
            PackagePin(**entry, snapshot=snapshot) for entry in document["package"]
        ),
        wheels=tuple(WheelPin(**entry) for entry in document["wheel"]),
    )
