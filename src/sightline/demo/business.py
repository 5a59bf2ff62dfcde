"""business-exporter: the numbers that leadership asks for, each from its source."""

import datetime as dt
import zoneinfo
from collections.abc import Callable
from typing import Final

import prometheus_client

from sightline.demo import (
    calendars,
    calls,
    database,
    problems,
    readings,
    resp,
    runtime,
    seen,
)

__all__ = ["Sources", "compose"]

_PROVIDER: Final = "payment-provider"
_JOBS_SINCE: Final = database.Query(
    "count_jobs_since", "SELECT count(*) AS jobs FROM jobs WHERE created_at >= $1"
)
_ACTIVE_CONTRACTS: Final = database.Query(
    "count_active_contracts",
    "SELECT count(*) AS contracts FROM contracts WHERE status = 'active'",
)
_ANSWERS: Final = database.Query(
    "count_survey_answers",
    "SELECT count(*) AS answers,"
    " count(*) FILTER (WHERE score >= 9) AS promoters,"
    " count(*) FILTER (WHERE score <= 6) AS detractors"
    " FROM survey_answers WHERE answered_at >= now() - interval '90 days'",
)
_QUERIES: Final = (_JOBS_SINCE, _ACTIVE_CONTRACTS, _ANSWERS)


class Sources:
    """Reads each number where it is known first-hand.

    Args:
        zone: of the organisation, whose days and months count.
        clock: gives the present, with a zone.
    """

    def __init__(
        self,
        tables: database.Database,
        redis: resp.Redis,
        caller: calls.Caller,
        zone: zoneinfo.ZoneInfo,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._tables = tables
        self._seen = seen.Seen(redis)
        self._caller = caller
        self._zone = zone
        self._clock = clock

    def figures(self) -> tuple[readings.Reading, ...]:
        """Gives every number that is exposed."""
        return (
            readings.Reading(
                "skillancer_active_users",
                "Distinct users seen within the last five minutes.",
                read=self._read_active,
            ),
            readings.Reading(
                "skillancer_daily_active_users",
                "Distinct users seen within the last 24 hours.",
                read=self._read_daily,
            ),
            readings.Reading(
                "skillancer_jobs_posted_today",
                "Jobs posted since midnight where the organisation is.",
                read=self._read_jobs,
            ),
            readings.Reading(
                "skillancer_contracts_active",
                "Contracts that have begun and have not ended.",
                read=self._read_contracts,
            ),
            readings.Reading(
                "skillancer_revenue_month_to_date_minor_units",
                "Paid minus refunded this month, as the provider has it.",
                read=self._read_revenue,
                labels=("currency",),
            ),
            readings.Reading(
                "skillancer_nps_score",
                "Promoters minus detractors of 90 days, -100 to 100.",
                read=self._read_score,
            ),
            readings.Reading(
                "skillancer_nps_responses",
                "Answers that the score stands on.",
                read=self._read_answers,
            ),
        )

    async def _read_active(self) -> readings.Values:
        return {(): await self._seen.count(seen.ACTIVE_SECONDS)}

    async def _read_daily(self) -> readings.Values:
        return {(): await self._seen.count(seen.DAY_SECONDS)}

    async def _read_jobs(self) -> readings.Values:
        midnight = calendars.day_start(self._clock(), self._zone)
        return {(): await self._count("jobs", _JOBS_SINCE, midnight)}

    async def _read_contracts(self) -> readings.Values:
        return {(): await self._count("contracts", _ACTIVE_CONTRACTS)}

    async def _read_revenue(self) -> readings.Values:
        first = calendars.month_start(self._clock(), self._zone).timestamp()
        path = f"/v1/balance?since={first:.0f}"
        answer = await self._caller.call(
            calls.Call(program=_PROVIDER, method="GET", path=path)
        )
        if answer.status >= 400:  # noqa: PLR2004 - as HTTP divides them
            raise problems.Unavailable(_PROVIDER, "failed")
        amounts = answer.read_json()["net_minor"]
        return {(currency,): amount for currency, amount in amounts.items()}

    async def _read_score(self) -> readings.Values:
        row = await self._tables.fetch_one(_ANSWERS)
        if row is None or not row["answers"]:
            return {}  # without answers there is no score
        return {(): 100 * (row["promoters"] - row["detractors"]) / row["answers"]}

    async def _read_answers(self) -> readings.Values:
        return {(): await self._count("answers", _ANSWERS)}

    async def _count(
        self, column: str, query: database.Query, *arguments: object
    ) -> float:
        row = await self._tables.fetch_one(query, *arguments)
        if row is None:
            raise problems.Unavailable("postgres", "gave no row")
        return float(row[column])


def compose(surroundings: runtime.Surroundings) -> runtime.Program:
    """Gives the exporter; it answers nothing but its health and metrics."""
    told = surroundings.settings
    # Its own queries are no part of what the services are measured by.
    unseen = prometheus_client.CollectorRegistry()
    tables = database.Database(told.database_url, _QUERIES, unseen)
    redis = resp.Redis(told.redis_address)
    caller = calls.Caller(told.peers)
    sources = Sources(tables, redis, caller, zoneinfo.ZoneInfo(told.zone), _read_clock)
    return runtime.Program(
        endpoints=(),
        connections=(tables, redis, caller),
        tasks=(readings.keep_fresh(sources.figures(), surroundings.registry),),
    )


def _read_clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
