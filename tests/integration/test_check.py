"""`check` on the shipped spec: quiet by default, and it says what is to be known."""

import json
from pathlib import Path

import pytest

from support import projects

pytestmark = pytest.mark.integration


def test_row_84_check_says_that_users_cannot_see_the_guides_targets(
    tmp_path: Path,
) -> None:
    project = projects.Project(tmp_path)
    checked = project.run("check", "--format", "json")
    assert checked.returncode == 0, checked.stderr
    found = json.loads(checked.stdout)["findings"]
    assert [
        (one["check"], one["severity"], one["message"].partition(" promises")[0])
        for one in found
    ] == [
        ("slo/impossible-dependency", "info", "login-availability"),
        ("slo/impossible-dependency", "info", "payment-availability"),
    ]
    assert "the authentication service, behind the gateway only" in found[0]["hint"]


def test_who_asks_for_it_is_stopped_by_what_is_only_to_be_known(tmp_path: Path) -> None:
    assert projects.Project(tmp_path).run("check", "--fail-on", "info").returncode == 1
