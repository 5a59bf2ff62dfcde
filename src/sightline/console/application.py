"""The web application: which address means what."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
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

from sightline.clients import relays
from sightline.console import (
    answers,
    api,
    metrics,
    pages,
    proxy,
    security,
    settings,
)

__all__ = ["create_application"]

_VENDOR: Final = Path(__file__).parent / "vendor"


def create_application(
    surroundings: settings.Settings,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Starlette:
    """Gives the console as an ASGI application.

    Args:
        surroundings: where everything is.
        transport: a fake of Prometheus and Alertmanager, for tests.
    """
    counters = metrics.Metrics()
    prometheus = relays.Relay("Prometheus", surroundings.prometheus, transport)
    alertmanager = relays.Relay("Alertmanager", surroundings.alertmanager, transport)
    questions = api.Api(surroundings, prometheus, alertmanager, counters)
    passed_on = proxy.PrometheusProxy(prometheus, counters)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(prometheus)
            await stack.enter_async_context(alertmanager)
            yield

    return Starlette(
        routes=[
            *_page_routes(),
            *_api_routes(questions, passed_on),
            Route("/metrics", counters.expose),
            Route("/health", _health),
        ],
        middleware=[
            Middleware(metrics.Meter, metrics=counters),
            Middleware(security.Guard),
        ],
        exception_handlers={HTTPException: _explain},
        lifespan=lifespan,
    )


def _page_routes() -> list[Route | Mount]:
    return [
        Route("/", pages.home),
        Route("/d/{uid}", pages.dashboard),
        Route("/d/{uid}/{slug}", pages.dashboard),
        Route("/alerts", pages.alerts),
        Route("/inbox", pages.inbox),
        Route("/runbooks/{slug}", pages.runbook),
        Mount("/static", StaticFiles(directory=pages.STATIC)),
        # Absent until the plot library was fetched; then each panel says so.
        Mount("/vendor", StaticFiles(directory=_VENDOR, check_dir=False)),
    ]


def _api_routes(questions: api.Api, passed_on: proxy.PrometheusProxy) -> list[Route]:
    return [
        Route("/api/dashboards", questions.list_dashboards),
        Route("/api/dashboards/{uid}", questions.read_dashboard),
        Route("/api/alerts", questions.list_alerts),
        Route("/api/inbox", questions.list_notifications),
        Route("/api/components", questions.list_components),
        Route("/api/runbooks/{slug}", questions.read_runbook),
        Route(
            "/api/prometheus/api/v1/{path:path}",
            passed_on.answer,
            methods=["GET", "POST"],
        ),
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
