import random
from collections import Counter
from itertools import pairwise

import pytest

from sightline.demo import calls, visits
from sightline.demo.services import api_gateway
from sightline.instrument import routes
from sightline.model import monitoring

HOUR = 3600.0
MONDAY = 4 * 24 * HOUR  # 5 January 1970
SATURDAY = 2 * 24 * HOUR
DRAWN = 10_000
FLOOR_IN_5_MINUTES = 20
FORWARDED = {
    method: routes.Matcher.of(
        {
            forward.path: forward.service
            for forward in api_gateway.FORWARDS
            if forward.method == method
        }
    )
    for method in ("GET", "POST")
}


def draw(seed: str) -> list[calls.Call]:
    visitors = visits.Visitors(random.Random(seed))
    return [visitors.draw()[1] for _ in range(DRAWN)]


@pytest.mark.parametrize(
    ("now", "factor"),
    [
        (MONDAY + 15 * HOUR, 1.15),
        (MONDAY + 3 * HOUR, 0.85),
        (MONDAY + 9 * HOUR, 1.0),
        (SATURDAY + 15 * HOUR, 1.15 * 0.85),
    ],
)
def test_a_day_is_busiest_in_the_afternoon_and_calmer_at_the_weekend(
    now: float, factor: float
) -> None:
    assert visits.daily_factor(now) == pytest.approx(factor)


def test_the_daily_shape_has_no_jumps_within_a_day() -> None:
    factors = [visits.daily_factor(MONDAY + minute * 60) for minute in range(24 * 60)]

    assert max(abs(b - a) for a, b in pairwise(factors)) < 0.001


def test_the_same_seed_makes_the_same_traffic() -> None:
    assert draw("a") == draw("a")
    assert draw("a") != draw("b")


def test_searches_are_4_percent_and_uploads_6_percent_of_the_requests() -> None:
    drawn = Counter(call.path.split("?")[0] for call in draw("mix"))
    uploads = sum(count for path, count in drawn.items() if path.endswith("/files"))

    assert drawn["/api/search"] / DRAWN == pytest.approx(0.04, abs=0.005)
    assert uploads / DRAWN == pytest.approx(0.06, abs=0.005)


def test_the_shares_of_the_visits_are_percent() -> None:
    assert sum(visit.weight for visit in visits.VISITS) == pytest.approx(100)


@pytest.mark.parametrize("service", ["auth-svc", "billing-svc"])
def test_a_failing_service_alone_does_not_page_for_the_gateway(service: str) -> None:
    through_gateway = [call for call in draw("share") if call.program == "api-gateway"]
    failing = [c for c in through_gateway if _service_behind(c) == service]
    pressed_again = [c for c in failing if c.path == "/api/payments"]
    failed = len(failing) + len(pressed_again)

    assert failed / (len(through_gateway) + len(pressed_again)) < 0.045


def test_an_ended_session_is_not_used_again() -> None:
    visitors = visits.Visitors(random.Random("sessions"))
    visitors.remember_session("only")

    assert (visitors.session(), visitors.end_session()) == ("only", "only")
    assert (visitors.session(), visitors.end_session()) == ("", "")


def test_few_logins_use_a_wrong_password_and_few_cards_are_declined() -> None:
    drawn = draw("mistakes")
    logins = [call.body for call in drawn if call.path == "/api/login"]
    payments = [call.body for call in drawn if call.path == "/api/payments"]

    wrong = sum(b"forgotten" in body for body in logins)
    declined = sum(b"tok_chargeDeclined" in body for body in payments)

    assert wrong / len(logins) == pytest.approx(0.06, abs=0.04)
    assert declined / len(payments) == pytest.approx(0.03, abs=0.03)


def test_every_request_is_for_a_declared_route(
    skillancer: monitoring.Monitoring,
) -> None:
    declared = {
        (str(name), method): routes.Matcher.of(
            {
                operation.route: operation.route
                for operation in service.operations
                if method in operation.methods
            }
        )
        for name, service in skillancer.services.items()
        for method in ("GET", "POST")
    }
    lost = {
        f"{call.method} {call.path}"
        for call in draw("routes")
        if declared[call.program, call.method].find(call.path.split("?")[0]) is None
    }
    assert lost == set()


def test_at_night_every_service_still_has_enough_requests_for_its_alerts() -> None:
    slowest = 34.0 * 0.85 * 0.85  # default rate, 03:00 on a Sunday
    seconds = DRAWN / slowest
    behind = Counter(_service_behind(call) for call in draw("night"))

    assert {
        service
        for service, count in behind.items()
        if count * 300 / seconds < FLOOR_IN_5_MINUTES
    } == set()
    assert len(behind) == 5  # and the gateway sees nearly all of them


def _service_behind(call: calls.Call) -> str:
    if call.program != "api-gateway":
        return call.program
    service = FORWARDED[call.method].find(call.path.split("?")[0])
    assert service is not None
    return service
