"""What reading an error budget costs, in samples, beside the forms of the peers.

Prometheus itself counts (`stats=all`) on one data set: 20 series of requests, four
of them failures, scraped every 15 seconds for 30 days. The peers' expressions are
those that they generate. Below the table stands what the number of series does to
the cost: nothing, except for the two rules that read the raw series.
"""

import argparse
import asyncio
import contextlib
import dataclasses
import datetime as dt
import json
import os
import pathlib
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import httpx

from sightline.compilers import slo
from sightline.compilers.slo import series
from sightline.model import (
    environments,
    monitoring,
    names,
    routing,
    rules,
    services,
    signals,
    slos,
    spans,
    units,
)
from sightline.stack.acquire import binaries

_END: Final = 1_798_761_600
"""2027-01-01T00:00:00Z: a quarter of an hour, an hour and a day at once."""

_SCRAPE_SECONDS: Final = 15
_DAYS: Final = 30
_PROMISED: Final = 17_300
_PATIENCE_SECONDS: Final = 120
_ROUNDS: Final = 5
_CODES: Final = ("200", "201", "204", "404", "500")
_SMALL, _LARGE = "small", "large"
_SERIES: Final = {_SMALL: 20, _LARGE: 80}

_RAW: Final = 'requests_total{{service="small"{more}}}'
_ALL: Final = _RAW.format(more="")
_BAD: Final = _RAW.format(more=',status="500"')


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """An expression of somebody's, and for how long a panel of it reaches back."""

    whose: str
    what: str
    expr: str
    panel: dt.timedelta | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Cost:
    """What a question costs: samples that are read, and the median of the time."""

    question: Question
    samples: int
    milliseconds: float


def main() -> int:
    """Prints the table; 1 when our budget costs more than is promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON line instead")
    arguments = parser.parse_args()
    costs, growth = _measure()
    ours = next(one for one in costs if one.question.what == "budget of 30d")
    if arguments.json:
        print(json.dumps(_document(costs, growth)))
    else:
        _print_table(costs, growth)
    return 0 if ours.samples <= _PROMISED else 1


def _measure() -> tuple[list[Cost], Mapping[str, tuple[int, int]]]:
    found = asyncio.run(
        binaries.acquire(
            ("prometheus", "promtool"), binaries.settings_from_environ(os.environ, {})
        )
    )
    with tempfile.TemporaryDirectory(prefix="sightline-slo-cost-") as folder:
        directory = pathlib.Path(folder)
        _store(found["promtool"].path, directory)
        with _serve(found["prometheus"].path, directory) as server:
            costs = [_ask(server, question) for question in _questions()]
            growth = {name: _sum_rules(server, name) for name in _SERIES}
    return costs, growth


def _store(promtool: pathlib.Path, directory: pathlib.Path) -> None:
    """Writes the data set as blocks, with Prometheus's own tool."""
    text = directory / "samples.om"
    with text.open("w") as stream:
        stream.writelines(_exposition())
    subprocess.run(  # noqa: S603 - a fixed program with fixed words
        [
            promtool,
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            "--max-block-duration=744h",
            "--quiet",
            text,
            directory / "blocks",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    text.unlink()


def _exposition() -> Iterator[str]:
    yield "# TYPE requests counter\n"
    for service, count in _SERIES.items():
        # The large service needs no history: only its two raw rules read it.
        seconds = _DAYS * 86_400 if service == _SMALL else 3_600
        for number in range(count):
            status = _CODES[number % len(_CODES)]
            labels = f'service="{service}",pod="{number}",status="{status}"'
            step = 1 if status == "500" else 100
            name = f"requests_total{{{labels}}}"
            yield from _samples(name, _SCRAPE_SECONDS, seconds, step)
    recorded = {
        f'{name}{{slo="{service}",service="{service}"}}': 60
        for name in (series.BAD, series.TOTAL)
        for service in _SERIES
    }
    recorded["slo:sli_error:ratio_rate5m"] = 30
    for name, interval in recorded.items():
        yield f"# TYPE {name.partition('{')[0]} gauge\n"
        yield from _samples(name, interval, _DAYS * 86_400, 0)
    yield "# TYPE requests:increase5m gauge\n"
    for code in _CODES:
        name = f'requests:increase5m{{status="{code}"}}'
        yield from _samples(name, 150, _DAYS * 86_400, 0)
    yield "# EOF\n"


def _samples(name: str, interval: int, seconds: int, step: int) -> Iterator[str]:
    begin = _END - seconds + interval
    for count, moment in enumerate(range(begin, _END + 1, interval), start=1):
        yield f"{name} {count * step or 1} {moment}\n"


@contextlib.contextmanager
def _serve(binary: pathlib.Path, directory: pathlib.Path) -> Iterator[httpx.Client]:
    """Gives a client of a Prometheus on the data set, as long as the block lasts."""
    config = directory / "prometheus.yml"
    config.write_text("{}\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    process = subprocess.Popen(  # noqa: S603 - a fixed program with fixed words
        [
            binary,
            f"--config.file={config}",
            f"--storage.tsdb.path={directory / 'blocks'}",
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address={address}",
            "--log.level=error",
        ]
    )
    try:
        with httpx.Client(
            base_url=f"http://{address}", timeout=_PATIENCE_SECONDS, trust_env=False
        ) as client:
            _await_ready(client)
            yield client
    finally:
        process.terminate()
        process.wait()


def _await_ready(client: httpx.Client) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if client.get("/-/ready").is_success:
                return
        time.sleep(0.2)
    raise TimeoutError("Prometheus did not become ready")


def _count(client: httpx.Client, expr: str, panel: dt.timedelta | None = None) -> int:
    """Gives the samples that one evaluation reads, or every step of a panel."""
    form = {"query": expr, "stats": "all"}
    if panel is None:
        answer = client.post("/api/v1/query", data=form | {"time": str(_END)})
    else:
        begin = _END - panel.total_seconds()
        over = {"start": str(begin), "end": str(_END), "step": "5m"}
        answer = client.post("/api/v1/query_range", data=form | over)
    answer.raise_for_status()
    samples: int = answer.json()["data"]["stats"]["samples"]["totalQueryableSamples"]
    return samples


def _questions() -> Iterable[Question]:
    budget = (
        f"1 - (sum(increase({_BAD}[30d])) / sum(increase({_ALL}[30d]))) / (1 - 0.999)"
    )
    day = dt.timedelta(days=1)
    yield Question("plain", "budget of 30d, from raw series", budget)
    yield Question("plain", "the same as a panel of 24h", budget, panel=day)
    for window in ("5m", "30m", "1h", "2h", "6h", "1d", "3d"):
        ratio = f"sum(rate({_BAD}[{window}])) / sum(rate({_ALL}[{window}]))"
        yield Question("Sloth", f"ratio of {window}, from raw series", ratio)
    recorded = "slo:sli_error:ratio_rate5m"
    yield Question(
        "Sloth",
        "ratio of 30d, from ratios of 30s",
        f"sum_over_time({recorded}[30d]) / count_over_time({recorded}[30d])",
    )
    yield Question(
        "Pyrra",
        "increase of 30d, from raw series",
        f"sum by (status) (increase({_ALL}[30d]))",
    )
    yield Question(
        "Pyrra",
        "increase of 30d, performance mode",
        "sum by (status) (sum_over_time(requests:increase5m[30d:5m]))",
    )
    yield Question(
        "kubernetes-mixin",
        "ratio of 30d, from two records of 60s",
        f'sum_over_time({series.BAD}{{slo="small"}}[30d])'
        f' / sum_over_time({series.TOTAL}{{slo="small"}}[30d])',
    )
    for rule in _our_rules(_SMALL):
        if isinstance(rule, rules.RecordingRule) and rule.record.endswith(
            ("ratio3d", "ratio30d")
        ):
            window = rule.record.rpartition("ratio")[2]
            kind = "budget" if window == "30d" else "ratio"
            if "coverage" not in rule.record:
                yield Question("sightline", f"{kind} of {window}", rule.expr)
    yield Question(
        "sightline",
        "a panel of 24h on a record",
        f'{series.TOTAL}{{slo="small"}}',
        panel=day,
    )


def _ask(client: httpx.Client, question: Question) -> Cost:
    times, samples = [], 0
    for _ in range(1 if question.panel else _ROUNDS):
        begin = time.perf_counter()
        samples = _count(client, question.expr, question.panel)
        times.append((time.perf_counter() - begin) * 1000)
    return Cost(question, samples, statistics.median(times))


def _sum_rules(client: httpx.Client, name: str) -> tuple[int, int]:
    """Gives the samples of the rules that read raw series, and of all the others."""
    raw = derived = 0
    for rule in _our_rules(name):
        samples = _count(client, rule.expr)
        if "requests_total" in rule.expr:
            raw += samples
        else:
            derived += samples
    return raw, derived


def _our_rules(name: str) -> Sequence[rules.Rule]:
    """Gives the rules that an objective on one of the services is compiled to."""
    total = f'requests_total{{service="{name}"}}'
    objective = slos.Objective(
        name=names.SloName(name),
        title=name,
        description=name,
        service=names.ServiceName(name),
        team=names.TeamName("platform"),
        target=slos.Target.parse("99.9%"),
        sli=slos.AvailabilitySli(bad=f'{total[:-1]},status="500"}}', total=total),
        measured_at="the service",
        operation=None,
        period=units.Duration.parse("30d"),
        zone="UTC",
        highest_priority=signals.Priority.P0,
        reported_only=False,
        counts_births=False,
        depends_on=(),
        span=spans.Span(file="bench"),
    )
    groups = slo.compile_slo_groups(_declare(objective), _ENVIRONMENT)
    return [rule for group in groups for rule in group.rules]


def _declare(objective: slos.Objective) -> monitoring.Monitoring:
    organisation = services.Organisation(
        name="Bench",
        namespace="bench",
        default_team=names.TeamName("platform"),
        runbook_base_url="https://docs.example.com",
        dashboard_base_url="https://grafana.example.com/d",
        oncall_email="oncall@example.com",
        time_zone="UTC",
    )
    return monitoring.Monitoring(
        organisation=organisation,
        services={},
        exporters=(),
        probes=(),
        signals={},
        dashboards={},
        routing=routing.Routing(group_by=(), routes={}, inhibitions=()),
        runbooks={},
        environments={},
        service_levels=slos.ServiceLevels(objectives={objective.name: objective}),
    )


_ENVIRONMENT: Final = environments.Environment(
    name="bench",
    prometheus_url="http://127.0.0.1",
    alertmanager_url="http://127.0.0.1",
    grafana_url="http://127.0.0.1",
    pagerduty_url="http://127.0.0.1",
    smtp_smarthost="127.0.0.1:25",
    smtp_from="bench@localhost",
    smtp_require_tls=False,
    scrape_interval=units.Duration.parse("15s"),
    evaluation_interval=units.Duration.parse("15s"),
    retention=units.Duration.parse("40d"),
)


def _print_table(costs: Iterable[Cost], growth: Mapping[str, tuple[int, int]]) -> None:
    print(f"{'whose':<17} {'what':<40} {'samples':>14} {'time':>10}")
    for cost in costs:
        question = cost.question
        print(
            f"{question.whose:<17} {question.what:<40} {cost.samples:>14,} "
            f"{cost.milliseconds:>7.1f} ms"
        )
    print("\nOne evaluation of all rules of one objective:")
    for name, (raw, derived) in growth.items():
        print(
            f"  {_SERIES[name]:>3} series: {raw:>6,} samples in the two rules that "
            f"read them, {derived:,} in all the others"
        )


def _document(
    costs: Iterable[Cost], growth: Mapping[str, tuple[int, int]]
) -> Mapping[str, object]:
    return {
        "costs": [
            dataclasses.asdict(cost.question)
            | {"panel": None if cost.question.panel is None else "24h"}
            | {"samples": cost.samples, "milliseconds": cost.milliseconds}
            for cost in costs
        ],
        "rules": {
            str(_SERIES[name]): {"raw": raw, "derived": derived}
            for name, (raw, derived) in growth.items()
        },
    }


if __name__ == "__main__":
    raise SystemExit(main())
