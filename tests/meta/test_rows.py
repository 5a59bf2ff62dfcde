"""Every numbered correction of the guide has a test, or a line on what is missing."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ALL = range(1, 144)


def _tested() -> set[int]:
    """Gives the numbers in the names of tests; one name may carry several."""
    names = re.compile(r"def test_row_((?:\d+_(?:and_)?)+)")
    return {
        int(number)
        for path in (ROOT / "tests").rglob("test_*.py")
        for found in names.findall(path.read_text())
        for number in re.findall(r"\d+", found)
    }


def _waiting() -> list[int]:
    """Gives the numbers in the first column of the guide's last table."""
    _, _, chapter = (ROOT / "docs/guide.md").read_text().partition("## Not yet tested")
    return [
        number
        for cell in re.findall(r"^\| (\d[\d, -]*) \|", chapter, re.MULTILINE)
        for part in cell.split(", ")
        for number in _expand(part)
    ]


def _expand(part: str) -> range:
    first, _, last = part.partition("-")
    return range(int(first), int(last or first) + 1)


def test_every_number_is_tested_or_waits_and_none_is_both() -> None:
    assert sorted([*_tested(), *_waiting()]) == list(ALL)
