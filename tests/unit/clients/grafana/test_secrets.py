"""Canaries go wherever a secret goes, and are looked for wherever words come out."""

import logging

import httpx
import pytest

from sightline import errors
from sightline.clients import grafana
from sightline.model import secrets
from support import scripted_http

CANARY = "canary-3f9a"


def _repeat_everything(_: str) -> bytes:
    """An answer of a server that repeats what it was sent."""
    words = f'{{"message": "bad key {CANARY}, Basic bWU6Y2FuYXJ5LTNmOWE="}}'
    return (
        f"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
        f"content-length: {len(words)}\r\n\r\n{words}"
    ).encode()


LOGINS = [
    grafana.Token(secrets.Secret(CANARY)),
    grafana.Login(user="me", password=secrets.Secret(CANARY)),
]


@pytest.mark.parametrize("login", LOGINS, ids=["token", "login"])
async def test_no_secret_is_in_an_error_a_log_or_a_representation(
    caplog: pytest.LogCaptureFixture, login: grafana.Credentials
) -> None:
    caplog.set_level(logging.DEBUG)
    server = scripted_http.ScriptedServer(_repeat_everything)
    async with scripted_http.running(server), httpx.AsyncClient() as client:
        reach = grafana.Connection(client, server.url, login)
        writer = grafana.GrafanaWriter(reach, grafana.CLASSIC)
        source = grafana.NewDataSource(
            uid="pg",
            name="pg",
            kind="postgres",
            secure={"password": secrets.Secret(CANARY)},
        )
        with pytest.raises(errors.ChangeRefused) as raised:
            await writer.create_data_source(source)
    assert str(raised.value) == (
        f"asked Grafana at {server.url} for creating the data source 'pg': status"
        " 400: bad key ***, Basic bWU6Y2FuYXJ5LTNmOWE="
    ).replace(
        "Basic bWU6Y2FuYXJ5LTNmOWE=",
        "***" if isinstance(login, grafana.Login) else "Basic bWU6Y2FuYXJ5LTNmOWE=",
    )
    shown = [repr(login), repr(source), f"{login}", repr(raised.value), caplog.text]
    assert caplog.text
    assert [text for text in shown if CANARY in text] == []


async def test_password_in_an_address_is_a_login_and_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    server = scripted_http.ScriptedServer(_repeat_everything)
    async with scripted_http.running(server), httpx.AsyncClient() as client:
        url = f"http://me:{CANARY}@127.0.0.1:{server.port}"
        reach = grafana.Connection(client, url)
        with pytest.raises(errors.ServerUnavailable) as raised:
            await grafana.Grafana(reach).fetch_uids()
    assert server.headers["authorization"] == "Basic bWU6Y2FuYXJ5LTNmOWE="
    assert CANARY not in f"{raised.value}{raised.value.__cause__!r}{caplog.text}"


def test_secret_shows_itself_only_when_it_is_asked_to() -> None:
    secret = secrets.Secret(CANARY)
    assert secret.reveal() == CANARY
    assert (f"{secret}", str(secret), repr(secret)) == ("***", "***", "Secret()")
    assert secrets.mask(f"a {CANARY} b", secret, secrets.Secret("")) == "a *** b"
