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
    "list_dashboards",
    "list_runbooks",
    "read_dashboard",
    "read_runbook",
    "read_scrape_interval",
]

_SLUG: Final = re.compile(r"[\w-]{1,200}", re.ASCII)
_DEFAULT_SCRAPE_INTERVAL: Final = units.Duration.parse("1m")
"""https://prometheus.io/docs/prometheus/latest/configuration/configuration/"""


class _PanelShape(pydantic.BaseModel):
    type: str = ""
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
