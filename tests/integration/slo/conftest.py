"""What the tests of objectives share."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sightline.model import slos
from support import objectives, slo_scenarios

Scenarios = Callable[..., slo_scenarios.Scenario]


@pytest.fixture
def scenario(binaries: Mapping[str, Path], tmp_path: Path) -> Scenarios:
    """Gives a scenario for some objectives."""

    def build(
        *declared: slos.Objective,
        maintenance: tuple[slos.MaintenanceWindow, ...] = (),
    ) -> slo_scenarios.Scenario:
        return slo_scenarios.Scenario(
            binary=binaries["promtool"],
            folder=tmp_path,
            declared=objectives.declaration(*declared, maintenance=maintenance),
        )

    return build
