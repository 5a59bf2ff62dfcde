"""What a refusal means: Grafana's statuses and words as classes of errors.

The older API says why with `status` in the answer, the newer one with `reason`, as
Kubernetes does. Some refusals are told by their words alone.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import httpx

from sightline import errors
from sightline.clients import servers

__all__ = ["classify", "describe"]

_Kind = type[errors.ServerUnavailable]

_CONFLICTS: Final[Mapping[str, type[errors.ChangeRefused]]] = {
    "version-mismatch": errors.EditConflict,
    "name-exists": errors.NameTaken,
    "Conflict": errors.EditConflict,
    "AlreadyExists": errors.NameTaken,
}
"""https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/ and
https://kubernetes.io/docs/reference/using-api/api-concepts/"""

_OWNED: Final = ("provisioned", "read-only", "managed by")
"""How Grafana speaks of what files or another tool own."""

_ADVICE: Final[Mapping[int, str]] = {
    HTTPStatus.UNAUTHORIZED: "give the token of a service account that is valid",
    HTTPStatus.FORBIDDEN: "give the service account a role that may do it",
}


def classify(
    response: httpx.Response, conflict: type[errors.ChangeRefused] | None
) -> _Kind:
    """Gives the class of the error.

    Args:
        response: of a status that is no success.
        conflict: what a clash means for this call, where the answer does not say;
            `None` for a call that reads.
    """
    status = response.status_code
    if conflict is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR:
        words = servers.describe_refusal(response).casefold()
        if any(word in words for word in _OWNED):
            return errors.ManagedElsewhere
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return errors.AccessRefused
        case HTTPStatus.NOT_FOUND:
            return errors.ObjectMissing
        case HTTPStatus.CONFLICT | HTTPStatus.PRECONDITION_FAILED if conflict:
            return _CONFLICTS.get(_reason(response), conflict)
        case HTTPStatus.BAD_REQUEST | HTTPStatus.UNPROCESSABLE_ENTITY if conflict:
            return errors.ChangeRefused
        case _:
            return errors.ServerUnavailable


def describe(response: httpx.Response) -> str:
    """Gives the server's words, and what to do where that is known."""
    words = servers.describe_refusal(response)
    advice = _ADVICE.get(response.status_code)
    return f"{words}; {advice}" if advice else words


def _reason(response: httpx.Response) -> str:
    try:
        document = json.loads(response.content)
    except ValueError:
        return ""
    if not isinstance(document, dict):
        return ""
    reason = document.get("reason") or document.get("status")
    return reason if isinstance(reason, str) else ""
