"""Sends a review to a webhook, or as a mail."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.app.review import html_page, json_form, markdown, running, times
from sightline.clients import posting, servers
from sightline.model import environments, secrets

__all__ = ["PASSWORD_FILE", "resolve", "send"]

PASSWORD_FILE: Final = "SIGHTLINE_SMTP_PASSWORD_FILE"  # noqa: S105 - the name of a file's variable
_MAIL: Final = "mailto:"


def resolve(target: str, root: Path) -> secrets.Secret:
    """Gives where to send to.

    Args:
        target: `https://…`, `mailto:someone@example.com`, or `@FILE` with either.
        root: of the project, for relative paths.

    Raises:
        InputError: it is none of these.
    """
    text = target
    if target.startswith("@"):
        try:
            text = (root / target[1:]).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise errors.InputError(
                f"expected a file with an address at {target[1:]}: {error.strerror}"
            ) from error
    if not text.startswith(("https://", "http://", _MAIL)):
        shown = target if target.startswith("@") else "something else"
        raise errors.InputError(
            "expected https://…, mailto:… or @FILE with one of them to post to, "
            f"found {shown}"
        )
    return secrets.Secret(text)


def send(
    outcome: running.Outcome, target: secrets.Secret, environ: Mapping[str, str]
) -> str:
    """Sends a review, and gives whom it was sent to, in words.

    Raises:
        ServerUnavailable: nobody took it.
    """
    address = target.reveal()
    if address.startswith(_MAIL):
        to = address.removeprefix(_MAIL)
        server = _mail_server(outcome.environment, environ)
        posting.send_mail(server, _mail(outcome, to))
        return to
    asyncio.run(_post(outcome, target))
    return "the webhook"


async def _post(outcome: running.Outcome, target: secrets.Secret) -> None:
    """Posts `text`, which chat systems show, and the whole `review` for programs."""
    document = {
        "text": markdown.render(outcome),
        "review": json.loads(json_form.render(outcome)),
    }
    async with servers.open_client() as client:
        await posting.post_json(client, target, document)


def _mail_server(
    environment: environments.Environment, environ: Mapping[str, str]
) -> posting.MailServer:
    file = environ.get(PASSWORD_FILE)
    return posting.MailServer(
        smarthost=environment.smtp_smarthost,
        requires_tls=environment.smtp_require_tls,
        username=environment.smtp_username,
        password=secrets.Secret(Path(file).read_text(encoding="utf-8").strip())
        if file
        else None,
    )


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
