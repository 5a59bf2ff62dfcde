"""A mail server that cannot be used is said before a review begins, with the reason."""

from pathlib import Path
from typing import Any

import pytest

from sightline import errors
from sightline.app.review import sending
from sightline.clients import posting
from sightline.model import secrets
from support import builders

SERVER: dict[str, Any] = {
    "smtp_smarthost": "mail.example.com:587",
    "smtp_username": "monitoring",
    "smtp_require_tls": True,
}


def _find(environ: dict[str, str], **changes: object) -> posting.MailServer:
    environment = builders.environment(**{**SERVER, **changes})
    return sending.find_mail_server(environment, environ)


def _refuse(environ: dict[str, str], **changes: object) -> str:
    with pytest.raises(errors.InputError) as refused:
        _find(environ, **changes)
    return str(refused.value)


def _file(folder: Path, content: bytes) -> dict[str, str]:
    (folder / "password").write_bytes(content)
    return {sending.PASSWORD_FILE: str(folder / "password")}


def test_a_server_without_an_account_needs_no_password() -> None:
    assert _find({}, smtp_username=None) == posting.MailServer(
        host="mail.example.com", port=587, requires_tls=True
    )


def test_an_account_has_the_password_of_the_file(tmp_path: Path) -> None:
    assert _find(_file(tmp_path, b"hunter2\n")).account == posting.Account(
        username="monitoring", password=secrets.Secret("hunter2")
    )


@pytest.mark.parametrize(
    "smarthost", ["mail.example.com:0", "mail.example.com:99999", "mail:smtp", ":25"]
)
def test_a_port_that_is_none_is_refused(smarthost: str) -> None:
    assert _refuse({}, smtp_smarthost=smarthost, smtp_username=None) == (
        "expected a host and a port of 1 to 65535 as the smarthost of production, "
        f"found {smarthost!r}"
    )


@pytest.mark.parametrize("environ", [{}, {sending.PASSWORD_FILE: ""}])
def test_an_account_without_a_password_is_not_passed_over(
    environ: dict[str, str],
) -> None:
    assert _refuse(environ) == (
        "expected SIGHTLINE_SMTP_PASSWORD_FILE to name the file with the password of "
        "monitoring at mail.example.com:587, found it not set"
    )


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    file = tmp_path / "none"
    assert _refuse({sending.PASSWORD_FILE: str(file)}) == (
        f"expected a file with a password at {file} (SIGHTLINE_SMTP_PASSWORD_FILE): "
        "No such file or directory"
    )


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe"])
def test_a_file_without_a_password_is_said(tmp_path: Path, content: bytes) -> None:
    assert _refuse(_file(tmp_path, content)) == (
        f"expected a password in UTF-8 in {tmp_path / 'password'} "
        "(SIGHTLINE_SMTP_PASSWORD_FILE), found none"
    )


def test_a_password_that_others_could_read_is_refused_at_once(tmp_path: Path) -> None:
    said = _refuse(_file(tmp_path, b"hunter2"), smtp_require_tls=False)
    assert said.startswith("expected require_tls: true for a mail server with an")
    assert "hunter2" not in said
