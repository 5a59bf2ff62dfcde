"""Alertmanager's webhook, version 4.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

from collections.abc import Mapping
from typing import Literal

import pydantic

from sightline.model import notifications, routing

__all__ = ["Message", "read_message"]


class _Strict(pydantic.BaseModel):
    # Alertmanager adds fields without a new version; what is known must be right.
    model_config = pydantic.ConfigDict(strict=True, frozen=True, extra="ignore")


class _Alert(_Strict):
    status: Literal["firing", "resolved"]
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    startsAt: str  # noqa: N815 - spelled as it is sent
    endsAt: str  # noqa: N815 - spelled as it is sent
    generatorURL: str  # noqa: N815 - spelled as it is sent
    fingerprint: str


class Message(_Strict):
    """One message, as Alertmanager sends it."""

    version: Literal["4"]
    groupKey: str  # noqa: N815 - spelled as it is sent
    status: Literal["firing", "resolved"]
    receiver: str
    groupLabels: Mapping[str, str]  # noqa: N815 - spelled as it is sent
    commonLabels: Mapping[str, str]  # noqa: N815 - spelled as it is sent
    commonAnnotations: Mapping[str, str]  # noqa: N815 - spelled as it is sent
    externalURL: str  # noqa: N815 - spelled as it is sent
    alerts: tuple[_Alert, ...] = pydantic.Field(min_length=1, strict=False)


def read_message(message: Message, received_at: float) -> notifications.Notification:
    """Gives what a message says; its title is its first alert's summary."""
    speaking = [alert for alert in message.alerts if alert.status == message.status]
    first = (speaking or message.alerts)[0]
    more = len(speaking) - 1
    return notifications.Notification(
        channel=routing.Channel.WEBHOOK,
        state=notifications.NotificationState(message.status),
        received_at=received_at,
        title=_summary(first) + (f" (and {more} more)" if more > 0 else ""),
        body="\n".join(_line(alert) for alert in message.alerts),
        labels=dict(message.commonLabels),
        runbook_url=first.annotations.get("runbook_url", ""),
        dashboard_url=first.annotations.get("dashboard_url", ""),
        dedup_key=message.groupKey,
        problems=(),
    )


def _summary(alert: _Alert) -> str:
    return alert.annotations.get("summary", "") or alert.labels.get("alertname", "")


def _line(alert: _Alert) -> str:
    description = alert.annotations.get("description", "")
    return f"{alert.status}: {_summary(alert)}\n  {description}".rstrip()
