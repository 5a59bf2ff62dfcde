"""What the pages ask for: dashboards, alerts, the inbox, components, runbooks."""

from collections.abc import Mapping
from dataclasses import asdict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sightline import errors
from sightline.app.console import alerts, builds, components, inbox
from sightline.clients import relays
from sightline.console import answers, metrics, settings

__all__ = ["Api"]


class Api:
    """The console's own questions; each answer is JSON."""

    def __init__(
        self,
        surroundings: settings.Settings,
        prometheus: relays.Relay,
        alertmanager: relays.Relay,
        counters: metrics.Metrics,
    ) -> None:
        self._settings = surroundings
        self._prometheus = prometheus
        self._alertmanager = alertmanager
        self._counters = counters

    async def list_dashboards(self, _: Request) -> Response:
        """Answers which dashboards and runbooks the build has."""
        build = self._settings.build
        found = await run_in_threadpool(builds.list_dashboards, build)
        return JSONResponse(
            {
                "dashboards": [asdict(one) for one in found],
                "runbooks": list(builds.list_runbooks(build)),
            }
        )

    async def read_dashboard(self, request: Request) -> Response:
        """Answers with one dashboard's JSON as it was built."""
        uid: str = request.path_params["uid"]
        build = self._settings.build
        try:
            found = await run_in_threadpool(builds.read_dashboard, build, uid)
        except ValueError as error:
            return answers.failure(500, f"the file of dashboard {uid!r}: {error}")
        if found is None:
            return answers.failure(404, f"the build has no dashboard {uid!r}")
        interval = builds.read_scrape_interval(build)
        return JSONResponse(
            {"dashboard": found, "scrape_interval_seconds": interval.seconds}
        )

    async def read_runbook(self, request: Request) -> Response:
        """Answers with one runbook's markdown."""
        slug: str = request.path_params["slug"]
        text = await run_in_threadpool(builds.read_runbook, self._settings.build, slug)
        if text is None:
            return answers.failure(404, f"the build has no runbook {slug!r}")
        return PlainTextResponse(text, media_type="text/markdown")

    async def list_alerts(self, _: Request) -> Response:
        """Answers with every alert; what one server cannot say is said as a problem."""
        problems: list[str] = []
        evaluated = await self._read(
            self._prometheus, "/api/v1/alerts", alerts.parse_prometheus, problems
        )
        delivered = await self._read(
            self._alertmanager, "/api/v2/alerts", alerts.parse_alertmanager, problems
        )
        if len(problems) > 1:
            return answers.failure(502, ". ".join(problems))
        combined = alerts.combine(evaluated, delivered)
        return JSONResponse(
            {"alerts": [_render_alert(one) for one in combined], "problems": problems}
        )

    async def _read(
        self,
        relay: relays.Relay,
        path: str,
        parse: alerts.Parse,
        problems: list[str],
    ) -> tuple[alerts.Alert, ...]:
        try:
            answer = await relay.get(path)
            return parse(answer.content)
        except errors.ServerUnavailable as error:
            self._counters.unanswered.labels(relay.name).inc()
            problems.append(str(error))
        except ValueError:
            problems.append(f"{relay.name} answered something else than alerts")
        return ()

    async def list_notifications(self, _: Request) -> Response:
        """Answers with what the receivers received, the newest first."""
        faults = await run_in_threadpool(inbox.load_faults, self._settings.run)
        found = await run_in_threadpool(
            inbox.load_deliveries, self._settings.inbox, faults
        )
        return JSONResponse({"notifications": [_render_delivery(one) for one in found]})

    async def list_components(self, _: Request) -> Response:
        """Answers with the components of the local stack."""
        found = await run_in_threadpool(components.load_components, self._settings.run)
        return JSONResponse({"components": [asdict(one) for one in found]})


def _render_alert(alert: alerts.Alert) -> Mapping[str, object]:
    labels, annotations = alert.labels, alert.annotations
    return {
        "name": labels.get("alertname", ""),
        "state": alert.state,
        "since": alert.since,
        "priority": labels.get("priority", ""),
        "severity": labels.get("severity", ""),
        "service": labels.get("service", ""),
        "summary": annotations.get("summary", ""),
        "description": annotations.get("description", ""),
        "runbook_url": annotations.get("runbook_url", ""),
        "dashboard_url": annotations.get("dashboard_url", ""),
        "labels": dict(labels),
        "silenced_by": list(alert.suppression.silenced_by),
        "inhibited_by": list(alert.suppression.inhibited_by),
    }


def _render_delivery(delivery: inbox.Delivery) -> Mapping[str, object]:
    notification = delivery.notification
    return {
        "channel": notification.channel.value,
        "state": notification.state.value,
        "received_at": notification.received_at,
        "title": notification.title,
        "body": notification.body,
        "labels": dict(notification.labels),
        "runbook_url": notification.runbook_url,
        "dashboard_url": notification.dashboard_url,
        "problems": list(notification.problems),
        "fault": delivery.fault.name if delivery.fault else None,
        "seconds_after_fault": delivery.seconds_after_fault,
    }
