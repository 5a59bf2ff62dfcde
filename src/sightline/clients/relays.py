"""Questions that are passed on to another server as they are."""

from dataclasses import dataclass
from typing import Final, Self

import httpx

from sightline import errors

__all__ = ["Answer", "Relay"]

_TIMEOUT: Final = httpx.Timeout(30.0, connect=2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the other server answered, unread."""

    status: int
    content_type: str
    content: bytes


class Relay:
    """The way to one server.

    Args:
        name: what people call the server, for errors.
        url: its address, without a final slash.
        transport: a fake for tests.
    """

    def __init__(
        self, name: str, url: str, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.name = name
        self._client = httpx.AsyncClient(
            base_url=url, timeout=_TIMEOUT, transport=transport, trust_env=False
        )

    async def get(self, path: str, query: str = "") -> Answer:
        """Asks by GET; `query` is an encoded query string.

        Raises:
            errors.ServerUnavailable: when there is no answer in time.
        """
        return await self._send(
            self._client.build_request("GET", f"{path}?{query}" if query else path)
        )

    async def post(self, path: str, form: bytes) -> Answer:
        """Asks by POST; `form` is an encoded form.

        Raises:
            errors.ServerUnavailable: when there is no answer in time.
        """
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return await self._send(
            self._client.build_request("POST", path, content=form, headers=headers)
        )

    async def _send(self, request: httpx.Request) -> Answer:
        try:
            answer = await self._client.send(request)
        except httpx.TimeoutException as error:
            raise errors.ServerUnavailable(
                f"{self.name} did not answer in time"
            ) from error
        except httpx.HTTPError as error:
            raise errors.ServerUnavailable(
                f"{self.name} does not answer: {type(error).__name__}"
            ) from error
        return Answer(
            status=answer.status_code,
            content_type=answer.headers.get("content-type", "application/octet-stream"),
            content=answer.content,
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
