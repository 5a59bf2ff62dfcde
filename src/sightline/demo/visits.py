"""What the platform's users do, how often, and when: pure, and seeded."""

import dataclasses
import json
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sightline.demo import calls, cards, places

__all__ = ["GATEWAY", "LOGIN_PATH", "VISITS", "Visit", "Visitors", "daily_factor"]

GATEWAY: Final = "api-gateway"
LOGIN_PATH: Final = "/api/login"
"""Its answer holds the session of later requests."""

_DAY_SECONDS: Final = 86_400
_WEEKEND: Final = (5, 6)
_EPOCH_WEEKDAY: Final = 3
"""1 January 1970 was a Thursday."""
_BUSIEST_HOUR: Final = 15
_SWING: Final = 0.15
_WEEKEND_FACTOR: Final = 0.85

_USERS: Final = 2000
_JOBS: Final = 5000
_CONTRACTS: Final = 1500
_PAYMENTS: Final = 9000
_CATEGORIES: Final = ("design", "writing", "python", "data", "video", "translation")
_HOMES: Final = ("US", "US", "US", "GB", "GB", "CA", "DE", "DE", "FR", "IN")
_ABROAD: Final = ("US", "GB", "DE", "BR")
_TRAVELLING_RATIO: Final = 0.01
_SEARCHED_RATIO: Final = 0.1
_WRONG_PASSWORD_RATIO: Final = 0.06
_DECLINED_RATIO: Final = 0.03
_SMALLEST_FILE_BYTES: Final = 4_096
_LARGEST_FILE_BYTES: Final = 65_536
_SESSIONS_KEPT: Final = 500


def daily_factor(now: float) -> float:
    """Gives how busy it is at a Unix time, beside the average of a working day.

    The curve is a cosine over the day, highest at 15:00 UTC (morning in America,
    afternoon in Europe) and lower at the weekend.
    """
    day, second = divmod(now, _DAY_SECONDS)
    angle = 2 * math.pi * (second / 3600 - _BUSIEST_HOUR) / 24
    is_weekend = (int(day) + _EPOCH_WEEKDAY) % 7 in _WEEKEND
    return (1 + _SWING * math.cos(angle)) * (_WEEKEND_FACTOR if is_weekend else 1.0)


class Visitors:
    """Draws requests; remembers the sessions that logins have opened.

    Args:
        chance: the only source of randomness.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._sessions: list[str] = []
        self._weights = [visit.weight for visit in VISITS]

    def draw(self) -> tuple["Visit", calls.Call]:
        """Gives what is done next, and the request that does it."""
        (visit,) = self._chance.choices(VISITS, self._weights)
        call = visit.compose(self)
        if not call.client:
            client = self.address_of(self.any_number(_USERS))
            call = dataclasses.replace(call, client=client)
        return visit, call

    def draw_page(self) -> calls.Call:
        """Gives a request for a public page, of which few are looked at often."""
        job = f"/jobs/{self.number(_JOBS)}"
        is_search = self.chance_of(_SEARCHED_RATIO)
        path = f"/search?category={self.category()}" if is_search else job
        client = self.address_of(self.any_number(_USERS))
        return dataclasses.replace(_get(GATEWAY, path), client=client)

    def address_of(self, user: int) -> str:
        """Gives the address of a user at home, where `schema.sql` lets them live."""
        return places.address_in(_HOMES[user * 7919 % len(_HOMES)], user)

    def address_abroad(self, user: int) -> str:
        """Draws an address of a user who travels."""
        return places.address_in(self._chance.choice(_ABROAD), user)

    def remember_session(self, session: str) -> None:
        """Keeps a session for later requests, in place of the oldest."""
        self._sessions.append(session)
        del self._sessions[:-_SESSIONS_KEPT]

    def number(self, largest: int) -> int:
        """Draws an id; few are asked for often, as it is everywhere."""
        return min(largest, int(self._chance.paretovariate(0.8)))

    def any_number(self, largest: int) -> int:
        """Draws an id; all are alike."""
        return self._chance.randint(1, largest)

    def session(self) -> str:
        """Draws a session; before the first login there is none."""
        return self._chance.choice(self._sessions) if self._sessions else ""

    def end_session(self) -> str:
        """Draws a session that nobody will use again."""
        if not self._sessions:
            return ""
        return self._sessions.pop(self._chance.randrange(len(self._sessions)))

    def category(self) -> str:
        """Draws a category of jobs."""
        return self._chance.choice(_CATEGORIES)

    def chance_of(self, ratio: float) -> bool:
        """Tells whether something happens that happens with this ratio."""
        return self._chance.random() < ratio

    def file(self) -> bytes:
        """Draws a file to upload."""
        return bytes(self._chance.randint(_SMALLEST_FILE_BYTES, _LARGEST_FILE_BYTES))


@dataclass(frozen=True, slots=True)
class Visit:
    """One kind of request.

    Attributes:
        weight: its share, in percent of all requests.
        is_pressed_again: whether people try again when it fails.
    """

    name: str
    weight: float
    compose: Callable[[Visitors], calls.Call]
    is_pressed_again: bool = False


def _get(program: str, path: str, session: str = "") -> calls.Call:
    return calls.Call(
        program=program,
        method="GET",
        path=path,
        session=session,
        timeout_seconds=15.0,
    )


def _post(program: str, path: str, document: dict[str, object]) -> calls.Call:
    return calls.Call(
        program=program,
        method="POST",
        path=path,
        body=json.dumps(document).encode(),
        timeout_seconds=15.0,
    )


def _log_in(visitors: Visitors) -> calls.Call:
    user = visitors.any_number(_USERS)
    wrong = visitors.chance_of(_WRONG_PASSWORD_RATIO)
    password = "forgotten" if wrong else f"password-{user}"
    document: dict[str, object] = {
        "email": f"user{user}@example.com",
        "password": password,
    }
    is_travelling = visitors.chance_of(_TRAVELLING_RATIO)
    locate = visitors.address_abroad if is_travelling else visitors.address_of
    call = _post(GATEWAY, LOGIN_PATH, document)
    return dataclasses.replace(call, client=locate(user))


def _see_oneself(visitors: Visitors) -> calls.Call:
    session = visitors.session()
    if not session:
        return _log_in(visitors)
    return _get(GATEWAY, "/api/me", session)


def _pay(visitors: Visitors) -> calls.Call:
    declined = visitors.chance_of(_DECLINED_RATIO)
    return _post(
        GATEWAY,
        "/api/payments",
        {
            "contract_id": visitors.any_number(_CONTRACTS),
            "user_id": visitors.any_number(_USERS),
            "amount_minor": 1000 + visitors.any_number(90_000),
            "source": cards.DECLINED if declined else cards.ACCEPTED,
        },
    )


def _post_job(visitors: Visitors) -> calls.Call:
    return _post(
        GATEWAY,
        "/api/jobs",
        {
            "client_id": visitors.any_number(_USERS),
            "title": "A job",
            "category": visitors.category(),
            "budget_minor": 1000 * visitors.any_number(500),
        },
    )


def _upload(visitors: Visitors) -> calls.Call:
    return calls.Call(
        program=GATEWAY,
        method="POST",
        path=f"/api/skillpods/{visitors.number(_CONTRACTS)}/files",
        body=visitors.file(),
        timeout_seconds=15.0,
    )


# Payments and logins are few, as they are in life: while one service fails, nineteen
# in twenty of the gateway's requests succeed, and the page names the cause alone.
VISITS: Final = (
    Visit("me", 3, _see_oneself),
    Visit("job", 50.8, lambda v: _get(GATEWAY, f"/api/jobs/{v.number(_JOBS)}")),
    Visit(
        "contract",
        8,
        lambda v: _get(GATEWAY, f"/api/contracts/{v.number(_CONTRACTS)}"),
    ),
    Visit(
        "skillpod",
        9,
        lambda v: _get(GATEWAY, f"/api/skillpods/{v.number(_CONTRACTS)}"),
    ),
    Visit(
        "invoice",
        0.8,
        lambda v: _get(GATEWAY, f"/api/invoices/{v.any_number(_CONTRACTS)}"),
    ),
    Visit(
        "notifications",
        9,
        lambda v: _get(GATEWAY, f"/api/notifications?user_id={v.any_number(_USERS)}"),
    ),
    Visit("login", 1.2, _log_in),
    Visit("post-job", 2, _post_job),
    Visit(
        "propose",
        3,
        lambda v: _post(GATEWAY, f"/api/jobs/{v.number(_JOBS)}/proposals", {}),
    ),
    Visit("pay", 1.2, _pay, is_pressed_again=True),
    Visit("search", 4, lambda v: _get(GATEWAY, f"/api/search?category={v.category()}")),
    Visit("upload", 6, _upload),
    # What the back office does, past the gateway.
    Visit(
        "refund",
        0.1,
        lambda v: _post(
            "billing-svc", "/refunds", {"payment_id": v.any_number(_PAYMENTS)}
        ),
    ),
    Visit(
        "payment",
        0.3,
        lambda v: _get("billing-svc", f"/payments/{v.any_number(_PAYMENTS)}"),
    ),
    Visit(
        "contract-made",
        0.3,
        lambda v: _post(
            "market-svc",
            "/contracts",
            {
                "job_id": v.any_number(_JOBS),
                "freelancer_id": v.any_number(_USERS),
            },
        ),
    ),
    Visit(
        "skillpod-opened",
        0.3,
        lambda v: _post(
            "skillpod-svc", "/skillpods", {"contract_id": v.any_number(_CONTRACTS)}
        ),
    ),
    Visit(
        "user-read",
        0.5,
        lambda v: _get("auth-svc", f"/users/{v.any_number(_USERS)}"),
    ),
    Visit(
        "logout",
        0.5,
        lambda v: _post("auth-svc", "/logout", {"session_id": v.end_session()}),
    ),
)
