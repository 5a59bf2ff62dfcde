"""The inbox of the local stack: what arrived at the receivers, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline.demo import degradations
from sightline.demo import faults as declared_faults
from sightline.model import notifications, routing
from sightline.stack.receivers import inbox as receiver_inbox

__all__ = ["Delivery", "Fault", "load_deliveries", "load_faults"]

_MOST_PER_CHANNEL: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault of the reference platform; `began_at` is in Unix seconds.

    `service` is empty where whole components are gone.
    """

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


def load_faults(run: Path) -> tuple[Fault, ...]:
    """Gives the faults that are recorded under `run/faults`, the oldest first."""
    faults = []
    for path in (run / "faults").glob("*.json"):
        try:
            recorded = degradations.decode(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # it is being written, or was cleared a moment ago
        faults.append(
            Fault(
                name=path.stem,
                service=_service_of(path.stem, recorded),
                began_at=recorded.started,
            )
        )
    return tuple(sorted(faults, key=lambda fault: fault.began_at))


def _service_of(name: str, recorded: degradations.Degradation) -> str:
    """Gives whom the alert of a fault is about; that need not be who obeys it."""
    known = declared_faults.FAULTS.get(name)
    if known is None or recorded.kind is degradations.Kind.COMPONENTS:
        return recorded.service
    return known.service


def load_deliveries(inbox: Path, faults: Iterable[Fault]) -> tuple[Delivery, ...]:
    """Gives the newest notifications of every channel, the newest first."""
    known = tuple(faults)
    arrived = [
        notification
        for channel in routing.Channel
        for notification in receiver_inbox.read(inbox, channel, _MOST_PER_CHANNEL)
    ]
    arrived.sort(key=lambda notification: notification.received_at, reverse=True)
    return tuple(
        Delivery(notification=one, fault=_find_fault(one, known)) for one in arrived
    )


def _find_fault(
    notification: notifications.Notification, faults: Iterable[Fault]
) -> Fault | None:
    """Gives the latest fault that had begun; one of the same service goes first."""
    service = notification.labels.get("service", "")
    candidates = [
        fault
        for fault in faults
        if fault.began_at <= notification.received_at and fault.service in {"", service}
    ]
    return max(
        candidates,
        key=lambda fault: (fault.service == service, fault.began_at),
        default=None,
    )
