"""One request, watched from its start to its last byte, and its outcome.

How the endings are counted:

- the last byte of the body was handed to the server: the status that was sent;
- the client left first (`http.disconnect` was received, sending failed, or the server
  cancelled the request): 499;
- the application raised, or returned without a whole response: 500, also when the
  response had begun, for its client got a broken one;
- work after the last byte (background tasks) is not part of the request.

A websocket is counted by its handshake, which is an HTTP request: 101 when accepted,
403 when closed before that, 499 and 500 as above. What is said afterwards is none.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from sightline.instrument import metrics

__all__ = [
    "Application",
    "Exchange",
    "Handshake",
    "Message",
    "Receive",
    "Scope",
    "Send",
]

# ASGI's own dictionaries: what a key holds depends on the "type" beside it.
# https://asgi.readthedocs.io/en/latest/specs/main.html
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_SERVER_ERROR: Final = 500
_BODIES: Final = frozenset(
    {
        "http.response.body",
        "http.response.pathsend",
        "http.response.zerocopysend",
        "websocket.http.response.body",
    }
)
"""https://asgi.readthedocs.io/en/latest/extensions.html"""

_HANDSHAKE_STATUSES: Final = {"websocket.accept": 101, "websocket.close": 403}
"""https://asgi.readthedocs.io/en/latest/specs/www.html#close-send-event"""


class Exchange:
    """An HTTP request; `receive` and `send` stand between application and server.

    Attributes:
        is_open: whether the outcome is still to come.
    """

    __slots__ = (
        "_clock",
        "_endpoint",
        "_has_left",
        "_receive",
        "_send",
        "_started",
        "_status",
        "_trace",
        "is_open",
    )

    def __init__(
        self,
        receive: Receive,
        send: Send,
        endpoint: metrics.Endpoint,
        clock: Callable[[], float],
        trace: Callable[[], str | None] | None = None,
    ) -> None:
        self._receive = receive
        self._send = send
        self._endpoint = endpoint
        self._clock = clock
        self._trace = trace
        self._status = _SERVER_ERROR
        self._has_left = False
        self.is_open = True
        endpoint.begin()
        self._started = clock()

    async def receive(self) -> Message:
        """Passes on what the client sends, and notes when it has left."""
        message = await self._receive()
        if message["type"].endswith(".disconnect"):
            self._has_left = True
        return message

    async def send(self, message: Message) -> None:
        """Passes on what the application sends, and notes status and last byte."""
        try:
            await self._send(message)
        except OSError:
            # So servers say that the client has left (ASGI 2.4).
            self._has_left = True
            raise
        kind = message["type"]
        if kind == "http.response.start":
            self._status = message["status"]
        elif kind in _BODIES and not message.get("more_body", False) and self.is_open:
            self._settle(self._status)

    def close(self, *, is_cancelled: bool) -> None:
        """Gives an exchange that has not ended by itself its outcome."""
        if self.is_open:
            has_left = self._has_left or is_cancelled
            self._settle(metrics.CLIENT_CLOSED_REQUEST if has_left else _SERVER_ERROR)

    def _settle(self, status: int) -> None:
        self.is_open = False
        if self._has_left:
            status = metrics.CLIENT_CLOSED_REQUEST
        seconds = self._clock() - self._started
        trace_id = None if self._trace is None else self._trace()
        self._endpoint.finish(status, seconds, trace_id)


class Handshake(Exchange):
    """A websocket until it is accepted or refused."""

    __slots__ = ()

    async def send(self, message: Message) -> None:
        """Passes on what the application sends, and notes how it answers."""
        kind = message["type"]
        if kind == "websocket.http.response.start":
            self._status = message["status"]
        await super().send(message)
        if self.is_open and kind in _HANDSHAKE_STATUSES:
            self._settle(_HANDSHAKE_STATUSES[kind])
