"""One answer for many askers."""

import asyncio

import pytest

from sightline.console import coalescing


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Asked:
    """Counts how often it was asked, and answers when it is let."""

    def __init__(self) -> None:
        self.times = 0
        self.open = asyncio.Event()

    async def __call__(self) -> int:
        self.times += 1
        await self.open.wait()
        return self.times


async def test_who_asks_at_once_waits_for_one_answer() -> None:
    shared: coalescing.Shared[int] = coalescing.Shared()
    asked = Asked()
    waiting = [asyncio.create_task(shared.get("k", 5, asked)) for _ in range(50)]
    await asyncio.sleep(0)
    asked.open.set()
    assert await asyncio.gather(*waiting) == [1] * 50


async def test_an_answer_is_given_again_while_it_is_fresh() -> None:
    clock = Clock()
    shared: coalescing.Shared[int] = coalescing.Shared(clock)
    asked = Asked()
    asked.open.set()
    assert await shared.get("k", 5, asked) == 1
    clock.now = 4.9
    assert await shared.get("k", 5, asked) == 1
    assert await shared.get("other", 5, asked) == 2
    clock.now = 5.0
    assert await shared.get("k", 5, asked) == 3


async def test_a_failure_is_told_and_not_kept() -> None:
    shared: coalescing.Shared[int] = coalescing.Shared()

    async def fail() -> int:
        raise ValueError("no")

    asked = Asked()
    asked.open.set()
    with pytest.raises(ValueError, match="no"):
        await shared.get("k", 5, fail)
    assert await shared.get("k", 5, asked) == 1


async def test_an_asker_who_leaves_takes_no_answer_away() -> None:
    shared: coalescing.Shared[int] = coalescing.Shared()
    asked = Asked()
    first = asyncio.create_task(shared.get("k", 5, asked))
    second = asyncio.create_task(shared.get("k", 5, asked))
    await asyncio.sleep(0)
    first.cancel()
    asked.open.set()
    assert await second == 1


async def test_no_more_answers_are_kept_than_allowed() -> None:
    shared: coalescing.Shared[int] = coalescing.Shared(most=2)
    asked = Asked()
    asked.open.set()
    for key in ("a", "b", "c"):
        await shared.get(key, 60, asked)
    assert len(shared._kept) == 2
    assert await shared.get("a", 60, asked) == 4
