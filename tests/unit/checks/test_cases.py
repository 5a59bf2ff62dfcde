"""Every check finds what its cases say, at the very place, and nothing elsewhere."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from sightline.checks import registry
from support import check_cases

_CASES = Path(__file__).parents[2] / "cases" / "check"
_NAMES = [check.name for check in registry.CHECKS]


def _load(name: str) -> dict[str, list[dict[str, Any]]]:
    content = yaml.safe_load((_CASES / f"{name}.yaml").read_text())
    assert isinstance(content, dict)
    return content


@pytest.mark.parametrize("name", _NAMES)
def test_a_check_finds_what_is_wrong_at_its_place(name: str) -> None:
    failing = _load(name)["fail"]
    assert len(failing) >= 2
    for case in failing:
        assert case["found"]
        assert check_cases.run(name, case) == case["found"]


@pytest.mark.parametrize("name", _NAMES)
def test_a_check_is_silent_about_what_is_right(name: str) -> None:
    passing = _load(name)["pass"]
    assert len(passing) >= 2
    for case in passing:
        assert check_cases.run(name, case) == []


def test_every_case_file_belongs_to_a_check() -> None:
    assert sorted(path.stem for path in _CASES.glob("*.yaml")) == sorted(_NAMES)
