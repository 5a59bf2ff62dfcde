"""Alert mail: the state, the links and the labels, read back from what people read.

The words are those of the Alertmanager templates that sightline compiles: the subject
begins with the priority (`[P0]`, `[P0 resolved]`), and the text ends with lines such
as `Runbook: https://…`.
"""

import email
import email.message
import email.policy
import re
from collections.abc import Mapping
from typing import Final

from sightline.model import notifications, routing

__all__ = ["read_mail"]

_SUBJECT: Final = re.compile(r"\[(?P<priority>P\d)(?P<resolved> resolved)?\]")
_FIELD: Final = re.compile(
    r"^(?P<name>[A-Z][a-z]+):[ \t]+(?P<content>\S.*)$", re.MULTILINE
)
_LABEL_OF_FIELD: Final = {
    "Alert": "alertname",
    "Service": "service",
    "Priority": "priority",
    "Severity": "severity",
}


def read_mail(content: bytes, received_at: float) -> notifications.Notification:
    """Gives what a mail says; what it lacks is listed among its problems."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    title = str(message.get("Subject", ""))
    text = _text_of(message, "plain")
    # The last of each name counts: a description may hold lines of the same form.
    fields = {
        match["name"]: match["content"].strip() for match in _FIELD.finditer(text)
    }
    subject = _SUBJECT.search(title)
    is_resolved = subject is not None and subject["resolved"] is not None
    state = notifications.NotificationState
    return notifications.Notification(
        channel=routing.Channel.EMAIL,
        state=state.RESOLVED if is_resolved else state.FIRING,
        received_at=received_at,
        title=title,
        body=text.strip(),
        labels={
            label: fields[name]
            for name, label in _LABEL_OF_FIELD.items()
            if name in fields
        },
        runbook_url=fields.get("Runbook", ""),
        dashboard_url=fields.get("Dashboard", ""),
        dedup_key="",
        problems=_find_problems(message, title, text, fields),
    )


def _text_of(message: email.message.EmailMessage, subtype: str) -> str:
    part = message.get_body(preferencelist=(subtype,))
    if part is None:
        return ""
    content = part.get_content()
    return content if isinstance(content, str) else ""


def _find_problems(
    message: email.message.EmailMessage,
    title: str,
    text: str,
    fields: Mapping[str, str],
) -> tuple[str, ...]:
    lacking = {
        "no subject": not title.strip(),
        "no text part": not text.strip(),
        "no HTML part": not _text_of(message, "html").strip(),
        "no runbook link": not fields.get("Runbook", ""),
        "no dashboard link": not fields.get("Dashboard", ""),
    }
    return tuple(problem for problem, is_lacking in lacking.items() if is_lacking)
