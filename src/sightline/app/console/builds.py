"""What a build folder holds for people: dashboards and runbooks."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pydantic
import yaml

from sightline.model import units

__all__ = [
    "DashboardSummary",
    "PanelSummary",
    "RunbookSummary",
    "list_dashboards",
    "list_panels",
    "list_runbooks",
    "read_dashboard",
    "read_runbook",
    "read_scrape_interval",
    "summarize_runbooks",
]

_SLUG: Final = re.compile(r"[\w-]{1,200}", re.ASCII)
_ALERT: Final = re.compile(r"(?:[A-Z][A-Za-z0-9]*){2,}")
_DEFAULT_SCRAPE_INTERVAL: Final = units.Duration.parse("1m")
"""https://prometheus.io/docs/prometheus/latest/configuration/configuration/"""


class _PanelShape(pydantic.BaseModel):
    id: int = 0
    type: str = ""
    title: str = ""
    panels: list["_PanelShape"] = []


class _DashboardShape(pydantic.BaseModel):
    uid: str
    title: str = ""
    description: str = ""
    panels: list[_PanelShape] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardSummary:
    """A dashboard in a list; rows are not counted as panels."""

    uid: str
    title: str
    description: str
    panel_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelSummary:
    """A panel of a dashboard; rows are none."""

    number: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookSummary:
    """A runbook in a list, with the alerts that lead to it."""

    slug: str
    title: str
    alerts: tuple[str, ...]


def list_dashboards(build: Path) -> tuple[DashboardSummary, ...]:
    """Gives the dashboards of a build by title; a file that cannot be read is left out.

    It is left out of the list alone: its own page says what is wrong with it.
    """
    summaries = []
    for path in sorted(_dashboards(build).glob("*.json")):
        try:
            shape = _DashboardShape.model_validate_json(path.read_bytes())
        except (OSError, pydantic.ValidationError):
            continue
        summaries.append(
            DashboardSummary(
                uid=path.stem,
                title=shape.title or shape.uid,
                description=shape.description,
                panel_count=_count_panels(shape.panels),
            )
        )
    return tuple(sorted(summaries, key=lambda summary: summary.title.casefold()))


def list_panels(build: Path, uid: str) -> tuple[PanelSummary, ...]:
    """Gives the panels of a dashboard, those in collapsed rows included."""
    text = _read(_dashboards(build), uid, ".json") or "{}"
    try:
        shape = _DashboardShape.model_validate_json(text)
    except pydantic.ValidationError:
        return ()
    return tuple(
        PanelSummary(number=panel.id, title=panel.title)
        for row in shape.panels
        for panel in (row, *row.panels)
        if panel.type != "row"
    )


def _count_panels(panels: list[_PanelShape]) -> int:
    return sum(
        _count_panels(panel.panels) if panel.type == "row" else 1 for panel in panels
    )


def read_dashboard(build: Path, uid: str) -> object | None:
    """Gives a dashboard's JSON as it was built, or `None` when there is none.

    Raises:
        ValueError: when the file is no JSON.
    """
    text = _read(_dashboards(build), uid, ".json")
    return None if text is None else json.loads(text)


def list_runbooks(build: Path) -> tuple[str, ...]:
    """Gives the names of the runbook pages of a build."""
    return tuple(sorted(path.stem for path in (build / "runbooks").glob("*.md")))


def summarize_runbooks(build: Path) -> tuple[RunbookSummary, ...]:
    """Gives the runbooks by title: the first heading; alerts are the second ones."""
    found = []
    for slug in list_runbooks(build):
        lines = (read_runbook(build, slug) or "").splitlines()
        titles = [line.removeprefix("# ") for line in lines if line.startswith("# ")]
        marked = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
        alerts = tuple(one for one in marked if _ALERT.fullmatch(one))
        title = titles[0] if titles else slug
        found.append(RunbookSummary(slug=slug, title=title, alerts=alerts))
    return tuple(sorted(found, key=lambda one: one.title.casefold()))


def read_runbook(build: Path, slug: str) -> str | None:
    """Gives a runbook's markdown, or `None` when there is none."""
    return _read(build / "runbooks", slug, ".md")


def read_scrape_interval(build: Path) -> units.Duration:
    """Gives how often Prometheus scrapes, as the built configuration says it."""
    try:
        text = (build / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")
        settings = yaml.safe_load(text)
        return units.Duration.parse(str(settings["global"]["scrape_interval"]))
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError):
        return _DEFAULT_SCRAPE_INTERVAL


def _dashboards(build: Path) -> Path:
    return build / "grafana" / "dashboards"


def _read(folder: Path, name: str, suffix: str) -> str | None:
    # A name from an address never leaves the folder: it has no dots and no slashes.
    if _SLUG.fullmatch(name) is None:
        return None
    try:
        return (folder / f"{name}{suffix}").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
