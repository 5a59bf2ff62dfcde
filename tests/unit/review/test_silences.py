"""Silences are judged by what they hide, for how long, and what came after them."""

import datetime as dt

import pytest

from sightline.clients import alertmanager
from sightline.review import silences

END = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
START = END - dt.timedelta(weeks=1)


def _days(count: float) -> dt.datetime:
    return END - dt.timedelta(days=count)


def _silence(begin: float, end: float, service: str = "web") -> alertmanager.Silence:
    """Gives a silence from and to so many days before the end of the period."""
    return alertmanager.Silence(
        id=f"{begin}",
        matchers=(_matcher(service),),
        starts_at=_days(begin),
        ends_at=_days(end),
        created_by="kim",
        comment="noisy",
    )


def _matcher(text: str, **more: bool) -> alertmanager.Matcher:
    fields = {"is_regex": False, "is_equal": True, **more}
    return alertmanager.Matcher(name="service", value=text, **fields)


def _alert(since: float, silenced_by: tuple[str, ...] = ()) -> alertmanager.Alert:
    return alertmanager.Alert(
        labels={"alertname": "HighErrorRate", "service": "web"},
        annotations={},
        starts_at=_days(since),
        ends_at=END,
        updated_at=END,
        fingerprint="f",
        receivers=(),
        status=alertmanager.AlertStatus(
            state="active", silenced_by=silenced_by, inhibited_by=()
        ),
    )


def _told(
    silence: alertmanager.Silence, *alerts: alertmanager.Alert
) -> list[tuple[silences.Flaw, str]]:
    judged = silences.judge([silence], alerts, START, END)
    assert all(one.name == 'service="web"' for one in judged)
    return [(one.flaw, one.evidence) for one in judged]


def test_two_months_are_too_long() -> None:
    assert _told(_silence(70, -10), _alert(80, ("70",))) == [
        (
            silences.Flaw.TOO_LONG,
            "since 70 d, for 80 d in all, by kim: 'noisy'",
        )
    ]


def test_what_is_planned_for_two_months_is_too_long_already() -> None:
    ((flaw, _),) = _told(_silence(1, -90), _alert(2))
    assert flaw is silences.Flaw.TOO_LONG


def test_a_week_without_an_alert_is_for_nothing() -> None:
    assert _told(_silence(9, -5)) == [
        (
            silences.Flaw.IDLE,
            "since 9 d no alert that it matches is active, by kim: 'noisy'",
        )
    ]


def test_what_fires_on_when_a_silence_ended_was_not_mended() -> None:
    assert _told(_silence(9, 2), _alert(10)) == [
        (
            silences.Flaw.OVER,
            "HighErrorRate since 2 d without it, by kim: 'noisy'",
        )
    ]


@pytest.mark.parametrize(
    ("silence", "alerts"),
    [
        (_silence(3, -5), ()),
        (_silence(9, -5), (_alert(10, ("9",)),)),
        (_silence(9, 2), ()),
        (_silence(9, 2), (_alert(1),)),
        (_silence(9, 2), (_alert(10, ("another",)),)),
        (_silence(90, 20), (_alert(91),)),
        (_silence(-2, -5), ()),
    ],
    ids=["young", "in use", "mended", "new", "silenced anew", "long ago", "to come"],
)
def test_nothing_is_wrong_with(
    silence: alertmanager.Silence, alerts: tuple[alertmanager.Alert, ...]
) -> None:
    assert _told(silence, *alerts) == []


@pytest.mark.parametrize(
    ("matcher", "service", "expected"),
    [
        (_matcher("web"), "web", True),
        (_matcher("web"), "webs", False),
        (_matcher("web", is_equal=False), "db", True),
        (_matcher("we.", is_regex=True), "web", True),
        (_matcher("we.", is_regex=True), "webs", False),
        (_matcher("we.", is_regex=True, is_equal=False), "db", True),
        (_matcher(r"\pL", is_regex=True), "w", False),
    ],
)
def test_matchers_are_alertmanagers(
    matcher: alertmanager.Matcher, service: str, *, expected: bool
) -> None:
    silence = alertmanager.Silence(
        matchers=(matcher,),
        starts_at=START,
        ends_at=END,
        created_by="kim",
        comment="",
    )
    assert silences.silences_alert(silence, {"service": service}) is expected
