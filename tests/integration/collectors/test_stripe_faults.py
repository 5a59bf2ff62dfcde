"""What the collectors make of a Stripe that refuses, fails, hangs or is cut off."""

import asyncio
import email.utils
import json
import urllib.parse
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sightline import errors
from sightline.clients import stripe
from sightline.collectors import stripe_revenue
from sightline.errors import FailureReason
from sightline.model import collecting, connections, spans, units
from support import scripted_http

pytestmark = pytest.mark.integration

NOW = 1_795_482_000.0  # 24 November 2026, 01:00 UTC
FIRST_OF_NOVEMBER = 1_793_505_600  # midnight in New York
KEY = "rk_test_123"
DECLARED = collecting.StripeSource(
    name="revenue",
    connection="payments",
    pace=collecting.Pace(
        interval=units.Duration.parse("15s"),
        timeout=units.Duration.parse("15s"),
        expires_after=units.Duration.parse("5m"),
    ),
    environments=(),
    span=spans.Span(file="business.yaml"),
    metric="revenue_minor_units",
    help="Revenue.",
    zone="America/New_York",
)


class FakeStripe:
    """An account with movements, which answers as Stripe does, or as it is told."""

    def __init__(self) -> None:
        self.now = NOW
        self.movements: list[dict[str, object]] = []
        self.next_answers: list[scripted_http.Answer] = []
        self.page_size = 100

    def move(self, amount: int, kind: str = "charge", currency: str = "usd") -> None:
        number = len(self.movements) + 1
        self.movements.append(
            {
                "id": f"txn_{number}",
                "amount": amount,
                "currency": currency,
                "type": kind,
                "created": int(self.now),
            }
        )

    def answer(self, line: str) -> scripted_http.Answer:
        if self.next_answers:
            return self.next_answers.pop(0)
        query = urllib.parse.urlsplit(line.split(" ")[1]).query
        asked = dict(urllib.parse.parse_qsl(query))
        since = int(asked["created[gte]"])
        listed = [
            one for one in self.movements[::-1] if int(str(one["created"])) >= since
        ]
        ids = [one["id"] for one in listed]
        if "ending_before" in asked:
            newer = listed[: ids.index(asked["ending_before"])]
            page, rest = newer[-self.page_size :], newer[: -self.page_size]
        else:
            after = asked.get("starting_after")
            older = listed[ids.index(after) + 1 :] if after else listed
            page, rest = older[: self.page_size], older[self.page_size :]
        return self.reply(200, {"data": page, "has_more": bool(rest)})

    def reply(self, status: int, document: object, *headers: str) -> bytes:
        body = json.dumps(document).encode()
        return self.reply_text(status, body, len(body), *headers)

    def reply_text(self, status: int, body: bytes, length: int, *headers: str) -> bytes:
        date = email.utils.formatdate(self.now, usegmt=True)
        head = [
            f"HTTP/1.1 {status} X",
            f"Date: {date}",
            f"Content-Length: {length}",
            "Connection: close",
            *headers,
        ]
        return "\r\n".join([*head, "", ""]).encode() + body


@pytest.fixture
def account() -> FakeStripe:
    return FakeStripe()


@pytest.fixture
async def server(
    account: FakeStripe,
) -> AsyncIterator[scripted_http.ScriptedServer]:
    async with scripted_http.running(
        scripted_http.ScriptedServer(account.answer)
    ) as running:
        yield running


@pytest.fixture
async def collector(
    server: scripted_http.ScriptedServer, tmp_path: Path
) -> AsyncIterator[stripe_revenue.StripeCollector]:
    key = tmp_path / "key"
    key.write_text(f"{KEY}\n")
    client = stripe.Stripe(connections.Stripe(url=server.url, key_file=key))
    made = stripe_revenue.StripeCollector(DECLARED, client, lambda: NOW)
    yield made
    await made.close()


async def collect(collector: stripe_revenue.StripeCollector) -> dict[str, float]:
    reading = await collector.collect()
    (revenue,) = [one for one in reading.families if one.name == DECLARED.metric]
    return {sample.labels["currency"]: sample.value for sample in revenue.samples}


async def fail(collector: stripe_revenue.StripeCollector) -> errors.SourceFailed:
    with pytest.raises(errors.SourceFailed) as caught:
        await collector.collect()
    return caught.value


async def test_revenue_is_paid_minus_refunded_and_nothing_else(
    account: FakeStripe,
    server: scripted_http.ScriptedServer,
    collector: stripe_revenue.StripeCollector,
) -> None:
    account.move(990)
    account.move(-90, "refund")
    account.move(-30, "stripe_fee")
    account.move(-800, "payout")
    account.move(500, "payment", "eur")

    assert await collect(collector) == {"USD": 900, "EUR": 500}
    assert server.headers["stripe-version"] == stripe.API_VERSION
    assert server.headers["authorization"] == f"Bearer {KEY}"
    assert f"created%5Bgte%5D={FIRST_OF_NOVEMBER}" in server.asked[-1]


async def test_a_month_of_many_pages_is_read_once_and_then_only_what_is_new(
    account: FakeStripe,
    server: scripted_http.ScriptedServer,
    collector: stripe_revenue.StripeCollector,
) -> None:
    account.page_size = 10
    for _ in range(95):
        account.move(1)
    assert await collect(collector) == {"USD": 95}
    before = len(server.asked)
    assert await collect(collector) == {"USD": 95}
    assert len(server.asked) - before == 1
    for _ in range(25):
        account.move(1)
    assert await collect(collector) == {"USD": 120}
    assert len(server.asked) - before == 4


@pytest.mark.parametrize("failing_request", [0, 1, 6, 10, 11])
async def test_a_failure_at_any_page_counts_nothing_twice(
    account: FakeStripe,
    server: scripted_http.ScriptedServer,
    collector: stripe_revenue.StripeCollector,
    failing_request: int,
) -> None:
    account.page_size = 10
    for _ in range(95):
        account.move(1)
    fine = account.answer
    broken = account.reply(500, {"error": {"message": "Something went wrong."}})

    def answer(line: str) -> scripted_http.Answer:
        # The request is counted before it is answered.
        return broken if len(server.asked) == failing_request + 1 else fine(line)

    server._answer = answer
    if failing_request < 11:  # one for the time, ten pages
        assert (await fail(collector)).reason is FailureReason.FAULT
    assert await collect(collector) == {"USD": 95}


async def test_too_many_requests_are_answered_with_patience(
    account: FakeStripe, collector: stripe_revenue.StripeCollector
) -> None:
    refusal = {"error": {"message": "Too many requests."}}
    account.next_answers = [account.reply(429, refusal, "Retry-After: 7")]
    failed = await fail(collector)
    assert failed.reason is FailureReason.EXHAUSTED
    assert failed.retry_after_seconds == 7
    assert str(failed).endswith("status 429 Too many requests.")


async def test_patience_may_be_asked_for_until_a_date(
    account: FakeStripe, collector: stripe_revenue.StripeCollector
) -> None:
    until = email.utils.formatdate(NOW + 90, usegmt=True)
    account.next_answers = [account.reply(429, {}, f"Retry-After: {until}")]
    assert (await fail(collector)).retry_after_seconds == 90


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, FailureReason.QUERY),
        (401, FailureReason.REFUSED),
        (403, FailureReason.REFUSED),
        (500, FailureReason.FAULT),
        (503, FailureReason.FAULT),
    ],
)
async def test_errors_are_told_apart_by_who_can_mend_them(
    account: FakeStripe,
    collector: stripe_revenue.StripeCollector,
    status: int,
    reason: FailureReason,
) -> None:
    account.next_answers = [account.reply(status, {"error": {"message": "No."}})]
    failed = await fail(collector)
    assert failed.reason is reason
    assert KEY not in str(failed)
    (durations,) = collector.tell()
    counted = {
        sample.labels["result"]: sample.value
        for sample in durations.samples
        if sample.name.endswith("_count")
    }
    assert counted[reason.value] == 1
    assert counted["ok"] == 0


@pytest.mark.parametrize("cut", [1, 20, 60])
async def test_an_answer_that_is_cut_off_is_no_answer(
    account: FakeStripe, collector: stripe_revenue.StripeCollector, cut: int
) -> None:
    account.move(990)
    body = json.dumps({"data": account.movements, "has_more": False}).encode()
    short = account.reply_text(200, body[:cut], len(body))  # the connection breaks
    invalid = account.reply_text(200, body[:cut], cut)  # the text ends too early
    account.next_answers = [short, invalid]
    assert (await fail(collector)).reason is FailureReason.ANSWER
    assert (await fail(collector)).reason is FailureReason.ANSWER
    assert await collect(collector) == {"USD": 990}


async def test_a_stripe_that_hangs_is_given_up_and_read_again(
    account: FakeStripe, collector: stripe_revenue.StripeCollector
) -> None:
    account.move(990)
    account.next_answers = [scripted_http.HANG]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await collector.collect()
    assert await collect(collector) == {"USD": 990}


async def test_the_month_begins_by_stripes_clock_and_not_by_ours(
    account: FakeStripe, collector: stripe_revenue.StripeCollector
) -> None:
    account.move(990)
    assert await collect(collector) == {"USD": 990}
    account.now = 1_796_101_200.0  # 1 December, 00:00 in New York; we are a week behind
    assert await collect(collector) == {"USD": 990}  # seen with this answer
    assert await collect(collector) == {"USD": 0}
    account.move(10)
    assert await collect(collector) == {"USD": 10}
    reading = await collector.collect()
    (skew,) = [one for one in reading.families if one.name.endswith("skew_seconds")]
    assert skew.samples[0].value == account.now - NOW
