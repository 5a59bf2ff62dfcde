"""What goes wrong between a client and Grafana, and what the client makes of it."""

from collections.abc import Callable

import httpx
import pytest

from sightline import errors
from sightline.clients import grafana
from sightline.model import secrets
from support import scripted_http
from support.grafana import contract, memory, serving

SAVE = grafana.SaveDashboard(
    uid="a", document={"title": "A"}, folder_uid="", message="m"
)


def _answer(status: int, **headers: str) -> serving.Fault:
    return lambda _: httpx.Response(
        status, json={"message": "words"}, headers=headers or None
    )


def _fail(kind: type[httpx.TransportError]) -> serving.Fault:
    def fail(request: httpx.Request) -> httpx.Response:
        raise kind("", request=request)

    return fail


@pytest.mark.parametrize(
    "fault",
    [
        _answer(500),
        _answer(502),
        _answer(503),
        _answer(429),
        _fail(httpx.ReadTimeout),
        _fail(httpx.ConnectError),
        _fail(httpx.RemoteProtocolError),
    ],
    ids=["500", "502", "503", "429", "timeout", "refused", "truncated"],
)
async def test_reading_is_tried_again(
    transport: serving.GrafanaTransport,
    reach: grafana.Connection,
    slept: list[float],
    fault: serving.Fault,
) -> None:
    transport.break_next("GET", "/api/search", fault, times=2)
    assert await grafana.Grafana(reach).fetch_uids() == frozenset()
    assert slept == [0.5, 1.0]


async def test_patience_ends(
    transport: serving.GrafanaTransport, reach: grafana.Connection, slept: list[float]
) -> None:
    transport.break_next("GET", "/api/search", _answer(503), times=9)
    with pytest.raises(errors.ServerUnavailable) as raised:
        await grafana.Grafana(reach).fetch_uids()
    assert str(raised.value) == (
        "asked Grafana at http://grafana.test for its dashboards: status 503: words"
    )
    assert slept == [0.5, 1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    "fault",
    [_answer(500), _answer(503), _fail(httpx.ReadTimeout)],
    ids=["500", "503", "timeout"],
)
async def test_change_that_may_have_happened_is_never_made_again(
    server: memory.MemoryGrafana,
    transport: serving.GrafanaTransport,
    reach: grafana.Connection,
    slept: list[float],
    fault: serving.Fault,
) -> None:
    transport.break_next("POST", "/db", fault)
    with pytest.raises(errors.ServerUnavailable):
        await grafana.GrafanaWriter(reach, grafana.CLASSIC).save_dashboard(SAVE)
    assert (slept, server.holds.boards) == ([], {})


@pytest.mark.parametrize(
    "fault",
    [_answer(429), _fail(httpx.ConnectError), _fail(httpx.ConnectTimeout)],
    ids=["429", "refused", "connect timeout"],
)
async def test_change_that_certainly_did_not_happen_is_made_again(
    server: memory.MemoryGrafana,
    transport: serving.GrafanaTransport,
    reach: grafana.Connection,
    fault: serving.Fault,
) -> None:
    transport.break_next("POST", "/db", fault)
    await grafana.GrafanaWriter(reach, grafana.CLASSIC).save_dashboard(SAVE)
    assert server.holds.boards["a"].version == 1


async def test_server_that_asks_for_time_gets_it(
    transport: serving.GrafanaTransport, reach: grafana.Connection, slept: list[float]
) -> None:
    fault = _answer(429, **{"Retry-After": "7"})
    transport.break_next("GET", "/api/search", fault)
    await grafana.Grafana(reach).fetch_uids()
    assert slept == [7.0]


async def test_server_that_asks_for_too_much_time_is_left_alone(
    transport: serving.GrafanaTransport, reach: grafana.Connection, slept: list[float]
) -> None:
    fault = _answer(429, **{"Retry-After": "3600"})
    transport.break_next("GET", "/api/search", fault)
    with pytest.raises(errors.ServerUnavailable, match="status 429"):
        await grafana.Grafana(reach).fetch_uids()
    assert slept == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, errors.AccessRefused),
        (403, errors.AccessRefused),
        (404, errors.ObjectMissing),
        (409, errors.EditConflict),
        (412, errors.EditConflict),
        (422, errors.ChangeRefused),
        (400, errors.ChangeRefused),
        (418, errors.ServerUnavailable),
    ],
)
async def test_refused_change_is_of_the_kind_that_its_caller_catches(
    transport: serving.GrafanaTransport,
    reach: grafana.Connection,
    status: int,
    kind: type[errors.ServerUnavailable],
) -> None:
    transport.break_next("POST", "/db", _answer(status))
    with pytest.raises(errors.ServerUnavailable) as raised:
        await grafana.GrafanaWriter(reach, grafana.CLASSIC).save_dashboard(SAVE)
    assert type(raised.value) is kind


async def test_viewer_may_read_and_not_write(
    server: memory.MemoryGrafana, transport: serving.GrafanaTransport
) -> None:
    server.tokens["glsa_viewer"] = "Viewer"
    async with httpx.AsyncClient(transport=transport) as client:
        token = grafana.Token(secrets.Secret("glsa_viewer"))
        reach = grafana.Connection(client, contract.URL, token)
        assert await grafana.Grafana(reach).fetch_uids() == frozenset()
        with pytest.raises(errors.AccessRefused) as raised:
            await grafana.GrafanaWriter(reach, grafana.CLASSIC).save_dashboard(SAVE)
    assert str(raised.value) == (
        "asked Grafana at http://grafana.test for saving the dashboard 'a': status"
        " 403: You'll need additional permissions to perform this action; give the"
        " service account a role that may do it"
    )


def _cut(body: bytes, length: int) -> Callable[[str], bytes]:
    head = f"HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n".encode()
    return lambda _: head + body


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_cut(b'[{"uid": "a', 400), "peer closed connection"),
        (_cut(b'[{"uid": "a', 11), "unexpected answer at the answer: Invalid JSON"),
        (_cut(b'{"uid": "a"}', 12), "unexpected answer at the answer: Input should be"),
        (lambda _: b"HTTP/1.1 302 Found\r\nlocation: /login\r\n\r\n", "status 302"),
    ],
    ids=["cut off", "cut off by a proxy", "another shape", "a login page"],
)
async def test_answer_that_cannot_be_used_is_said(
    answer: Callable[[str], bytes], words: str
) -> None:
    server = scripted_http.ScriptedServer(answer)
    async with scripted_http.running(server), httpx.AsyncClient() as client:
        reach = grafana.Connection(client, server.url, patience=grafana.retrying.NONE)
        with pytest.raises(errors.ServerUnavailable) as raised:
            await grafana.Grafana(reach).fetch_uids()
    assert words in str(raised.value)
