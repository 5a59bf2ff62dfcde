import random
from pathlib import Path

import prometheus_client
import pytest

from sightline.demo import degradations, runtime, serving, settings
from sightline.model import monitoring, names

SERVICES = (
    "api-gateway",
    "auth-svc",
    "market-svc",
    "skillpod-svc",
    "billing-svc",
    "notification-svc",
)


def surround(program: str) -> runtime.Surroundings:
    told = settings.Settings(
        program=program,
        instance=f"{program}-1",
        port=0,
        database_url="postgresql://nobody@127.0.0.1:1/nothing",
        redis_address="127.0.0.1:1",
        faults=Path("/nonexistent"),
        storage=Path("/nonexistent"),
    )
    return runtime.Surroundings(
        settings=told,
        watch=degradations.Watch(told.faults, program),
        registry=prometheus_client.CollectorRegistry(),
        chance=random.Random(program),
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_answers_exactly_what_the_spec_declares(
    service: str, skillancer: monitoring.Monitoring
) -> None:
    program = serving.compose(surround(service))

    assert {
        (endpoint.method, endpoint.path, endpoint.operation)
        for endpoint in program.endpoints
    } == {
        (method, operation.route, operation.operation)
        for operation in skillancer.services[names.ServiceName(service)].operations
        for method in operation.methods
    }


def test_every_declared_service_is_part_of_the_platform(
    skillancer: monitoring.Monitoring,
) -> None:
    assert set(skillancer.services) == set(SERVICES)


@pytest.mark.parametrize(
    ("program", "series"),
    [
        ("auth-svc", 'db_query_duration_seconds_count{query="read_user"}'),
        ("auth-svc", "db_pool_in_use"),
        ("market-svc", 'cache_requests_total{result="miss"}'),
        ("market-svc", 'cache_requests_total{result="hit"}'),
        ("billing-svc", 'stripe_api_errors_total{type="timeout"}'),
        ("billing-svc", 'stripe_api_errors_total{type="card_error"}'),
        ("billing-svc", "stripe_api_requests_total"),
        ("billing-svc", "stripe_api_request_duration_seconds_count"),
        ("billing-svc", 'payments_total{result="declined"}'),
        (
            "job-worker",
            'jobs_processed_total{queue="emails",result="failed"}',
        ),
    ],
)
def test_a_series_is_there_at_0_before_anything_happened(
    program: str, series: str
) -> None:
    surroundings = surround(program)
    serving.compose(surroundings)

    exposed = prometheus_client.generate_latest(surroundings.registry).decode()

    assert f"{series} 0.0\n" in exposed
