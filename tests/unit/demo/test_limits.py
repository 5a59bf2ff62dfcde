from sightline.demo import limits


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_client_is_refused_beyond_the_limit_and_others_are_not() -> None:
    window = limits.SlidingWindow(2, 10.0, Clock())

    assert [window.admit("a") for _ in range(4)] == [True, True, False, False]
    assert window.admit("b") is True


def test_the_window_slides_with_each_event() -> None:
    clock = Clock()
    window = limits.SlidingWindow(2, 10.0, clock)
    window.admit("a")
    clock.now = 106.0
    window.admit("a")

    clock.now = 109.9
    assert window.admit("a") is False
    clock.now = 110.0  # the first one is ten seconds old; the second is not
    assert [window.admit("a"), window.admit("a")] == [True, False]


def test_refused_events_do_not_keep_a_client_out() -> None:
    clock = Clock()
    window = limits.SlidingWindow(1, 10.0, clock)
    window.admit("a")
    for _ in range(9):
        clock.now += 1
        assert window.admit("a") is False

    clock.now += 1
    assert window.admit("a") is True


def test_idle_clients_are_forgotten_when_there_are_too_many() -> None:
    clock = Clock()
    window = limits.SlidingWindow(1, 10.0, clock, most_clients=2)
    window.admit("idle")
    clock.now = 105.0
    window.admit("busy")
    clock.now = 111.0

    assert window.admit("new") is True
    assert window.admit("busy") is False  # it is remembered
