"""What a reading costs: the collectors, and on the server that they ask.

Redis: a million keys, of which a third are sessions, counted by our sample, by ZCOUNT,
and by redis_exporter's `-count-keys`, which walks all of them with SCAN. PostgreSQL:
the shipped queries on the platform's tables, by us and by postgres_exporter's custom
queries. The server's cost is its own processor time, from /proc.
"""

import asyncio
import contextlib
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import asyncpg
import httpx

from sightline.clients import postgres as client_postgres
from sightline.clients import redis
from sightline.collectors import redis_counts
from sightline.model import collecting, components, connections
from sightline.spec import loading
from sightline.stack import layout, secrets, sites
from sightline.stack.acquire import binaries, catalogue, platforms
from sightline.stack.components import postgres
from support import programs, redis_servers

_SESSIONS: Final = 333_333
_OTHERS: Final = 666_667
_SAMPLE: Final = 10_000
_ROUNDS: Final = 20
_COLUMNS: Final = {
    "daily_active_users": ("users",),
    "jobs_posted_today": ("jobs",),
    "contracts_active": ("contracts",),
    "payments_month_to_date": ("currency", "amount_minor"),
    "slow_statements": ("statements", "longest_seconds"),
}
_THEIR_COLLECTORS: Final = (
    "database",
    "locks",
    "replication",
    "replication_slot",
    "roles",
    "stat_bgwriter",
    "stat_database",
    "stat_user_tables",
    "statio_user_tables",
    "wal",
)
_ROOT: Final = pathlib.Path(__file__).parents[1]
_EXPECTED: Final = re.compile(r"^contracts_active_contracts\S* 750$", re.MULTILINE)
_SCHEMA: Final = _ROOT / "src/sightline/demo/schema.sql"
_FILL: Final = (
    "for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do"
    " redis.call('SET', KEYS[1] .. i, '1')"
    " if KEYS[1] == 'session:' then redis.call('ZADD', 'seen', i, i) end end"
)
_TICKS: Final = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Prints the figures of docs/benchmarks.md."""
    found = asyncio.run(_acquire())
    with tempfile.TemporaryDirectory() as folder:
        _compare_postgres(found, pathlib.Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        server = redis_servers.Server(
            found["redis"], pathlib.Path(folder), programs.free_port()
        )
        with redis_servers.running(server):
            _fill(server)
            _compare_redis(server, found["redis-exporter"], pathlib.Path(folder))
    return 0


async def _acquire() -> Mapping[str, binaries.Binary]:
    names = catalogue.local_stack(platforms.observe_platform().system)
    return await binaries.acquire(names, binaries.settings_from_environ(os.environ, {}))


def _fill(server: redis_servers.Server) -> None:
    for prefix, count in (("session:", _SESSIONS), ("cache:", _OTHERS)):
        for first in range(1, count + 1, 20_000):
            last = min(first + 19_999, count)
            server.ask("EVAL", _FILL, "1", prefix, str(first), str(last))


def _compare_redis(
    server: redis_servers.Server, exporter: binaries.Binary, folder: pathlib.Path
) -> None:
    client = redis.Redis(redis_servers.place_of(server.port))
    is_session = redis_counts.match_glob("session:*")
    told: list[str] = []

    async def sample() -> None:
        number, error = redis_counts.estimate(await client.sample(_SAMPLE), is_session)
        told[:] = [f"{number:,.0f} ± {1.96 * error:,.0f} of {_SESSIONS:,}"]

    async def recent() -> None:
        number = await client.count_recent("seen", _SESSIONS - 100_000)
        told[:] = [f"{number:,} of 100,000"]

    _report("ours, keys by a sample of 10,000", server.pid, _run(sample), told)
    _report("ours, recent members by ZCOUNT", server.pid, _run(recent), told)
    with _exporting(server, exporter, folder) as url:

        def scrape() -> None:
            page = httpx.get(url, timeout=60).text
            line = next(one for one in page.splitlines() if "redis_keys_count{" in one)
            told[:] = [f"{float(line.split()[-1]):,.0f} of {_SESSIONS:,}"]

        _report("redis_exporter -count-keys", server.pid, scrape, told)


def _compare_postgres(
    found: Mapping[str, binaries.Binary], folder: pathlib.Path
) -> None:
    place = layout.Layout.of_project(folder)
    place.create()
    site = sites.Site(
        layout=place,
        ports={
            name: programs.free_port() for name in ("postgres", "postgres-exporter")
        },
        binaries=found,
        is_root=os.geteuid() == 0,
    )
    asyncio.run(postgres.prepare(site))
    postgres.write_passwords(site)
    with _serving(postgres.compose(site), site) as pid:
        asyncio.run(_make_tables(site))
        queries = _shipped_queries()
        told = [f"{len(queries)} queries"]
        client = client_postgres.Postgres(_place_of(site))

        async def ask() -> None:
            for query in queries.values():
                await client.select(query, most_rows=100, timeout_seconds=5)

        _report("ours, the shipped queries", pid, _run(ask), told)
        with _exporting_postgres(site, queries, folder) as url:

            def scrape() -> None:
                page = httpx.get(url, timeout=60).text
                if not _EXPECTED.search(page):
                    sys.exit(f"postgres_exporter gave something else:\n{page[-2000:]}")

            _report("postgres_exporter, the same", pid, scrape, told)


@contextmanager
def _serving(component: components.Component, site: sites.Site) -> Iterator[int]:
    process = subprocess.Popen(  # noqa: S603 - the component under test
        component.argv,
        env={**os.environ, **component.environment},
        cwd=component.working_directory,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                socket.create_connection((sites.HOST, site.ports["postgres"])).close()
                break
            time.sleep(0.05)
        yield process.pid
    finally:
        process.send_signal(component.stop_signal)
        process.wait()


async def _make_tables(site: sites.Site) -> None:
    connection = await asyncpg.connect(
        host=sites.HOST,
        port=site.ports["postgres"],
        user=postgres.ROLE,
        database=postgres.DATABASE,
        password=secrets.obtain(site.layout, postgres.SECRET),
    )
    await connection.execute(_SCHEMA.read_text("utf-8"))
    await connection.close()


def _place_of(site: sites.Site) -> connections.Postgres:
    return connections.Postgres(
        address=connections.Address(sites.HOST, site.ports["postgres"]),
        database=postgres.DATABASE,
        user=postgres.MONITORING_ROLE,
        password_file=secrets.path_of(site.layout, postgres.MONITORING_SECRET),
        tls=connections.TlsMode.DISABLE,
    )


def _shipped_queries() -> Mapping[str, collecting.Query]:
    """Gives the queries of Skillancer's spec that one number can be read from."""
    sources = loading.require(_ROOT).collection.sources
    return {
        name.replace("-", "_"): source.query
        for name, source in sources.items()
        if isinstance(source, collecting.SqlSource)
    }


@contextmanager
def _exporting_postgres(
    site: sites.Site, queries: Mapping[str, collecting.Query], folder: pathlib.Path
) -> Iterator[str]:
    declared = {
        name: {
            "query": "\n".join(
                line for line in query.text.splitlines() if not line.startswith("--")
            ),
            "metrics": [
                {column: {"usage": "LABEL" if column == "currency" else "GAUGE"}}
                for column in _COLUMNS[name]
            ],
        }
        for name, query in queries.items()
    }
    (folder / "queries.yaml").write_text(json.dumps(declared))
    exporter, port = site.binaries["postgres-exporter"], site.ports["postgres-exporter"]
    address, database = site.address_of("postgres"), postgres.DATABASE
    environment = {
        "PGPASSFILE": str(postgres.password_file(site)),
        "DATA_SOURCE_NAME": f"postgresql://{postgres.MONITORING_ROLE}@{address}"
        f"/{database}?sslmode=disable",
    }
    argv = [
        str(exporter.path),
        f"--web.listen-address=127.0.0.1:{port}",
        f"--extend.query-path={folder / 'queries.yaml'}",
        "--disable-default-metrics",
        "--disable-settings-metrics",
        *(f"--no-collector.{name}" for name in _THEIR_COLLECTORS),
    ]
    url = f"http://127.0.0.1:{port}"
    with programs.running(argv, url, folder / "exporter.log", environment):
        yield f"{url}/metrics"


def _run(ask: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    async def once() -> None:
        await ask()

    return lambda: asyncio.run(once())


def _report(name: str, pid: int, read: Callable[[], None], told: list[str]) -> None:
    read()
    walls, before = [], _cpu_seconds(pid)
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        read()
        walls.append(time.perf_counter() - started)
    time.sleep(0.3)  # connections that were closed are still being ended
    wall = statistics.median(walls)
    cost = (_cpu_seconds(pid) - before) / _ROUNDS
    print(f"{name:<34} {1000 * wall:8.1f} ms {1000 * cost:8.1f} ms server  {told[0]}")


def _cpu_seconds(pid: int) -> float:
    """Gives the processor time of a server, its living and its ended children."""
    own = _times(pid)
    spent = sum(own[:4])
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            times = _times(int(folder.name))
            spent += sum(times[:2]) if times[4] == pid else 0
    return spent / _TICKS


def _times(pid: int) -> tuple[int, int, int, int, int]:
    """Gives user and system time, own and of ended children, and the parent."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system, children_user, children_system = map(int, fields[11:15])
    return user, system, children_user, children_system, int(fields[1])


@contextmanager
def _exporting(
    server: redis_servers.Server, exporter: binaries.Binary, folder: pathlib.Path
) -> Iterator[str]:
    port = programs.free_port()
    url = f"http://127.0.0.1:{port}"
    argv = [
        str(exporter.path),
        f"-web.listen-address=127.0.0.1:{port}",
        f"-redis.addr=redis://{server.address}",
        "-count-keys=db0=session:*",
    ]
    with programs.running(argv, f"{url}/health", folder / "exporter.log"):
        yield f"{url}/metrics"


if __name__ == "__main__":
    sys.exit(main())
