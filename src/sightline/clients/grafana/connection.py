"""One Grafana as its clients reach it: authorized, patient, and with named failures."""

import asyncio
import urllib.parse
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import httpx

from sightline import errors
from sightline.clients import servers
from sightline.clients.grafana import credentials, refusals, retrying
from sightline.model import secrets

__all__ = ["Call", "Connection", "Sleep", "quote"]

_T = TypeVar("_T")

Sleep = Callable[[float], Awaitable[None]]
"""Waits for some seconds; a test gives one that does not."""

Method = Literal["GET", "POST", "PUT", "DELETE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request.

    Attributes:
        path: begins with a slash; the parts that are names are quoted.
        asked: what is asked for, in words, for the message when it fails.
        document: goes as JSON; `None` sends no body.
        is_idempotent: doing it twice is doing it once.
        conflict: what a clash means where the server does not say; `None` for a call
            that only reads.
        also_answers: statuses that are no success and yet an answer to this call.
        hidden: what the document holds and no message may show.
    """

    path: str
    asked: str
    method: Method = "GET"
    document: Mapping[str, object] | None = None
    parameters: servers.Fields | None = None
    is_idempotent: bool = True
    conflict: type[errors.ChangeRefused] | None = None
    also_answers: frozenset[int] = frozenset()
    hidden: tuple[secrets.Secret, ...] = ()


class Connection:
    """The way to one Grafana.

    Args:
        client: reaches it.
        url: may hold a path under which it lives; a user and a password in it are
            taken as the login.
        login: as whom it is asked; `None` is a stranger.
        patience: with which calls are made again.
        sleep: waits between them.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        login: credentials.Credentials | None = None,
        *,
        patience: retrying.Patience = retrying.BRIEF,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        address = httpx.URL(url)
        if login is None and address.username:
            login = credentials.Login(
                user=address.username, password=secrets.Secret(address.password)
            )
        # httpx would show them in its log.
        self.url = str(address.copy_with(username=None, password=None)).rstrip("/")
        self._server = servers.Server("Grafana", self.url, client)
        self._login = login
        self._patience = patience
        self._sleep = sleep

    async def fetch(self, call: Call, shape: servers.Shape[_T]) -> _T:
        """Makes a call, and gives its answer as a typed object.

        Raises:
            ServerUnavailable: no answer, or none that can be used; a kind of it says
                what stands in the way.
        """
        return self.parse(call, await self.send(call), shape)

    def parse(
        self, call: Call, response: httpx.Response, shape: servers.Shape[_T]
    ) -> _T:
        """Gives an answer as a typed object; raises as `fetch`."""
        return servers.parse_answer(self._server, shape, response.content, call.asked)

    async def send(self, call: Call) -> httpx.Response:
        """Makes a call, again where that may help; raises as `fetch`."""
        delays = iter(self._patience.delays_seconds)
        while True:
            wait, result = await self._attempt(call, next(delays, None))
            if isinstance(result, httpx.Response):
                return result
            if wait is None:
                raise result
            await self._sleep(wait)

    async def _attempt(
        self, call: Call, delay: float | None
    ) -> tuple[float | None, httpx.Response | errors.ServerUnavailable]:
        """Gives the answer, or the failure with how long to wait after it.

        Args:
            call: what to ask.
            delay: how long to wait at least; `None` when this is the last attempt.
        """
        try:
            response = await self._server.send(self._build(call), call.asked)
        except errors.ServerUnavailable as error:
            may = call.is_idempotent or retrying.is_untouched(error.__cause__)
            return (delay if may else None), error
        if response.is_success or response.status_code in call.also_answers:
            return None, response
        failed = self._refused(call, response)
        is_passing = retrying.is_passing(
            response.status_code, is_idempotent=call.is_idempotent
        )
        if delay is None or not is_passing:
            return None, failed
        return self._patience.wait_for(response, delay), failed

    def unusable(self, asked: str, reason: str) -> errors.ServerUnavailable:
        """Gives the error for an answer that came and cannot be used."""
        return self._server.unavailable(asked, reason)

    def _build(self, call: Call) -> httpx.Request:
        headers = {"Accept": "application/json"}
        if self._login is not None:
            headers["Authorization"] = credentials.authorize(self._login).reveal()
        return self._server.client.build_request(
            call.method,
            self.url + call.path,
            params=call.parameters,
            json=call.document,
            headers=headers,
        )

    def _refused(
        self, call: Call, response: httpx.Response
    ) -> errors.ServerUnavailable:
        kind = refusals.classify(response, call.conflict)
        words = self._server.unavailable(call.asked, refusals.describe(response))
        return kind(self._mask(call, str(words)))

    def _mask(self, call: Call, text: str) -> str:
        """Takes out what a server may repeat of what it was sent."""
        own = () if self._login is None else _secrets_of(self._login)
        return secrets.mask(text, *own, *call.hidden)


def _secrets_of(login: credentials.Credentials) -> tuple[secrets.Secret, ...]:
    sent = credentials.authorize(login)
    match login:
        case credentials.Token(secret=secret) | credentials.Login(password=secret):
            return secret, sent


_SAFE: Final = ""


def quote(name: str) -> str:
    """Gives a name as one part of a path."""
    return urllib.parse.quote(name, safe=_SAFE)
