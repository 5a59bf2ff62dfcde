"""Answers in JSON, errors among them."""

import json
from collections.abc import Awaitable, Callable, Mapping

import pydantic_core
from starlette.responses import JSONResponse, Response

from sightline import errors
from sightline.console import coalescing

__all__ = ["failure", "quote", "share"]

_BAD_GATEWAY = 502
_UNUSABLE = 422


def failure(status: int, reason: str) -> JSONResponse:
    """Gives an error in the shape that Prometheus' own API uses."""
    content: Mapping[str, str] = {"status": "error", "error": reason}
    return JSONResponse(content, status_code=status)


def quote(text: str) -> str:
    """Gives a text as a PromQL string."""
    return json.dumps(text, ensure_ascii=False)


async def share(
    shared: coalescing.Shared[bytes],
    key: str,
    fresh_seconds: float,
    make: Callable[[], Awaitable[Mapping[str, object]]],
) -> Response:
    """Answers with what `make` gives, which all who ask for `key` share.

    An error of sightline's own is answered in its words: a server that does not answer
    as a bad gateway, anything else as a question that cannot be answered.
    """

    async def render() -> bytes:
        return pydantic_core.to_json(await make(), inf_nan_mode="null")

    try:
        body = await shared.get(key, fresh_seconds, render)
    except errors.ServerUnavailable as error:
        return failure(_BAD_GATEWAY, str(error))
    except errors.SightlineError as error:
        return failure(_UNUSABLE, str(error))
    return Response(body, media_type="application/json")
