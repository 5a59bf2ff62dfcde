"""Samples become the episodes that they are of."""

from sightline.clients import prometheus
from sightline.review import alert_history


def _series(
    state: str, *times: float, number: float = 1.0, **labels: str
) -> prometheus.Series:
    named = {"alertname": "A", **labels} | ({"alertstate": state} if state else {})
    return prometheus.Series(
        labels=named, points=tuple((time, number) for time in times)
    )


def _spans(
    episodes: tuple[alert_history.Episode, ...],
) -> list[tuple[float, float | None, float]]:
    return [(one.active_at, one.fired_at, one.last_at) for one in episodes]


def test_pending_and_firing_samples_are_one_episode() -> None:
    states = [_series("pending", 60, 120), _series("firing", 180, 240)]
    since = [_series("", 60, 120, 180, 240, number=60.0)]
    assert _spans(alert_history.weave(states, since)) == [(60.0, 180.0, 240.0)]


def test_an_alert_that_never_fired_has_no_firing_time() -> None:
    states = [_series("pending", 60, 120)]
    since = [_series("", 60, 120, number=60.0)]
    assert _spans(alert_history.weave(states, since)) == [(60.0, None, 120.0)]


def test_a_restart_does_not_end_an_episode() -> None:
    states = [_series("firing", 60, 120, 600, 660)]
    since = [_series("", 60, 120, 600, 660, number=60.0)]
    assert _spans(alert_history.weave(states, since)) == [(60.0, 60.0, 660.0)]


def test_a_new_begin_is_a_new_episode() -> None:
    states = [_series("firing", 60, 120, 600, 660)]
    since = [_series("", 60, 120, number=60.0), _series("", 600, 660, number=600.0)]
    assert _spans(alert_history.weave(states, since)) == [
        (60.0, 60.0, 120.0),
        (600.0, 600.0, 660.0),
    ]


def test_a_pair_of_servers_sees_one_episode() -> None:
    states = [
        _series("firing", 60, 120, prometheus_replica="a"),
        _series("firing", 61, 121, prometheus_replica="b"),
    ]
    since = [
        _series("", 60, 120, number=60.0, prometheus_replica="a"),
        _series("", 61, 121, number=60.6, prometheus_replica="b"),
    ]
    assert _spans(alert_history.weave(states, since)) == [(60.0, 60.0, 121.0)]
