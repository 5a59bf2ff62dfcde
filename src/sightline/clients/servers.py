"""One HTTP server as the clients see it: asked, and answered with typed objects.

The transport belongs to the `httpx.AsyncClient` that the caller gives, so that tests
give one without a network.
"""

import asyncio
import email.utils
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Literal, Protocol, TypeVar

import httpx
import pydantic

from sightline import errors
from sightline.model import secrets

__all__ = [
    "Fields",
    "Server",
    "Shape",
    "Translated",
    "describe_refusal",
    "open_client",
    "parse_answer",
    "read_retry_after",
]

Fields = Mapping[str, str | Sequence[str]]
"""Form fields or query parameters; a sequence repeats the field."""

_T = TypeVar("_T")
_Wire = TypeVar("_Wire")
_Given_co = TypeVar("_Given_co", covariant=True)  # as protocols want it

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
    """Lets few requests at a time reach the connection pool, and reads twice.

    The pool looks at every waiting request whenever one ends: two hundred at once
    cost it more than their answers do. A GET whose connection breaks is sent once
    more; what writes is not.
    """

    def __init__(self, *, limits: httpx.Limits, trust_env: bool) -> None:
        super().__init__(limits=limits, trust_env=trust_env)
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        async with self._turns:
            try:
                return await super().handle_async_request(request)
            except (httpx.ReadError, httpx.RemoteProtocolError):
                # The server closed a kept connection at that very moment.
                if request.method != "GET":
                    raise
                return await super().handle_async_request(request)


@dataclass(frozen=True, slots=True)
class Server:
    """A server with its name for messages, its address, and the way to reach it.

    Attributes:
        url: without a final slash; may hold a path under which the server lives.
        authorization: what the header of that name says, where the server wants it.
    """

    name: str
    url: str
    client: httpx.AsyncClient
    authorization: secrets.Secret | None = None

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

    async def send(self, request: httpx.Request, asked: str) -> httpx.Response:
        """Gives the whole answer to a request, of whatever status.

        Raises:
            ServerUnavailable: no answer, or not all of it.
        """
        try:
            return await self.client.send(request)
        except httpx.HTTPError as error:
            raise self.failure(asked, error) from error

    def _address(self, path: str) -> str:
        return self.url.rstrip("/") + path

    async def _exchange(self, request: httpx.Request, asked: str) -> bytes:
        if self.authorization is not None:
            request.headers["Authorization"] = self.authorization.reveal()
        response = await self.send(request, asked)
        if not response.is_success:
            raise self.unavailable(asked, describe_refusal(response))
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


class Shape(Protocol[_Given_co]):
    """What a JSON body is read as, such as a `pydantic.TypeAdapter`."""

    def validate_json(self, body: bytes, /) -> _Given_co:
        """Gives the typed object; raises `pydantic.ValidationError`."""
        ...


@dataclass(frozen=True, slots=True)
class Translated(Generic[_Wire, _Given_co]):
    """A shape on the wire, and what an object of it means."""

    wire: pydantic.TypeAdapter[_Wire]
    meaning: Callable[[_Wire], _Given_co]

    def validate_json(self, body: bytes, /) -> _Given_co:
        """Gives the meaning of a body."""
        return self.meaning(self.wire.validate_json(body))


def parse_answer(server: Server, shape: Shape[_T], body: bytes, asked: str) -> _T:
    """Gives a JSON body as a typed object.

    Raises:
        ServerUnavailable: the body is not JSON, or of another shape; the message
            names the first place that differs.
    """
    try:
        return shape.validate_json(body)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the answer"
        raise server.unavailable(
            asked, f"unexpected answer at {place}: {first['msg']}"
        ) from error


def describe_refusal(response: httpx.Response) -> str:
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


def read_retry_after(response: httpx.Response) -> float:
    """Gives the seconds of `Retry-After`, in either of its two forms; 0 without it.

    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    text = response.headers.get("Retry-After", "")
    if text.isdecimal():
        return float(text)
    try:
        until = email.utils.parsedate_to_datetime(text)
        now = email.utils.parsedate_to_datetime(response.headers["Date"])
    except (KeyError, ValueError):
        return 0.0
    return max(0.0, (until - now).total_seconds())


def _without_credentials(url: str) -> str:
    parsed = httpx.URL(url)
    if not parsed.userinfo:
        return url
    return str(parsed.copy_with(username=None, password=None))
