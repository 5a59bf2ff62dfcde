"""Plan and apply on the whole local stack: nothing to do right after `up`."""

import json

import pytest

from support import projects

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("stack")]


def test_what_up_has_built_and_started_is_what_a_plan_wants(
    stack: projects.Project,
) -> None:
    done = stack.run("plan", "--format=json", "--exit-code")
    assert done.returncode == 0, done.stdout + done.stderr
    plan = json.loads(done.stdout)
    assert plan["environment"] == "local"
    assert (plan["pending"], plan["not_checked"], plan["others"]) == (0, [], [])
    assert plan["unchanged"] > 70
    done = stack.run("apply", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == (
        f"local: nothing to do, {plan['unchanged']} resources are as wanted\n"
    )
