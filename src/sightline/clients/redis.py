"""Redis for reading: a server, the primary that Sentinels name, or a Cluster.

As with SQL, connections are made for each reading: after a failover the next reading
finds the new primary because it asks for it.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.clients import resp
from sightline.errors import FailureReason
from sightline.model import connections, keyspaces

__all__ = ["Connection", "Redis", "open_connection"]

_REASONS: Final[Mapping[str, FailureReason]] = {
    "BUSY": FailureReason.EXHAUSTED,
    "CLUSTERDOWN": FailureReason.STARTING,
    "LOADING": FailureReason.STARTING,
    "MASTERDOWN": FailureReason.STARTING,
    "NOAUTH": FailureReason.REFUSED,
    "NOPERM": FailureReason.REFUSED,
    "OOM": FailureReason.EXHAUSTED,
    "TRYAGAIN": FailureReason.STARTING,
    "WRONGPASS": FailureReason.REFUSED,
}
"""By the code of the error reply; every other is about what was asked."""
_FULL: Final = "max number of clients"
_REDIRECTIONS: Final = 5
_STREAM_WAIT_MILLISECONDS: Final = 1000
_KEYS_PER_STEP: Final = 1000
"""How many keys one SCAN looks at: well below a millisecond of the server's time."""


class Connection:
    """One connection, to one server."""

    def __init__(
        self,
        address: connections.Address,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.address = address
        self._reader = reader
        self._writer = writer

    async def command(self, *words: resp.Word) -> resp.Reply:
        """Sends a command and gives its reply.

        Raises:
            Refusal: an error reply.
            OSError, EOFError: the connection broke.
        """
        self._writer.write(resp.encode(words))
        await self._writer.drain()
        reply = await resp.read_reply(self._reader)
        if isinstance(reply, resp.Refusal):
            raise reply
        return reply

    def close(self) -> None:
        """Ends the connection; what was under way is lost."""
        self._writer.close()


@asynccontextmanager
async def open_connection(
    place: connections.Redis,
    address: connections.Address,
    *,
    is_sentinel: bool = False,
) -> AsyncIterator[Connection]:
    """Connects to one of the servers of a place, with its credentials.

    Raises:
        Refusal: the credentials are wrong, or the server is not ready.
        OSError, EOFError: nothing answers there.
        SourceFailed: the password cannot be read.
    """
    secret = place.sentinel_password_file if is_sentinel else place.password_file
    username = "" if is_sentinel else place.username
    password = None if secret is None else _read_secret(secret)
    reader, writer = await asyncio.open_connection(
        address.host,
        address.port,
        limit=resp.LARGEST_LINE_BYTES,
        ssl=_protection(place),
    )
    connection = Connection(address, reader, writer)
    try:
        if password is not None:
            who = (username,) if username else ()
            await connection.command("AUTH", *who, password)
        yield connection
    finally:
        connection.close()


class Redis:
    """What the collectors ask a Redis for, whichever kind it is."""

    def __init__(self, place: connections.Redis) -> None:
        self._place = place

    async def count_recent(self, key: str, since: float) -> int:
        """Gives how many members of a sorted set have a score above `since`.

        Raises:
            SourceFailed: with the reason.
        """
        with self._translated(f"recent members of {key!r}"):
            return _integer(await self._ask_owner("ZCOUNT", key, f"({since}", "+inf"))

    async def read_stream(
        self, key: str, last: bytes, most: int
    ) -> tuple[keyspaces.Entry, ...]:
        """Gives entries of a stream after an id; waits a second for the first.

        Raises:
            SourceFailed: with the reason.
        """
        count = ("COUNT", most, "BLOCK", _STREAM_WAIT_MILLISECONDS)
        with self._translated(f"the stream {key!r}"):
            reply = await self._ask_owner("XREAD", *count, "STREAMS", key, last)
            return tuple(_read_entries(reply))

    async def sample(self, most: int) -> tuple[keyspaces.Sample, ...]:
        """Looks at some keys of every primary, at most about so many in all.

        Raises:
            SourceFailed: with the reason.
        """
        with self._translated("a sample of keys"):
            primaries = await self._primaries()
            share = -(-most // len(primaries))
            return tuple([await self._sample_one(one, share) for one in primaries])

    async def _sample_one(
        self, address: connections.Address, most: int
    ) -> keyspaces.Sample:
        async with self._connected((address,)) as connection:
            total = _integer(await connection.command("DBSIZE"))
            cursor, keys = b"0", set[bytes]()
            while True:
                reply = await connection.command(
                    "SCAN", cursor, "COUNT", min(_KEYS_PER_STEP, most)
                )
                cursor, found = _read_step(reply)
                keys.update(found)
                if cursor == b"0" or len(keys) >= most:
                    break
        is_complete = cursor == b"0"
        return keyspaces.Sample(
            keys=frozenset(keys),
            total=len(keys) if is_complete else max(total, len(keys)),
            is_complete=is_complete,
        )

    async def _ask_owner(self, *words: resp.Word) -> resp.Reply:
        """Asks the server that has the key, wherever a Cluster has moved it."""
        addresses, is_redirected = await self._entrances(), False
        for _ in range(_REDIRECTIONS):
            try:
                async with self._connected(addresses) as connection:
                    if is_redirected:
                        await connection.command("ASKING")  # harmless after MOVED
                    return await connection.command(*words)
            except resp.Refusal as refusal:
                if refusal.code not in {"MOVED", "ASK"}:
                    raise
                addresses = (_read_redirection(refusal, addresses[0]),)
                is_redirected = True
        raise ConnectionError("sent from server to server; slots are moving")

    async def _entrances(self) -> tuple[connections.Address, ...]:
        """Gives the servers of which any one can be asked."""
        if self._place.kind is not connections.RedisKind.SENTINEL:
            return self._place.addresses
        async with self._connected(self._place.addresses, is_sentinel=True) as sentinel:
            reply = await sentinel.command(
                "SENTINEL", "GET-MASTER-ADDR-BY-NAME", self._place.primary
            )
        match reply:
            case [bytes(host), bytes(port)]:
                return (connections.Address(host=host.decode(), port=int(port)),)
            case _:
                raise errors.SourceFailed(
                    FailureReason.QUERY,
                    f"asked the Sentinel at {sentinel.address} for the primary"
                    f" {self._place.primary!r}: it knows none of that name",
                )

    async def _primaries(self) -> tuple[connections.Address, ...]:
        """Gives every server that holds keys of its own."""
        addresses = await self._entrances()
        if self._place.kind is not connections.RedisKind.CLUSTER:
            return addresses[:1]
        async with self._connected(addresses) as connection:
            slots = await connection.command("CLUSTER", "SLOTS")
            found = _read_primaries(slots, connection.address)
        if not found:
            raise resp.Refusal("CLUSTERDOWN no slot has a server")
        return found

    @asynccontextmanager
    async def _connected(
        self, addresses: Sequence[connections.Address], *, is_sentinel: bool = False
    ) -> AsyncIterator[Connection]:
        """Connects to the first that answers; the failure of the last one counts.

        Args:
            addresses: at least one.
            is_sentinel: they are Sentinels, which have no databases.
        """
        async with contextlib.AsyncExitStack() as stack:
            lost: Exception = ConnectionError("no address is given")
            for address in addresses:
                try:
                    connection = await stack.enter_async_context(
                        open_connection(self._place, address, is_sentinel=is_sentinel)
                    )
                    break
                except (OSError, EOFError) as error:
                    lost = error
            else:
                raise lost
            if not is_sentinel:
                await self._prepare(connection)
            yield connection

    async def _prepare(self, connection: Connection) -> None:
        if self._place.database:
            await connection.command("SELECT", self._place.database)
        if self._place.kind is connections.RedisKind.SENTINEL:
            role = await connection.command("ROLE")
            if not isinstance(role, list) or role[:1] != [b"master"]:
                raise resp.Refusal("MASTERDOWN a failover is under way")

    @contextlib.contextmanager
    def _translated(self, asked: str) -> Iterator[None]:
        """Turns what goes wrong inside into a failure with its reason."""
        where = ", ".join(map(str, self._place.addresses))
        try:
            yield
        except resp.Refusal as refusal:
            reason = _REASONS.get(refusal.code, FailureReason.QUERY)
            if _FULL in str(refusal):
                reason = FailureReason.EXHAUSTED
            raise _failed(reason, where, asked, str(refusal)) from refusal
        except (OSError, EOFError, ValueError) as error:
            words = getattr(error, "strerror", None) or str(error) or "connection lost"
            reason = FailureReason.UNREACHABLE
            raise _failed(reason, where, asked, words) from error


def _failed(
    reason: FailureReason, where: str, asked: str, words: str
) -> errors.SourceFailed:
    return errors.SourceFailed(reason, f"asked Redis at {where} for {asked}: {words}")


def _read_secret(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except OSError as error:
        raise errors.SourceFailed(
            FailureReason.REFUSED,
            f"expected a password of Redis in {file}, found: {error.strerror}",
        ) from error


def _protection(place: connections.Redis) -> ssl.SSLContext | None:
    if not place.tls:
        return None
    return ssl.create_default_context(
        cafile=None
        if place.certificate_authority is None
        else str(place.certificate_authority)
    )


def _integer(reply: resp.Reply) -> int:
    if isinstance(reply, int):
        return reply
    raise ConnectionError(f"expected a number from Redis, found {reply!r}")


def _read_step(reply: resp.Reply) -> tuple[bytes, list[bytes]]:
    match reply:
        case [bytes(cursor), list(keys)]:
            return cursor, [key for key in keys if isinstance(key, bytes)]
        case _:
            raise ConnectionError(f"expected a step of SCAN, found {reply!r}")


def _read_entries(reply: resp.Reply) -> Iterator[keyspaces.Entry]:
    """Reads what XREAD gives for one stream; nothing when it waited in vain."""
    match reply:
        case None:
            return
        case [[bytes(), list(entries)]]:
            for entry in entries:
                match entry:
                    case [bytes(number), list(words)]:
                        found = [word for word in words if isinstance(word, bytes)]
                        pairs = zip(found[::2], found[1::2], strict=True)
                        yield keyspaces.Entry(id=number, fields=dict(pairs))
                    case _:
                        raise ConnectionError(f"expected an entry, found {entry!r}")
        case _:
            raise ConnectionError(f"expected entries of a stream, found {reply!r}")


def _read_redirection(
    refusal: resp.Refusal, asked: connections.Address
) -> connections.Address:
    """Reads `MOVED 3999 127.0.0.1:6381`; without a host it is the one asked."""
    host, _, port = str(refusal).rpartition(" ")[2].rpartition(":")
    return connections.Address(host=host or asked.host, port=int(port))


def _read_primaries(
    reply: resp.Reply, asked: connections.Address
) -> tuple[connections.Address, ...]:
    """Gives the first server of each range of slots, each once."""
    found: dict[connections.Address, None] = {}
    for entry in reply if isinstance(reply, list) else ():
        match entry:
            case [int(), int(), [bytes(host), int(port), *_], *_]:
                name = host.decode() or asked.host
                found[connections.Address(host=name, port=port)] = None
            case _:
                raise ConnectionError(f"expected ranges of slots, found {entry!r}")
    return tuple(found)
