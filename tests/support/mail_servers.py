"""Real mail servers with an account, with TLS or without."""

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any, Final

import pytest
from aiosmtpd import controller, smtp

from support import programs

__all__ = ["PASSWORD", "Mailbox", "make_certificate", "running"]

PASSWORD: Final = "hunter2-S3CRET"  # noqa: S105 - a test's own

_PARSER: Final = BytesParser(policy=policy.default)


@dataclass
class Mailbox:
    """What a mail server was given.

    Attributes:
        mails: that it took.
        logins: who logged in, and whether over TLS.
    """

    port: int = field(default_factory=programs.free_port)
    mails: list[EmailMessage] = field(default_factory=list)
    logins: list[tuple[str, bool]] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: smtp.SMTP, session: smtp.Session, envelope: smtp.Envelope
    ) -> str:
        """Keeps one mail."""
        del server, session
        assert isinstance(envelope.content, bytes)
        self.mails.append(_PARSER.parsebytes(envelope.content))
        return "250 OK"

    def authenticate(
        self, server: smtp.SMTP, session: smtp.Session, *rest: Any
    ) -> smtp.AuthResult:
        """Lets in who knows the password."""
        del server
        *_, given = rest
        self.logins.append((given.login.decode(), session.ssl is not None))
        return smtp.AuthResult(
            success=given.password.decode() == PASSWORD, handled=False
        )


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Gives a certificate of `localhost`, which it signs itself, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("not checked: there is no openssl on PATH")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(  # noqa: S603 - openssl, with our arguments
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"),
            *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


@contextmanager
def running(files: tuple[Path, Path] | None = None) -> Iterator[Mailbox]:
    """Runs a mail server; with a certificate and a key it takes mail over TLS only."""
    context = None
    if files is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*files)
    mailbox = Mailbox()
    served = controller.Controller(
        mailbox,
        hostname="127.0.0.1",
        port=mailbox.port,
        authenticator=mailbox.authenticate,
        auth_require_tls=files is not None,
        require_starttls=files is not None,
        tls_context=context,
    )
    served.start()
    try:
        yield mailbox
    finally:
        served.stop()
