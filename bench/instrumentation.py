"""What measuring a request costs, beside the two usual middlewares, in one run.

One trivial application is called in process, without a network: bare, and behind
each middleware, which all count the same three things (requests by status, duration
in the same buckets, requests in progress) by route template. First the counts are
compared with the truth; then rounds of requests are interleaved, and the bare
application's time of the same round is subtracted. Medians are printed, and the same
as one line of JSON. Processor time is measured, which other work on the machine
disturbs least.
"""

import argparse
import asyncio
import collections
import dataclasses
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Final

import fastapi
import prometheus_client
import prometheus_fastapi_instrumentator as instrumentator
import starlette_exporter
from prometheus_client import registry, samples
from starlette import applications, requests, responses, routing

from sightline import instrument
from sightline.instrument import exchanges

_SIGHTLINE: Final = "sightline.instrument"
_EXPORTER: Final = "starlette_exporter"
_INSTRUMENTATOR: Final = "prometheus-fastapi-instrumentator"
_BARE: Final = "bare application"
_TEMPLATE: Final = "/jobs/{job_id}"
_GOAL: Final = 1 / 3
"""Of the cheaper peer's overhead: what sightline promises."""

# Asked before anything is measured: what is counted must be right.
_SAMPLE: Final = {"/jobs/17": (200, 40), "/missing": (404, 7), "/broken": (500, 3)}


@dataclasses.dataclass(frozen=True, slots=True)
class Variant:
    """One application behind one middleware."""

    name: str
    app: exchanges.Application
    counts: registry.CollectorRegistry | None
    requests_metric: str = ""
    in_progress_metric: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Cost:
    """Medians in microseconds per request."""

    name: str
    total: float
    overhead: float


async def _job(request: requests.Request) -> responses.Response:
    return responses.PlainTextResponse(request.path_params["job_id"])


async def _broken(request: requests.Request) -> responses.Response:
    raise RuntimeError(request.url.path)


def _starlette() -> applications.Starlette:
    return applications.Starlette(
        routes=[routing.Route(_TEMPLATE, _job), routing.Route("/broken", _broken)]
    )


def _fastapi() -> fastapi.FastAPI:
    app = fastapi.FastAPI()
    app.add_route(_TEMPLATE, _job)
    app.add_route("/broken", _broken)
    return app


_FRAMEWORKS: Final[dict[str, Callable[[], applications.Starlette]]] = {
    "Starlette": _starlette,
    "FastAPI": _fastapi,
}


def _with_sightline(app: applications.Starlette) -> Variant:
    counts = registry.CollectorRegistry()
    app.add_middleware(
        instrument.Middleware,
        declared=[instrument.Route("GET", _TEMPLATE, instrument.OperationClass.READ)],
        counts=instrument.open_metrics(counts),
    )
    return Variant(
        _SIGHTLINE,
        app,
        counts,
        "http_requests_total",
        "http_requests_in_progress",
    )


def _with_exporter(app: applications.Starlette, prefix: str) -> Variant:
    # Its metrics live in the global registry, apart by prefix.
    app.add_middleware(
        starlette_exporter.PrometheusMiddleware,
        app_name="bench",
        prefix=prefix,
        group_paths=True,
        filter_unhandled_paths=False,
        group_unhandled_paths=True,
        buckets=instrument.SLO_BUCKETS,
    )
    return Variant(
        _EXPORTER,
        app,
        prometheus_client.REGISTRY,
        f"{prefix}_requests_total",
        f"{prefix}_requests_in_progress",
    )


def _with_instrumentator(app: applications.Starlette, prefix: str) -> Variant:
    counts = registry.CollectorRegistry()
    measuring = instrumentator.Instrumentator(
        should_group_status_codes=False,
        should_instrument_requests_inprogress=True,
        inprogress_name=f"{prefix}_in_progress",
        inprogress_labels=True,
        registry=counts,
    )
    # Its defaults measure more; these are the same three metrics as the others'.
    metrics = instrumentator.metrics
    measuring.add(
        metrics.requests(registry=counts),
        metrics.latency(buckets=instrument.SLO_BUCKETS, registry=counts),
    )
    measuring.instrument(app)
    return Variant(
        _INSTRUMENTATOR,
        app,
        counts,
        "http_requests_total",
        f"{prefix}_in_progress",
    )


def _variants(framework: str) -> tuple[Variant, ...]:
    make = _FRAMEWORKS[framework]
    prefix = framework.lower()
    return (
        Variant(_BARE, make(), None),
        _with_sightline(make()),
        _with_exporter(make(), prefix),
        _with_instrumentator(make(), prefix),
    )


async def _receive() -> exchanges.Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(message: exchanges.Message) -> None:
    del message


def _scope(path: str) -> exchanges.Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"bench.test"), (b"accept", b"*/*")],
        "client": ("127.0.0.1", 40000),
        "server": ("127.0.0.1", 80),
    }


async def _ask(app: exchanges.Application, path: str) -> None:
    try:
        await app(_scope(path), _receive, _send)
    except RuntimeError:
        if path != "/broken":
            raise


def _samples(variant: Variant, name: str) -> Iterator[samples.Sample]:
    if variant.counts is not None:
        for family in variant.counts.collect():
            yield from (one for one in family.samples if one.name == name)


def _count_by_status(variant: Variant) -> collections.Counter[int]:
    counted: collections.Counter[int] = collections.Counter()
    for sample in _samples(variant, variant.requests_metric):
        labels = sample.labels
        status = labels.get("status") or labels["status_code"]
        counted[int(status)] += int(sample.value)
    return counted


async def _verify(variant: Variant) -> None:
    """Raises SystemExit when what is counted is not what was asked."""
    before = _count_by_status(variant)
    for path, (_, times) in _SAMPLE.items():
        for _ in range(times):
            await _ask(variant.app, path)
    expected = dict(_SAMPLE.values())
    counted = dict(_count_by_status(variant) - before)
    running = sum(one.value for one in _samples(variant, variant.in_progress_metric))
    if (counted, running) != (expected, 0):
        raise SystemExit(
            f"{variant.name}: expected {expected} by status and 0 in progress, "
            f"found {counted} and {running}"
        )


async def _time(app: exchanges.Application, number: int) -> float:
    """Gives microseconds of processor time per request."""
    scopes = [_scope(f"/jobs/{number}") for number in range(number)]
    gc.collect()
    started = time.process_time()
    for scope in scopes:
        await app(scope, _receive, _send)
    return (time.process_time() - started) / number * 1e6


async def _measure(framework: str, rounds: int, number: int) -> tuple[Cost, ...]:
    variants = _variants(framework)
    for variant in variants:
        await _time(variant.app, number // 10 or 1)
    # Counted in the global registry, or in shared files, they would add up.
    is_apart = "PROMETHEUS_MULTIPROC_DIR" not in os.environ
    if is_apart:
        for variant in variants:
            if variant.counts is not None:
                await _verify(variant)
    times: dict[str, list[float]] = {variant.name: [] for variant in variants}
    for turn in range(rounds):
        shift = turn % len(variants)
        for variant in variants[shift:] + variants[:shift]:
            times[variant.name].append(await _time(variant.app, number))
    bare = times[_BARE]
    return tuple(
        Cost(
            name,
            statistics.median(measured),
            statistics.median(
                own - base for own, base in zip(measured, bare, strict=True)
            ),
        )
        for name, measured in times.items()
    )


def _report(framework: str, mode: str, costs: tuple[Cost, ...]) -> None:
    by_name = {cost.name: cost.overhead for cost in costs}
    cheaper = min(by_name[_EXPORTER], by_name[_INSTRUMENTATOR])
    share = by_name[_SIGHTLINE] / cheaper
    print(f"\n{framework}, {mode}")
    print(f"{'':36}{'total':>12}{'overhead':>12}")
    for cost in costs:
        added = "" if cost.name == _BARE else f"{cost.overhead:9.2f} µs"
        print(f"{cost.name:36}{cost.total:9.2f} µs{added:>12}")
    print(f"{share:.1%} of the cheaper peer's overhead; promised: {_GOAL:.1%}")
    figures = {
        "benchmark": "instrumentation",
        "framework": framework,
        "mode": mode,
        "overhead_us": {k: round(v, 3) for k, v in by_name.items() if k != _BARE},
        "share_of_cheaper_peer": round(share, 4),
        "holds": share <= _GOAL,
    }
    print(json.dumps(figures))


def _measure_shared(arguments: argparse.Namespace) -> int:
    # prometheus-client chooses its kind of values when it is imported.
    with tempfile.TemporaryDirectory() as folder:
        finished = subprocess.run(  # noqa: S603 - this very program
            [
                sys.executable,
                __file__,
                f"--rounds={arguments.rounds}",
                f"--requests={arguments.requests}",
            ],
            env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": folder},
            check=False,
        )
    return finished.returncode


def main() -> int:
    """Runs the benchmark for both frameworks, in both modes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--requests", type=int, default=500)
    arguments = parser.parse_args()
    is_shared = "PROMETHEUS_MULTIPROC_DIR" in os.environ
    mode = "values shared by processes" if is_shared else "one process"
    for framework in _FRAMEWORKS:
        costs = asyncio.run(_measure(framework, arguments.rounds, arguments.requests))
        _report(framework, mode, costs)
    return 0 if is_shared else _measure_shared(arguments)


if __name__ == "__main__":
    sys.exit(main())
