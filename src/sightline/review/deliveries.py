"""What Alertmanager really sent, from its event recorder.

https://prometheus.io/docs/alerting/latest/configuration/#event_recorder

The recorder notes every notification that it delivered, and why. It says nothing of
a delivery that failed; nor does this.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import pydantic
from pydantic.alias_generators import to_camel

__all__ = ["REPEAT", "SOURCE", "Delivery", "count_reasons", "read"]

_CAMEL: Final = pydantic.ConfigDict(alias_generator=to_camel)


SOURCE: Final = "Alertmanager's event recorder"

REPEAT: Final = "NOTIFY_REASON_REPEAT_INTERVAL_ELAPSED"
"""The reason of a notification that says nothing new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One notification, to one integration of one receiver.

    Attributes:
        at: in Unix seconds.
        labels: those that the group was made by.
    """

    at: float
    receiver: str
    integration: str
    reason: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Label:
    key: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class _Labels:
    labels: tuple[_Label, ...] = ()


@dataclass(frozen=True, slots=True)
class _Group:
    __pydantic_config__ = _CAMEL

    receiver_name: str
    group_labels: _Labels = _Labels()


@dataclass(frozen=True, slots=True)
class _Integration:
    name: str


@dataclass(frozen=True, slots=True)
class _Notification:
    __pydantic_config__ = _CAMEL

    group_info: _Group
    integration: _Integration
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Content:
    notification: _Notification


@dataclass(frozen=True, slots=True)
class _Event:
    at: Annotated[dt.datetime, pydantic.Field(alias="@timestamp")]
    data: _Content


_EVENT: Final = pydantic.TypeAdapter(_Event)


def read(
    lines: Iterable[str], start: float, end: float
) -> tuple[tuple[Delivery, ...], int]:
    """Gives the notifications of a period, and how many lines were not understood.

    Args:
        lines: of the recorder's file, or of those of a whole cluster one after another;
            events of other kinds are passed by.
        start: Unix seconds, included.
        end: Unix seconds, not included.
    """
    found: list[Delivery] = []
    strange = 0
    for line in lines:
        if '"notification":' not in line:
            continue
        try:
            event = _EVENT.validate_json(line)
        except pydantic.ValidationError:
            strange += 1
            continue
        if start <= event.at.timestamp() < end:
            found.append(_delivery(event))
    return tuple(sorted(found, key=lambda one: one.at)), strange


def _delivery(event: _Event) -> Delivery:
    sent = event.data.notification
    labels = sent.group_info.group_labels.labels
    return Delivery(
        at=event.at.timestamp(),
        receiver=sent.group_info.receiver_name,
        integration=sent.integration.name,
        reason=sent.reason,
        labels={one.key: one.value for one in labels},
    )


def count_reasons(
    deliveries: Sequence[Delivery],
) -> Mapping[str, Mapping[str, int]]:
    """Gives how often each receiver was told, by reason."""
    counted: dict[str, Counter[str]] = {}
    for one in deliveries:
        reason = one.reason.removeprefix("NOTIFY_REASON_").replace("_", " ").lower()
        counted.setdefault(one.receiver, Counter())[reason] += 1
    return {name: dict(sorted(reasons.items())) for name, reasons in counted.items()}
