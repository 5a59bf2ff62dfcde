import datetime as dt
import json
import math

import httpx
import pytest

from sightline import errors
from sightline.clients import (
    alertmanager,
    console,
    expositions,
    fakes,
    grafana,
    prometheus,
)
from sightline.model import secrets

NOW = dt.datetime(2026, 11, 1, 12, 0, tzinfo=dt.UTC)


def _answering(
    answer: httpx.Response, url: str = "http://server/base"
) -> tuple[prometheus.Prometheus, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer

    client = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    return prometheus.Prometheus(client, url), asked


def _data(found: object) -> httpx.Response:
    return httpx.Response(200, json={"status": "success", "data": found})


async def test_queries_are_posted_below_the_servers_path() -> None:
    server, asked = _answering(_data({"resultType": "scalar", "result": [1, "2"]}))
    assert await server.query("2", NOW) == (
        prometheus.Sample(labels={}, time=1.0, number=2.0),
    )
    (request,) = asked
    assert (request.method, str(request.url)) == (
        "POST",
        "http://server/base/api/v1/query",
    )
    assert request.content == b"query=2&time=1793534400.0"


async def test_prometheus_behind_a_login_is_asked_with_it() -> None:
    asked: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["authorization"])
        return _data({"resultType": "scalar", "result": [1, "2"]})

    client = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    login = secrets.Secret("Bearer token")
    await prometheus.Prometheus(client, "http://grafana/proxy", login).query("2")
    assert asked == ["Bearer token"]


async def test_numbers_may_be_infinite_or_none() -> None:
    texts = ("+Inf", "-Inf", "NaN")
    server, _ = _answering(
        _data(
            {
                "resultType": "vector",
                "result": [{"metric": {}, "value": [1, text]} for text in texts],
            }
        )
    )
    infinite, negative, none = [one.number for one in await server.query("x")]
    assert infinite == math.inf
    assert negative == -math.inf
    assert math.isnan(none)


async def test_range_queries_give_series_with_their_points() -> None:
    result = [{"metric": {"a": "b"}, "values": [[1, "2"], [3, "4"]]}]
    server, asked = _answering(_data({"resultType": "matrix", "result": result}))
    found = await server.query_range("x", NOW, NOW, dt.timedelta(seconds=15))
    assert found == (
        prometheus.Series(labels={"a": "b"}, points=((1.0, 2.0), (3.0, 4.0))),
    )
    assert b"step=15.0" in asked[0].content


async def test_refused_query_keeps_the_servers_words() -> None:
    server, _ = _answering(
        httpx.Response(400, json={"status": "error", "error": "1:3: parse error"})
    )
    with pytest.raises(errors.ServerUnavailable) as raised:
        await server.query("x(")
    assert str(raised.value) == (
        "asked Prometheus at http://server/base for the query 'x(':"
        " status 400: 1:3: parse error"
    )


async def test_answer_of_another_shape_is_named_by_its_place() -> None:
    server, _ = _answering(_data({"activeTargets": [{"health": "fine"}]}))
    with pytest.raises(errors.ServerUnavailable) as raised:
        await server.fetch_targets()
    assert str(raised.value) == (
        "asked Prometheus at http://server/base for its targets: unexpected answer"
        " at data.activeTargets.0.scrapePool: Field required"
    )


async def test_page_of_html_is_no_reason() -> None:
    server, _ = _answering(httpx.Response(302, html="<p>log in</p>"))
    with pytest.raises(errors.ServerUnavailable, match=r"its readiness: status 302$"):
        await server.check_ready()


async def test_time_out_is_said() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("", request=request)

    client = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    server = prometheus.Prometheus(client, "http://server")
    with pytest.raises(errors.ServerUnavailable, match=r"no answer in time$"):
        await server.check_ready()


async def test_password_in_an_address_is_never_shown() -> None:
    async with fakes.open_client() as client:
        server = prometheus.Prometheus(client, "http://me:hunter2@server")
        with pytest.raises(errors.ServerUnavailable) as raised:
            await server.check_ready()
    assert str(raised.value) == (
        "asked Prometheus at http://server for its readiness:"
        " nothing answers there; is it running?"
    )
    assert "hunter2" not in repr(raised.value.__cause__)


async def test_alerts_are_posted_with_their_times() -> None:
    fake = fakes.FakeAlertmanager()
    async with fakes.open_client(fake) as client:
        writer = alertmanager.AlertmanagerWriter(client, fake.url)
        alert = alertmanager.NewAlert(
            labels={"alertname": "A"}, annotations={"summary": "s"}, starts_at=NOW
        )
        await writer.post_alerts([alert])
    assert fake.received == [
        (
            "/api/v2/alerts",
            [
                {
                    "labels": {"alertname": "A"},
                    "annotations": {"summary": "s"},
                    "startsAt": "2026-11-01T12:00:00+00:00",
                }
            ],
        )
    ]


async def test_silence_is_written_as_the_api_spells_it() -> None:
    fake = fakes.FakeAlertmanager()
    silence = alertmanager.Silence(
        matchers=(alertmanager.Matcher(name="a", value="b", is_regex=False),),
        starts_at=NOW,
        ends_at=NOW + dt.timedelta(hours=1),
        created_by="me",
        comment="why",
    )
    async with fakes.open_client(fake) as client:
        writer = alertmanager.AlertmanagerWriter(client, fake.url)
        assert await writer.create_silence(silence) == "1"
        await writer.expire_silence("1")
    (_, created), (path, _) = fake.received
    assert created == {
        "id": "",
        "matchers": [{"name": "a", "value": "b", "isRegex": False, "isEqual": True}],
        "startsAt": "2026-11-01T12:00:00Z",
        "endsAt": "2026-11-01T13:00:00Z",
        "createdBy": "me",
        "comment": "why",
    }
    assert path == "/api/v2/silence/1"


async def test_grafana_whose_database_fails_is_not_well() -> None:
    fake = fakes.FakeGrafana()
    fake.database = "failing"
    async with fakes.open_client(fake) as client:
        server = grafana.Grafana(grafana.Connection(client, fake.url))
        with pytest.raises(errors.ServerUnavailable) as raised:
            await server.check_health()
    assert str(raised.value) == (
        "asked Grafana at http://grafana for its health: its database is failing"
    )


async def test_grafana_and_the_console_are_read_alike() -> None:
    document = {"uid": "engineering", "title": "Engineering"}
    in_grafana, in_console = fakes.FakeGrafana(), fakes.FakeConsole()
    in_grafana.dashboards = {"engineering": document}
    in_console.dashboards = {"engineering": document}
    async with fakes.open_client(in_grafana, in_console) as client:
        servers = (
            grafana.Grafana(grafana.Connection(client, in_grafana.url)),
            console.Console(client, in_console.url),
        )
        said = [await server.check_health() for server in servers]
        for server in servers:
            assert await server.fetch_uids() == {"engineering"}
            assert await server.fetch_dashboard("engineering") == document
            behind = prometheus.Prometheus(client, server.prometheus_url)
            assert len(await behind.query("up")) == 1
    assert said == ["Grafana 12.3.0", "the console stands in for Grafana"]


async def test_exposition_gives_every_series_of_a_metric() -> None:
    fake = fakes.FakeExposition(text='a{x="1"} 3\na{x="2"} 4\nb 5\n')
    async with fakes.open_client(fake) as client:
        process = expositions.Exposition(client, fake.url, "the process")
        assert await process.fetch_numbers("a") == (3.0, 4.0)
        assert await process.fetch_numbers("c") == ()


async def test_page_that_is_no_exposition_is_refused() -> None:
    fake = fakes.FakeExposition(text="<html>")
    async with fakes.open_client(fake) as client:
        process = expositions.Exposition(client, fake.url, "the process")
        with pytest.raises(errors.ServerUnavailable, match="not an exposition"):
            await process.fetch_numbers("a")


def test_fakes_answer_in_json() -> None:
    fake = fakes.FakePrometheus()
    request = httpx.Request("GET", f"{fake.url}/api/v1/rules")
    answer = fake.answer(request, "/api/v1/rules")
    assert json.loads(answer.content) == {"status": "success", "data": {"groups": []}}
