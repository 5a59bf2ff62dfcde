import pytest

from sightline.demo import junk, queues

MIB = 1 << 20


def test_a_job_knows_for_how_long_it_waits() -> None:
    raw = queues.encode_job({"user_id": 7}, now=100.0)

    assert queues.read_age(raw, now=112.5) == 12.5
    assert queues.read_age(raw, now=99.0) == 0.0  # clocks may disagree a little


@pytest.mark.parametrize(
    ("used", "maximum", "ratio", "chunks"),
    [
        (4 * MIB, 64 * MIB, 0.5, 112),
        (32 * MIB, 64 * MIB, 0.5, 0),
        (63 * MIB, 64 * MIB, 0.9, 0),
        (0, 1, 1.0, 1),
        (5 * MIB, 0, 0.9, 0),  # no maximum: nothing is full
    ],
)
def test_redis_is_filled_just_up_to_the_ratio(
    used: int, maximum: int, ratio: float, chunks: int
) -> None:
    assert junk.count_missing(used, maximum, ratio) == chunks
