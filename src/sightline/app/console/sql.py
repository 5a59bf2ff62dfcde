"""SQL of dashboards: run on the server by name, as it stands in the build.

A browser names a dashboard, a panel, a query and a range, and never sends SQL. Macros
are filled with times of our own making; nothing else goes into a statement.
"""

import datetime as dt
import decimal
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pydantic

from sightline import errors
from sightline.model import tables

__all__ = ["Column", "Span", "expand", "find_query", "read_columns"]

_MACRO: Final = re.compile(r"\$__(?P<name>\w+)(?:\((?P<arguments>[^()]*)\))?")
_VARIABLE: Final = re.compile(r"\$(?:\{|\w)|\[\[\w")
_COLUMN: Final = re.compile(r'[\w."]+')
_PERIOD: Final = re.compile(r"'?(?P<count>\d+)(?P<unit>[smhd])'?")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The range that a panel shows, and the step between two points, in seconds."""

    start: float
    end: float
    step: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of an answer; `type` is `time` (milliseconds), `number` or `string`."""

    name: str
    type: str
    values: tuple[float | str | None, ...]


class _Query(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="ignore", populate_by_name=True)

    letter: str = pydantic.Field(default="", alias="refId")
    sql: str = pydantic.Field(default="", alias="rawSql")


class _Panel(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="ignore")

    id: int | str = 0
    targets: list[_Query] = []
    panels: list["_Panel"] = []


class _Dashboard(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="ignore")

    panels: list[_Panel] = []


def find_query(dashboard: object, panel: str, letter: str) -> str | None:
    """Gives the SQL of one query of a panel; `None` when there is none.

    Raises:
        InputError: when the dashboard cannot be read.
    """
    try:
        board = _Dashboard.model_validate(dashboard)
    except pydantic.ValidationError as error:
        raise errors.InputError(f"the dashboard cannot be read: {error}") from error
    for row in board.panels:
        for one in (row, *row.panels):
            if str(one.id) == panel:
                found = [query.sql for query in one.targets if query.letter == letter]
                return found[0] if found and found[0] else None
    return None


def expand(text: str, span: Span) -> str:
    """Gives the statement with Grafana's macros filled in.

    Raises:
        InputError: for a macro or a variable that is not known here.
    """

    def fill(match: re.Match[str]) -> str:
        macro = _MACROS.get(match["name"])
        if macro is None:
            raise errors.InputError(f"the macro $__{match['name']} is not known here")
        given = [part.strip() for part in (match["arguments"] or "").split(",")]
        return macro(span, given)

    filled = _MACRO.sub(fill, text)
    if _VARIABLE.search(filled):
        raise errors.InputError(
            "variables do not go into SQL here: what a browser chose would become a "
            "part of the statement"
        )
    return filled


def _moment(seconds: float) -> str:
    return f"'{dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat()}'"


def _column(given: list[str]) -> str:
    if not given or not _COLUMN.fullmatch(given[0]):
        raise errors.InputError(f"expected a column in a macro, found {given!r}")
    return given[0]


def _group(span: Span, given: list[str]) -> str:
    match = _PERIOD.fullmatch(given[1]) if len(given) > 1 else None
    seconds = int(match["count"]) * _SECONDS[match["unit"]] if match else int(span.step)
    width = max(1, seconds)
    return f"floor(extract(epoch from {_column(given)})/{width})*{width}"


_MACROS: Final[Mapping[str, Callable[[Span, list[str]], str]]] = {
    "timeFilter": lambda span, given: (
        f"{_column(given)} BETWEEN {_moment(span.start)} AND {_moment(span.end)}"
    ),
    "timeFrom": lambda span, _: _moment(span.start),
    "timeTo": lambda span, _: _moment(span.end),
    "unixEpochFilter": lambda span, given: (
        f"{_column(given)} >= {int(span.start)} AND {_column(given)} <= {int(span.end)}"
    ),
    "unixEpochFrom": lambda span, _: str(int(span.start)),
    "unixEpochTo": lambda span, _: str(int(span.end)),
    "timeGroup": _group,
    "interval": lambda span, _: f"{max(1, int(span.step))}s",
}


def read_columns(table: tables.Table) -> tuple[Column, ...]:
    """Gives an answer by columns, in what JSON can say."""
    return tuple(
        _read_column(name, [row[place] for row in table.rows])
        for place, name in enumerate(table.columns)
    )


def _read_column(name: str, cells: list[object]) -> Column:
    known = [cell for cell in cells if cell is not None]
    if known and all(isinstance(cell, dt.date) for cell in known):
        return Column(name=name, type="time", values=_each(cells, _milliseconds))
    numeric = (int, float, decimal.Decimal)
    if known and all(isinstance(cell, numeric) for cell in known):
        is_time = name == "time"
        scale = 1000.0 if is_time else 1.0
        values = _each(cells, lambda cell: float(str(cell)) * scale)
        return Column(name=name, type="time" if is_time else "number", values=values)
    return Column(name=name, type="string", values=_each(cells, str))


def _each(
    cells: Iterable[object], read: Callable[[object], float | str]
) -> tuple[float | str | None, ...]:
    return tuple(None if cell is None else read(cell) for cell in cells)


def _milliseconds(cell: object) -> float:
    moment = dt.datetime.fromisoformat(str(cell))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return aware.timestamp() * 1000
