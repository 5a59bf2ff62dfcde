"""A real Redis and a real PostgreSQL for what measures their clients."""

import asyncio
import os
import subprocess
import time
from collections.abc import Iterator, Mapping

import psycopg
import pytest

from sightline.stack import layout, sites
from sightline.stack.acquire import binaries
from sightline.stack.components import postgres
from support import programs, redis_servers

Acquired = Mapping[str, binaries.Binary]


@pytest.fixture(scope="package")
def redis_port(
    acquired: Acquired, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("redis")
    server = redis_servers.Server(acquired["redis"], folder, programs.free_port())
    with redis_servers.running(server):
        yield server.port


@pytest.fixture(scope="package")
def database_url(
    acquired: Acquired, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    place = layout.Layout.of_project(tmp_path_factory.mktemp("postgres"))
    place.create()
    site = sites.Site(
        layout=place,
        ports={"postgres": programs.free_port()},
        binaries=acquired,
        is_root=os.geteuid() == 0,
    )
    asyncio.run(postgres.prepare(site))
    postgres.write_passwords(site)
    component = postgres.compose(site)
    process = subprocess.Popen(  # noqa: S603 - the real server
        component.argv,
        env={"PATH": "/usr/bin:/bin", **component.environment},
        cwd=component.working_directory,
        stderr=subprocess.DEVNULL,
    )
    try:
        *_, password = (
            postgres.password_file(site).read_text().splitlines()[0].split(":")
        )
        address = f"127.0.0.1:{site.ports['postgres']}"
        url = f"postgresql://{postgres.ROLE}:{password}@{address}/{postgres.DATABASE}"
        _await_answer(url)
        yield url
    finally:
        process.send_signal(component.stop_signal)
        process.wait(10)


def _await_answer(url: str) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "PostgreSQL did not start"
            time.sleep(0.02)
        else:
            return
