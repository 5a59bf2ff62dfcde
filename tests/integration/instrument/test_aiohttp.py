"""aiohttp's own server and client, over a real connection."""

import asyncio

import pytest
from aiohttp import test_utils, web

from sightline import instrument
from sightline.instrument import aiohttp, testing

pytestmark = pytest.mark.integration

READ = instrument.OperationClass.READ


async def show(request: web.Request) -> web.Response:
    return web.Response(text=request.match_info["job_id"])


async def fail(request: web.Request) -> web.Response:
    raise KeyError(request.path)


async def refuse(request: web.Request) -> web.Response:
    raise web.HTTPConflict(text=request.path)


async def stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(status=201)
    await response.prepare(request)
    for _ in range(2):
        request.app[EMITTED].clock.now += 0.25
        assert request.app[EMITTED].in_progress() == 1
        await response.write(b"x")
    await response.write_eof()
    return response


async def wait(request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response(text=request.path)


EMITTED = web.AppKey("emitted", testing.Emitted)


def build() -> web.Application:
    emitted = testing.Emitted()
    meter = instrument.Meter(
        declared=[instrument.Route("GET", "/jobs/{id}", READ)],
        counts=emitted.open_metrics(),
        clock=emitted.clock,
    )
    app = web.Application(middlewares=[aiohttp.middleware(meter)])
    app[EMITTED] = emitted
    app.router.add_get("/jobs/{job_id}", show)
    app.router.add_get(r"/files/{job_id:\d+}/raw", show)
    app.router.add_get("/broken", fail)
    app.router.add_get("/refused", refuse)
    app.router.add_get("/stream", stream)
    app.router.add_get("/wait", wait)
    app.router.add_get("/metrics", aiohttp.metrics_page(emitted.registry))
    return app


async def test_every_ending_is_counted_under_its_route() -> None:
    app = build()
    server = test_utils.TestServer(app)
    async with test_utils.TestClient(server) as client:
        for path in ("/jobs/17", "/files/3/raw", "/broken", "/refused", "/nothing"):
            await (await client.get(path)).read()
        await (await client.put("/jobs/17")).read()
        page = await (await client.get("/metrics")).text()
    assert app[EMITTED].requests() == {
        "GET /jobs/{id} read 200": 1,
        "GET /files/{job_id}/raw other 200": 1,
        "GET /broken other 500": 1,
        "GET /refused other 409": 1,
        "GET unmatched other 404": 1,
        "PUT /jobs/{id} other 405": 1,
    }
    assert app[EMITTED].in_progress() == 0
    assert 'operation="read",route="/jobs/{id}",status="200"} 1.0' in page


async def test_a_stream_lasts_until_its_last_byte() -> None:
    app = build()
    async with test_utils.TestClient(test_utils.TestServer(app)) as client:
        assert await (await client.get("/stream")).read() == b"xx"
    assert app[EMITTED].requests() == {"GET /stream other 201": 1}
    assert app[EMITTED].change("http_request_duration_seconds_sum") == 0.5


async def test_a_client_that_left_is_499() -> None:
    app = build()
    server = test_utils.TestServer(app)
    async with test_utils.TestClient(server) as client:
        asking = asyncio.create_task(client.get("/wait"))
        await _until(app[EMITTED], running=1)
        asking.cancel()
        await _until(app[EMITTED], running=0)
    assert app[EMITTED].requests() == {"GET /wait other 499": 1}


async def _until(emitted: testing.Emitted, running: int) -> None:
    async with asyncio.timeout(5):
        while emitted.in_progress() != running:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)
