"""Alertmanager templates, rendered by Alertmanager's own code."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Alert", "Renderer"]


@dataclass(frozen=True, kw_only=True)
class Alert:
    """An alert of a group that is notified about."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    status: str = "firing"


@dataclass(frozen=True, kw_only=True)
class Renderer:
    """Renders a template for a group of alerts."""

    amtool: Path
    templates: Path
    folder: Path

    def render(
        self, text: str, alerts: Sequence[Alert], *, is_html: bool = False
    ) -> str:
        """Gives what Alertmanager makes of `text` for these alerts."""
        group = self.folder / "group.json"
        group.write_text(json.dumps(_group_document(alerts)))
        run = subprocess.run(
            [
                self.amtool,
                "template",
                "render",
                f"--template.glob={self.templates}",
                f"--template.type={'html' if is_html else 'text'}",
                f"--template.text={text}",
                f"--template.data={group}",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout


def _group_document(alerts: Sequence[Alert]) -> object:
    firing = any(alert.status == "firing" for alert in alerts)
    return {
        "receiver": "p0",
        "status": "firing" if firing else "resolved",
        "alerts": [
            {
                "status": alert.status,
                "labels": dict(alert.labels),
                "annotations": dict(alert.annotations),
                "startsAt": "2026-11-23T10:00:00Z",
                "endsAt": "2026-11-23T10:05:00Z",
            }
            for alert in alerts
        ],
        "groupLabels": {},
        # What they share: nothing, which is the case that empties common texts.
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://127.0.0.1:9093",
    }
