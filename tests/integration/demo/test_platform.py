"""The platform with its real PostgreSQL and Redis: what it does, whole and broken."""

import json
from pathlib import Path

import asyncpg
import httpx
import pytest

from sightline import errors
from sightline.app import demo
from sightline.demo import pruning
from sightline.stack import secrets, sites
from sightline.stack.components import postgres
from support import reference_platform

pytestmark = pytest.mark.integration

Platform = reference_platform.Platform
wait_for = reference_platform.wait_for


def test_every_route_of_the_gateway_reaches_its_service(whole: Platform) -> None:
    session = whole.log_in().json()["session_id"]
    job = {"client_id": 5, "title": "Draw", "category": "design", "budget_minor": 100}
    answers = [
        whole.ask("GET", "/api/me", session=session),
        whole.ask("GET", "/api/jobs/17"),
        whole.ask("GET", "/api/contracts/17"),
        whole.ask("GET", "/api/skillpods/17"),
        whole.ask("GET", "/api/invoices/17"),
        whole.ask("GET", "/api/notifications?user_id=7"),
        whole.ask("GET", "/api/search?category=design"),
        whole.ask("POST", "/api/jobs", job),
        whole.ask("POST", "/api/jobs/17/proposals"),
        whole.ask("POST", "/api/skillpods/17/files", {"content": "x" * 100_000}),
        whole.pay(),
    ]

    assert [answer.status_code for answer in answers] == [200] * 7 + [201] * 4
    assert answers[0].json()["user_id"] == 7
    assert answers[1].json()["title"] == "Job 17"


def test_a_session_ends_and_is_then_unknown(whole: Platform) -> None:
    session = whole.log_in().json()["session_id"]
    auth = whole.site.url_of("auth-svc-2")

    httpx.post(f"{auth}/logout", json={"session_id": session})

    assert whole.ask("GET", "/api/me", session=session).status_code == 404


def test_a_wrong_password_is_the_users_mistake(whole: Platform) -> None:
    wrong = {"email": "user7@example.com", "password": "guess"}

    def failed() -> float:
        return whole.measure(
            "collectors", "auth_login_failed_total", reason="wrong_password"
        )

    before = failed()
    answers = [whole.ask("POST", "/api/login", wrong) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {401}
    wait_for(lambda: failed() == before + 3)


def test_a_second_look_is_answered_by_the_cache(whole: Platform) -> None:
    def hits() -> float:
        return whole.measure("market-svc-1", "cache_requests_total", result="hit")

    whole.ask("GET", "/api/jobs/4000")
    before = hits()
    whole.ask("GET", "/api/jobs/4000")

    assert hits() == before + 1


def test_a_payment_is_written_down_and_its_receipt_sent(whole: Platform) -> None:
    payment = whole.pay().json()["payment_id"]

    billing = whole.site.url_of("billing-svc-1")
    row = httpx.get(f"{billing}/payments/{payment}").json()
    told = whole.ask("GET", "/api/notifications?user_id=7").json()["notifications"]

    assert (row["amount_minor"], row["status"]) == (990, "succeeded")
    assert told[0]["text"] == "Your payment arrived."
    wait_for(
        lambda: whole.measure("job-worker", "jobs_processed_total", queue="emails") > 0
    )


def test_a_declined_card_is_no_failure_of_ours(whole: Platform) -> None:
    answer = whole.pay("tok_chargeDeclined")

    assert answer.status_code == 402
    assert whole.measure("billing-svc-1", "payments_total", result="declined") == 1
    assert (
        whole.measure("billing-svc-1", "stripe_api_errors_total", type="card_error")
        == 1
    )
    assert whole.measure("billing-svc-1", "payments_total", result="failed") == 0


def test_without_postgres_answers_are_503_until_it_is_back(whole: Platform) -> None:
    whole.break_with("postgres-down")

    answer = whole.ask("GET", "/api/search?category=design")
    health = httpx.get(whole.site.url_of("market-svc-1") + "/health")

    assert answer.status_code == 503
    assert answer.json() == {"error": "postgres is not reachable"}
    assert health.status_code == 200
    assert whole.states()["market-svc-1"] == "ready"  # it did not crash
    assert whole.clear() == ["postgres-down"]
    assert whole.ask("GET", "/api/search?category=design").status_code == 200


def test_without_redis_logins_fail_and_jobs_are_still_shown(whole: Platform) -> None:
    whole.break_with("redis-down")

    assert whole.log_in().status_code == 503
    assert whole.ask("GET", "/api/jobs/17").status_code == 200
    whole.clear()
    assert whole.log_in().status_code == 200


def test_a_failing_payment_provider_is_a_bad_gateway(whole: Platform) -> None:
    whole.break_with("payment-failing")

    wait_for(lambda: whole.pay().status_code == 502)

    errors_seen = whole.measure(
        "billing-svc-1", "stripe_api_errors_total", type="api_error"
    )
    failed = whole.measure("billing-svc-1", "payments_total", result="failed")
    assert errors_seen == failed >= 1
    whole.clear()
    wait_for(lambda: whole.pay().status_code == 201)


def test_a_hanging_payment_provider_times_out(whole: Platform) -> None:
    whole.break_with("payment-hanging")

    wait_for(lambda: whole.pay().status_code == 504)

    assert (
        whole.measure("billing-svc-1", "stripe_api_errors_total", type="timeout") >= 1
    )


def test_billing_errors_are_500s_of_billing(whole: Platform) -> None:
    whole.break_with("billing-errors")
    billing = whole.site.url_of("billing-svc-1")

    wait_for(lambda: httpx.get(f"{billing}/payments/1").status_code == 500)

    assert whole.pay().status_code == 502
    assert whole.ask("GET", "/api/jobs/17").status_code == 200


def test_auth_gone_takes_the_instances_and_their_targets_away(whole: Platform) -> None:
    targets = whole.site.layout.targets / "services.json"

    def scraped() -> set[str]:
        groups = json.loads(targets.read_text())
        return {group["labels"]["service"] for group in groups}

    assert "auth-svc" in scraped()
    whole.break_with("auth-gone")

    assert whole.log_in().status_code == 503
    assert "auth-svc" not in scraped()
    whole.clear()
    assert "auth-svc" in scraped()
    assert whole.log_in().status_code == 200


def test_a_gone_replica_leaves_the_others_at_work(whole: Platform) -> None:
    whole.break_with("replica-gone")

    assert whole.states()["auth-svc-3"] == "stopped"
    assert {whole.log_in().status_code for _ in range(4)} == {200}


def test_a_backlog_grows_beyond_1000_and_is_worked_off(whole: Platform) -> None:
    def depth() -> float:
        return whole.measure("job-worker", "job_queue_depth", queue="emails")

    whole.break_with("queue-backlog")
    wait_for(lambda: depth() > 1000)
    whole.clear()
    wait_for(lambda: depth() == 0)


def test_redis_is_really_full_and_really_empty_again(whole: Platform) -> None:
    whole.break_with("redis-full")
    wait_for(lambda: whole.redis_memory_ratio() > 0.85)

    answer = whole.log_in()
    assert answer.status_code == 200, answer.text  # nearly full is not full
    whole.clear()
    wait_for(lambda: whole.redis_memory_ratio() < 0.2)


def test_a_fault_of_what_does_not_run_is_refused(whole: Platform) -> None:
    with pytest.raises(errors.InputError) as refused:
        whole.break_with("postgres-exporter-down")

    assert str(refused.value) == (
        "the running stack has no component 'postgres-exporter'; start it with the"
        " reference platform: sightline down, then sightline up"
    )
    assert [one for one in demo.list_faults(whole.root) if one.record] == []


def test_without_a_stack_nothing_can_be_broken(tmp_path: Path) -> None:
    with pytest.raises(errors.ServerUnavailable):
        demo.begin(tmp_path, demo.find_fault("market-slow"), None)

    assert demo.clear(tmp_path) == []


async def test_old_rows_of_the_traffic_are_removed_and_the_first_ones_stay(
    whole: Platform,
) -> None:
    place = whole.site.layout
    connection = await asyncpg.connect(
        host=sites.HOST,
        port=whole.site.ports["postgres"],
        user=postgres.ROLE,
        database=postgres.DATABASE,
        password=secrets.obtain(place, postgres.SECRET),
    )
    try:
        await connection.execute(
            "INSERT INTO jobs (client_id, title, category, budget_minor)"
            " SELECT 1, 'Old', 'design', 100 FROM generate_series(1, 40)"
        )
        await connection.execute(
            "INSERT INTO payments (contract_id, amount_minor, currency, status, charge)"
            " SELECT 1, 100, 'USD', 'succeeded', 'ch_old' FROM generate_series(1, 40)"
        )
        await pruning.prune(connection, kept_rows=10)

        counts = "SELECT count(*) FILTER (WHERE id <= $1), count(*) FROM "
        jobs = await connection.fetchrow(counts + "jobs", 5000)
        payments = await connection.fetchrow(counts + "payments", 9000)
        assert tuple(jobs) == (5000, 5010)
        assert tuple(payments) == (9000, 9010)
    finally:
        await connection.close()
