"""Answers in Grafana's shapes."""

import json
from typing import Any, Final

import httpx

__all__ = [
    "UNJUDGED",
    "Json",
    "fail",
    "fail_as_kubernetes",
    "give",
    "path_of",
    "read",
    "unjudged",
]

Json = dict[str, Any]

UNJUDGED: Final = "unjudged"
"""The extension of an answer that servers give and the document does not know."""


def give(document: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=document)


def fail(status: int, message: str, reason: str = "") -> httpx.Response:
    return give({"message": message, **({"status": reason} if reason else {})}, status)


def fail_as_kubernetes(status: int, reason: str, message: str) -> httpx.Response:
    return give(
        {
            "kind": "Status",
            "apiVersion": "v1",
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": status,
        },
        status,
    )


def unjudged(answer: httpx.Response) -> httpx.Response:
    answer.extensions[UNJUDGED] = True
    return answer


def read(request: httpx.Request) -> Json:
    """Gives the body of a request."""
    document: Any = json.loads(request.content or b"{}")
    assert isinstance(document, dict)
    return document


def path_of(request: httpx.Request) -> str:
    """Gives the path as it was sent, its names still quoted."""
    return request.url.raw_path.partition(b"?")[0].decode()
