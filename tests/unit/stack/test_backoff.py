from sightline.stack import backoff


def test_delays_double_up_to_the_longest() -> None:
    waiting = backoff.Backoff(first=0.25, longest=8.0)
    delays = [waiting.next_delay(ran_seconds=0.1) for _ in range(8)]
    assert delays == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_stable_run_makes_up_for_earlier_failures() -> None:
    waiting = backoff.Backoff(first=0.25, stable=15.0)
    for _ in range(4):
        waiting.next_delay(ran_seconds=0.1)
    assert waiting.next_delay(ran_seconds=15.0) == 0.25


def test_patience_is_lost_after_quick_failures_in_a_row() -> None:
    waiting = backoff.Backoff(patience=2)
    lost = []
    for _ in range(3):
        waiting.next_delay(ran_seconds=0.1)
        lost.append(waiting.has_lost_patience)
    assert lost == [False, True, True]


def test_reset_forgets_failures() -> None:
    waiting = backoff.Backoff(patience=1)
    waiting.next_delay(ran_seconds=0.1)
    waiting.reset()
    assert not waiting.has_lost_patience
