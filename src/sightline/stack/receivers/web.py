"""The HTTP receivers, as two Starlette applications."""

import hmac
import json
import uuid
from typing import Final

import pydantic
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sightline import instrument
from sightline.model import routing
from sightline.stack.receivers import desk as desks
from sightline.stack.receivers import pagerduty, webhook

__all__ = ["pagerduty_app", "webhook_app"]

_PAGERDUTY: Final = routing.Channel.PAGERDUTY
_WEBHOOK: Final = routing.Channel.WEBHOOK
_LARGEST_MESSAGE_BYTES: Final = 4 << 20


def pagerduty_app(desk: desks.Desk, routing_key: str) -> Starlette:
    """Gives PagerDuty's Events API v2, which knows one routing key."""

    async def enqueue(request: Request) -> Response:
        content = await _read(request, pagerduty.LARGEST_EVENT_BYTES)
        if content is None:
            desk.refuse(_PAGERDUTY, "too large")
            return _refusal(413, "Event object is too large", "at most 512 KB")
        event = _parse_object(content)
        if event is None:
            desk.refuse(_PAGERDUTY, "no JSON object")
            return JSONResponse(
                {
                    "status": "Unrecognized object",
                    "message": "Event object format is unrecognized",
                    "errors": ["JSON parse error"],
                },
                400,
            )
        return _answer(desk, event, routing_key)

    return Starlette(
        routes=[
            Route("/v2/enqueue", enqueue, methods=["POST"]),
            Route("/health", _healthy),
        ]
    )


def webhook_app(desk: desks.Desk, token: str) -> Starlette:
    """Gives the webhook, the heartbeat's address and the receivers' own metrics."""
    expected = f"Bearer {token}".encode()

    async def receive(request: Request) -> Response:
        sent = request.headers.get("authorization", "").encode("latin-1")
        if not hmac.compare_digest(sent, expected):
            desk.refuse(_WEBHOOK, "no valid token")
            return PlainTextResponse(
                "expected a valid bearer token\n",
                401,
                {"www-authenticate": "Bearer"},
            )
        content = await _read(request, _LARGEST_MESSAGE_BYTES)
        if content is None:
            desk.refuse(_WEBHOOK, "too large")
            return PlainTextResponse("at most 4 MiB are accepted\n", 413)
        try:
            message = webhook.Message.model_validate_json(content)
        except pydantic.ValidationError as error:
            desk.refuse(_WEBHOOK, "not version 4")
            return PlainTextResponse(_explain(error), 400)
        desk.accept(webhook.read_message(message, desk.clock()))
        return Response(status_code=204)

    async def beat(request: Request) -> Response:
        if await _read(request, _LARGEST_MESSAGE_BYTES) is None:
            return PlainTextResponse("at most 4 MiB are accepted\n", 413)
        desk.heartbeat.beat(desk.clock())
        desk.tallies.heartbeats.inc()
        return Response(status_code=204)

    return Starlette(
        routes=[
            Route("/webhook", receive, methods=["POST"]),
            Route("/heartbeat", beat, methods=["POST"]),
            Route("/health", _healthy),
            Route("/metrics", instrument.MetricsPage(desk.tallies.registry)),
        ]
    )


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("ok\n")


def _answer(desk: desks.Desk, event: dict[str, object], routing_key: str) -> Response:
    problems = pagerduty.find_problems(event, routing_key)
    dedup_key = str(event.get("dedup_key") or uuid.uuid4().hex)
    notification = pagerduty.read_event(
        event, dedup_key=dedup_key, received_at=desk.clock(), problems=problems
    )
    if problems:
        # Kept all the same: a page that PagerDuty refuses is one that nobody gets,
        # and the inbox is where that should be seen.
        desk.inbox.append(notification)
        desk.refuse(_PAGERDUTY, "invalid event")
        return _refusal(400, "Event object is invalid", *problems)
    if event["event_action"] != "acknowledge":
        desk.accept(notification)
    return JSONResponse(
        {"status": "success", "message": "Event processed", "dedup_key": dedup_key},
        202,
    )


def _refusal(status: int, message: str, *problems: str) -> Response:
    return JSONResponse(
        {"status": "invalid event", "message": message, "errors": list(problems)},
        status,
    )


async def _read(request: Request, most: int) -> bytes | None:
    """Gives the body; None when it is larger than `most`, without reading it all."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _parse_object(content: bytes) -> dict[str, object] | None:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _explain(error: pydantic.ValidationError) -> str:
    return "".join(
        f"{'.'.join(str(part) for part in one['loc']) or 'message'}: {one['msg']}\n"
        for one in error.errors(include_url=False)
    )
