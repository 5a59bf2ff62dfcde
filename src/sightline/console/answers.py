"""Answers in JSON, errors among them."""

from collections.abc import Mapping

from starlette.responses import JSONResponse

__all__ = ["failure"]


def failure(status: int, reason: str) -> JSONResponse:
    """Gives an error in the shape that Prometheus' own API uses."""
    content: Mapping[str, str] = {"status": "error", "error": reason}
    return JSONResponse(content, status_code=status)
