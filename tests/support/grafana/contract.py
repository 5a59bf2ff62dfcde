"""Grafana's OpenAPI document as a judge of requests and answers.

The document is read where it lies (see the fixture `shared_data`); where it is not,
nothing is judged, and a test that is about the contract says that it is not checked.
"""

import functools
import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import httpx
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.templating.responses.exceptions import ResponseNotFound
from werkzeug.datastructures import Headers, ImmutableMultiDict

from support.grafana.answers import path_of

__all__ = ["URL", "Contract", "find"]

URL: Final = "http://grafana.test"
_DOCUMENT: Final = (
    Path(__file__).parents[3].parent / "shared" / "data" / "grafana-openapi.json"
)
_UNLISTED: Final = frozenset(
    {
        HTTPStatus.CONFLICT,
        HTTPStatus.PRECONDITION_FAILED,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""What servers and what stands before them answer although the document does not list
it: their shape is that of every error, which is judged instead."""


class _Request:
    """A request as openapi-core asks for it."""

    def __init__(self, request: httpx.Request) -> None:
        self.host_url = URL
        self.path = path_of(request)
        self.method = request.method.lower()
        self.body = request.content or None
        self.content_type = request.headers.get("content-type", "")
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(request.url.params.multi_items()),
            header=Headers(dict(request.headers)),
            cookie=ImmutableMultiDict(),
            path={},
        )


class _Response:
    """An answer as openapi-core asks for it."""

    def __init__(self, response: httpx.Response) -> None:
        self.data = response.content
        self.status_code = response.status_code
        self.headers = Headers(dict(response.headers))
        self.content_type = response.headers.get("content-type", "application/json")


class Contract:
    """Judges what goes to Grafana and what comes back."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._api = OpenAPI.from_dict(
            {**document, "servers": [{"url": f"{URL}/api"}]},
            # Its documentation says so; its types do not.
            config=Config(spec_validator_cls=None),  # type: ignore[arg-type]
        )

    def judge_request(self, request: httpx.Request) -> None:
        """Raises what openapi-core raises for a request that is not in the contract."""
        self._api.validate_request(_Request(request))

    def judge_response(self, request: httpx.Request, response: httpx.Response) -> None:
        """Raises what openapi-core raises for an answer that is not in the contract."""
        try:
            self._api.validate_response(_Request(request), _Response(response))
        except ResponseNotFound:
            if response.status_code not in _UNLISTED:
                raise
            assert "message" in json.loads(response.content)


@functools.cache
def find() -> Contract | None:
    """Gives the contract, or `None` where the document is not at hand."""
    if not _DOCUMENT.is_file():
        return None
    return Contract(json.loads(_DOCUMENT.read_text("utf-8")))
