"""What the collectors count of the platform's logs, and what it knows it did."""

import httpx
import pytest

from support import reference_platform

pytestmark = pytest.mark.integration

Platform = reference_platform.Platform
wait_for = reference_platform.wait_for

AT_HOME = "192.0.2.7"
ABROAD = "192.0.2.200"
GUESSER = "203.0.113.130"
LOGIN = {"email": "user7@example.com", "password": "password-7"}


def log_in(platform: Platform, client: str, tried: str = "password-7") -> int:
    asked = {**LOGIN, "password": tried}
    return platform.ask("POST", "/api/login", asked, client=client).status_code


def counted(platform: Platform, name: str, **labels: str) -> float:
    return platform.measure("collectors", name, **labels)


def settled(platform: Platform, name: str, wanted: float, **labels: str) -> None:
    """Waits until the collectors have read what the platform has just logged."""
    wait_for(lambda: counted(platform, name, **labels) == wanted)


def browse(platform: Platform, path: str, client: str = AT_HOME) -> httpx.Response:
    edge = platform.site.url_of("cdn-edge")
    return httpx.get(edge + path, headers={"X-Forwarded-For": client})


def test_an_address_that_guesses_is_locked_and_counted_once(whole: Platform) -> None:
    home = counted(whole, "auth_login_success_total", country="US")
    guesses = [log_in(whole, GUESSER, f"guess-{number}") for number in range(12)]

    assert guesses == [401] * 10 + [429] * 2
    assert log_in(whole, GUESSER) == 429  # the right password comes too late
    assert log_in(whole, AT_HOME) == 200
    settled(whole, "auth_login_failed_total", 3, reason="locked")
    network = {"network": "203.0.113.0/24"}
    assert counted(whole, "auth_login_failed_by_network_total", **network) == 13
    assert counted(whole, "auth_login_failed_top_networks", **network) == 13
    assert counted(whole, "auth_blocked_ips") == 1
    assert counted(whole, "auth_login_success_total", country="US") == home + 1


def test_a_user_abroad_is_new_there_once(whole: Platform) -> None:
    clients = (AT_HOME, ABROAD, ABROAD)
    before = counted(whole, "auth_login_success_total", country="BR")
    assert [log_in(whole, client) for client in clients] == [200] * 3

    settled(whole, "auth_login_success_total", before + 2, country="BR")
    assert counted(whole, "auth_login_new_country_total", country="BR") == 1
    assert counted(whole, "auth_login_new_country_total") == 1


def test_an_ended_session_is_no_violation_within_its_grace(whole: Platform) -> None:
    session = whole.log_in().json()["session_id"]
    auth = whole.site.url_of("auth-svc-1")
    httpx.post(f"{auth}/logout", json={"session_id": session})

    assert whole.ask("GET", "/api/me", session=session).status_code == 404
    ended = {"policy": "ended_session_used"}
    settled(whole, "security_policy_violations_total", 0, **ended)


def test_the_gateway_refuses_attacks_and_too_many_requests(whole: Platform) -> None:
    scan = whole.ask("GET", "/.env", client=GUESSER)
    leak = whole.ask("GET", "/api/search?category=design&token=x", client=AT_HOME)
    listed = whole.ask("GET", "/api/jobs/1", client="203.0.113.200")
    many = [
        whole.ask("GET", "/api/jobs/1", client="203.0.113.140").status_code
        for _ in range(25)
    ]

    assert (scan.status_code, leak.status_code, listed.status_code) == (403, 400, 200)
    assert set(many) == {200, 429}
    settled(whole, "rate_limit_hits_total", many.count(429))
    assert counted(whole, "waf_blocked_requests_total", rule_id="scan-1") == 1
    assert counted(whole, "waf_blocked_requests_total") == 1
    violations = "security_policy_violations_total"
    assert counted(whole, violations, policy="credentials_in_url") == 1
    assert counted(whole, "suspicious_ip_hits_total", list="hijacked") == 1
    assert counted(whole, "suspicious_ip_hits_total") == 1


def test_the_edge_answers_public_pages_from_its_cache(whole: Platform) -> None:
    def count(cache: str) -> float:
        labels = {"pop": "iad", "country": "US", "status": "2xx", "cache": cache}
        return counted(whole, "cdn_requests_total", **labels)

    first, second = browse(whole, "/jobs/17"), browse(whole, "/jobs/17")
    passed = browse(whole, "/api/jobs/17")

    assert first.json() == second.json() == passed.json()
    assert first.json()["title"] == "Job 17"
    wait_for(lambda: (count("miss"), count("hit"), count("pass")) == (1, 1, 1))
    assert counted(whole, "cdn_origin_requests_total", status="2xx") == 2
    assert counted(whole, "cdn_origin_duration_seconds_count") == 2
    assert counted(whole, "cdn_request_duration_seconds_count", pop="iad") == 3
    sent_bytes = counted(whole, "cdn_sent_bytes_total", pop="iad")
    assert sent_bytes == 3 * len(first.content)
