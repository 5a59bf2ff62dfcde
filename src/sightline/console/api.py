"""What the pages ask for: dashboards, the inbox, components, runbooks."""

from collections.abc import Mapping
from dataclasses import asdict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sightline.app.console import builds, components, inbox
from sightline.console import answers, settings

__all__ = ["Api"]


class Api:
    """The console's own questions; each answer is JSON."""

    def __init__(self, surroundings: settings.Settings) -> None:
        self._settings = surroundings

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

    async def list_runbooks(self, _: Request) -> Response:
        """Answers with the runbooks and the alerts that lead to each."""
        build = self._settings.build
        found = await run_in_threadpool(builds.summarize_runbooks, build)
        return JSONResponse({"runbooks": [asdict(one) for one in found]})

    async def read_runbook(self, request: Request) -> Response:
        """Answers with one runbook's markdown."""
        slug: str = request.path_params["slug"]
        text = await run_in_threadpool(builds.read_runbook, self._settings.build, slug)
        if text is None:
            return answers.failure(404, f"the build has no runbook {slug!r}")
        return PlainTextResponse(text, media_type="text/markdown")

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
