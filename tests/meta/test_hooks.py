"""What other repositories take from this one for their hooks is what there is."""

import re
import shlex
from pathlib import Path

import yaml

from sightline.cli import main

_ROOT = Path(__file__).parents[2]


def test_the_hook_for_pre_commit_runs_a_command_that_exists() -> None:
    (hook,) = yaml.safe_load((_ROOT / ".pre-commit-hooks.yaml").read_text())
    arguments: list[str] = hook["args"]
    program, *words = [*shlex.split(hook["entry"]), *arguments]
    assert program == "sightline"
    parsed = main.open_parser(("check",)).parse_args(words)
    assert (parsed.command, parsed.paths) == ("check", [Path()])
    assert hook["pass_filenames"] is False
    chosen = [
        name
        for name in ("a.yml", "a.yaml", "b.json", "c.rules", "d.tmpl", "e.py")
        if re.search(hook["files"], name)
    ]
    assert chosen == ["a.yml", "a.yaml", "b.json", "c.rules", "d.tmpl"]
