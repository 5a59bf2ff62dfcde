"""The files of an imported spec."""

from collections.abc import Mapping
from typing import Final

from sightline.app.importing import materials, signals
from sightline.compilers import documents

__all__ = ["NATIVE_RULES", "REPORT", "render_page", "render_report", "render_spec"]

REPORT: Final = "not-carried-over.md"
NATIVE_RULES: Final = "not-carried-over.rules.yml"

_ROUTING: Final[Mapping[str, documents.Document]] = {
    "group_by": ["alertname", "service", "priority"],
    "priorities": {
        "P0": {
            "channels": ["pagerduty", "webhook", "email"],
            "response": "Immediate",
            "group_wait": "0s",
            "group_interval": "15s",
            "repeat_interval": "1h",
        },
        "P1": {
            "channels": ["webhook", "email"],
            "response": "30 minutes",
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "4h",
        },
        "P2": {
            "channels": ["webhook"],
            "response": "2 hours",
            "group_wait": "1m",
            "group_interval": "10m",
            "repeat_interval": "24h",
        },
        "P3": {
            "channels": [],
            "response": "Next business day",
            "group_wait": "1m",
            "group_interval": "10m",
            "repeat_interval": "24h",
        },
    },
}


def render_spec(
    sections: Mapping[str, Mapping[str, documents.Document]],
    measured: signals.Signals,
    boards: Mapping[str, documents.Document],
) -> Mapping[str, str]:
    """Gives every file below `monitoring/` by its path."""
    files = {name: documents.render_yaml(one) for name, one in sections.items()}
    files["routing.yaml"] = documents.render_yaml({"routing": _ROUTING})
    by_group: dict[str, dict[str, documents.Document]] = {}
    for signal in measured.signals:
        by_group.setdefault(signal.group, {})[signal.name] = signal.document()
    for group, declared in by_group.items():
        text = documents.render_yaml({"signals": declared})
        files[f"signals/{group}.yaml"] = text
    for uid, board in boards.items():
        text = documents.render_yaml({"dashboards": {uid: board}})
        files[f"dashboards/{uid}.yaml"] = text
    for page in measured.pages:
        files[f"runbooks/{page.slug}.md"] = render_page(page)
    return files


def render_page(page: signals.Page) -> str:
    """Gives a runbook that says what is known, and what is still to be written."""
    earlier = f"1. Read the earlier runbook: {page.url}\n" if page.url else ""
    return (
        f"# {page.title}\n\n## Meaning\n{page.meaning.strip()}\n\n## First checks\n"
        f"{earlier or '1. Look at the panel of its signal.'}\n\n## Likely causes\n"
        "- Not written down yet.\n\n## Mitigation\nNot written down yet.\n"
    )


def render_report(left: tuple[materials.Leftover, ...]) -> str:
    """Gives what was not carried over as it was, a line for each."""
    lines = [f"- {one.subject}: {one.reason}" for one in left]
    return "\n".join(["# Not carried over as it was", "", *lines, ""])
