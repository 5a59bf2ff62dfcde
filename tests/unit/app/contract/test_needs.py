"""Whose metrics the shipped spec reads, and that real pages have them."""

import random
from pathlib import Path

import prometheus_client
import pytest

from sightline.app.contract import judging, needs
from sightline.demo import degradations, runtime, serving, settings
from sightline.formats import expositions
from sightline.model import findings, monitoring

SCRAPES = Path(__file__).parents[4].parent / "shared" / "data" / "scrapes"


def judge(declared: monitoring.Monitoring, name: str, text: str) -> list[str]:
    wanted = needs.find_needs(declared, name)
    page = expositions.read(text, {need.selected.metric for need in wanted})
    return [
        one.message
        for one in judging.judge(wanted, page, "page")
        if one.severity > findings.FindingSeverity.INFO
    ]


def metrics(declared: monitoring.Monitoring, name: str) -> set[str]:
    return {need.selected.metric for need in needs.find_needs(declared, name)}


def test_each_is_asked_for_its_own(skillancer: monitoring.Monitoring) -> None:
    gateway, billing = (metrics(skillancer, n) for n in ("api-gateway", "billing-svc"))
    everywhere = {"http_requests_total", "http_request_duration_seconds_bucket"}
    assert everywhere <= gateway & billing
    assert "waf_blocked_requests_total" not in gateway
    collected = metrics(skillancer, "collectors")
    assert {"waf_blocked_requests_total", "cdn_requests_total"} <= collected
    assert {"payments_total", "stripe_api_requests_total"} <= billing
    assert "payments_total" not in gateway


def test_nobody_is_asked_for_what_prometheus_or_an_exporter_makes(
    skillancer: monitoring.Monitoring,
) -> None:
    for name in skillancer.services:
        read = metrics(skillancer, name)
        foreign = ("pg_", "redis_", "node_", "container_", "probe_", "scrape_", "up")
        assert [one for one in read if one.startswith(foreign) or ":" in one] == []


def test_the_bounds_of_the_objectives_are_asked_of_the_gateway(
    skillancer: monitoring.Monitoring,
) -> None:
    bounds = {
        bound
        for need in needs.find_needs(skillancer, "api-gateway")
        if need.selected.metric == "http_request_duration_seconds_bucket"
        for bound in need.bounds
    }
    assert {0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0, 2.0, 5.0} <= bounds


@pytest.mark.parametrize(
    ("exporter", "page"),
    [
        ("postgres", "postgres_exporter"),
        ("redis", "redis_exporter"),
        ("node", "node_exporter"),
        ("prometheus", "prometheus"),
        ("alertmanager", "alertmanager"),
    ],
)
def test_the_exporters_that_are_shipped_lack_nothing(
    skillancer: monitoring.Monitoring, exporter: str, page: str
) -> None:
    assert len(metrics(skillancer, exporter)) >= 3
    assert judge(skillancer, exporter, (SCRAPES / f"{page}.prom").read_text()) == []


def test_an_older_exporter_lacks_what_came_later(
    skillancer: monitoring.Monitoring,
) -> None:
    page = (SCRAPES / "postgres_exporter_bookworm_0.11.1.prom").read_text()
    assert judge(skillancer, "postgres", page) == [
        f"expected {metric!r}, found nothing like it"
        for metric in (
            "pg_replication_lag_seconds",
            "pg_stat_bgwriter_buffers_alloc_total",
            "pg_stat_bgwriter_buffers_clean_total",
            "pg_wal_size_bytes",
        )
    ]


@pytest.mark.parametrize(
    "service",
    [
        *("api-gateway", "auth-svc", "market-svc", "skillpod-svc", "billing-svc"),
        "notification-svc",
    ],
)
def test_the_services_of_the_reference_platform_lack_nothing(
    skillancer: monitoring.Monitoring, service: str
) -> None:
    told = settings.Settings(
        program=service,
        instance=f"{service}-1",
        port=0,
        database_url="postgresql://nobody@127.0.0.1:1/nothing",
        redis_address="127.0.0.1:1",
        faults=Path("/nonexistent"),
        storage=Path("/nonexistent"),
    )
    registry = prometheus_client.CollectorRegistry()
    surroundings = runtime.Surroundings(
        settings=told,
        watch=degradations.Watch(told.faults, service),
        registry=registry,
        chance=random.Random(service),
    )
    runtime.assemble(serving.compose(surroundings), surroundings)
    page = prometheus_client.generate_latest(registry).decode()
    assert judge(skillancer, service, page) == []
