"""Why an alert fires: its expression taken apart, each part with its own number."""

import datetime as dt

import pytest

from sightline import errors
from sightline.app.console import explanations
from sightline.clients import prometheus

RECORDED = {"service:errors:ratio": "a / b", "loop": "loop + 1"}
LABELS = {"alertname": "X", "service": "web", "priority": "P0"}


class Server:
    """Answers from a table; everything else has no result."""

    def __init__(self, answers: dict[str, tuple[prometheus.Sample, ...]]) -> None:
        self.answers = answers

    async def query(
        self, expr: str, at: dt.datetime | None = None
    ) -> tuple[prometheus.Sample, ...]:
        del at
        if expr == "down":
            raise errors.ServerUnavailable("Prometheus does not answer")
        return self.answers.get(expr, ())


def _sample(number: float, **labels: str) -> prometheus.Sample:
    return prometheus.Sample(labels=labels, time=0.0, number=number)


def test_connectives_comparisons_and_recorded_series_are_taken_apart() -> None:
    found = explanations.take_apart(
        "service:errors:ratio > 0.05 and (traffic >= 20)", RECORDED
    )
    assert (found.kind.value, found.sign) == ("connective", "and")
    ratio, traffic = found.parts
    assert [(part.kind.value, part.text) for part in ratio.parts] == [
        ("recorded", "service:errors:ratio"),
        ("limit", "0.05"),
    ]
    (quotient,) = ratio.parts[0].parts
    assert (quotient.kind.value, quotient.text) == ("arithmetic", "a / b")
    assert (traffic.kind.value, traffic.text) == ("comparison", "traffic >= 20")


def test_a_series_that_is_recorded_from_itself_ends() -> None:
    found = explanations.take_apart("loop > 1", RECORDED, depth=3)
    depth = 0
    while found.parts:
        found, depth = found.parts[0], depth + 1
    assert depth <= 3


def test_text_that_is_no_expression_is_refused() -> None:
    with pytest.raises(errors.InputError, match="cannot be read"):
        explanations.take_apart("sum(", {})


async def test_each_part_shows_what_it_is_for_the_alert_alone() -> None:
    server = Server(
        {
            "x > 5": (_sample(9.0, service="web"),),
            "x": (_sample(9.0, service="web"), _sample(99.0, service="other")),
        }
    )
    read = await explanations.explain(
        server, explanations.take_apart("x > 5", {}), LABELS
    )
    assert read.holds is True
    measured, limit = read.parts
    assert measured.readings == (
        explanations.Reading(labels={"service": "web"}, number=9.0),
    )
    assert (limit.readings, limit.holds) == ((), None)


async def test_without_labels_the_largest_come_first_and_the_rest_are_counted() -> None:
    many = tuple(_sample(float(n), pod=str(n)) for n in range(8))
    read = await explanations.explain(
        Server({"x": many}), explanations.take_apart("x", {}), {}
    )
    assert [one.number for one in read.readings] == [7.0, 6.0, 5.0, 4.0, 3.0]
    assert read.count == 8


async def test_a_part_without_a_result_does_not_hold_and_one_that_fails_says_why() -> (
    None
):
    tree = explanations.take_apart("x > 5 and down", {})
    read = await explanations.explain(Server({}), tree, LABELS)
    assert read.holds is False
    assert read.parts[1].problem == "Prometheus does not answer"


async def test_what_is_no_number_is_shown_as_none() -> None:
    read = await explanations.explain(
        Server({"x": (_sample(float("nan")),)}), explanations.take_apart("x", {}), {}
    )
    assert read.readings == (explanations.Reading(labels={}, number=None),)
