from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sightline.demo import ledger

NOW = 1_795_478_400.0  # 24 November 2026, 00:00 UTC
LAST = 1 << 62


@pytest.fixture
async def book() -> AsyncIterator[ledger.Ledger]:
    opened = ledger.Ledger(Path(":memory:"), clock=lambda: NOW)
    await opened.open()
    yield opened
    await opened.close()


def totals(book: ledger.Ledger, since: float = 0) -> Counter[str]:
    found: Counter[str] = Counter()
    for entry in book.list_before(LAST, since, 100_000):
        found[entry.currency] += entry.amount_minor
    return found


async def test_it_begins_with_a_history_in_three_currencies(
    book: ledger.Ledger,
) -> None:
    assert totals(book, NOW + 1) == {}
    assert {"EUR", "GBP", "USD"} == set(totals(book, NOW - 86_400))


async def test_revenue_is_paid_minus_refunded_by_currency(book: ledger.Ledger) -> None:
    before = totals(book)

    book.charge(500, "USD")
    charge = book.charge(300, "EUR")

    assert book.refund(charge) == 300
    assert totals(book) == {**before, "USD": before["USD"] + 500}


async def test_a_charge_is_given_back_once(book: ledger.Ledger) -> None:
    charge = book.charge(300, "EUR")

    assert [book.refund(charge), book.refund(charge)] == [300, 0]


async def test_the_rest_of_a_partly_refunded_charge_is_given_back(
    book: ledger.Ledger,
) -> None:
    assert book.refund("ch_seed_50") == 50 * 104_729 % 200_000  # 2000 went before


async def test_a_charge_that_is_not_in_the_books_gives_nothing_back(
    book: ledger.Ledger,
) -> None:
    assert book.refund("ch_unheard_of") == 0


async def test_charges_are_numbered_one_after_the_other(book: ledger.Ledger) -> None:
    first, second = book.charge(1, "USD"), book.charge(1, "USD")

    assert int(second.removeprefix("ch_")) == int(first.removeprefix("ch_")) + 1


async def test_entries_are_listed_on_either_side_of_one_newest_first(
    book: ledger.Ledger,
) -> None:
    *_, last = book.list_after(0, 0, 100_000)[:1]

    def numbers(entries: list[ledger.Entry]) -> list[int]:
        return [entry.number - last.number for entry in entries]

    assert numbers(book.list_before(last.number, 0, 3)) == [-1, -2, -3]
    assert numbers(book.list_after(last.number - 5, 0, 3)) == [-2, -3, -4]
