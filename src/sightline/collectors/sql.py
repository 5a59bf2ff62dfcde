"""SQL: the rows of a query become samples."""

import datetime as dt
import decimal
from collections.abc import Iterator, Sequence
from typing import Protocol

from prometheus_client import core

from sightline import errors
from sightline.collectors import readings
from sightline.model import collecting, tables

__all__ = ["Database", "SqlCollector"]


class Database(Protocol):
    """Where a query is asked."""

    async def select(
        self, query: collecting.Query, *, most_rows: int, timeout_seconds: float
    ) -> tables.Table:
        """Gives at most so many rows; raises `SourceFailed`."""


class SqlCollector:
    """Asks one query, and refuses an answer that is larger than was declared."""

    def __init__(self, declared: collecting.SqlSource, database: Database) -> None:
        self._declared = declared
        self._database = database

    async def collect(self) -> readings.Reading:
        """Gives a family for each declared metric."""
        declared = self._declared
        table = await self._database.select(
            declared.query,
            most_rows=declared.most_rows + 1,
            timeout_seconds=declared.pace.timeout.seconds,
        )
        if len(table.rows) > declared.most_rows:
            raise self._failed(
                errors.FailureReason.LIMIT,
                f"expected at most {declared.most_rows} rows, found more",
            )
        families = tuple(self._family(metric, table) for metric in declared.metrics)
        return readings.Reading(families=families, rows=len(table.rows))

    async def close(self) -> None:
        """Does nothing: no connection outlives its reading."""

    def _family(
        self, metric: collecting.ColumnMetric, table: tables.Table
    ) -> core.Metric:
        wanted = (metric.column, *metric.labels)
        if missing := [name for name in wanted if name not in table.columns]:
            raise self._failed(
                errors.FailureReason.ANSWER,
                f"expected the column {missing[0]!r} for {metric.name},"
                f" found {', '.join(table.columns) or 'none'}",
            )
        number_at, *labels_at = map(table.columns.index, wanted)
        samples = {}
        for row in table.rows:
            labels = tuple(_write_label(row[place]) for place in labels_at)
            if labels in samples:
                raise self._failed(
                    errors.FailureReason.ANSWER,
                    f"expected one row for {metric.name} with"
                    f" {_name(metric.labels, labels)}, found two",
                )
            samples[labels] = self._number(metric, row[number_at])
        self._check_cardinality(metric, tuple(samples))
        return _open_family(
            metric,
            (
                (labels, number)
                for labels, number in samples.items()
                if number is not None
            ),
        )

    def _number(self, metric: collecting.ColumnMetric, cell: object) -> float | None:
        match cell:
            case None:
                return None
            case bool() | int() | float() | decimal.Decimal():
                return float(cell)
            case dt.datetime():
                return cell.timestamp()
            case dt.timedelta():
                return cell.total_seconds()
            case _:
                raise self._failed(
                    errors.FailureReason.ANSWER,
                    f"expected a number in {metric.column!r} for {metric.name},"
                    f" found {type(cell).__name__}",
                )

    def _check_cardinality(
        self, metric: collecting.ColumnMetric, label_sets: Sequence[tuple[str, ...]]
    ) -> None:
        most = self._declared.most_label_values
        for place, name in enumerate(metric.labels):
            found = {labels[place] for labels in label_sets}
            if len(found) > most:
                raise self._failed(
                    errors.FailureReason.LIMIT,
                    f"expected at most {most} values of the label {name!r} of"
                    f" {metric.name}, found {len(found)}",
                )

    def _failed(self, reason: errors.FailureReason, words: str) -> errors.SourceFailed:
        return errors.SourceFailed(reason, f"{self._declared.query.file}: {words}")


def _open_family(
    metric: collecting.ColumnMetric, samples: Iterator[tuple[tuple[str, ...], float]]
) -> core.Metric:
    kind = (
        core.CounterMetricFamily
        if metric.kind is collecting.MetricKind.COUNTER
        else core.GaugeMetricFamily
    )
    family = kind(metric.name, metric.help, labels=metric.labels)
    for labels, number in samples:
        family.add_metric(labels, number)
    return family


def _write_label(cell: object) -> str:
    """Gives a label's value; NULL is the empty one, which is no label."""
    return "" if cell is None else str(cell)


def _name(names: Sequence[str], labels: Sequence[str]) -> str:
    pairs = (f"{name}={label!r}" for name, label in zip(names, labels, strict=True))
    return ", ".join(pairs) or "no labels"
