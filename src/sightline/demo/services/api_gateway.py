"""api-gateway: the one door to the services; it passes on, and says who failed."""

import functools
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from starlette import requests, responses

from sightline.demo import calls, places, problems, runtime, shield
from sightline.model import services

__all__ = ["FORWARDS", "Forward", "compose"]

_READ: Final = services.OperationClass.READ
_WRITE: Final = services.OperationClass.WRITE
_PATIENCE_SECONDS: Final = 12.0


@dataclass(frozen=True, slots=True)
class Forward:
    """A route of the gateway and where its requests go.

    Attributes:
        to: the path at the service; `{session}` is the caller's session.
    """

    method: str
    path: str
    operation: services.OperationClass
    service: str
    to: str


FORWARDS: Final = (
    Forward("GET", "/api/me", _READ, "auth-svc", "/sessions/{session}"),
    Forward("GET", "/api/jobs/{job_id}", _READ, "market-svc", "/jobs/{job_id}"),
    Forward(
        "GET",
        "/api/contracts/{contract_id}",
        _READ,
        "market-svc",
        "/contracts/{contract_id}",
    ),
    Forward(
        "GET", "/api/skillpods/{pod_id}", _READ, "skillpod-svc", "/skillpods/{pod_id}"
    ),
    Forward(
        "GET",
        "/api/invoices/{invoice_id}",
        _READ,
        "billing-svc",
        "/invoices/{invoice_id}",
    ),
    Forward("GET", "/api/notifications", _READ, "notification-svc", "/notifications"),
    Forward("POST", "/api/login", _WRITE, "auth-svc", "/login"),
    Forward("POST", "/api/jobs", _WRITE, "market-svc", "/jobs"),
    Forward(
        "POST",
        "/api/jobs/{job_id}/proposals",
        _WRITE,
        "market-svc",
        "/jobs/{job_id}/proposals",
    ),
    Forward("POST", "/api/payments", _WRITE, "billing-svc", "/payments"),
    Forward(
        "GET", "/api/search", services.OperationClass.SEARCH, "market-svc", "/search"
    ),
    Forward(
        "POST",
        "/api/skillpods/{pod_id}/files",
        services.OperationClass.UPLOAD,
        "skillpod-svc",
        "/skillpods/{pod_id}/files",
    ),
)


def compose(surroundings: runtime.Surroundings) -> runtime.Program:
    """Gives api-gateway with its connections to all services."""
    caller = calls.Caller(surroundings.settings.peers)
    return runtime.Program(
        endpoints=tuple(_endpoint(forward, caller) for forward in FORWARDS),
        connections=(caller,),
        works=False,  # what it passes on takes the time
        shield=functools.partial(shield.Shield, log=surroundings.security_log()),
    )


def _endpoint(forward: Forward, caller: calls.Caller) -> runtime.Endpoint:
    async def pass_on(request: requests.Request) -> responses.Response:
        session = request.headers.get("x-session", "none")
        path = forward.to.format(session=session, **request.path_params)
        query = request.url.query
        answer = await _ask(
            caller,
            calls.Call(
                program=forward.service,
                method=forward.method,
                path=f"{path}?{query}" if query else path,
                body=await request.body(),
                client=places.read_address(request.headers.get("x-forwarded-for", "")),
                timeout_seconds=_PATIENCE_SECONDS,
            ),
        )
        return responses.Response(
            answer.body, answer.status, media_type="application/json"
        )

    return runtime.Endpoint(forward.method, forward.path, forward.operation, pass_on)


async def _ask(caller: calls.Caller, call: calls.Call) -> calls.Answer:
    """Gives the service's answer, its mistakes translated into the gateway's words."""
    try:
        answer = await caller.call(call)
    except problems.Unavailable as error:
        if error.timed_out:
            raise problems.Problem(HTTPStatus.GATEWAY_TIMEOUT, error.reason) from error
        raise
    if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        raise problems.Problem(HTTPStatus.BAD_GATEWAY, f"{call.program} failed")
    return answer
