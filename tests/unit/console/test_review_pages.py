"""Reviews are listed with what became of their findings, and each is shown as kept."""

import base64
import dataclasses
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sightline.app.console import projects, reviews
from sightline.app.review import html_style
from sightline.console import settings
from sightline.model import monitoring
from sightline.stack import layout
from support import held_reviews

if TYPE_CHECKING:
    from unit.console import conftest

NAMES = tuple(
    f"weekly-{end:.0f}" for end in (held_reviews.SECOND_END, held_reviews.FIRST_END)
)


@pytest.fixture
def surroundings(
    surroundings: settings.Settings, tmp_path: Path, skillancer: monitoring.Monitoring
) -> settings.Settings:
    """A project in which two weekly reviews were held."""
    held_reviews.hold_two(tmp_path, skillancer)
    return dataclasses.replace(surroundings, project=projects.Project(tmp_path))


def test_reviews_are_the_newest_first_with_what_changed(
    console: "conftest.Console", tmp_path: Path
) -> None:
    weekly, monthly, quarterly = reviews.load(layout.Layout.of_project(tmp_path).home)
    assert [one.name for one in weekly.held] == list(NAMES)
    newest, oldest = weekly.held
    assert newest.to_do == 2
    assert newest.change.new == {"noise/<b>Late</b>"}
    assert newest.change.done == ("Flapping: fires too often",)
    assert oldest.change.since is None
    assert weekly.figures == [
        reviews.Figure(section="noise", name="pages", numbers=[12.0, 4.0])
    ]
    assert (monthly.held, quarterly.held) == ([], [])
    page = console.get("/reviews").text
    assert [found[1] for found in re.finditer(r'href="/reviews/([^"]+)"', page)] == [
        *NAMES
    ]
    assert "Flapping: fires too often" in page
    assert "<code>./sightline review monthly</code>" in page


def test_a_review_is_held_twice_in_a_week_and_compared_with_the_week_before(
    console: "conftest.Console", tmp_path: Path, skillancer: monitoring.Monitoring
) -> None:
    # The same two once more, an hour later: still one week apart from one another.
    held_reviews.hold_two(tmp_path, skillancer, later_seconds=3600.0)
    weekly = reviews.load(layout.Layout.of_project(tmp_path).home)[0]
    assert len(weekly.held) == 4
    assert weekly.held[0].change.done == ("Flapping: fires too often",)
    assert weekly.figures[0].numbers == [12.0, 4.0]
    assert console.get("/reviews").status_code == 200


def test_a_review_has_its_own_style_and_no_script(console: "conftest.Console") -> None:
    answer = console.get(f"/reviews/{NAMES[0]}")
    digest = hashlib.sha256(html_style.STYLE.encode()).digest()
    assert answer.headers["content-security-policy"] == (
        f"default-src 'none'; style-src 'sha256-{base64.b64encode(digest).decode()}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert "<b>&lt;b&gt;Late&lt;/b&gt;</b> fires too often" in answer.text


@pytest.mark.parametrize("name", ["weekly-1", "..%2Fdrills", "weekly-1%2F..%2Fx"])
def test_what_is_no_review_is_not_found(console: "conftest.Console", name: str) -> None:
    assert console.get(f"/reviews/{name}").status_code == 404


def test_a_review_without_a_page_is_listed_without_a_link(
    console: "conftest.Console", tmp_path: Path
) -> None:
    home = layout.Layout.of_project(tmp_path).home
    (home / f"reviews/{NAMES[0]}.html").unlink()
    page = console.get("/reviews").text
    assert f"/reviews/{NAMES[0]}" not in page
    assert f"/reviews/{NAMES[1]}" in page


def test_a_file_that_is_no_review_is_named(
    console: "conftest.Console", tmp_path: Path
) -> None:
    path = layout.Layout.of_project(tmp_path).home / "reviews/weekly-5.json"
    path.write_text("{}")
    answer = console.get("/reviews")
    assert answer.status_code == 200
    assert f"expected a review that was kept in {path}" in answer.text
