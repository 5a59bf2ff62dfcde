"""A review from asking to giving it away: printed, written, sent, or scheduled."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.app import environments
from sightline.app.review import (
    history,
    html_page,
    json_form,
    markdown,
    recipients,
    running,
    schedules,
    sending,
)
from sightline.model import monitoring, placement
from sightline.spec import loading

__all__ = ["FORMS", "Wanted", "hold", "schedule"]

FORMS: Final[Mapping[str, Callable[[running.Outcome], str]]] = {
    "html": html_page.render,
    "markdown": markdown.render,
    "json": json_form.render,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What becomes of a review.

    Attributes:
        form: one of `FORMS`.
        file: where it is written to; `None` prints it.
        post_to: whom it is sent to; see `recipients.resolve`.
    """

    form: str
    file: Path | None = None
    post_to: tuple[str, ...] = ()


def hold(
    request: running.Request,
    wanted: Wanted,
    out: Callable[[str], object],
    say: Callable[[str], None],
) -> None:
    """Holds a review, and gives it to `out`, or to its file, and to its recipients.

    It is written before it is sent, so that a mail server that fails loses nothing;
    and whatever one recipient does, the others are sent theirs.

    Raises:
        InputError: an address, a chore or an environment is none, or there is no way
            to send a mail.
        SpecInvalid: the spec has findings.
        ServerUnavailable: a server did not answer, or did not take the review.
    """
    addressed = _resolve(request, wanted)
    outcome = running.run(request, say)
    history.keep_page(outcome.noted, html_page.render(outcome))
    text = FORMS[wanted.form](outcome)
    if wanted.file is None:
        out(text)
    else:
        wanted.file.write_text(text, encoding="utf-8")
        say(f"written to {wanted.file}")
    refused = []
    for recipient in addressed:
        try:
            say(f"sent to {sending.send(outcome, recipient, request.environ)}")
        except errors.ServerUnavailable as error:
            refused.append(str(error))
    if refused:
        raise errors.ServerUnavailable("; ".join(refused))


def _resolve(
    request: running.Request, wanted: Wanted
) -> tuple[recipients.Recipient, ...]:
    """Gives the recipients; what hinders sending is said before the work begins."""
    found = tuple(recipients.resolve(target, request.root) for target in wanted.post_to)
    if any(isinstance(one, recipients.Mailbox) for one in found):
        declared = loading.require(request.root)
        sending.find_mail_server(running.place(declared, request), request.environ)
    return found


def schedule(kind: schedules.Kind, request: running.Request, wanted: Wanted) -> str:
    """Gives the text that makes somebody hold the same review regularly.

    Raises:
        InputError: an address is none; a cluster has no image to run.
        SpecInvalid: the spec has findings.
    """
    declared = loading.require(request.root)
    is_cluster = kind is schedules.Kind.KUBERNETES
    image = _require_image(declared, request.environment) if is_cluster else ""
    for target in wanted.post_to:
        recipients.resolve(target, request.root)
    return schedules.render(
        kind,
        request.cadence,
        list(_words(request, wanted)),
        request.root.resolve(),
        declared.organisation.time_zone,
        image,
    )


def _require_image(declared: monitoring.Monitoring, name: str | None) -> str:
    """Gives the image that runs sightline in the cluster of an environment."""
    environment = environments.choose(declared, name)
    image = environment.place.rooms[placement.Program.COLLECTORS].image
    if image is None:
        raise errors.InputError(
            f"expected the image that runs sightline in {environment.name}, found none:"
            " nobody publishes one; write it as `programs: {collectors: {image: …}}`"
            " of the environment, or name another with --env"
        )
    return image


def _words(request: running.Request, wanted: Wanted) -> Iterator[str]:
    """Gives the options that say the same again."""
    yield from (f"--only={chore}" for chore in request.chores)
    yield f"--format={wanted.form}"
    if wanted.file:
        yield f"--output={wanted.file}"
    yield from (f"--post={target}" for target in wanted.post_to)
    if request.environment:
        yield f"--env={request.environment}"
    if request.url:
        yield f"--prometheus={request.url}"
