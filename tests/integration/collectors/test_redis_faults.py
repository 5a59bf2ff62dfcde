"""What the collectors make of a real Redis that is away, loading, or failing over."""

import asyncio
import dataclasses
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sightline import errors
from sightline.clients import redis
from sightline.collectors import redis_counts
from sightline.errors import FailureReason
from sightline.model import connections
from sightline.stack.acquire import binaries
from support import programs, redis_servers

pytestmark = pytest.mark.integration

KEY = "users:last-seen"
Server = redis_servers.Server


@pytest.fixture
def binary(acquired: Mapping[str, binaries.Binary]) -> binaries.Binary:
    return acquired["redis"]


@pytest.fixture
def server(binary: binaries.Binary, tmp_path: Path) -> Iterator[Server]:
    made = Server(binary, tmp_path / "redis", programs.free_port())
    with redis_servers.running(made):
        yield made


async def fail(place: connections.Redis) -> errors.SourceFailed:
    with pytest.raises(errors.SourceFailed) as caught:
        await redis.Redis(place).count_recent(KEY, 0)
    return caught.value


async def eventually(place: connections.Redis, reason: FailureReason | None) -> None:
    """Waits until a reading fails for a reason, or succeeds."""
    deadline = time.monotonic() + 15
    while True:
        found = None
        try:
            await redis.Redis(place).count_recent(KEY, 0)
        except errors.SourceFailed as error:
            found = error.reason
        if found is reason:
            return
        assert time.monotonic() < deadline, f"expected {reason}, found {found}"
        await asyncio.sleep(0.02)


async def test_recent_members_are_counted_exactly(server: Server) -> None:
    for number in range(10):
        server.ask("ZADD", KEY, str(1000 + number), f"user{number}")
    client = redis.Redis(redis_servers.place_of(server.port))
    assert await client.count_recent(KEY, 1006) == 3  # above, not at
    assert await client.count_recent("nothing", 0) == 0


async def test_a_small_keyspace_is_counted_and_a_large_one_estimated(
    server: Server,
) -> None:
    server.ask("EVAL", _FILL.format("session", 3000), "0")
    server.ask("EVAL", _FILL.format("cache", 7000), "0")
    client = redis.Redis(redis_servers.place_of(server.port))
    is_session = redis_counts.match_glob("session:*")

    number, error = redis_counts.estimate(await client.sample(50_000), is_session)
    assert (number, error) == (3000, 0.0)

    part = await client.sample(2000)
    number, error = redis_counts.estimate(part, is_session)
    assert 2000 <= len(part[0].keys) < 4000  # what it cost
    assert 0 < error < 150
    assert abs(number - 3000) < 5 * error


_FILL = "for i = 1, {1} do redis.call('SET', '{0}:' .. i, '') end"


async def test_a_server_that_is_away_is_unreachable(server: Server) -> None:
    server.stop()
    failed = await fail(redis_servers.place_of(server.port))
    assert failed.reason is FailureReason.UNREACHABLE
    assert str(failed).startswith(
        f"asked Redis at {server.address} for recent members of 'users:last-seen':"
    )


async def test_a_server_without_room_for_clients_is_exhausted(server: Server) -> None:
    server.ask("CONFIG", "SET", "maxclients", "1")
    _, held = await asyncio.open_connection("127.0.0.1", server.port)
    failed = await fail(redis_servers.place_of(server.port))
    held.close()
    assert failed.reason is FailureReason.EXHAUSTED


async def test_a_key_of_another_type_is_a_wrong_question(server: Server) -> None:
    server.ask("SET", KEY, "text")
    failed = await fail(redis_servers.place_of(server.port))
    assert failed.reason is FailureReason.QUERY
    assert "WRONGTYPE" in str(failed)


async def test_a_password_that_is_missing_is_refused(server: Server) -> None:
    server.ask("CONFIG", "SET", "requirepass", "secret")
    failed = await fail(redis_servers.place_of(server.port))
    assert failed.reason is FailureReason.REFUSED


async def test_a_server_that_loads_its_data_is_starting_and_then_answers(
    server: Server,
) -> None:
    server.ask("EVAL", _FILL.format("key", 3000), "0")
    server.ask("ZADD", KEY, "1000", "user")
    server.ask("SAVE")
    server.stop()
    # Slow enough to be seen loading, and to answer meanwhile.
    server.start(
        "--key-load-delay", "700", "--loading-process-events-interval-bytes", "1024"
    )

    place = redis_servers.place_of(server.port)
    await eventually(place, FailureReason.STARTING)
    await eventually(place, None)
    assert await redis.Redis(place).count_recent(KEY, 0) == 1


async def test_sentinels_without_a_password_lead_to_a_primary_that_has_one(
    server: Server, binary: binaries.Binary, tmp_path: Path
) -> None:
    server.ask("ZADD", KEY, "1000", "user")
    port = programs.free_port()
    rules = tmp_path / "sentinel.conf"
    rules.write_text(
        f"port {port}\nbind 127.0.0.1\n"
        f"sentinel monitor mymaster 127.0.0.1 {server.port} 1\n"
    )
    (tmp_path / "password").write_text("secret\n")
    place = dataclasses.replace(
        redis_servers.place_of(port, kind=connections.RedisKind.SENTINEL),
        password_file=tmp_path / "password",
    )
    sentinel = Server(binary, tmp_path / "sentinel", port, str(rules), "--sentinel")
    with redis_servers.running(sentinel):
        server.ask("CONFIG", "SET", "requirepass", "secret")
        assert await redis.Redis(place).count_recent(KEY, 0) == 1

        (tmp_path / "password").unlink()
        failed = await fail(place)
    assert failed.reason is FailureReason.REFUSED


async def test_after_a_failover_the_new_primary_is_read(
    binary: binaries.Binary, tmp_path: Path
) -> None:
    ports = [programs.free_port() for _ in range(3)]
    primary = Server(binary, tmp_path / "primary", ports[0])
    replica = Server(
        binary, tmp_path / "replica", ports[1], "--replicaof", f"127.0.0.1 {ports[0]}"
    )
    rules = tmp_path / "sentinel.conf"
    rules.write_text(
        f"port {ports[2]}\nbind 127.0.0.1\n"
        f"sentinel monitor mymaster 127.0.0.1 {ports[0]} 1\n"
        "sentinel down-after-milliseconds mymaster 500\n"
        "sentinel failover-timeout mymaster 2000\n"
    )
    sentinel = Server(binary, tmp_path / "sentinel", ports[2], str(rules), "--sentinel")
    place = redis_servers.place_of(ports[2], kind=connections.RedisKind.SENTINEL)
    with redis_servers.running(primary), redis_servers.running(replica):
        primary.ask("ZADD", KEY, "1000", "user")
        _await_words(replica, "master_link_status:up", "INFO", "replication")
        with redis_servers.running(sentinel):
            assert await redis.Redis(place).count_recent(KEY, 0) == 1
            _await_words(sentinel, "slaves=1", "INFO", "sentinel")
            primary.stop()
            await eventually(place, FailureReason.UNREACHABLE)
            await eventually(place, None)
            assert await redis.Redis(place).count_recent(KEY, 0) == 1


def _await_words(server: Server, words: str, *question: str) -> None:
    deadline = time.monotonic() + 15
    while words not in (said := server.ask(*question)):
        assert time.monotonic() < deadline, said
        time.sleep(0.05)


_CLUSTER = ("--cluster-enabled", "yes")


async def test_a_cluster_is_asked_where_its_keys_are(
    binary: binaries.Binary, tmp_path: Path
) -> None:
    ports = [programs.free_port() for _ in range(2)]
    buses = [str(programs.free_port()) for _ in range(2)]
    # The bus is 10,000 above the port by default, which may be above all ports.
    first, second = (
        Server(binary, tmp_path / bus, port, *_CLUSTER, "--cluster-port", bus)
        for port, bus in zip(ports, buses, strict=True)
    )
    place = redis_servers.place_of(*ports, kind=connections.RedisKind.CLUSTER)
    with redis_servers.running(first), redis_servers.running(second):
        failed = await fail(place)
        assert failed.reason is FailureReason.STARTING  # no slot has a server
        first.ask("CLUSTER", "ADDSLOTSRANGE", "0", "8191")
        second.ask("CLUSTER", "ADDSLOTSRANGE", "8192", "16383")
        first.ask("CLUSTER", "MEET", "127.0.0.1", str(ports[1]), buses[1])
        for one in (first, second):
            _await_words(one, "cluster_state:ok", "CLUSTER", "INFO")

        for number in range(50):
            for one in (first, second):  # the one that does not have the slot refuses
                one.ask("SET", f"session:{number}", "")
                one.ask("ZADD", f"seen:{number}", "1000", "user")
        client = redis.Redis(place)
        found = [await client.count_recent(f"seen:{n}", 0) for n in range(50)]
        samples = await client.sample(1000)

    assert found == [1] * 50
    assert len(samples) == 2
    assert redis_counts.estimate(samples, redis_counts.match_glob("session:*"))[0] == 50
