"""Whom a password is sent to, and what a webhook's failure tells of its address."""

import httpx
import pytest

from sightline import errors
from sightline.clients import posting
from sightline.model import secrets

ACCOUNT = posting.Account(username="monitoring", password=secrets.Secret("hunter2"))
WEBHOOK = secrets.Secret("https://chat.example.com/hooks/T0P-S3CRET")


def _server(host: str, port: int = 587, **changes: bool) -> posting.MailServer:
    asked = {"requires_tls": False, **changes}
    return posting.MailServer(host=host, port=port, account=ACCOUNT, **asked)


@pytest.mark.parametrize("host", ["mail.example.com", "10.0.0.5", "localhost.example"])
def test_no_password_is_sent_to_another_machine_without_tls(host: str) -> None:
    with pytest.raises(errors.InputError) as refused:
        _server(host)
    assert str(refused.value) == (
        "expected require_tls: true for a mail server with an account, found false for "
        f"monitoring at {host}:587; a password is sent over TLS, or to this machine "
        "itself"
    )


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.0.1", "::1"])
def test_this_machine_may_be_told_a_password_without_tls(host: str) -> None:
    assert _server(host).account == ACCOUNT


def test_tls_asked_for_or_spoken_at_once_keeps_a_password_private() -> None:
    assert _server("mail.example.com", requires_tls=True).account == ACCOUNT
    assert _server("mail.example.com", 465).speaks_tls_at_once


async def _post(answer: httpx.Response | Exception) -> str:
    def respond(request: httpx.Request) -> httpx.Response:
        del request
        if isinstance(answer, Exception):
            raise answer
        return answer

    transport = httpx.MockTransport(respond)
    async with httpx.AsyncClient(transport=transport) as client:
        with pytest.raises(errors.ServerUnavailable) as refused:
            await posting.post_json(client, WEBHOOK, {})
    return str(refused.value)


async def test_a_webhook_that_refuses_is_named_by_its_host_only() -> None:
    said = await _post(httpx.Response(403))
    assert said == "posted to chat.example.com: it answered 403"


async def test_a_webhook_that_is_not_there_is_named_by_its_host_only() -> None:
    said = await _post(httpx.ConnectError("no route to T0P-S3CRET"))
    assert said == "posted to chat.example.com: ConnectError"


async def test_a_redirection_is_no_acceptance() -> None:
    said = await _post(httpx.Response(302, headers={"location": "https://elsewhere"}))
    assert said == "posted to chat.example.com: it answered 302"
