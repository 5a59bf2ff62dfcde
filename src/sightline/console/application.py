"""The web application: which address means what."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sightline.clients import postgres
from sightline.console import (
    alert_api,
    answers,
    api,
    drill_pages,
    gate,
    metrics,
    pages,
    project_api,
    proxy,
    review_pages,
    security,
    settings,
    sql_api,
    tune_api,
    tune_page,
    upstream,
)

__all__ = ["create_application"]

_VENDOR: Final = Path(__file__).parent / "vendor"


def create_application(
    surroundings: settings.Settings,
    transport: httpx.AsyncBaseTransport | None = None,
    database: sql_api.Database | None = None,
) -> Starlette:
    """Gives the console as an ASGI application.

    Args:
        surroundings: where everything is.
        transport: a fake of Prometheus and Alertmanager, for tests.
        database: answers the SQL of dashboards; the one of the settings when `None`.
    """
    counters = metrics.Metrics()
    servers = upstream.Upstream(surroundings, counters, transport)
    passed_on = proxy.PrometheusProxy(servers)
    if database is None and surroundings.database is not None:
        database = postgres.Postgres(surroundings.database)
    alerts = alert_api.AlertApi(surroundings, servers)
    statements = sql_api.SqlApi(surroundings, servers, database)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with servers.opened():
            yield

    return Starlette(
        routes=[
            *_page_routes(),
            *_review_routes(review_pages.ReviewPages(surroundings)),
            Route("/drills", drill_pages.DrillPages(surroundings, alerts).show),
            *_build_routes(api.Api(surroundings)),
            *_alert_routes(alerts),
            *_project_routes(project_api.ProjectApi(surroundings, servers)),
            *_tune_routes(tune_api.TuneApi(surroundings, servers)),
            Route("/api/sql/{uid}/{panel}/{letter}", statements.answer),
            Route(
                "/api/prometheus/api/v1/{path:path}",
                passed_on.answer,
                methods=["GET", "POST"],
            ),
            *_sign_in_routes(gate.SignIn(surroundings.admission)),
            Route("/metrics", counters.expose),
            Route("/health", _health),
        ],
        middleware=[
            Middleware(metrics.Meter, metrics=counters),
            Middleware(security.Guard, names=surroundings.admission.names),
            Middleware(gate.Gate, rules=surroundings.admission),
        ],
        exception_handlers={HTTPException: _explain},
        lifespan=lifespan,
    )


def _page_routes() -> list[Route | Mount]:
    return [
        Route("/", pages.now),
        Route("/d", pages.dashboards),
        Route("/d/{uid}", pages.dashboard),
        Route("/d/{uid}/{slug}", pages.dashboard),
        Route("/alerts", pages.alerts),
        Route("/alerts/{name}", pages.alert),
        Route("/slos", pages.objectives),
        Route("/slos/{name}", pages.objective),
        Route("/inbox", pages.inbox),
        Route("/catalogue", pages.catalogue),
        Route("/runbooks", pages.runbooks),
        Route("/runbooks/{slug}", pages.runbook),
        Route("/tune", tune_page.show),
        Route(f"{pages.MODULES.prefix}/{{path:path}}", pages.MODULES.answer),
        Mount("/static", StaticFiles(directory=pages.STATIC)),
        # Absent until the plot library was fetched; then each panel says so.
        Mount("/vendor", StaticFiles(directory=_VENDOR, check_dir=False)),
    ]


def _review_routes(shown: review_pages.ReviewPages) -> list[Route]:
    return [
        Route("/reviews", shown.show_all),
        Route("/reviews/{name}", shown.show),
    ]


def _sign_in_routes(sign_in: gate.SignIn) -> list[Route]:
    return [
        Route("/sign-in", sign_in.show, methods=["GET"]),
        Route("/sign-in", sign_in.enter, methods=["POST"]),
        Route("/sign-out", sign_in.leave, methods=["POST"]),
    ]


def _build_routes(questions: api.Api) -> list[Route]:
    return [
        Route("/api/dashboards", questions.list_dashboards),
        Route("/api/dashboards/{uid}", questions.read_dashboard),
        Route("/api/inbox", questions.list_notifications),
        Route("/api/components", questions.list_components),
        Route("/api/runbooks", questions.list_runbooks),
        Route("/api/runbooks/{slug}", questions.read_runbook),
    ]


def _alert_routes(questions: alert_api.AlertApi) -> list[Route]:
    return [
        Route("/api/alerts", questions.list_alerts),
        Route("/api/rules", questions.list_rules),
        Route("/api/rules/{name}/history", questions.show_history),
        Route("/api/rules/{name}/explanation", questions.explain),
    ]


def _project_routes(questions: project_api.ProjectApi) -> list[Route]:
    return [
        Route("/api/verification", questions.verify),
        Route("/api/slos", questions.list_objectives),
        Route("/api/signals", questions.list_signals),
    ]


def _tune_routes(questions: tune_api.TuneApi) -> list[Route]:
    return [
        Route("/api/tune", questions.list_alerts),
        Route("/api/tune/{name}", questions.study),
        Route("/api/tune/{name}/change", questions.propose),
    ]


async def _health(_: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _explain(request: Request, error: Exception) -> Response:
    """Answers a refusal as the asker reads it: JSON for modules, a page for people."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    path = request.url.path
    if status == httpx.codes.NOT_FOUND and not path.startswith(
        ("/api/", "/static/", "/vendor/")
    ):
        return pages.missing(path)
    reason = error.detail if isinstance(error, HTTPException) else "a bug"
    return answers.failure(status, reason)
