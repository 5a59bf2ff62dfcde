"""What measuring a request costs in Flask, Django and aiohttp, beside named peers.

Each framework's own application is called in this process, without a network: bare,
behind sightline's adapter, and behind the package that its users take today. First the
counters are compared with the truth; then rounds of requests are interleaved. Of each
variant its least processor time counts, which other work on the machine disturbs least,
and the bare application's is subtracted. The same is printed as one line of JSON.

The peers: prometheus-flask-exporter, django-prometheus (which also measures what is
sent and received) and aiohttp-openmetrics (the one for aiohttp that is kept up).
FastAPI and Starlette are in bench/instrumentation.py.
"""

import argparse
import asyncio
import dataclasses
import gc
import io
import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import aiohttp_openmetrics
import django
import flask
import prometheus_client
import prometheus_flask_exporter
from aiohttp import test_utils, web
from django import http, test, urls
from django.conf import settings
from django.core.handlers import wsgi as django_wsgi
from prometheus_client import registry

from sightline import instrument
from sightline.instrument import aiohttp as aiohttp_adapter
from sightline.instrument import django as django_adapter
from sightline.instrument import wsgi

_GOAL: Final = 1 / 3
"""Of the peer's overhead: what sightline promises."""

Asking = Callable[[int], None]
"""Makes so many requests, all of which succeed."""


@dataclasses.dataclass(frozen=True, slots=True)
class Variant:
    """One application behind one middleware, and the counter of its requests."""

    name: str
    prepare: Callable[[int], Asking]
    counts: registry.CollectorRegistry | None = None
    counter: str = ""

    def counted(self) -> float:
        """Gives the successful requests that were counted so far."""
        if self.counts is None:
            return 0.0
        return sum(
            sample.value
            for family in self.counts.collect()
            for sample in family.samples
            if sample.name == self.counter and "200" in sample.labels.values()
        )


def _meter(counts: registry.CollectorRegistry, template: str) -> instrument.Meter:
    return instrument.Meter(
        declared=[instrument.Route("GET", template, instrument.OperationClass.READ)],
        counts=instrument.open_metrics(counts),
    )


def _environ(number: int) -> wsgi.Environ:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": f"/jobs/{number}",
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "bench.test",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "bench.test",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _asking_wsgi(app: wsgi.Application) -> Callable[[int], Asking]:
    def start(status: str, headers: object, failure: object = None) -> Any:  # noqa: ANN401 - WSGI's
        del headers, failure
        if status != "200 OK":
            raise SystemExit(f"expected 200 OK, found {status}")

    def prepare(times: int) -> Asking:
        environs = [_environ(number) for number in range(times)]

        def ask(_: int) -> None:
            for environ in environs:
                body = app(environ, start)
                b"".join(body)
                close = getattr(body, "close", None)
                if close is not None:
                    close()

        return ask

    return prepare


def _flask() -> Sequence[Variant]:
    def make() -> flask.Flask:
        app = flask.Flask("bench")

        @app.get("/jobs/<job_id>")
        def job(job_id: str) -> str:
            return job_id

        return app

    own = registry.CollectorRegistry()
    measured = wsgi.Middleware(make().wsgi_app, _meter(own, "/jobs/{job_id}"))
    theirs = registry.CollectorRegistry()
    exported = make()
    prometheus_flask_exporter.PrometheusMetrics(
        exported,
        path=None,
        registry=theirs,
        group_by="url_rule",
        buckets=instrument.SLO_BUCKETS,
    )
    return (
        Variant("bare application", _asking_wsgi(make().wsgi_app)),
        Variant("sightline", _asking_wsgi(measured), own, "http_requests_total"),
        Variant(
            "prometheus-flask-exporter",
            _asking_wsgi(exported.wsgi_app),
            theirs,
            "flask_http_request_total",
        ),
    )


def job(request: http.HttpRequest, job_id: str) -> http.HttpResponse:
    """Answers Django's requests."""
    del request
    return http.HttpResponse(job_id)


urlpatterns: list[Any] = []
_DJANGO: Final = registry.CollectorRegistry()
_DJANGO_METER: Final = _meter(_DJANGO, "/jobs/{job_id}")
measure: Final = django_adapter.middleware(_DJANGO_METER)


def _django() -> Sequence[Variant]:
    settings.configure(
        ALLOWED_HOSTS=["bench.test"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["django_prometheus"],
        PROMETHEUS_LATENCY_BUCKETS=instrument.SLO_BUCKETS,
    )
    django.setup()
    urlpatterns.append(urls.path("jobs/<job_id>", job, name="job"))
    peer = "django_prometheus.middleware.Prometheus"

    def make(*middlewares: str) -> Callable[[int], Asking]:
        with test.override_settings(MIDDLEWARE=list(middlewares)):
            return _asking_wsgi(django_wsgi.WSGIHandler())

    return (
        Variant("bare application", make()),
        Variant(
            "sightline", make(f"{__name__}.measure"), _DJANGO, "http_requests_total"
        ),
        Variant(
            "django-prometheus",
            make(f"{peer}BeforeMiddleware", f"{peer}AfterMiddleware"),
            prometheus_client.REGISTRY,
            "django_http_responses_total_by_status_view_method_total",
        ),
    )


def _aiohttp() -> Sequence[Variant]:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=request.match_info["job_id"])

    def make(*middlewares: Any) -> Callable[[int], Asking]:  # noqa: ANN401 - aiohttp's
        app = web.Application(middlewares=middlewares)
        app.router.add_get("/jobs/{job_id}", answer, name="job")
        app.freeze()

        def prepare(times: int) -> Asking:
            first = test_utils.make_mocked_request("GET", "/jobs/0", app=app)
            requests = [first.clone(rel_url=f"/jobs/{n}") for n in range(times)]

            async def run() -> None:
                for request in requests:
                    await app._handle(request)  # noqa: SLF001 - what its server calls

            def ask(_: int) -> None:
                loop.run_until_complete(run())

            return ask

        return prepare

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    own = registry.CollectorRegistry()
    return (
        Variant("bare application", make()),
        Variant(
            "sightline",
            make(aiohttp_adapter.middleware(_meter(own, "/jobs/{job_id}"))),
            own,
            "http_requests_total",
        ),
        Variant(
            "aiohttp-openmetrics",
            make(aiohttp_openmetrics.metrics_middleware),
            prometheus_client.REGISTRY,
            "requests_total",
        ),
    )


def _time(variant: Variant, times: int) -> float:
    """Gives microseconds of processor time per request."""
    ask = variant.prepare(times)
    gc.collect()
    started = time.process_time()
    ask(times)
    return (time.process_time() - started) / times * 1e6


def _verify(variant: Variant) -> None:
    """Raises SystemExit when what is counted is not what was asked."""
    before = variant.counted()
    variant.prepare(17)(17)
    counted = variant.counted() - before
    if variant.counts is not None and counted != 17:  # noqa: PLR2004 - asked above
        raise SystemExit(f"{variant.name}: expected 17 requests, counted {counted}")


def _measure(
    framework: str, variants: Sequence[Variant], rounds: int, times: int
) -> None:
    for variant in variants:
        _time(variant, times // 10 or 1)
        _verify(variant)
    taken: dict[str, list[float]] = {variant.name: [] for variant in variants}
    for turn in range(rounds):
        shift = turn % len(variants)
        for variant in (*variants[shift:], *variants[:shift]):
            taken[variant.name].append(_time(variant, times))
    bare, own, peer = (min(taken[variant.name]) for variant in variants)
    cost, theirs = own - bare, peer - bare
    share = cost / theirs
    print(f"\n{framework}")
    for variant, added in zip(variants, (None, cost, theirs), strict=True):
        total = min(taken[variant.name])
        shown = "" if added is None else f"{added:9.2f} µs"
        print(f"{variant.name:36}{total:9.2f} µs{shown:>12}")
    print(f"{share:.1%} of the peer's overhead; promised: {_GOAL:.1%}")
    figures = {
        "benchmark": "adapters",
        "framework": framework,
        "peer": variants[2].name,
        "overhead_us": {"sightline": round(cost, 3), "peer": round(theirs, 3)},
        "share_of_peer": round(share, 4),
        "holds": share <= _GOAL,
    }
    print(json.dumps(figures))


def main() -> int:
    """Runs the benchmark for each framework."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--requests", type=int, default=300)
    arguments = parser.parse_args()
    frameworks = {"Flask": _flask, "Django": _django, "aiohttp": _aiohttp}
    for framework, variants in frameworks.items():
        _measure(framework, variants(), arguments.rounds, arguments.requests)
    return 0


if __name__ == "__main__":
    sys.exit(main())
