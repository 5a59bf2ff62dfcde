"""What the collectors say of the platform, and what the platform knows it did."""

import time

import pytest

from support import ground_truth, reference_platform

pytestmark = pytest.mark.integration

Platform = reference_platform.Platform
wait_for = reference_platform.wait_for

AT_HOME = "192.0.2.7"
ACTIVE_TODAY = "SELECT '', count(*) FROM user_activity"
JOB = {"client_id": 5, "title": "Draw", "category": "design", "budget_minor": 100}


def read(platform: Platform, name: str, **labels: str) -> float:
    return platform.measure("collectors", f"skillancer_{name}", **labels)


def test_the_business_numbers_are_what_the_platform_did(whole: Platform) -> None:
    wait_for(lambda: read(whole, "nps_responses") == 240)
    posted = read(whole, "jobs_posted_today")
    booked = ground_truth.read_ledger(whole)
    whole.pay()
    whole.ask("POST", "/api/jobs", JOB)
    for _ in range(2):  # two sessions, one user
        whole.ask(
            "POST",
            "/api/login",
            {"email": "user7@example.com", "password": "password-7"},
            client=AT_HOME,
        )

    truth = {**booked, "USD": booked.get("USD", 0) + 990}
    assert ground_truth.read_ledger(whole) == truth
    for name in ("revenue", "payments"):
        total = f"{name}_month_to_date_minor_units"
        wait_for(
            lambda total=total: (  # type: ignore[misc]  # a default argument has no type
                {one: read(whole, total, currency=one) for one in truth} == truth
            )
        )
    wait_for(lambda: read(whole, "jobs_posted_today") == posted + 1)
    wait_for(lambda: read(whole, "active_users") >= 1)
    active = ground_truth.ask_table(whole, ACTIVE_TODAY)[""]  # other tests log in too
    wait_for(lambda: read(whole, "daily_active_users") == active)
    assert read(whole, "contracts_active") == 750
    assert read(whole, "nps_score") == pytest.approx(100 * (144 - 32) / 240)
    assert read(whole, "nps_margin_of_error") == pytest.approx(9.0, abs=0.5)
    assert read(whole, "slow_statements") == 0


def test_a_refund_is_taken_off_on_both_sides(whole: Platform) -> None:
    payment = whole.pay().json()["payment_id"]
    paid = ground_truth.read_ledger(whole)["USD"]
    assert whole.refund(payment).status_code == 201
    truth = ground_truth.read_ledger(whole)["USD"]
    assert truth == paid - 990

    for name in ("revenue", "payments"):
        total = f"{name}_month_to_date_minor_units"
        wait_for(lambda total=total: read(whole, total, currency="USD") == truth)  # type: ignore[misc]  # as above


def test_a_source_that_fails_hides_no_other(whole: Platform) -> None:
    wait_for(lambda: read(whole, "contracts_active") == 750)
    whole.break_with("postgres-down")

    def is_up(source: str) -> float:
        return whole.measure("collectors", "sightline_source_up", source=source)

    wait_for(lambda: is_up("contracts-active") == 0)
    assert (is_up("active-users"), is_up("revenue")) == (1, 1)
    failed = "sightline_source_errors_total"
    assert whole.measure("collectors", failed, source="contracts-active") >= 1
    assert whole.measure("collectors", failed, source="active-users") == 0


def test_the_certificate_of_the_edge_is_read_and_trusted(whole: Platform) -> None:
    def days_left() -> float:
        name = "sightline_certificate_not_after_timestamp_seconds"
        until = whole.measure("collectors", name, target="website")
        return (until - time.time()) / 86_400

    trusted = "sightline_certificate_trusted"
    wait_for(lambda: whole.measure("collectors", trusted, target="website") == 1)
    assert 60 < days_left() <= 90
