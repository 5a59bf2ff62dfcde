"""Alerts as people see them: what Prometheus and Alertmanager know, put together."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import pydantic

__all__ = [
    "Alert",
    "Parse",
    "Suppression",
    "combine",
    "parse_alertmanager",
    "parse_prometheus",
]

State = Literal["firing", "pending"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Why nobody is told: the ids of silences, and of alerts that are the cause."""

    silenced_by: tuple[str, ...] = ()
    inhibited_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert instance; `since` is in Unix seconds."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    state: State
    since: float
    suppression: Suppression = Suppression()

    @property
    def identity(self) -> frozenset[tuple[str, str]]:
        """What makes it the same alert for both servers."""
        return frozenset(self.labels.items())


Parse = Callable[[bytes], tuple[Alert, ...]]
"""Reads a server's answer."""


class _PrometheusAlert(pydantic.BaseModel):
    labels: dict[str, str]
    annotations: dict[str, str] = {}
    state: str
    active_at: dt.datetime = pydantic.Field(alias="activeAt")


class _PrometheusAlerts(pydantic.BaseModel):
    alerts: list[_PrometheusAlert]


class _PrometheusAnswer(pydantic.BaseModel):
    data: _PrometheusAlerts


class _AlertmanagerStatus(pydantic.BaseModel):
    state: str = "active"
    silenced_by: list[str] = pydantic.Field(default=[], alias="silencedBy")
    inhibited_by: list[str] = pydantic.Field(default=[], alias="inhibitedBy")


class _AlertmanagerAlert(pydantic.BaseModel):
    labels: dict[str, str]
    annotations: dict[str, str] = {}
    starts_at: dt.datetime = pydantic.Field(alias="startsAt")
    status: _AlertmanagerStatus = _AlertmanagerStatus()


_ALERTMANAGER = pydantic.TypeAdapter(list[_AlertmanagerAlert])


def parse_prometheus(answer: bytes) -> tuple[Alert, ...]:
    """Gives the alerts of Prometheus' `/api/v1/alerts`.

    Raises:
        ValueError: when the answer has another shape.
    """
    return tuple(
        Alert(
            labels=alert.labels,
            annotations=alert.annotations,
            state="firing" if alert.state == "firing" else "pending",
            since=alert.active_at.timestamp(),
        )
        for alert in _PrometheusAnswer.model_validate_json(answer).data.alerts
    )


def parse_alertmanager(answer: bytes) -> tuple[Alert, ...]:
    """Gives the alerts of Alertmanager's `/api/v2/alerts`.

    Raises:
        ValueError: when the answer has another shape.
    """
    return tuple(
        Alert(
            labels=alert.labels,
            annotations=alert.annotations,
            state="firing",
            since=alert.starts_at.timestamp(),
            suppression=Suppression(
                silenced_by=tuple(alert.status.silenced_by),
                inhibited_by=tuple(alert.status.inhibited_by),
            ),
        )
        for alert in _ALERTMANAGER.validate_json(answer)
    )


def combine(
    evaluated: Iterable[Alert], delivered: Iterable[Alert]
) -> tuple[Alert, ...]:
    """Gives every alert once: as Prometheus evaluates it, as Alertmanager treats it.

    Prometheus knows what is pending and since when; Alertmanager knows what is silenced
    or inhibited, and has alerts that other senders gave it.
    """
    treated = list(delivered)
    combined = []
    for alert in evaluated:
        known = next((one for one in treated if _is_same(alert, one)), None)
        if known is not None:
            treated.remove(known)
        suppression = known.suppression if known else Suppression()
        combined.append(replace(alert, suppression=suppression))
    return (*combined, *treated)


def _is_same(evaluated: Alert, delivered: Alert) -> bool:
    # On the way Prometheus adds its external labels, such as `env`.
    return evaluated.identity <= delivered.identity
