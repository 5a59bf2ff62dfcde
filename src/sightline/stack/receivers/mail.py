"""The SMTP receiver."""

from aiosmtpd import smtp

from sightline.model import routing
from sightline.stack.receivers import desk as desks
from sightline.stack.receivers import emails

__all__ = ["Mailbox", "open_session"]

_LARGEST_MAIL_BYTES = 4 << 20


class Mailbox:
    """Takes every mail that aiosmtpd hands over."""

    def __init__(self, desk: desks.Desk) -> None:
        self._desk = desk

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: smtp.SMTP, session: smtp.Session, envelope: smtp.Envelope
    ) -> str:
        """Keeps one mail and gives the SMTP reply."""
        del server, session
        content = envelope.content
        if not isinstance(content, bytes):
            self._desk.refuse(routing.Channel.EMAIL, "no content")
            return "554 expected a mail with content"
        self._desk.accept(emails.read_mail(content, self._desk.clock()))
        return "250 OK"


def open_session(mailbox: Mailbox) -> smtp.SMTP:
    """Gives the protocol of one connection."""
    return smtp.SMTP(
        mailbox,
        data_size_limit=_LARGEST_MAIL_BYTES,
        enable_SMTPUTF8=True,
        hostname="localhost",
        ident="sightline",
    )
