"""The page about the guide names nothing that is not there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/guide.md").read_text()
NAMED_TESTS = sorted(set(re.findall(r"`(test_\w+)`", GUIDE)))
NAMED_PATHS = sorted(
    set(re.findall(r"`((?:monitoring|src|scripts|tests)/[^`]*)`", GUIDE))
)
CHAPTERS = (
    "Dashboards required",
    "Executive",
    "Engineering",
    "Security",
    "Alerts configuration",
    "Priority routing",
    "Alert rules",
    "PagerDuty integration",
    "SLOs",
    "Setup instructions",
    "Maintenance",
)


@pytest.fixture(scope="module")
def defined() -> frozenset[str]:
    """Every test function under `tests`."""
    return frozenset(
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(
            r"^\s*(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE
        )
    )


def test_every_test_that_the_guide_names_exists(defined: frozenset[str]) -> None:
    assert NAMED_TESTS
    assert [name for name in NAMED_TESTS if name not in defined] == []


def test_every_path_that_the_guide_names_exists() -> None:
    assert NAMED_PATHS
    assert [path for path in NAMED_PATHS if not (ROOT / path).exists()] == []


def test_every_chapter_is_there_in_its_order() -> None:
    headings = re.findall(r"^##+ (.+)$", GUIDE, re.MULTILINE)
    assert [one for one in headings if one in CHAPTERS] == list(CHAPTERS)


def test_every_linked_page_exists() -> None:
    linked = re.findall(r"\]\(([^)#]+\.md)\)", GUIDE)
    assert [one for one in linked if not (ROOT / "docs" / one).exists()] == []
