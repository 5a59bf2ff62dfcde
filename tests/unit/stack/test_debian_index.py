from datetime import UTC, datetime

import pytest

from sightline import errors
from sightline.stack.acquire import debian_index, pins

SUM = "ab" * 32
RELEASE = f"""\
Origin: Debian
Suite: testing
Codename: forky
Valid-Until: Fri, 06 Nov 2026 08:08:01 UTC
MD5Sum:
 6d41c06349a3da92b8a135bfde1838f9  1834765 main/binary-amd64/Packages.xz
SHA256:
 {SUM}  9000 main/binary-amd64/Packages.xz
"""
PACKAGES = """\
Package: promtool
Version: 3.5.3+ds1-6
Filename: pool/promtool_3.5.3.deb
Size: 5
SHA256: 53

Package: promtool
Version: 3.10.1-1
Filename: pool/promtool_3.10.1.deb
Size: 10
SHA256: 10
Description: something
 Version: 9.9.9

Package: prometheus
Version: 3.11.0-1
Filename: pool/prometheus.deb
Size: 1
SHA256: 11
"""
GONE = pins.PackagePin(
    suite="forky",
    name="promtool",
    version="3.5.2-1",
    architecture="amd64",
    path="pool/gone.deb",
    size=1,
    sha256="00",
    snapshot="20261030T120000Z",
)


def _settings(day: int, *, accept_expired: bool = False) -> debian_index.IndexSettings:
    return debian_index.IndexSettings(
        accept_expired=accept_expired, now=datetime(2026, 11, day, 12, tzinfo=UTC)
    )


def test_valid_release_gives_its_sha256_and_not_its_md5() -> None:
    checksums = debian_index.parse_release(RELEASE, "forky", _settings(5))
    assert checksums == {"main/binary-amd64/Packages.xz": SUM}


def test_expired_release_is_refused_with_its_date() -> None:
    with pytest.raises(errors.FetchFailed) as failure:
        debian_index.parse_release(RELEASE, "forky", _settings(23))
    assert str(failure.value) == (
        "the index of Debian forky expired on 2026-11-06: the mirror may be lagging;"
        " pass --accept-expired-index (or set SIGHTLINE_ACCEPT_EXPIRED_INDEX=1) to"
        " use it all the same"
    )


def test_expired_release_is_used_when_that_was_asked_for() -> None:
    settings = _settings(23, accept_expired=True)
    assert debian_index.parse_release(RELEASE, "forky", settings) != {}


def test_release_without_an_end_never_expires() -> None:
    stable = RELEASE.replace("Valid-Until", "X-Until")
    assert debian_index.parse_release(stable, "forky", _settings(23)) != {}


def test_release_of_another_suite_is_refused() -> None:
    with pytest.raises(errors.FetchFailed) as failure:
        debian_index.parse_release(RELEASE, "trixie", _settings(5))
    assert str(failure.value) == "expected the index of trixie, found forky"


def test_newest_version_wins_by_number_and_not_by_text() -> None:
    found = debian_index.find_newest(PACKAGES, GONE, (3, 5))
    assert found == pins.PackagePin(
        suite="forky",
        name="promtool",
        version="3.10.1-1",
        architecture="amd64",
        path="pool/promtool_3.10.1.deb",
        size=10,
        sha256="10",
        snapshot="20261030T120000Z",
    )


def test_too_old_packages_are_refused() -> None:
    with pytest.raises(errors.FetchFailed) as failure:
        debian_index.find_newest(PACKAGES, GONE, (4,))
    assert str(failure.value) == (
        "Debian forky: expected promtool 4 or newer, found 3.10.1-1"
    )
