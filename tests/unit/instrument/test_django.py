"""Django itself, in this process: its resolver, its middlewares, its test clients."""

import asyncio
import sys
import types
from collections.abc import AsyncIterator, Iterator
from typing import Any

import django
import pytest
from django import http, test, urls
from django.conf import settings

from sightline import instrument
from sightline.instrument import django as adapter
from sightline.instrument import testing

# Django takes its middlewares and routes from modules that it imports by name.
PROJECT = types.ModuleType("sightline_test_project")


def show(request: http.HttpRequest, **captured: object) -> http.HttpResponse:
    del request
    return http.HttpResponse(repr(captured))


def fail(request: http.HttpRequest) -> http.HttpResponse:
    raise RuntimeError(request.path)


def stream(request: http.HttpRequest) -> http.StreamingHttpResponse:
    del request
    return http.StreamingHttpResponse(_chunks())


def _chunks() -> Iterator[bytes]:
    for _ in range(2):
        PROJECT.emitted.clock.now += 0.25
        assert PROJECT.emitted.in_progress() == 1
        yield b"x"


async def stream_async(request: http.HttpRequest) -> http.StreamingHttpResponse:
    del request

    async def chunks() -> AsyncIterator[bytes]:
        for chunk in _chunks():
            yield chunk

    return http.StreamingHttpResponse(chunks())


async def wait(request: http.HttpRequest) -> http.HttpResponse:
    await asyncio.Event().wait()
    return http.HttpResponse(request.path)


# Each test has its own: they are looked up anew for each request.
def _answer_scrape(request: adapter.Request) -> adapter.Response:
    response: adapter.Response = PROJECT.page(request)
    return response


def _measure(get_response: Any) -> object:  # noqa: ANN401 - Django has no types
    return PROJECT.factory(get_response)


@pytest.fixture(scope="module", autouse=True)
def _project() -> Iterator[None]:
    PROJECT.urlpatterns = [  # type: ignore[attr-defined]  # a module made here
        urls.path("jobs/<int:job_id>/", show),
        urls.re_path(r"^files/(?P<name>\w+\.(?:css|js))$", show),
        urls.path("api/", urls.include([urls.path("users/<slug:user>", show)])),
        urls.path("broken", fail),
        urls.path("stream", stream),
        urls.path("stream-async", stream_async),
        urls.path("wait", wait),
        urls.path("health", show),
        urls.path("metrics", _answer_scrape),
    ]
    PROJECT.measure = _measure  # type: ignore[attr-defined]
    PROJECT.measure.sync_capable = PROJECT.measure.async_capable = True
    sys.modules[PROJECT.__name__] = PROJECT
    settings.configure(
        ALLOWED_HOSTS=["testserver"],
        MIDDLEWARE=[f"{PROJECT.__name__}.measure"],
        ROOT_URLCONF=PROJECT.__name__,
    )
    django.setup()
    yield
    del sys.modules[PROJECT.__name__]


@pytest.fixture
def emitted() -> testing.Emitted:
    emitted = testing.Emitted()
    meter = instrument.Meter(
        declared=[
            instrument.Route("GET", "/jobs/{id}/", instrument.OperationClass.READ)
        ],
        counts=emitted.open_metrics(),
        clock=emitted.clock,
    )
    PROJECT.emitted = emitted  # type: ignore[attr-defined]
    PROJECT.factory = adapter.middleware(meter)  # type: ignore[attr-defined]
    PROJECT.page = adapter.metrics_page(emitted.registry)  # type: ignore[attr-defined]
    return emitted


CASES = [
    ("/jobs/17/", "GET /jobs/{id}/ read 200"),
    ("/files/site.css", "GET /files/{name} other 200"),
    ("/api/users/ada", "GET /api/users/{user} other 200"),
    ("/nothing/17", "GET unmatched other 404"),
    ("/broken", "GET /broken other 500"),
    ("/stream", "GET /stream other 200"),
]


def take(response: Any) -> bytes:  # noqa: ANN401 - Django's test client has no types
    content: bytes = (
        b"".join(response.streaming_content) if response.streaming else response.content
    )
    response.close()
    return content


@pytest.mark.parametrize(("path", "counted"), CASES)
def test_a_synchronous_stack_names_routes_as_django_resolves_them(
    emitted: testing.Emitted, path: str, counted: str
) -> None:
    take(test.Client(raise_request_exception=False).get(path))
    assert emitted.requests() == {counted: 1}
    assert emitted.in_progress() == 0


@pytest.mark.parametrize(("path", "counted"), CASES[:-1])
async def test_an_asynchronous_stack_names_them_alike(
    emitted: testing.Emitted, path: str, counted: str
) -> None:
    await test.AsyncClient(raise_request_exception=False).get(path)
    assert emitted.requests() == {counted: 1}
    assert emitted.in_progress() == 0


def test_a_stream_lasts_until_it_is_closed(emitted: testing.Emitted) -> None:
    assert take(test.Client().get("/stream")) == b"xx"
    assert emitted.change("http_request_duration_seconds_sum") == 0.5
    assert emitted.requests() == {"GET /stream other 200": 1}


async def test_an_asynchronous_stream_lasts_until_it_is_closed(
    emitted: testing.Emitted,
) -> None:
    response = await test.AsyncClient().get("/stream-async")
    assert b"".join([chunk async for chunk in response.streaming_content]) == b"xx"
    assert emitted.requests() == {"GET /stream-async other 200": 1}
    assert emitted.in_progress() == 0


async def test_a_client_that_left_is_499(emitted: testing.Emitted) -> None:
    asking = asyncio.create_task(test.AsyncClient().get("/wait"))
    while not emitted.in_progress():  # noqa: ASYNC110 - Django has threads in between
        await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert emitted.requests() == {"GET /wait other 499": 1}
    assert emitted.in_progress() == 0


def test_machines_questions_are_not_counted(emitted: testing.Emitted) -> None:
    test.Client().get("/health")
    assert emitted.requests() == {}


def test_the_view_is_the_exposition(emitted: testing.Emitted) -> None:
    test.Client().get("/jobs/1/")
    page = test.Client().get("/metrics")
    assert page["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert (
        'operation="read",route="/jobs/{id}/",status="200"} 1.0' in take(page).decode()
    )
    assert emitted.requests() == {"GET /jobs/{id}/ read 200": 1}
