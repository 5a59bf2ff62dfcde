"""One platform for all tests of this folder."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from sightline.model import monitoring
from sightline.stack.acquire import binaries
from support import reference_platform

Platform = reference_platform.Platform


@pytest.fixture(scope="package")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    acquired: Mapping[str, binaries.Binary],
    skillancer: monitoring.Monitoring,
) -> Iterator[Platform]:
    # One instance of each is enough, but for those that the faults name.
    declared = {
        name: replace(service, expected_replicas=3 if name == "auth-svc" else 1)
        for name, service in skillancer.services.items()
    }
    root = tmp_path_factory.mktemp("platform")
    with reference_platform.run_platform(root, acquired, declared) as started:
        yield started


@pytest.fixture
def whole(running: Platform) -> Iterator[Platform]:
    yield running
    running.clear()
