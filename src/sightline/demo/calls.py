"""Calls to other programs over HTTP: each goes to the next instance in its turn.

h11 comes with the server; a full client would cost more memory than a whole service.
"""

import asyncio
import itertools
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import h11

from sightline.demo import problems

__all__ = ["Answer", "Call", "Caller"]

_READ_BYTES: Final = 1 << 16
_IDLE_CONNECTIONS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to any instance of a program.

    Attributes:
        path: with its query, as it goes over the wire.
        session: sent as `X-Session` when there is one.
        client: the address on whose behalf, sent as `X-Forwarded-For`.
    """

    program: str
    method: str
    path: str
    body: bytes = b""
    session: str = ""
    client: str = ""
    timeout_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever the status."""

    status: int
    body: bytes

    def read_json(self) -> Mapping[str, Any]:
        """Gives the JSON object in the body."""
        document: Mapping[str, Any] = json.loads(self.body)
        return document


@dataclass(slots=True)
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    protocol: h11.Connection
    is_used: bool = False


class _NothingWasDoneError(Exception):
    """An instance that another one may stand in for."""


class Caller:
    """Keeps connections alive and spreads calls over the instances of a program."""

    def __init__(self, peers: Mapping[str, tuple[str, ...]]) -> None:
        self._turns: dict[str, Iterator[str]] = {
            name: itertools.cycle(addresses) for name, addresses in peers.items()
        }
        self._counts = {name: len(addresses) for name, addresses in peers.items()}
        self._idle: dict[str, list[_Connection]] = defaultdict(list)

    async def open(self) -> None:
        """Does nothing yet: the others may start later."""

    async def close(self) -> None:
        """Closes what is idle."""
        for address in list(self._idle):
            self._drop_idle(address)

    async def call(self, call: Call) -> Answer:
        """Gives the answer of the first instance that can be reached.

        Raises:
            Unavailable: no instance can be reached, or the one asked is too slow.
        """
        try:
            async with asyncio.timeout(call.timeout_seconds):
                return await self._call_any(call)
        except TimeoutError as error:
            raise problems.Unavailable(call.program, timed_out=True) from error

    async def _call_any(self, call: Call) -> Answer:
        lost: Exception | None = None
        # Once more than there are instances: connections may have gone stale.
        for _ in range(self._counts[call.program] + 1):
            address = next(self._turns[call.program])
            try:
                return await self._call_one(address, call)
            except _NothingWasDoneError as error:
                lost = error
        raise problems.Unavailable(call.program) from lost

    async def _call_one(self, address: str, call: Call) -> Answer:
        try:
            connection = await self._connect(address)
        except OSError as error:
            raise _NothingWasDoneError from error
        try:
            answer = await _converse(connection, address, call)
        except (OSError, h11.RemoteProtocolError) as error:
            connection.writer.close()
            if connection.is_used:
                # It was idle, and the far side had closed it: so are the others.
                self._drop_idle(address)
                raise _NothingWasDoneError from error
            raise problems.Unavailable(call.program) from error
        except asyncio.CancelledError:
            connection.writer.close()
            raise
        self._keep(address, connection)
        return answer

    async def _connect(self, address: str) -> _Connection:
        if idle := self._idle[address]:
            return idle.pop()
        host, _, port = address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        return _Connection(reader, writer, h11.Connection(h11.CLIENT))

    def _drop_idle(self, address: str) -> None:
        for stale in self._idle.pop(address, []):
            stale.writer.close()

    def _keep(self, address: str, connection: _Connection) -> None:
        states = connection.protocol.states
        is_alive = all(state is h11.DONE for state in states.values())
        if not is_alive or len(self._idle[address]) >= _IDLE_CONNECTIONS:
            connection.writer.close()
            return
        connection.protocol.start_next_cycle()
        connection.is_used = True
        self._idle[address].append(connection)


async def _converse(connection: _Connection, address: str, call: Call) -> Answer:
    protocol = connection.protocol
    for event in _events(address, call):
        if content := protocol.send(event):
            connection.writer.write(content)
    await connection.writer.drain()
    status, body = 0, bytearray()
    while True:
        received = protocol.next_event()
        if received is h11.NEED_DATA:
            protocol.receive_data(await connection.reader.read(_READ_BYTES))
        elif isinstance(received, h11.Response):
            status = received.status_code
        elif isinstance(received, h11.Data):
            body += received.data
        elif isinstance(received, h11.EndOfMessage):
            return Answer(status, bytes(body))
        elif isinstance(received, h11.ConnectionClosed):
            raise ConnectionResetError("closed before an answer")


def _events(address: str, call: Call) -> Iterator[h11.Event]:
    headers = [("Host", address), ("Content-Length", str(len(call.body)))]
    if call.session:
        headers.append(("X-Session", call.session))
    if call.client:
        headers.append(("X-Forwarded-For", call.client))
    if call.body:
        headers.append(("Content-Type", "application/json"))
    yield h11.Request(method=call.method, target=call.path, headers=headers)
    if call.body:
        yield h11.Data(data=call.body)
    yield h11.EndOfMessage()
