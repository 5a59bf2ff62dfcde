"""Sending a document to people: to a webhook, or as a mail.

The address of a webhook is as good as a password, so that messages name its host only.
"""

import smtplib
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

import httpx

from sightline import errors
from sightline.model import secrets

__all__ = ["Attachment", "Mail", "MailServer", "post_json", "send_mail"]

_TIMEOUT_SECONDS: Final = 30.0


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
class MailServer:
    """A mail server.

    Attributes:
        smarthost: `host:port`.
        requires_tls: nothing is sent over a connection that is not encrypted.
        username: of the account; `None` logs in nobody.
    """

    smarthost: str
    requires_tls: bool
    username: str | None = None
    password: secrets.Secret | None = None


async def post_json(
    client: httpx.AsyncClient, url: secrets.Secret, document: Mapping[str, object]
) -> None:
    """Posts a document to a webhook.

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

    Raises:
        ServerUnavailable: it did not take it.
    """
    host, _, port = server.smarthost.rpartition(":")
    try:
        with smtplib.SMTP(host, int(port), timeout=_TIMEOUT_SECONDS) as smtp:
            if server.requires_tls:
                smtp.starttls()
            if server.username and server.password:
                smtp.login(server.username, server.password.reveal())
            smtp.send_message(_compose(mail))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise errors.ServerUnavailable(
            f"sent a mail by {server.smarthost}: {error}"
        ) from error


def _compose(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = mail.sender, mail.to
    message["Subject"] = mail.subject
    message.set_content(mail.text)
    message.add_attachment(
        mail.attachment.text, subtype="html", filename=mail.attachment.name
    )
    return message
