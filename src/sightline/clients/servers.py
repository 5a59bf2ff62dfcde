"""One HTTP server as the clients see it: asked, and answered with typed objects.

The transport belongs to the `httpx.AsyncClient` that the caller gives, so that tests
give one without a network.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import httpx
import pydantic

from sightline import errors

__all__ = ["Fields", "Server", "open_client", "parse_answer"]

Fields = Mapping[str, str | Sequence[str]]
"""Form fields or query parameters; a sequence repeats the field."""

_T = TypeVar("_T")

_TIMEOUT_SECONDS: Final = 10.0
_KEEPALIVE_SECONDS: Final = 1.0
_LONGEST_REASON: Final = 300
_AT_ONCE: Final = 8


def open_client(timeout_seconds: float = _TIMEOUT_SECONDS) -> httpx.AsyncClient:
    """Gives an HTTP client for monitoring servers; the caller closes it.

    Redirects are not followed: a login page behind one is not the answer asked for.
    """
    # Servers close idle connections after five seconds or more; who writes at the same
    # moment gets no answer.
    limits = httpx.Limits(keepalive_expiry=_KEEPALIVE_SECONDS)
    transport = _BoundedTransport(limits=limits, trust_env=False)
    return httpx.AsyncClient(
        timeout=timeout_seconds, transport=transport, trust_env=False
    )


class _BoundedTransport(httpx.AsyncHTTPTransport):
    """Lets few requests at a time reach the connection pool.

    The pool looks at every waiting request whenever one ends: two hundred at once
    cost it more than their answers do.
    """

    def __init__(self, *, limits: httpx.Limits, trust_env: bool) -> None:
        super().__init__(limits=limits, trust_env=trust_env)
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        async with self._turns:
            return await super().handle_async_request(request)


@dataclass(frozen=True, slots=True)
class Server:
    """A server with its name for messages, its address, and the way to reach it.

    Attributes:
        url: without a final slash; may hold a path under which the server lives.
    """

    name: str
    url: str
    client: httpx.AsyncClient

    async def get(
        self, path: str, asked: str, parameters: Fields | None = None
    ) -> bytes:
        """Gives the body of a GET.

        Args:
            path: begins with a slash.
            asked: what is asked for, in words, for the message when it fails.
            parameters: the query string's.

        Raises:
            ServerUnavailable: no answer, or none with a status of success.
        """
        return await self._exchange(
            self.client.build_request("GET", self._address(path), params=parameters),
            asked,
        )

    async def post_form(self, path: str, asked: str, form: Fields) -> bytes:
        """Gives the body of a POST of form fields; raises as `get`."""
        return await self._exchange(
            self.client.build_request("POST", self._address(path), data=dict(form)),
            asked,
        )

    async def send_json(
        self, method: Literal["POST", "DELETE"], path: str, asked: str, document: object
    ) -> bytes:
        """Gives the body of a request that carries JSON; raises as `get`."""
        return await self._exchange(
            self.client.build_request(method, self._address(path), json=document),
            asked,
        )

    def unavailable(self, asked: str, reason: str) -> errors.ServerUnavailable:
        """Gives the error that names the server, what was asked, and why it failed."""
        return errors.ServerUnavailable(
            f"asked {self.name} at {_without_credentials(self.url)} for {asked}: "
            f"{reason}"
        )

    def _address(self, path: str) -> str:
        return self.url.rstrip("/") + path

    async def _exchange(self, request: httpx.Request, asked: str) -> bytes:
        try:
            response = await self.client.send(request)
        except httpx.HTTPError as error:
            raise self.failure(asked, error) from error
        if not response.is_success:
            raise self.unavailable(asked, _refusal(response))
        return response.content

    def failure(self, asked: str, error: httpx.HTTPError) -> errors.ServerUnavailable:
        """Gives the error that says how an exchange failed."""
        match error:
            case httpx.ConnectError():
                reason = "nothing answers there; is it running?"
            case httpx.TimeoutException():
                reason = "no answer in time"
            case _:
                reason = str(error) or type(error).__name__
        return self.unavailable(asked, reason)


def parse_answer(
    server: Server, adapter: pydantic.TypeAdapter[_T], body: bytes, asked: str
) -> _T:
    """Gives a JSON body as a typed object.

    Raises:
        ServerUnavailable: the body is not JSON, or of another shape; the message
            names the first place that differs.
    """
    try:
        return adapter.validate_json(body)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the answer"
        raise server.unavailable(
            asked, f"unexpected answer at {place}: {first['msg']}"
        ) from error


def _refusal(response: httpx.Response) -> str:
    """Gives the server's own words, where it has some, with the status."""
    words = " ".join(_error_text(response).split())[:_LONGEST_REASON]
    status = f"status {response.status_code}"
    return f"{status}: {words}" if words else status


def _error_text(response: httpx.Response) -> str:
    try:
        document = response.json()
    except ValueError:
        # A page of HTML says nothing that a status does not.
        is_text = response.headers.get("content-type", "").startswith("text/plain")
        return response.text if is_text else ""
    if isinstance(document, dict):
        words = document.get("error") or document.get("message") or ""
        return str(words)
    return str(document)


def _without_credentials(url: str) -> str:
    parsed = httpx.URL(url)
    if not parsed.userinfo:
        return url
    return str(parsed.copy_with(username=None, password=None))
