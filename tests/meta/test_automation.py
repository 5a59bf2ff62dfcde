"""What runs sightline unattended calls it as it can be called."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from sightline.cli import main

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github/workflows/monitoring.yml"


def _hook_commands() -> list[str]:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    return [hook["entry"].removeprefix("sightline ") for hook in hooks]


def _workflow_commands() -> list[str]:
    called = re.findall(r"\./sightline ([^\n>]+)", WORKFLOW.read_text())
    return [command.replace("$", "") for command in called]


@pytest.mark.parametrize("command", [*_hook_commands(), *_workflow_commands()])
def test_every_command_of_hooks_and_workflows_is_understood(command: str) -> None:
    words = shlex.split(command)
    parsed = main.open_parser((words[0],)).parse_args(words)
    assert parsed.command == words[0]


def test_the_workflow_plans_for_a_pull_request_and_applies_on_the_main_branch() -> None:
    assert [command.split()[0] for command in _workflow_commands()] == [
        "check",
        "prove",
        "plan",
        "apply",
    ]


def test_every_action_is_pinned_to_a_commit() -> None:
    used = re.findall(r"uses: (\S+)", WORKFLOW.read_text())
    assert used
    assert [
        one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one)
    ] == []


def test_nothing_from_outside_is_put_into_a_script_of_the_workflow() -> None:
    # A name of a branch or an input becomes a program there; variables do not.
    scripts = [
        step["run"]
        for job in yaml.safe_load(WORKFLOW.read_text())["jobs"].values()
        for step in job["steps"]
        if "run" in step
    ]
    assert len(scripts) > 3
    assert [one for one in scripts if "${{" in one] == []
