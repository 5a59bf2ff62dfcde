"""The settings of the process that collects: their mistakes, and their meaning."""

from pathlib import Path

import pytest

from sightline import errors
from sightline.model import connections
from sightline.spec import settings

CASES = Path(__file__).parents[2] / "cases" / "settings"


@pytest.mark.parametrize("name", ["misspelt", "repeated", "secret"])
def test_case_says_exactly_what_it_expects(name: str) -> None:
    file = CASES / f"{name}.yaml"
    with pytest.raises(errors.SpecInvalid) as caught:
        settings.require(file)
    said = f"{caught.value}\n".replace(str(file), file.name)
    assert said == file.with_suffix(".txt").read_text()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(errors.SpecInvalid, match="No such file or directory"):
        settings.require(tmp_path / "collect.yaml")


def test_paths_are_relative_to_the_file_and_tls_is_verified_unless_told_otherwise() -> (
    None
):
    read = settings.require(CASES / "whole.yaml")
    assert read == connections.CollectorSettings(
        listen=connections.Address("127.0.0.1", 9340),
        environment="production",
        state=Path("/var/lib/sightline"),
        connections={
            "platform": connections.Postgres(
                address=connections.Address("db.example.com", 5432),
                database="shop",
                user="reader",
                password_file=CASES / "secrets/db",
                tls=connections.TlsMode.VERIFY_FULL,
            ),
            "sessions": connections.Redis(
                kind=connections.RedisKind.SENTINEL,
                addresses=(
                    connections.Address("a", 26379),
                    connections.Address("b", 26379),
                ),
                primary="sessions",
                database=2,
                username="",
                password_file=None,
                tls=True,
                certificate_authority=None,
            ),
            "account": connections.Stripe(
                url="https://api.stripe.com", key_file=CASES / "secrets/stripe"
            ),
            "edge": connections.TlsEndpoint(
                address=connections.Address("www.example.com", 443),
                server_name="www.example.com",
                certificate_authority=None,
            ),
        },
    )
