"""When certificates run out, and when they should have been renewed."""

import datetime as dt
import ssl
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.collectors import expiries
from sightline.model import certificates, collecting, spans, units

CASES = Path(__file__).parents[2] / "cases" / "certificates"


def der_of(name: str) -> bytes:
    return ssl.PEM_cert_to_DER_cert((CASES / f"{name}.pem").read_text())


NINETY_DAYS = der_of("ninety-days")


def declare(renewed_before: str | None = None) -> collecting.CertificateSource:
    return collecting.CertificateSource(
        name="website",
        connection="edge",
        pace=collecting.Pace(
            interval=units.Duration.parse("1m"),
            timeout=units.Duration.parse("10s"),
            expires_after=units.Duration.parse("3m"),
        ),
        environments=(),
        span=spans.Span(file="shop.yaml"),
        renewed_before=units.Duration.parse(renewed_before) if renewed_before else None,
    )


def validity_of(days: float) -> certificates.Validity:
    start = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    return certificates.Validity(start, start + dt.timedelta(days=days))


def test_the_times_of_this_century_are_read() -> None:
    found = certificates.read_validity(NINETY_DAYS)
    assert found.not_before == dt.datetime(2026, 11, 24, 3, 30, 37, tzinfo=dt.UTC)
    assert found.not_after - found.not_before == dt.timedelta(days=90)


def test_times_after_2049_have_another_form() -> None:
    found = certificates.read_validity(der_of("forty-years"))
    assert found.not_after - found.not_before == dt.timedelta(days=14_000)
    assert found.not_after.year == 2065


@given(st.binary(max_size=200))
def test_what_is_no_certificate_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="expected"):
        certificates.read_validity(content)


@given(st.integers(0, len(NINETY_DAYS) - 1))
def test_a_certificate_that_is_cut_off_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="expected"):
        certificates.read_validity(NINETY_DAYS[:length])


@pytest.mark.parametrize(
    ("days", "renewed_before", "due_before_end"),
    [(90, None, 30.0), (6, None, 2.0), (398, "30d", 30.0)],
)
def test_renewal_is_due_by_the_lifetime_or_as_declared(
    days: float, renewed_before: str | None, due_before_end: float
) -> None:
    validity = validity_of(days)
    due = expiries.renewal_due(declare(renewed_before), validity)
    assert (validity.not_after.timestamp() - due) / 86_400 == pytest.approx(
        due_before_end
    )
