"""What `--post` takes, and what it says of anything else without showing a secret."""

from pathlib import Path

import pytest

from sightline import errors
from sightline.app.review import recipients
from sightline.model import secrets

HOOK = "https://chat.example.com/hooks/T0P-S3CRET"
NEITHER = (
    "expected https://… or mailto:… to post to, found something else; "
    "--post takes one of them, or @FILE with it"
)


def _refuse(target: str, root: Path = Path("/nowhere")) -> str:
    with pytest.raises(errors.InputError) as refused:
        recipients.resolve(target, root)
    return str(refused.value)


def test_a_web_address_is_a_webhook_that_shows_nothing_of_itself() -> None:
    found = recipients.resolve(HOOK, Path("/nowhere"))
    assert found == recipients.Webhook(url=secrets.Secret(HOOK))
    assert "S3CRET" not in repr(found)


def test_mail_goes_to_one_address_or_several() -> None:
    root = Path("/nowhere")
    for to in ("leads@example.com", "leads@example.com,cto@example.com"):
        found = recipients.resolve(f"mailto:{to}", root)
        assert found == recipients.Mailbox(to=to)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "ftp://example.com/T0P-S3CRET",
        "https://",
        "https:///hooks/T0P-S3CRET",
        "https://[::1/T0P-S3CRET",
        "https://chat.example.com:T0P-S3CRET/",
        "https://chat.example.com:70000/",
        "https://chat.example.com/T0P S3CRET",
        "chat.example.com/T0P-S3CRET",
    ],
)
def test_anything_else_is_refused_without_being_shown(target: str) -> None:
    assert _refuse(target) == NEITHER


@pytest.mark.parametrize(
    "to", ["", "leads", "a@b@c", "a@example.com\nBcc: x@example.com", "a@b.com?cc=c@d"]
)
def test_what_is_no_mail_address_is_refused(to: str) -> None:
    assert _refuse(f"mailto:{to}") == (
        "expected mailto:someone@example.com to post to, found mailto: with something "
        "else; several addresses have commas between"
    )


def test_a_file_holds_either(tmp_path: Path) -> None:
    (tmp_path / "hook").write_text(f"{HOOK}\n")
    found = recipients.resolve("@hook", tmp_path)
    assert found == recipients.Webhook(url=secrets.Secret(HOOK))


def test_a_file_that_is_missing_is_said(tmp_path: Path) -> None:
    assert _refuse("@hook", tmp_path) == (
        "expected a file with an address at hook: No such file or directory"
    )


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "hook").write_bytes(b"https://\xff\xfe")
    expected = "expected a file with an address in UTF-8 behind @, found something else"
    assert _refuse("@hook", tmp_path) == expected
    assert _refuse("@ho\0ok", tmp_path) == expected


def test_a_file_with_something_else_is_said_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "hook").write_text("T0P-S3CRET")
    assert _refuse("@hook", tmp_path) == (
        "expected https://… or mailto:… in hook, found something else; "
        "--post takes one of them, or @FILE with it"
    )
