"""Sends a review to a webhook, or as a mail."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, assert_never

from sightline import errors
from sightline.app.review import (
    html_page,
    json_form,
    markdown,
    recipients,
    running,
    times,
)
from sightline.clients import posting, servers
from sightline.model import environments, secrets

__all__ = ["PASSWORD_FILE", "find_mail_server", "send"]

PASSWORD_FILE: Final = "SIGHTLINE_SMTP_PASSWORD_FILE"  # noqa: S105 - the name of a file's variable
_LAST_PORT: Final = 65_535


def send(
    outcome: running.Outcome,
    recipient: recipients.Recipient,
    environ: Mapping[str, str],
) -> str:
    """Sends a review, and gives whom it was sent to, in words.

    Raises:
        InputError: there is no mail server to send by; see `find_mail_server`.
        ServerUnavailable: nobody took it.
    """
    match recipient:
        case recipients.Mailbox():
            server = find_mail_server(outcome.environment, environ)
            posting.send_mail(server, _mail(outcome, recipient.to))
            return recipient.to
        case recipients.Webhook():
            asyncio.run(_post(outcome, recipient.url))
            return "the webhook"
        case _:
            assert_never(recipient)


def find_mail_server(
    environment: environments.Environment, environ: Mapping[str, str]
) -> posting.MailServer:
    """Gives the mail server of an environment, and who logs in there.

    Raises:
        InputError: it has no port, no password is given for its account, or the
            password would be sent where others can read it.
    """
    host, _, digits = environment.smtp_smarthost.rpartition(":")
    port = int(digits) if digits.isdecimal() else 0
    if not host or not 0 < port <= _LAST_PORT:
        raise errors.InputError(
            f"expected a host and a port of 1 to {_LAST_PORT} as the smarthost of "
            f"{environment.name}, found {environment.smtp_smarthost!r}"
        )
    return posting.MailServer(
        host=host,
        port=port,
        requires_tls=environment.smtp_require_tls,
        account=_account(environment, environ),
    )


def _account(
    environment: environments.Environment, environ: Mapping[str, str]
) -> posting.Account | None:
    username = environment.smtp_username
    if username is None:
        return None
    name = environ.get(PASSWORD_FILE)
    if not name:
        raise errors.InputError(
            f"expected {PASSWORD_FILE} to name the file with the password of "
            f"{username} at {environment.smtp_smarthost}, found it not set"
        )
    return posting.Account(username=username, password=_read_password(Path(name)))


def _read_password(file: Path) -> secrets.Secret:
    try:
        text = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise errors.InputError(
            f"expected a file with a password at {file} ({PASSWORD_FILE}): "
            f"{error.strerror}"
        ) from error
    except UnicodeDecodeError:
        text = ""
    if not text:
        raise errors.InputError(
            f"expected a password in UTF-8 in {file} ({PASSWORD_FILE}), found none"
        )
    return secrets.Secret(text)


async def _post(outcome: running.Outcome, target: secrets.Secret) -> None:
    """Posts `text`, which chat systems show, and the whole `review` for programs."""
    document = {
        "text": markdown.render(outcome),
        "review": json.loads(json_form.render(outcome)),
    }
    async with servers.open_client() as client:
        await posting.post_json(client, target, document)


def _mail(outcome: running.Outcome, to: str) -> posting.Mail:
    report = outcome.report
    day = times.write(report.end, report.time_zone)[:10]
    count = sum(len(section.found) for section in report.sections)
    return posting.Mail(
        sender=outcome.environment.smtp_from,
        to=to,
        subject=(
            f"{report.organisation}: {report.cadence.value} review of monitoring, "
            f"{count} to do"
        ),
        text=markdown.render(outcome),
        attachment=posting.Attachment(
            name=f"{report.cadence.value}-review-{day}.html",
            text=html_page.render(outcome),
        ),
    )
