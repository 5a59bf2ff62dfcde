"""What panels ask of a database: by the name of a query, never in SQL."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sightline import errors
from sightline.app.console import builds, sql
from sightline.console import answers, settings, upstream
from sightline.model import collecting, tables

__all__ = ["Database", "SqlApi"]

_FRESH_SECONDS: Final = 10.0
_MOST_ROWS: Final = 10_000
_TIMEOUT_SECONDS: Final = 10.0
_NOT_HERE: Final = 501


class Database(Protocol):
    """Answers queries, and changes nothing."""

    async def select(
        self, query: collecting.Query, *, most_rows: int, timeout_seconds: float
    ) -> tables.Table:
        """Gives the rows of a query."""
        ...


class SqlApi:
    """Runs the queries that stand in the build's dashboards."""

    def __init__(
        self,
        surroundings: settings.Settings,
        servers: upstream.Upstream,
        database: Database | None,
    ) -> None:
        self._settings = surroundings
        self._servers = servers
        self._database = database

    async def answer(self, request: Request) -> Response:
        """Answers with the columns of one query of one panel."""
        if self._database is None:
            return answers.failure(
                _NOT_HERE,
                "This console has no database; started with --database-url, it runs "
                "the queries of its dashboards.",
            )
        try:
            span = sql.Span(
                start=float(request.query_params.get("from", "")),
                end=float(request.query_params.get("to", "")),
                step=float(request.query_params.get("step", "60")),
            )
        except ValueError:
            return answers.failure(422, "expected from and to in Unix seconds")
        names = dict(request.path_params)
        database = self._database
        return await answers.share(
            self._servers.shared,
            f"sql {sorted(names.items())} {span}",
            _FRESH_SECONDS,
            lambda: self._run(database, names, span),
        )

    async def _run(
        self, database: Database, names: Mapping[str, str], span: sql.Span
    ) -> Mapping[str, object]:
        uid, panel, letter = names["uid"], names["panel"], names["letter"]
        build = self._settings.build
        dashboard = await run_in_threadpool(builds.read_dashboard, build, uid)
        text = sql.find_query(dashboard or {}, panel, letter)
        if text is None:
            raise errors.InputError(
                f"the dashboard {uid!r} has no query {letter!r} in a panel {panel!r}"
            )
        query = collecting.Query(
            file=f"query {letter} of panel {panel} of {uid}",
            text=sql.expand(text, span),
            zone="UTC",
        )
        table = await database.select(
            query, most_rows=_MOST_ROWS, timeout_seconds=_TIMEOUT_SECONDS
        )
        return {"fields": [asdict(one) for one in sql.read_columns(table)]}
