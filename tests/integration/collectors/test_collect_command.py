"""`sightline collect` as a process: started, reloaded, refused, and stopped."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from support import programs

pytestmark = pytest.mark.integration

BASE = Path(__file__).parents[2] / "cases/spec/base"
SOURCE = """
sql_sources:
  {name}:
    connection: shop
    query: orders.sql
    interval: 1s
    metrics:
      - {{name: shop_orders, help: Orders., column: orders, labels: [country]}}
"""


class Place:
    """A spec with one source, its settings and its database."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port = programs.free_port()
        self.settings = root / "collect.yaml"
        self.settings.write_text(
            f'collector: {{listen: "127.0.0.1:{self.port}", environment: production}}\n'
            "sqlite:\n  shop: {file: shop.db}\n"
        )
        shutil.copytree(BASE / "monitoring", root / "monitoring")
        (root / "monitoring/sources/queries").mkdir(parents=True)
        self.write("orders", "SELECT country, orders FROM orders")
        with sqlite3.connect(root / "shop.db") as rows:
            rows.execute("CREATE TABLE orders (country TEXT, orders INTEGER)")
            rows.execute("INSERT INTO orders VALUES ('US', 7), ('FR', NULL)")

    def write(self, name: str, query: str) -> None:
        folder = self.root / "monitoring/sources"
        (folder / "shop.yaml").write_text(SOURCE.format(name=name))
        (folder / "queries/orders.sql").write_text(query)

    def page(self, path: str = "/metrics") -> str:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", trust_env=False).text

    def argv(self) -> list[str]:
        return [
            sys.executable,
            "-m",
            "sightline",
            "collect",
            f"--config={self.settings}",
        ]

    def environment(self) -> dict[str, str]:
        return {**os.environ, "SIGHTLINE_ROOT": str(self.root)}

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        ready = f"http://127.0.0.1:{self.port}/health"
        log = self.root / "log"
        with programs.running(self.argv(), ready, log, self.environment()) as process:
            yield process

    def refused(self) -> tuple[int, str]:
        """Runs it where it cannot start, and gives its exit code and its words."""
        done = subprocess.run(  # noqa: S603 - the program under test
            self.argv(),
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return done.returncode, done.stderr


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def wait_for(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_it_exposes_follows_the_spec_and_ends_in_time(place: Place) -> None:
    with place.running() as process:
        wait_for(lambda: 'shop_orders{country="US"} 7.0' in place.page())
        assert 'country="FR"' not in place.page()  # NULL is no number
        assert '"last_error": ""' in place.page("/sources")

        place.write("orders-of-today", "SELECT 'US' AS country, 8 AS orders")
        process.send_signal(signal.SIGHUP)
        wait_for(lambda: 'shop_orders{country="US"} 8.0' in place.page())
        assert 'source="orders"' not in place.page()

        place.write("orders-of-today", "")
        process.send_signal(signal.SIGHUP)
        failed = "sightline_collect_last_reload_successful 0.0"
        wait_for(lambda: failed in place.page())
        assert 'shop_orders{country="US"} 8.0' in place.page()  # what ran goes on

        process.terminate()
        process.wait(timeout=5)
    assert (
        "expected one SELECT, found an empty file" in (place.root / "log").read_text()
    )


def test_a_port_that_is_taken_is_named(place: Place) -> None:
    with socket.create_server(("127.0.0.1", place.port)):
        code, said = place.refused()
    assert code == 3
    assert said.splitlines()[-1] == (
        f"sightline: expected to listen on 127.0.0.1:{place.port}, found: Address"
        " already in use; choose another `listen` in the settings"
    )


def test_a_connection_that_is_missing_is_named_with_its_source(place: Place) -> None:
    text = place.settings.read_text()
    place.settings.write_text(
        text.replace("sqlite:", "files:").replace(
            "{file: shop.db}", '{folder: ., pattern: "*.csv"}'
        )
    )
    code, said = place.refused()
    assert code == 2
    assert said == (
        "sightline: monitoring/sources/shop.yaml:3:3: the source 'orders' expected a"
        " connection 'shop' under `postgres:` or `sqlite:` in the settings, found one"
        " under `files:`\n"
    )


def test_an_environment_that_the_spec_lacks_is_named(place: Place) -> None:
    text = place.settings.read_text()
    place.settings.write_text(text.replace("production", "produktion"))
    code, said = place.refused()
    assert code == 2
    assert said == (
        f"sightline: {place.settings}: expected an environment of the spec, found"
        " 'produktion'; known: production\n"
    )
