"""The messages of receivers, rendered by Alertmanager's own code for a fired alert."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from sightline.clients import tools
from sightline.formats import alertmanager_config
from sightline.model import findings
from sightline.proofs import verdicts

__all__ = ["TEMPLATES", "judge_messages"]

TEMPLATES: Final = "templates/*"
"""Where the named templates are, within the folder."""

_PEOPLE_READ: Final = frozenset(
    {"description", "title", "text", "html", "headers.Subject", "message", "summary"}
)
_UNFILLED: Final = ("<no value>", "<nil>")


async def judge_messages(
    amtool: tools.Amtool,
    config: alertmanager_config.AlertmanagerConfig,
    folder: Path,
    fired: Sequence[verdicts.Fired],
    routings: Sequence[verdicts.Routing],
) -> Sequence[str]:
    """Gives what is wrong with the texts of receivers, each asked once.

    Args:
        amtool: renders.
        config: has the receivers.
        folder: where the templates are, and the group of alerts is written.
        fired: the alerts, of which each receiver gets its first.
        routings: which alert goes where.
    """
    by_name = {one.alert: one for one in fired}
    first: dict[str, verdicts.Fired] = {}
    for routing in routings:
        for receiver in routing.receivers:
            if routing.alert in by_name:
                first.setdefault(receiver, by_name[routing.alert])
    problems: list[str] = []
    for name, alert in first.items():
        if name in config.receivers:
            for setting, text in _texts(config.receivers[name]):
                said = await _render(amtool, folder, text, alert)
                problems.extend(_judge(name, setting, said))
    return problems


def _texts(receiver: alertmanager_config.Receiver) -> Iterator[tuple[str, str]]:
    for integration in receiver.integrations:
        for setting, text in integration.settings.items():
            if setting in _PEOPLE_READ and "{{" in text.text:
                yield f"{integration.kind}: {setting}", text.text


async def _render(
    amtool: tools.Amtool,
    folder: Path,
    text: str,
    alert: verdicts.Fired,
) -> tools.Outcome:
    group = folder / "group.json"
    group.write_text(json.dumps(_group(alert)))
    return await amtool.render([str(folder / TEMPLATES)], group, text)


def _group(alert: verdicts.Fired) -> object:
    return {
        "receiver": "proof",
        "status": "firing",
        "alerts": [
            {
                "status": "firing",
                "labels": dict(alert.labels),
                "annotations": dict(alert.annotations),
                "startsAt": "2026-01-01T00:00:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
            }
        ],
        "groupLabels": {},
        # Nothing in common: the case in which common texts are empty.
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://127.0.0.1:9093",
    }


def _judge(name: str, setting: str, said: tools.Outcome) -> Iterator[str]:
    where = f"receiver {name}, {setting}"
    if isinstance(said, findings.NotChecked):
        yield f"{where}: not rendered: {said.reason}"
    elif not said.is_accepted:
        reason = (said.messages or said.output).strip().splitlines()
        yield f"{where}: cannot be rendered: {reason[-1] if reason else 'no reason'}"
    elif not said.output.strip():
        yield f"{where}: an alert gives an empty text"
    elif any(mark in said.output for mark in _UNFILLED):
        yield f"{where}: not filled: {said.output.strip()!r}"
