"""Rules that measure the same ask once; what is absent or too costly is said."""

import asyncio
import datetime as dt
import urllib.parse
from collections.abc import Sequence

import httpx

from sightline.app.backtest import recorded, replays, results
from sightline.clients import prometheus
from sightline.promql import parsing
from sightline.review.backtest import chains, replaying, scoring, states

BEGIN = 1_780_012_800
PERIOD = replaying.Period(
    start=dt.datetime.fromtimestamp(BEGIN, dt.UTC),
    end=dt.datetime.fromtimestamp(BEGIN + 3_600, dt.UTC),
)
NEVER: scoring.Truth = {}


class Server:
    """A Prometheus on which every expression is 7 from the hour's begin to its half.

    Attributes:
        asked: the expressions of range queries.
    """

    def __init__(self, *, answers: bool = True, rules: Sequence[str] = ()) -> None:
        self.asked: list[str] = []
        self._answers = answers
        self._rules = rules

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/rules"):
            return httpx.Response(200, json={"data": self._groups()})
        form = dict(urllib.parse.parse_qsl(request.content.decode()))
        self.asked.append(form["query"])
        if not self._answers:
            await asyncio.Event().wait()
        start, end = (float(form[name]) for name in ("start", "end"))
        step = float(form["step"])
        name = "recorded:series" if "__name__" in form["query"] else ""
        times = [start + step * at for at in range(int((end - start) / step) + 1)]
        points = [(at, "7") for at in times if name or BEGIN <= at < BEGIN + 1_800]
        metric = {"__name__": name} if name else {"service": "shop"}
        result = [{"metric": metric, "values": points}]
        return httpx.Response(200, json={"data": {"result": result}})

    def _groups(self) -> object:
        rules = [
            {"type": "recording", "name": "recorded:series", "query": one}
            | {"health": "ok"}
            for one in self._rules
        ]
        group = {"name": "g", "file": "f", "interval": 60, "rules": rules}
        return {"groups": [group]}


def _alert(name: str, expr: str) -> replaying.Alert:
    return replaying.Alert(
        name=name,
        expression=parsing.parse(expr),
        labels={},
        timing=states.Timing(hold=300.0),
        interval=60.0,
    )


async def _sweep(
    server: Server, *alerts: replaying.Alert, seconds: float | None = None
) -> tuple[results.Result, ...]:
    transport = httpx.MockTransport(server)
    async with httpx.AsyncClient(transport=transport) as client:
        replayed = replays.Replays(
            server=prometheus.Prometheus(client, "http://prometheus"),
            absent=frozenset({"missing_total"}),
            recordings={},
            period=PERIOD,
            budget=replays.Budget(seconds, lambda: 0.0),
            say=lambda _: None,
        )
        return await replayed.sweep(alerts, NEVER)


async def test_alerts_that_measure_the_same_are_answered_by_one_question() -> None:
    server = Server()
    alerts = (_alert("Low", "depth > 5"), _alert("High", "depth > 9"))
    low, high = await _sweep(server, *alerts)
    assert server.asked == ["depth"]
    assert [(one.start - BEGIN, one.end) for one in low.episodes] == [
        (300.0, BEGIN + 1_800.0)
    ]
    assert high.episodes == ()


async def test_results_come_in_the_order_of_the_rules() -> None:
    alerts = [
        _alert("A", "a > 5"),
        _alert("NoLimit", "x or y"),
        _alert("B", "b > 5"),
        _alert("LikeA", "a > 6"),
    ]
    found = await _sweep(Server(), *alerts)
    assert [one.alert.name for one in found] == ["A", "NoLimit", "B", "LikeA"]
    assert found[1].not_swept == "`or` joins conditions that have a limit each"
    assert len(found[1].episodes) == 1


async def test_what_cannot_have_results_is_not_asked_for() -> None:
    server = Server()
    (one,) = await _sweep(server, _alert("Gone", "depth > 5 and missing_total"))
    assert (server.asked, one.episodes, one.not_replayed) == ([], (), "")


async def test_what_takes_too_long_is_said_and_not_waited_for() -> None:
    server = Server(answers=False)
    (one,) = await _sweep(server, _alert("Slow", "depth > 5"), seconds=0.04)
    assert one.not_replayed == "too costly: the server gave no answer in 10ms"


async def test_a_recorded_series_is_known_though_servers_sort_matchers() -> None:
    server = Server(rules=['sum(events{a="1", b="2"})'])
    rule = chains.Recording(
        record="recorded:series",
        expression=parsing.parse('sum(events{b="2", a="1"})'),
        labels={},
        interval=60.0,
    )
    other = chains.Recording(
        record="recorded:series",
        expression=parsing.parse('sum(events{b="2", a="3"})'),
        labels={},
        interval=60.0,
    )
    async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as client:
        asked = prometheus.Prometheus(client, "http://prometheus")
        same, unlike = [
            await recorded.find_unrecorded(asked, {"recorded:series": (one,)}, PERIOD)
            for one in (rule, other)
        ]
    assert (same, unlike) == ({}, {"recorded:series": (other,)})
