"""PagerDuty's Events API v2: what it accepts, and what an event says.

Published at https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ and
https://github.com/PagerDuty/api-schema (reference/events-v2).
"""

import datetime as dt
import hmac
from collections.abc import Iterator, Mapping
from typing import Final

from sightline.model import notifications, routing

__all__ = ["LARGEST_EVENT_BYTES", "find_problems", "read_event"]

LARGEST_EVENT_BYTES: Final = 512_000
"""The published limit of 512 KB, as Alertmanager's sender counts it."""

_KEY_LENGTH: Final = 32
_LONGEST_DEDUP_KEY: Final = 255
_LONGEST_SUMMARY: Final = 1024
_ACTIONS: Final = ("trigger", "acknowledge", "resolve")
_SEVERITIES: Final = ("critical", "warning", "error", "info")
_LABEL_OF_FIELD: Final = {
    "class": "alertname",
    "component": "service",
    "group": "priority",
    "severity": "severity",
}
"""Where sightline's Alertmanager configuration puts the labels of an alert."""

_Event = Mapping[str, object]


def find_problems(event: _Event, routing_key: str) -> tuple[str, ...]:
    """Gives every reason for which the event is refused; none when it is accepted.

    Args:
        event: the JSON object that was sent.
        routing_key: the only key that is known here.
    """
    action = event.get("event_action")
    return (
        *_key_problems(event.get("routing_key"), routing_key),
        *_action_problems(action),
        *_dedup_problems(event.get("dedup_key"), action),
        *_payload_problems(event.get("payload"), action),
        *_list_problems(event, "links", "href", ("text",)),
        *_list_problems(event, "images", "src", ("href", "alt")),
        *_text_problems(event, "", ("client", "client_url")),
    )


def read_event(
    event: _Event, *, dedup_key: str, received_at: float, problems: tuple[str, ...]
) -> notifications.Notification:
    """Gives what an event tells the person on call, as far as it can be read."""
    payload = _mapping(event.get("payload"))
    details = _mapping(payload.get("custom_details"))
    links = _links(event.get("links"))
    is_resolved = event.get("event_action") == "resolve"
    state = notifications.NotificationState
    return notifications.Notification(
        channel=routing.Channel.PAGERDUTY,
        state=state.RESOLVED if is_resolved else state.FIRING,
        received_at=received_at,
        title=str(payload.get("summary", "")),
        body=str(details.get("resolved" if is_resolved else "firing", "")).strip(),
        labels={
            label: str(payload[field])
            for field, label in _LABEL_OF_FIELD.items()
            if payload.get(field)
        },
        runbook_url=links.get("Runbook", ""),
        dashboard_url=links.get("Dashboard", ""),
        dedup_key=dedup_key,
        problems=problems,
    )


def _key_problems(found: object, expected: str) -> Iterator[str]:
    if not isinstance(found, str) or not found:
        yield "'routing_key' is missing or blank"
        return
    if len(found) != _KEY_LENGTH:
        yield "Length of 'routing_key' is incorrect (should be 32 characters)"
    if not (found.isascii() and found.isalnum()):
        yield "'routing_key' cannot contain non-alphanumeric characters."
    elif len(found) == _KEY_LENGTH and not hmac.compare_digest(found, expected):
        yield "Invalid routing key"


def _action_problems(action: object) -> Iterator[str]:
    if not action:
        yield "'event_action' is missing or blank"
    elif action not in _ACTIONS:
        yield f"'event_action' is invalid (must be {_alternatives(_ACTIONS)})"


def _dedup_problems(dedup_key: object, action: object) -> Iterator[str]:
    if not dedup_key:
        if action in {"acknowledge", "resolve"}:
            yield "'dedup_key' is missing or blank"
    elif not isinstance(dedup_key, str):
        yield "'dedup_key' must be a string"
    elif len(dedup_key) > _LONGEST_DEDUP_KEY:
        yield f"'dedup_key' is too long (at most {_LONGEST_DEDUP_KEY} characters)"


def _payload_problems(payload: object, action: object) -> Iterator[str]:
    if payload is None:
        if action == "trigger":
            yield "'payload' is missing or blank"
        return
    if not isinstance(payload, Mapping):
        yield "'payload' must be an object"
        return
    if action == "trigger":
        yield from _trigger_problems(payload)
    yield from _text_problems(payload, "payload.", ("component", "group", "class"))
    if not isinstance(payload.get("custom_details", {}), Mapping | str):
        yield "'payload.custom_details' must be an object"
    if not _is_time(payload.get("timestamp")):
        yield "'payload.timestamp' is invalid (must be an ISO 8601 date and time)"


def _trigger_problems(payload: _Event) -> Iterator[str]:
    for field in ("summary", "source"):
        text = payload.get(field)
        if not isinstance(text, str) or not text.strip():
            yield f"'payload.{field}' is missing or blank"
    summary = payload.get("summary")
    if isinstance(summary, str) and len(summary) > _LONGEST_SUMMARY:
        yield f"'payload.summary' is too long (at most {_LONGEST_SUMMARY} characters)"
    severity = payload.get("severity")
    if not severity:
        yield "'payload.severity' is missing or blank"
    elif severity not in _SEVERITIES:
        yield f"'payload.severity' is invalid (must be {_alternatives(_SEVERITIES)})"


def _list_problems(
    event: _Event, name: str, required: str, optional: tuple[str, ...]
) -> Iterator[str]:
    entries = event.get(name)
    if entries is None:
        return
    if not isinstance(entries, list):
        yield f"'{name}' must be an array"
        return
    for position, entry in enumerate(entries):
        place = f"{name}[{position}]"
        if not isinstance(entry, Mapping):
            yield f"'{place}' must be an object"
            continue
        url = entry.get(required)
        if not isinstance(url, str) or not url:
            yield f"'{place}.{required}' is missing or blank"
        elif not url.startswith(("https://", "http://")):
            yield f"'{place}.{required}' is invalid (must be a URL)"
        yield from _text_problems(entry, f"{place}.", optional)


def _text_problems(
    holder: _Event, prefix: str, fields: tuple[str, ...]
) -> Iterator[str]:
    for field in fields:
        if not isinstance(holder.get(field, ""), str):
            yield f"'{prefix}{field}' must be a string"


def _alternatives(words: tuple[str, ...]) -> str:
    quoted = [f"'{word}'" for word in words]
    return f"one of the following: {', '.join(quoted[:-1])} or {quoted[-1]}"


def _is_time(text: object) -> bool:
    if text is None:
        return True
    if not isinstance(text, str):
        return False
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _mapping(value: object) -> _Event:
    return value if isinstance(value, Mapping) else {}


def _links(value: object) -> Mapping[str, str]:
    """Gives the addresses by their text."""
    if not isinstance(value, list):
        return {}
    links = [_mapping(entry) for entry in value]
    return {str(link.get("text", "")): str(link.get("href", "")) for link in links}
