import asyncio

import pytest

from sightline.demo import calls, edge, edge_cache

GOOD = calls.Answer(200, b"{}")
BAD = calls.Answer(503, b"{}")


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", "/jobs/17", ("/api/jobs/17", True)),
        ("GET", "/search", ("/api/search", True)),
        ("POST", "/jobs/17", ("/jobs/17", False)),
        ("GET", "/api/jobs/17", ("/api/jobs/17", False)),
        ("GET", "/.env", ("/.env", False)),
    ],
)
def test_only_public_pages_are_kept(
    method: str, path: str, found: tuple[str, bool]
) -> None:
    assert edge.origin_path(method, path) == found


class Origin:
    def __init__(self, answer: calls.Answer) -> None:
        self.answer = answer
        self.asked = 0

    async def ask(self) -> calls.Answer:
        self.asked += 1
        await asyncio.sleep(0)
        return self.answer


async def test_an_answer_is_fresh_until_its_time_is_over() -> None:
    now = 5.0
    cache = edge_cache.EdgeCache(60.0, 10, clock=lambda: now)

    await cache.fetch("/a", Origin(GOOD).ask)

    now = 64.9
    assert cache.find("/a") == GOOD
    now = 65.0
    assert cache.find("/a") is None


async def test_many_who_want_the_same_ask_once() -> None:
    cache, origin = edge_cache.EdgeCache(60.0, 10), Origin(GOOD)

    answers = await asyncio.gather(*(cache.fetch("/a", origin.ask) for _ in range(5)))

    assert (answers, origin.asked) == ([GOOD] * 5, 1)


async def test_a_failure_is_told_and_not_kept() -> None:
    cache = edge_cache.EdgeCache(60.0, 10)

    assert await cache.fetch("/a", Origin(BAD).ask) == BAD
    assert cache.find("/a") is None


async def test_the_oldest_answers_make_room() -> None:
    cache = edge_cache.EdgeCache(60.0, 2)

    for key in ("/a", "/b", "/a", "/c"):
        await cache.fetch(key, Origin(GOOD).ask)

    assert [cache.find(key) for key in ("/a", "/b", "/c")] == [GOOD, None, GOOD]
