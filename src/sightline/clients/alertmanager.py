"""Alertmanager's HTTP API, version 2.

https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeVar

import httpx
import pydantic
from pydantic.alias_generators import to_camel

from sightline.clients import servers

__all__ = [
    "Alert",
    "AlertStatus",
    "Alertmanager",
    "AlertmanagerWriter",
    "Matcher",
    "NewAlert",
    "Receiver",
    "Silence",
    "Status",
]

_T = TypeVar("_T")

_CAMEL: Final = pydantic.ConfigDict(alias_generator=to_camel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Which Alertmanager this is, and what it runs on.

    Attributes:
        config: the loaded configuration as Alertmanager prints it: defaults filled
            in, secrets masked.
        cluster: `ready`, `settling` or `disabled`.
        peers: the addresses of the members of its cluster, itself included.
    """

    version: str
    config: str
    cluster: str
    up_since: dt.datetime
    peers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertStatus:
    """Whether an alert is sent, and what keeps it back."""

    __pydantic_config__ = _CAMEL

    state: Literal["unprocessed", "active", "suppressed"]
    silenced_by: tuple[str, ...]
    inhibited_by: tuple[str, ...]
    muted_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where the notifications of an alert go."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert that has not ended."""

    __pydantic_config__ = _CAMEL

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: dt.datetime
    ends_at: dt.datetime
    updated_at: dt.datetime
    fingerprint: str
    receivers: tuple[Receiver, ...]
    status: AlertStatus
    generator_url: Annotated[str, pydantic.Field(alias="generatorURL")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """A condition on one label: equal or not, literally or by an anchored regex."""

    __pydantic_config__ = _CAMEL

    name: str
    value: str
    is_regex: bool
    is_equal: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A promise not to send what `matchers` select, for a time."""

    __pydantic_config__ = _CAMEL

    id: str = ""
    matchers: tuple[Matcher, ...]
    starts_at: dt.datetime
    ends_at: dt.datetime
    created_by: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """An alert to post; without `ends_at` it lasts for the resolve timeout."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: dt.datetime
    ends_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class _Version:
    version: str


@dataclass(frozen=True, slots=True)
class _Config:
    original: str


@dataclass(frozen=True, slots=True)
class _Peer:
    address: str


@dataclass(frozen=True, slots=True)
class _Cluster:
    status: str
    peers: tuple[_Peer, ...] = ()


@dataclass(frozen=True, slots=True)
class _Status:
    __pydantic_config__ = _CAMEL

    version_info: _Version
    config: _Config
    cluster: _Cluster
    uptime: dt.datetime


@dataclass(frozen=True, slots=True)
class _Created:
    silence_id: Annotated[str, pydantic.Field(alias="silenceID")]


_STATUS: Final = pydantic.TypeAdapter(_Status)
_ALERTS: Final = pydantic.TypeAdapter(tuple[Alert, ...])
_SILENCES: Final = pydantic.TypeAdapter(tuple[Silence, ...])
_SILENCE: Final = pydantic.TypeAdapter(Silence)
_RECEIVERS: Final = pydantic.TypeAdapter(tuple[Receiver, ...])
_CREATED: Final = pydantic.TypeAdapter(_Created)


class Alertmanager:
    """Reads one Alertmanager.

    Every method raises `errors.ServerUnavailable` when there is no usable answer.
    """

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._server = servers.Server("Alertmanager", url, client)

    async def check_ready(self) -> None:
        """Returns when the server says that it is ready."""
        await self._server.get("/-/ready", "its readiness")

    async def fetch_status(self) -> Status:
        """Gives the version and the loaded configuration."""
        answer = await self._get("/api/v2/status", "its status", _STATUS)
        return Status(
            version=answer.version_info.version,
            config=answer.config.original,
            cluster=answer.cluster.status,
            up_since=answer.uptime,
            peers=tuple(peer.address for peer in answer.cluster.peers),
        )

    async def fetch_alerts(self, *matchers: str) -> tuple[Alert, ...]:
        """Gives the alerts that have not ended, suppressed ones included.

        Args:
            matchers: in Alertmanager's syntax (`alertname="Watchdog"`); all must hold.
        """
        return await self._get(
            "/api/v2/alerts", "its alerts", _ALERTS, {"filter": matchers}
        )

    async def fetch_silences(self) -> tuple[Silence, ...]:
        """Gives all silences that are kept, ended ones included."""
        return await self._get("/api/v2/silences", "its silences", _SILENCES)

    async def fetch_receivers(self) -> tuple[str, ...]:
        """Gives the names of the receivers."""
        answer = await self._get("/api/v2/receivers", "its receivers", _RECEIVERS)
        return tuple(receiver.name for receiver in answer)

    async def _get(
        self,
        path: str,
        asked: str,
        adapter: pydantic.TypeAdapter[_T],
        parameters: servers.Fields | None = None,
    ) -> _T:
        body = await self._server.get(path, asked, parameters)
        return servers.parse_answer(self._server, adapter, body, asked)


class AlertmanagerWriter:
    """Changes what one Alertmanager knows; raises as `Alertmanager`."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._server = servers.Server("Alertmanager", url, client)

    async def post_alerts(self, alerts: Iterable[NewAlert]) -> None:
        """Posts alerts as Prometheus does; the same labels update one alert."""
        document = [_encode_alert(alert) for alert in alerts]
        await self._server.send_json(
            "POST", "/api/v2/alerts", "the acceptance of alerts", document
        )

    async def create_silence(self, silence: Silence) -> str:
        """Creates or, with an `id`, replaces a silence; gives its id."""
        document = _SILENCE.dump_python(silence, mode="json", by_alias=True)
        asked = "a silence"
        body = await self._server.send_json("POST", "/api/v2/silences", asked, document)
        return servers.parse_answer(self._server, _CREATED, body, asked).silence_id

    async def expire_silence(self, identifier: str) -> None:
        """Ends a silence now."""
        await self._server.send_json(
            "DELETE", f"/api/v2/silence/{identifier}", "the end of a silence", None
        )


def _encode_alert(alert: NewAlert) -> Mapping[str, object]:
    document: dict[str, object] = {
        "labels": dict(alert.labels),
        "annotations": dict(alert.annotations),
        "startsAt": alert.starts_at.isoformat(),
    }
    if alert.ends_at is not None:
        document["endsAt"] = alert.ends_at.isoformat()
    return document
