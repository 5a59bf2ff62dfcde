"""Panel queries, run by Grafana as it runs them for a browser.

https://grafana.com/docs/grafana/latest/developers/http_api/data_source/
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import pydantic

from sightline.clients import servers
from sightline.clients.grafana import connection

__all__ = ["RESULTS", "Query", "Result", "compose"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query.

    Attributes:
        ref_id: its letter in the panel; names its answer.
        data_source: the uid.
        settings: what the data source's plugin understands, such as `expr`.
    """

    ref_id: str
    data_source: str
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer to one query.

    Attributes:
        error: why there is none; `None` where there is one.
        series: how many frames there are, one for each series.
        rows: how many values all of them hold.
    """

    error: str | None
    series: int
    rows: int


@dataclass(frozen=True, slots=True)
class _Values:
    values: tuple[tuple[object, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Frame:
    data: _Values = field(default_factory=_Values)


@dataclass(frozen=True, slots=True)
class _Answer:
    error: str | None = None
    frames: tuple[_Frame, ...] | None = None

    def as_result(self) -> Result:
        frames = self.frames or ()
        rows = sum(len(one.data.values[0]) for one in frames if one.data.values)
        return Result(error=self.error or None, series=len(frames), rows=rows)


@dataclass(frozen=True, slots=True)
class _Answers:
    results: dict[str, _Answer]

    def as_results(self) -> Mapping[str, Result]:
        return {ref_id: answer.as_result() for ref_id, answer in self.results.items()}


RESULTS: Final = servers.Translated(pydantic.TypeAdapter(_Answers), _Answers.as_results)


def compose(asked: Iterable[Query], since: str, until: str) -> connection.Call:
    """Gives the call that runs queries.

    Where some of them fail, Grafana answers 207; where all do, 400 with the same
    shape.
    """
    return connection.Call(
        method="POST",
        path="/api/ds/query",
        asked="the answers to queries",
        document={
            "from": since,
            "to": until,
            "queries": [
                {
                    **query.settings,
                    "refId": query.ref_id,
                    "datasource": {"uid": query.data_source},
                }
                for query in asked
            ],
        },
        also_answers=frozenset({HTTPStatus.BAD_REQUEST}),
    )
