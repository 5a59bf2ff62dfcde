"""The how-to pages of the frameworks, run as they stand, each in its own process."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support import programs

pytestmark = pytest.mark.integration

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to"
_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

COUNTED = (
    'http_requests_total{{method="GET",operation="read",route="{}",status="200"}} 1.0'
)

ASGI = """
import asyncio, httpx

async def ask():
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        await client.get("/jobs/17")
        print((await client.get("/metrics")).text)

asyncio.run(ask())
"""
FLASK = """
client = app.test_client()
assert client.get("/jobs/17").json == {"id": 17}
print(client.get("/metrics").text)
"""
AIOHTTP = """
import asyncio
from aiohttp import test_utils

async def ask():
    async with test_utils.TestClient(test_utils.TestServer(app)) as client:
        await (await client.get("/jobs/17")).read()
        print(await (await client.get("/metrics")).text())

asyncio.run(ask())
"""
EXPOSED = """
print(prometheus_client.generate_latest().decode())
"""


def snippets(page: str) -> list[str]:
    return _PYTHON.findall((HOW_TO / page).read_text())


def run(code: str, folder: Path) -> str:
    finished = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONWARNINGS": "error::SyntaxWarning"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.mark.parametrize(
    ("page", "asking"),
    [
        ("instrument-a-service.md", ASGI),
        ("instrument-fastapi.md", ASGI),
        ("instrument-flask.md", FLASK),
        ("instrument-aiohttp.md", AIOHTTP),
    ],
)
def test_the_example_counts_a_request_under_its_route(
    page: str, asking: str, tmp_path: Path
) -> None:
    shown = run(snippets(page)[0] + asking, tmp_path)
    assert COUNTED.format("/jobs/{job_id}") in shown


def test_the_project_of_django_counts_a_request(tmp_path: Path) -> None:
    measured, settings, urls = snippets("instrument-django.md")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "measured.py").write_text(measured)
    (tmp_path / "shop" / "urls.py").write_text(urls)
    shown = run(
        "from django.conf import settings\n" + settings + "settings.configure(\n"
        "    ALLOWED_HOSTS=['testserver'],\n"
        "    ROOT_URLCONF='shop.urls',\n"
        "    MIDDLEWARE=MIDDLEWARE,\n"
        ")\n"
        "import django\n"
        "django.setup()\n"
        "from django import test\n"
        "client = test.Client()\n"
        "client.get('/jobs/17/')\n"
        "print(client.get('/metrics').content.decode())\n",
        tmp_path,
    )
    assert COUNTED.format("/jobs/{job_id}/") in shown


def test_the_examples_of_queues_show_what_waits(
    tmp_path: Path, redis_port: int
) -> None:
    rq, celery, arq = (
        code.replace("127.0.0.1:6379", f"127.0.0.1:{redis_port}")
        .replace("9101", str(programs.free_port()))
        .replace("9102", str(programs.free_port()))
        for code in snippets("instrument-queues.md")
    )
    assert 'job_queue_depth{queue="emails"} 0.0' in run(rq + EXPOSED, tmp_path)
    assert 'job_queue_depth{queue="celery"} 0.0' in run(celery + EXPOSED, tmp_path)
    failures = 'job_queue_read_failures_total{queue="arq:queue"}'
    assert failures in run(arq + "import prometheus_client\n" + EXPOSED, tmp_path)


def test_the_examples_of_databases_time_a_query(
    tmp_path: Path, redis_port: int, database_url: str
) -> None:
    psycopg, asyncpg, redis = (
        code.replace("127.0.0.1:6379", f"127.0.0.1:{redis_port}").replace(
            "postgresql://127.0.0.1/shop", database_url
        )
        for code in snippets("instrument-databases.md")
    )
    exposed = "import prometheus_client\n" + EXPOSED
    asking = """
import asyncio

async def ask():
    async with await open_pool() as pool:
        await pool.fetch("SELECT 1")

asyncio.run(ask())
"""
    count = "db_query_duration_seconds_count"
    assert f'{count}{{query="one"}} 1.0' in run(psycopg + exposed, tmp_path)
    assert f'{count}{{query="select"}}' in run(asyncpg + asking + exposed, tmp_path)
    commands = 'cache_command_duration_seconds_count{command="set"} 1.0'
    assert commands in run(redis + exposed, tmp_path)
