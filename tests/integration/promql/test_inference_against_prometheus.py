"""What is inferred of an expression, against what a real Prometheus makes of it."""

import collections
import contextlib
import http.client
import json
import math
import random
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from sightline.promql import (
    ast,
    catalogue,
    facts,
    inference,
    intervals,
    labelsets,
    naming,
    parsing,
    printing,
    walking,
)
from support import random_promql, stored

pytestmark = pytest.mark.integration

EXPRESSIONS = 10_000
MUTANTS = 2_000
SEED = 20_261_124
DEPTH = 3
START = 1_700_000_000
STEP = 15
SAMPLES = 60
NOW = START + STEP * (SAMPLES - 1)
NEITHER_RIGHT_NOR_WRONG = ("same labelset", "duplicate", "multiple matches")

_Kind = catalogue.Kind
_KINDS = {
    "requests_total": _Kind.COUNTER,
    "errors_total": _Kind.COUNTER,
    "latency_seconds_bucket": _Kind.BUCKET,
    "latency_seconds_count": _Kind.COUNTER,
    "build_info": _Kind.INFO,
    "idle_seconds": _Kind.QUANTILE,
}
_BOUNDS = {
    "working": intervals.TRUTH,
    "temperature_celsius": intervals.Interval(-20.0, 35.0),
}
_OPEN = {"room"}
"""Labels of which the catalogue does not know the values."""


def _catalogue() -> catalogue.Catalogue:
    return catalogue.Catalogue.of(
        naming.describe(
            name,
            _KINDS.get(name, _Kind.GAUGE),
            labelsets.LabelSet({label: _label(label) for label in labels}),
            source=catalogue.Source.SPEC,
            origin="this test",
            bounds=_BOUNDS.get(name),
        )
        for name, labels in random_promql.METRICS.items()
    )


def _label(name: str) -> labelsets.Label:
    if name in _OPEN:
        return labelsets.ANY
    texts = set(random_promql.VALUES[name]) - {"nobody", "600"}
    return labelsets.Label.of(*texts)


def _samples() -> dict[str, Iterator[tuple[int, float]]]:
    return {
        series: _points(numbers)
        for series, numbers in (
            *_counters(),
            *_histogram(),
            *_gauges(),
        )
    }


def _points(numbers: Iterable[float]) -> Iterator[tuple[int, float]]:
    return ((START + STEP * step, number) for step, number in enumerate(numbers))


def _counter(slope: float, reset_at: int | None = None) -> list[float]:
    return [
        slope * (step - (reset_at or 0) if step >= (reset_at or 0) else step)
        for step in range(SAMPLES)
    ]


def _counters() -> Iterator[tuple[str, list[float]]]:
    for position, code in enumerate(("200", "404", "500", "503")):
        yield f'requests_total{{job="api",code="{code}"}}', _counter(position * 3.0)
        yield f'requests_total{{job="web",code="{code}"}}', _counter(2.0, reset_at=50)
    yield 'errors_total{job="api"}', _counter(1.0)
    yield 'errors_total{job="web"}', _counter(0.0)


def _histogram() -> Iterator[tuple[str, list[float]]]:
    for job, slope in (("api", 4.0), ("web", 0.0)):
        for share, bound in ((0.5, "0.1"), (0.75, "1.0"), (0.75, "10.0"), (1, "+Inf")):
            series = f'latency_seconds_bucket{{job="{job}",le="{bound}"}}'
            yield series, _counter(slope * share)
        yield f'latency_seconds_count{{job="{job}"}}', _counter(slope)


def _gauges() -> Iterator[tuple[str, list[float]]]:
    wave = [round(20 * math.sin(step / 5), 3) for step in range(SAMPLES)]
    for job in ("api", "web"):
        for room in ("attic", "cellar"):
            labels = f'{{job="{job}",room="{room}"}}'
            yield f"temperature_celsius{labels}", wave
            yield f"used_bytes{labels}", [abs(number) * 1e6 for number in wave]
    yield 'working{job="api"}', [1.0] * SAMPLES
    yield 'working{job="web"}', [step % 2 for step in range(SAMPLES)]
    yield 'limit_bytes{job="api"}', [5e7] * SAMPLES
    yield 'limit_bytes{job="web"}', [0.0] * SAMPLES
    yield 'build_info{job="api",version="1.2"}', [1.0] * SAMPLES
    yield 'build_info{job="web",version="1.3"}', [1.0] * SAMPLES
    yield 'optional{job="api",extra="yes"}', wave
    yield 'optional{job="web"}', [-number for number in wave]
    yield 'idle_seconds{quantile="0.5"}', [math.nan] * SAMPLES
    yield 'idle_seconds{quantile="0.9"}', [0.25] * SAMPLES
    yield "lonely{}", [3.0] * SAMPLES


@dataclass(frozen=True)
class Answer:
    """What the engine said: series with their numbers, or an error."""

    series: tuple[tuple[Mapping[str, str], float], ...]
    error: str


class Engine:
    """Asks a Prometheus on one connection."""

    def __init__(self, url: str) -> None:
        host = urllib.parse.urlsplit(url).netloc
        self._connection = http.client.HTTPConnection(host)

    def close(self) -> None:
        self._connection.close()

    def ask(self, expr: str) -> Answer:
        body = urllib.parse.urlencode({"query": expr, "time": NOW})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", "/api/v1/query", body, headers)
        answer = json.loads(self._connection.getresponse().read())
        if answer["status"] != "success":
            return Answer((), f"{answer['errorType']}: {answer['error']}")
        if answer["data"]["resultType"] != "vector":
            return Answer((), "")
        found = answer["data"]["result"]
        return Answer(
            tuple((each["metric"], float(each["value"][1])) for each in found), ""
        )


@pytest.fixture(scope="module")
def address(
    binaries: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("promql")
    with stored.prometheus_on(_samples(), binaries, folder) as url:
        yield url


def _ask_all(url: str, exprs: list[str]) -> list[Answer]:
    def ask_some(part: list[str]) -> list[Answer]:
        with contextlib.closing(Engine(url)) as engine:
            return [engine.ask(expr) for expr in part]

    middle = len(exprs) // 2
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(ask_some, (exprs[:middle], exprs[middle:]))
    return first + second


@dataclass(frozen=True)
class Case:
    """An expression, what is inferred of it, and what the engine made of it."""

    found: inference.Inference
    answer: Answer

    @property
    def fact(self) -> facts.Vector:
        return self.found.vector(self.found.tree)


@pytest.fixture(scope="module")
def cases(address: str) -> list[Case]:
    known = _catalogue()
    writer = random_promql.Writer(SEED)
    trees = [parsing.parse(writer.vector(DEPTH)) for _ in range(EXPRESSIONS)]
    answers = _ask_all(address, [printing.render(tree) for tree in trees])
    return [
        Case(inference.infer(tree, known), answer)
        for tree, answer in zip(trees, answers, strict=True)
    ]


def test_prometheus_never_gives_what_inference_excludes(cases: list[Case]) -> None:
    problems = [
        f"{printing.render(case.found.tree)}: {problem}"
        for case in cases
        for problem in _contradictions(case.found, case.answer)
    ]
    assert "\n".join(problems) == ""


def test_inferred_labels_are_those_that_prometheus_gives(cases: list[Case]) -> None:
    answered = [case for case in cases if case.answer.series]
    equal = [case for case in answered if _has_equal_labels(case)]
    assert len(answered) > EXPRESSIONS * 0.4
    # The rest is `or`, and labels that only some series have: those may, not must.
    assert len(equal) > len(answered) * 0.9


def test_emptiness_is_often_known_beforehand(cases: list[Case]) -> None:
    found = collections.Counter(case.fact.presence for case in cases)
    assert found[facts.Presence.ALWAYS] > EXPRESSIONS * 0.01
    assert found[facts.Presence.NEVER] > EXPRESSIONS * 0.05
    empty = [case for case in cases if not (case.answer.series or case.answer.error)]
    foreseen = [case for case in empty if case.fact.presence is facts.Presence.NEVER]
    assert len(foreseen) > len(empty) * 0.5


def test_what_is_refused_here_is_refused_by_prometheus(address: str) -> None:
    chance, writer = random.Random(SEED), random_promql.Writer(SEED)
    texts = [random_promql.mutate(writer.vector(2), chance) for _ in range(MUTANTS)]
    answers = _ask_all(address, texts)
    judged = [
        (text, is_refused, answer.error)
        for text, answer in zip(texts, answers, strict=True)
        if (is_refused := _is_refused(text)) is not None
    ]
    differing = [
        f"{text!r}: {error or 'accepted'}"
        for text, is_refused, error in judged
        if is_refused != error.startswith("bad_data")
    ]
    assert "\n".join(differing) == ""
    assert len(judged) > MUTANTS * 0.95


def _is_refused(text: str) -> bool | None:
    """Whether a text is refused here; `None` when it is not analysed."""
    try:
        parsing.parse(text)
    except parsing.InvalidExpression:
        return True
    except parsing.NotAnalysed:
        return None
    return False


def _has_equal_labels(case: Case) -> bool:
    """Whether every series has exactly the labels that it must have."""
    wanted = case.fact.labels.certain
    return all(labels.keys() == wanted for labels, _ in case.answer.series)


def _contradictions(found: inference.Inference, answer: Answer) -> Iterator[str]:
    fact = found.fact
    assert isinstance(fact, facts.Vector)
    if answer.error:
        yield from _contradicting_error(found, answer.error)
        return
    if fact.presence is facts.Presence.NEVER and answer.series:
        yield f"never anything, but {answer.series}"
    if fact.presence is facts.Presence.ALWAYS and not answer.series:
        yield "always something, but nothing"
    for labels, number in answer.series:
        yield from _contradicting_labels(fact.labels, labels)
        if not _is_within(number, fact.interval):
            yield f"{number} is not in {fact.interval}"


def _contradicting_error(found: inference.Inference, error: str) -> Iterator[str]:
    if not any(words in error for words in NEITHER_RIGHT_NOR_WRONG):
        yield f"refused: {error}"
    joins = (
        found.join(node)
        for node in walking.walk(found.tree)
        if isinstance(node, ast.Binary)
    )
    is_ambiguous = any(join is not None and join.ambiguous for join in joins)
    if "many-to-many" in error and not is_ambiguous:
        yield f"no ambiguous join, but {error}"


def _contradicting_labels(
    known: labelsets.LabelSet, labels: Mapping[str, str]
) -> Iterator[str]:
    for name in known.certain - labels.keys():
        yield f"no label {name} in {dict(labels)}"
    for name, text in labels.items():
        label = known[name]
        if not label.may_be_present:
            yield f"a label {name} in {dict(labels)}"
        elif label.texts is not None and text not in label.texts:
            yield f"{name}={text!r} is not one of {sorted(label.texts)}"


def _is_within(number: float, interval: intervals.Interval) -> bool:
    if number in interval:
        return True
    if not math.isfinite(number):
        return False
    slack = 1e-9 * max(1.0, abs(number))
    return interval.low - slack <= number <= interval.high + slack
