"""Counting keys by sampling, and the patterns that say which."""

import random

import pytest

from sightline.collectors import redis_counts
from sightline.model import keyspaces


def sample_of(total: int, seen: int, counted: int) -> keyspaces.Sample:
    keys = [b"s:%d" % number for number in range(counted)]
    keys += [b"x:%d" % number for number in range(seen - counted)]
    return keyspaces.Sample(
        keys=frozenset(keys), total=total, is_complete=seen == total
    )


IS_SESSION = redis_counts.match_glob("s:*")


def test_a_whole_keyspace_has_no_error() -> None:
    assert redis_counts.estimate([sample_of(50, 50, 20)], IS_SESSION) == (20.0, 0.0)


def test_nothing_has_no_error_either() -> None:
    assert redis_counts.estimate([sample_of(0, 0, 0)], IS_SESSION) == (0.0, 0.0)


def test_primaries_are_added_up_each_with_its_own_share() -> None:
    number, error = redis_counts.estimate(
        [sample_of(1000, 100, 50), sample_of(10, 10, 10)], IS_SESSION
    )
    assert number == 510.0
    assert error == pytest.approx((1000**2 * 0.9 * 0.25 / 99) ** 0.5)


def test_the_standard_error_says_how_far_the_estimate_is_off() -> None:
    chance = random.Random(1)
    keys = [b"s:%d" % n for n in range(3000)] + [b"x:%d" % n for n in range(7000)]
    within = 0
    for _ in range(400):
        seen = frozenset(chance.sample(keys, 500))
        sample = keyspaces.Sample(keys=seen, total=len(keys), is_complete=False)
        number, error = redis_counts.estimate([sample], IS_SESSION)
        within += abs(number - 3000) <= 1.96 * error
    assert 0.92 <= within / 400 <= 0.98  # of a nominal 95 %


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("h?llo", b"hallo", b"hllo"),
        ("h*llo", b"heeeello", b"jello"),
        ("h[ae]llo", b"hello", b"hillo"),
        ("h[^e]llo", b"hallo", b"hello"),
        ("h[a-b]llo", b"hbllo", b"hcllo"),
        (r"h\*llo", b"h*llo", b"hello"),
        ("a.b", b"a.b", b"acb"),
        ("session:*", b"session:\xff\n", b"session"),
    ],
)
def test_patterns_mean_what_redis_means(
    pattern: str, matching: bytes, other: bytes
) -> None:
    matches = redis_counts.match_glob(pattern)
    assert matches(matching)
    assert not matches(other)
