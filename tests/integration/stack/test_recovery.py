"""A component that is killed comes back, and the stack verifies again in time.

One of each kind; `script/bench recovery` kills every component there is.
"""

import pytest

from support import projects, recoveries

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("stack")]

LIMIT_SECONDS = 30.0


@pytest.mark.parametrize(
    "name",
    [
        "alertmanager",
        "postgres",
        "redis",
        "console",
        "receivers",
        "postgres-exporter",
        "redis-exporter",
        "blackbox-exporter",
        "billing-svc-1",
        "prometheus",
    ],
)
def test_a_killed_component_is_back_and_verified(
    stack: projects.Project, name: str
) -> None:
    recovery = recoveries.kill(stack, name, LIMIT_SECONDS)
    assert recovery.verified_seconds is not None, recovery.said
    assert recovery.verified_seconds <= LIMIT_SECONDS
