"""Prometheus's HTTP API: what it scrapes, evaluates, stores and answers.

https://prometheus.io/docs/prometheus/latest/querying/api/
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Generic, Literal, TypeVar

import httpx
import pydantic
from pydantic.alias_generators import to_camel

from sightline.clients import servers
from sightline.model import secrets

__all__ = [
    "ActiveTarget",
    "AlertingRule",
    "Alertmanager",
    "Build",
    "Prometheus",
    "RecordingRule",
    "Rule",
    "RuleGroup",
    "Runtime",
    "Sample",
    "Series",
]

_T = TypeVar("_T")

_CAMEL: Final = pydantic.ConfigDict(alias_generator=to_camel)
_Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Which Prometheus this is."""

    version: str
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """How the server runs.

    Attributes:
        storage_retention: as it was configured: `40d`, `15d or 10GiB`.
        server_time: the server's clock; `None` where it does not tell.
    """

    __pydantic_config__ = _CAMEL

    start_time: dt.datetime
    reload_config_success: bool
    last_config_time: dt.datetime
    storage_retention: str
    server_time: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveTarget:
    """A scrape target as it was scraped last.

    Attributes:
        labels: after relabelling, those of its series.
        health: `up`, `down`, or `unknown` before the first scrape.
        last_error: empty when the last scrape succeeded.
        scrape_interval: as it is configured: `15s`; empty if not told.
    """

    __pydantic_config__ = _CAMEL

    scrape_pool: str
    scrape_url: str
    labels: Mapping[str, str]
    health: Literal["up", "down", "unknown"]
    last_error: str
    scrape_interval: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _EvaluatedRule:
    """What recording and alerting rules share.

    Attributes:
        query: the expression as Prometheus prints it, not as it was written.
        health: `unknown` before the first evaluation.
        last_error: empty when the last evaluation succeeded.
    """

    __pydantic_config__ = _CAMEL

    name: str
    query: str
    labels: Mapping[str, str] = field(default_factory=dict)
    health: Literal["ok", "err", "unknown"]
    last_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRule(_EvaluatedRule):
    """A recording rule as it is loaded."""

    type: Literal["recording"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertingRule(_EvaluatedRule):
    """An alerting rule as it is loaded.

    Attributes:
        duration: its `for`, in seconds.
        keep_firing_for: in seconds; 0 when there is none.
        state: that of its most urgent alert instance.
    """

    type: Literal["alerting"]
    annotations: Mapping[str, str]
    duration: float
    keep_firing_for: float = 0
    state: Literal["inactive", "pending", "firing", "unknown"]


Rule = Annotated[RecordingRule | AlertingRule, pydantic.Field(discriminator="type")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """A rule group as it is loaded.

    Attributes:
        interval: between two evaluations, in seconds.
        last_evaluation: the time of the last one; the year 1 before the first, and
            `None` where the server does not tell.
    """

    __pydantic_config__ = _CAMEL

    name: str
    file: str
    interval: float
    rules: tuple[Rule, ...]
    last_evaluation: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alertmanager:
    """An Alertmanager that alerts are sent to; `url` is where they are posted."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One series at one time; a scalar is a sample without labels.

    Attributes:
        time: Unix seconds.
    """

    labels: Mapping[str, str]
    time: float
    number: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series over time: pairs of Unix seconds and the number then, oldest first."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class _Envelope(Generic[_T]):
    data: _T


@dataclass(frozen=True, slots=True)
class _Targets:
    active: Annotated[tuple[ActiveTarget, ...], pydantic.Field(alias="activeTargets")]


@dataclass(frozen=True, slots=True)
class _Alertmanagers:
    active: Annotated[
        tuple[Alertmanager, ...], pydantic.Field(alias="activeAlertmanagers")
    ]


@dataclass(frozen=True, slots=True)
class _Groups:
    groups: tuple[RuleGroup, ...]


@dataclass(frozen=True, slots=True)
class _VectorElement:
    metric: Mapping[str, str]
    value: _Point


@dataclass(frozen=True, slots=True)
class _Vector:
    __pydantic_config__ = _CAMEL

    result_type: Literal["vector"]
    result: tuple[_VectorElement, ...]


@dataclass(frozen=True, slots=True)
class _Scalar:
    __pydantic_config__ = _CAMEL

    result_type: Literal["scalar"]
    result: _Point


@dataclass(frozen=True, slots=True)
class _MatrixElement:
    metric: Mapping[str, str]
    values: tuple[_Point, ...]


@dataclass(frozen=True, slots=True)
class _Matrix:
    result: tuple[_MatrixElement, ...]


@dataclass(frozen=True, slots=True)
class _SampleStats:
    total: Annotated[int, pydantic.Field(alias="totalQueryableSamples")]


@dataclass(frozen=True, slots=True)
class _Stats:
    samples: _SampleStats


@dataclass(frozen=True, slots=True)
class _Cost:
    stats: _Stats


_Instant = Annotated[_Vector | _Scalar, pydantic.Field(discriminator="result_type")]

_BUILD: Final = pydantic.TypeAdapter(_Envelope[Build])
_RUNTIME: Final = pydantic.TypeAdapter(_Envelope[Runtime])
_FLAGS: Final = pydantic.TypeAdapter(_Envelope[dict[str, str]])
_TARGETS: Final = pydantic.TypeAdapter(_Envelope[_Targets])
_ALERTMANAGERS: Final = pydantic.TypeAdapter(_Envelope[_Alertmanagers])
_GROUPS: Final = pydantic.TypeAdapter(_Envelope[_Groups])
_INSTANT: Final = pydantic.TypeAdapter(_Envelope[_Instant])
_COST: Final = pydantic.TypeAdapter(_Envelope[_Cost])
_MATRIX: Final = pydantic.TypeAdapter(_Envelope[_Matrix])
_SERIES: Final = pydantic.TypeAdapter(_Envelope[tuple[dict[str, str], ...]])
_NAMES: Final = pydantic.TypeAdapter(_Envelope[tuple[str, ...]])


class Prometheus:
    """Reads one Prometheus server, or another that speaks its API.

    Every method raises `errors.ServerUnavailable` when there is no usable answer, a
    query that the server refuses included; the message has the server's own words.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        authorization: secrets.Secret | None = None,
    ) -> None:
        self._server = servers.Server("Prometheus", url, client, authorization)

    async def check_ready(self) -> None:
        """Returns when the server says that it is ready to answer."""
        await self._server.get("/-/ready", "its readiness")

    async def fetch_build(self) -> Build:
        """Gives the version."""
        return await self._get("/api/v1/status/buildinfo", "its version", _BUILD)

    async def fetch_runtime(self) -> Runtime:
        """Gives the state of the last configuration reload, and the retention."""
        return await self._get(
            "/api/v1/status/runtimeinfo", "its runtime state", _RUNTIME
        )

    async def fetch_flags(self) -> Mapping[str, str]:
        """Gives the command line's flags by name, without dashes."""
        return await self._get("/api/v1/status/flags", "its flags", _FLAGS)

    async def fetch_targets(self) -> tuple[ActiveTarget, ...]:
        """Gives every target that is being scraped."""
        answer = await self._get(
            "/api/v1/targets", "its targets", _TARGETS, {"state": "active"}
        )
        return answer.active

    async def fetch_alertmanagers(self) -> tuple[Alertmanager, ...]:
        """Gives the Alertmanagers that alerts are sent to."""
        answer = await self._get(
            "/api/v1/alertmanagers", "its Alertmanagers", _ALERTMANAGERS
        )
        return answer.active

    async def fetch_rule_groups(self) -> tuple[RuleGroup, ...]:
        """Gives every loaded rule group, its rules in their order."""
        answer = await self._get("/api/v1/rules", "its rules", _GROUPS)
        return answer.groups

    async def query(
        self, expr: str, at: dt.datetime | None = None
    ) -> tuple[Sample, ...]:
        """Gives the result of an instant query.

        Args:
            expr: PromQL whose result is an instant vector of floats or a scalar.
            at: now when it is `None`.
        """
        form = {"query": expr} | ({"time": _timestamp(at)} if at else {})
        answer = await self._post(
            "/api/v1/query", f"the query {expr!r}", _INSTANT, form
        )
        match answer:
            case _Scalar(result=(time, number)):
                return (Sample(labels={}, time=time, number=number),)
            case _Vector(result=elements):
                return tuple(
                    Sample(
                        labels=element.metric,
                        time=element.value[0],
                        number=element.value[1],
                    )
                    for element in elements
                )

    async def count_samples(self, expr: str, at: dt.datetime | None = None) -> int:
        """Gives how many stored samples an instant query reads, by its own count.

        https://prometheus.io/docs/prometheus/latest/feature_flags/#per-step-stats
        """
        form = {"query": expr, "stats": "all"} | (
            {"time": _timestamp(at)} if at else {}
        )
        answer = await self._post(
            "/api/v1/query", f"the cost of the query {expr!r}", _COST, form
        )
        return answer.stats.samples.total

    async def query_range(
        self, expr: str, start: dt.datetime, end: dt.datetime, step: dt.timedelta
    ) -> tuple[Series, ...]:
        """Gives the result of a range query, `end` included."""
        form = {
            "query": expr,
            "start": _timestamp(start),
            "end": _timestamp(end),
            "step": str(step.total_seconds()),
        }
        answer = await self._post(
            "/api/v1/query_range", f"the range query {expr!r}", _MATRIX, form
        )
        return tuple(
            Series(labels=element.metric, points=element.values)
            for element in answer.result
        )

    async def fetch_samples(
        self, selector: str, at: dt.datetime, length: dt.timedelta
    ) -> tuple[Series, ...]:
        """Gives every stored sample of `length` up to `at`, exactly as it is stored.

        A range query would give what an instant query sees at every step instead.
        """
        milliseconds = round(length.total_seconds() * 1_000)
        form = {"query": f"{selector}[{milliseconds}ms]", "time": _timestamp(at)}
        answer = await self._post(
            "/api/v1/query", f"the samples of {selector}", _MATRIX, form
        )
        return tuple(
            Series(labels=element.metric, points=element.values)
            for element in answer.result
        )

    async def fetch_series(
        self, *selectors: str, start: dt.datetime, end: dt.datetime
    ) -> tuple[Mapping[str, str], ...]:
        """Gives the label sets of the series that any of `selectors` chooses."""
        form = {
            "match[]": selectors,
            "start": _timestamp(start),
            "end": _timestamp(end),
        }
        return await self._post(
            "/api/v1/series", f"the series {', '.join(selectors)}", _SERIES, form
        )

    async def fetch_label_names(
        self, start: dt.datetime, end: dt.datetime
    ) -> tuple[str, ...]:
        """Gives the names of all labels that occur."""
        form = {"start": _timestamp(start), "end": _timestamp(end)}
        return await self._post("/api/v1/labels", "its label names", _NAMES, form)

    async def fetch_label_values(self, label: str, *selectors: str) -> tuple[str, ...]:
        """Gives what occurs under one label, of the series that `selectors` choose."""
        return await self._get(
            f"/api/v1/label/{label}/values",
            f"what occurs under the label {label!r}",
            _NAMES,
            {"match[]": selectors} if selectors else {},
        )

    async def _get(
        self,
        path: str,
        asked: str,
        adapter: pydantic.TypeAdapter[_Envelope[_T]],
        parameters: servers.Fields | None = None,
    ) -> _T:
        body = await self._server.get(path, asked, parameters)
        return servers.parse_answer(self._server, adapter, body, asked).data

    async def _post(
        self,
        path: str,
        asked: str,
        adapter: pydantic.TypeAdapter[_Envelope[_T]],
        form: servers.Fields,
    ) -> _T:
        # POST, because a dashboard's query may be longer than a URL is allowed to be.
        body = await self._server.post_form(path, asked, form)
        return servers.parse_answer(self._server, adapter, body, asked).data


def _timestamp(time: dt.datetime) -> str:
    return repr(time.timestamp())
