"""Sending a document to people: to a webhook, or as a mail.

The address of a webhook is as good as a password, so that messages name its host only.
"""

import ipaddress
import smtplib
import ssl
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

import httpx

from sightline import errors
from sightline.model import secrets

__all__ = ["Account", "Attachment", "Mail", "MailServer", "post_json", "send_mail"]

_TIMEOUT_SECONDS: Final = 30.0

_SUBMISSIONS: Final = 465
"""The port on which a mail server speaks TLS from the first byte.
https://www.rfc-editor.org/rfc/rfc8314#section-7.3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a mail; HTML."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail with one attachment."""

    sender: str
    to: str
    subject: str
    text: str
    attachment: Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who logs in at a mail server."""

    username: str
    password: secrets.Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server, and how it is spoken to.

    Attributes:
        requires_tls: nothing is sent over a connection that is not encrypted, or to
            somebody whose certificate does not verify.
        account: `None` logs in nobody.

    Raises:
        InputError: an account's password would be sent where others can read it:
            without TLS, and to another machine.
    """

    host: str
    port: int
    requires_tls: bool
    account: Account | None = None

    def __post_init__(self) -> None:
        if self.account and not (
            self.requires_tls or self.speaks_tls_at_once or _is_loopback(self.host)
        ):
            raise errors.InputError(
                "expected require_tls: true for a mail server with an account, found "
                f"false for {self.account.username} at {self}; a password is sent over "
                "TLS, or to this machine itself"
            )

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def speaks_tls_at_once(self) -> bool:
        """Whether TLS comes before SMTP, so that there is nothing to ask for."""
        return self.port == _SUBMISSIONS


async def post_json(
    client: httpx.AsyncClient, url: secrets.Secret, document: Mapping[str, object]
) -> None:
    """Posts a document to a webhook, whose address has a host.

    Raises:
        ServerUnavailable: it did not take it.
    """
    host = urllib.parse.urlsplit(url.reveal()).hostname
    try:
        response = await client.post(url.reveal(), json=document)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = type(error).__name__
        raise errors.ServerUnavailable(f"posted to {host}: {reason}") from None
    if not response.is_success:
        raise errors.ServerUnavailable(
            f"posted to {host}: it answered {response.status_code}"
        )


def send_mail(server: MailServer, mail: Mail) -> None:
    """Gives a mail to a mail server.

    Its certificate is held against the system's authorities, or those of the file that
    `SSL_CERT_FILE` names (as OpenSSL has it).

    Raises:
        ServerUnavailable: it did not take it.
    """
    try:
        with _connect(server) as smtp:
            if (account := server.account) is not None:
                smtp.login(account.username, account.password.reveal())
            smtp.send_message(_compose(mail))
    except ssl.SSLCertVerificationError as error:
        raise errors.ServerUnavailable(
            f"sent no mail by {server}: expected a certificate that verifies: "
            f"{error.verify_message}; SSL_CERT_FILE names an authority of your own"
        ) from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise errors.ServerUnavailable(
            f"sent no mail by {server}: {_describe(error, server.account)}"
        ) from None


def _connect(server: MailServer) -> smtplib.SMTP:
    """Gives a connection that is as private as the server has to be."""
    verifying = ssl.create_default_context()
    if server.speaks_tls_at_once:
        return smtplib.SMTP_SSL(
            server.host, server.port, timeout=_TIMEOUT_SECONDS, context=verifying
        )
    smtp = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_SECONDS)
    if server.requires_tls:
        try:
            smtp.starttls(context=verifying)
        except BaseException:
            smtp.close()
            raise
    return smtp


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _describe(error: Exception, account: Account | None) -> str:
    """Gives what went wrong, without what only the account's owner may know."""
    if isinstance(error, UnicodeError):
        # Its text shows the very character that it could not write.
        return "expected ASCII in the account and the addresses"
    return secrets.mask(str(error), *([account.password] if account else []))


def _compose(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = mail.sender, mail.to
    message["Subject"] = mail.subject
    message.set_content(mail.text)
    message.add_attachment(
        mail.attachment.text, subtype="html", filename=mail.attachment.name
    )
    return message
