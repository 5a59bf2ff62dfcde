"""The inbox of the local stack: what arrived at the receivers, newest first."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pydantic

from sightline.model import notifications, routing

__all__ = ["Delivery", "Fault", "load_deliveries", "load_faults"]

_MOST_LINES: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault of the reference platform; `began_at` is in Unix seconds."""

    name: str
    service: str
    began_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A notification, and the fault that it probably tells of, if one is known."""

    notification: notifications.Notification
    fault: Fault | None

    @property
    def seconds_after_fault(self) -> float | None:
        """How long the fault had lasted when the notification arrived."""
        if self.fault is None:
            return None
        return self.notification.received_at - self.fault.began_at


class _FaultShape(pydantic.BaseModel):
    service: str | None = None
    began_at: float | None = None


_NOTIFICATION: Final = pydantic.TypeAdapter(notifications.Notification)


def load_faults(run: Path) -> tuple[Fault, ...]:
    """Gives the faults that are recorded under `run/faults`, the oldest first."""
    faults = []
    for path in (run / "faults").glob("*.json"):
        try:
            shape = _FaultShape.model_validate_json(path.read_bytes())
            began_at = shape.began_at or path.stat().st_mtime
        except (OSError, pydantic.ValidationError):
            continue  # it is being written, or was cleared a moment ago
        faults.append(
            Fault(name=path.stem, service=shape.service or "", began_at=began_at)
        )
    return tuple(sorted(faults, key=lambda fault: fault.began_at))


def load_deliveries(inbox: Path, faults: Iterable[Fault]) -> tuple[Delivery, ...]:
    """Gives the newest notifications of every channel, the newest first."""
    known = tuple(faults)
    arrived = [
        notification
        for channel in routing.Channel
        for notification in _load_channel(inbox / f"{channel.value}.jsonl")
    ]
    arrived.sort(key=lambda notification: notification.received_at, reverse=True)
    return tuple(
        Delivery(notification=one, fault=_find_fault(one, known)) for one in arrived
    )


def _load_channel(path: Path) -> Iterable[notifications.Notification]:
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return
    for line in lines[-_MOST_LINES:]:
        try:
            yield _NOTIFICATION.validate_python(json.loads(line))
        except ValueError:
            continue  # the last line is being written


def _find_fault(
    notification: notifications.Notification, faults: tuple[Fault, ...]
) -> Fault | None:
    """Gives the latest fault that had begun and that is about the same service."""
    service = notification.labels.get("service", "")
    candidates = [
        fault
        for fault in faults
        if fault.began_at <= notification.received_at
        and (not fault.service or fault.service == service)
    ]
    return candidates[-1] if candidates else None
