"""The eighteen incidents on which the guide's own rules fail, on the built rules.

Each is the scenario of `promtool test rules` that shows what a rule of the guide
really does; here the alerts that are built from the spec must have the right outcome.
"""

from collections.abc import Callable, Mapping

import pytest

from support import estate, promtool
from support.promtool import firing, silent, valued

pytestmark = pytest.mark.integration

# A burn is judged by the rules of the objectives, everything else by the signals'.
SIGNALS = frozenset(
    {
        "client_errors",
        "containers",
        "escalation",
        "http",
        "jobs",
        "monitoring",
        "payments",
        "postgres",
        "redis",
        "services",
    }
)
BURN = frozenset({"http", "slo-platform-availability", "slo-calendar"})

WEEK_MINUTES = 7 * 24 * 60
UP = estate.constant(1)
POSTGRES = {"service": "postgres", "priority": "P0"}
MEMORY = "container_memory_working_set_bytes"
LIMIT = "container_spec_memory_limit_bytes"
POD = 'namespace="skillancer",pod="billing-svc-1"'


def incident(
    series: Mapping[str, str],
    *outcomes: promtool.Outcome,
    groups: frozenset[str] = SIGNALS,
) -> promtool.Scenario:
    return promtool.Scenario(series=series, outcomes=outcomes, groups=groups)


def weeks(
    series: Mapping[str, str], *outcomes: promtool.Outcome, group: str
) -> promtool.Scenario:
    """An incident that only last week explains: a sample and a look less often."""
    return promtool.Scenario(
        series=series,
        outcomes=outcomes,
        interval="1m",
        evaluated="5m",
        groups=frozenset({group}),
    )


def histogram(operation: str, **rising_below: float) -> dict[str, str]:
    labels = f'service="market-svc",operation="{operation}"'
    name = "http_request_duration_seconds"
    total = max(rising_below.values())
    return {f"{name}_count{{{labels}}}": f"0+{total:g}x400"} | {
        f'{name}_bucket{{{labels},le="{bound[3:].replace("_", ".")}"}}': (
            f"0+{rising:g}x400"
        )
        for bound, rising in (
            (key.replace("inf", "+Inf"), rising) for key, rising in rising_below.items()
        )
    }


def connections(state: str) -> str:
    return (
        'pg_stat_activity_count{instance="a",server="s",datname="skillancer",'
        f'state="{state}",usename="app"}}'
    )


INCIDENTS = {
    # A small service fails wholly; it is two per cent of the platform's traffic.
    "S1": incident(
        estate.traffic("api-gateway", 490) | estate.errors("billing-svc", 10),
        firing("HighErrorRate", {"service": "billing-svc", "priority": "P0"}, at="5m"),
    ),
    # 4.9 % of everything fails, for ever: the month's budget is gone in 15 hours.
    "S2": incident(
        estate.traffic("api-gateway", 951) | estate.errors("api-gateway", 49),
        silent("HighErrorRate", at="30m"),
        valued(
            'count by (priority) (ALERTS{alertname="ErrorBudgetBurn",'
            'alertstate="firing",burn_tier="1h"})',
            ({"priority": "P0"}, 1),
            at="25m",
        ),
        groups=BURN,
    ),
    # The load balancer is down: no request, no failure, no ratio.
    "S3": weeks(
        {
            'http_requests_total{service="api-gateway",status="200"}': (
                f"0+600x{WEEK_MINUTES} {600 * WEEK_MINUTES}x60"
            ),
            'http_requests_total{service="idle-svc",status="200"}': (
                f"7x{WEEK_MINUTES + 60}"
            ),
        },
        silent("TrafficLost", at=f"{WEEK_MINUTES - 60}m"),
        firing(
            "TrafficLost",
            {"service": "api-gateway", "priority": "P0"},
            at=f"{WEEK_MINUTES + 20}m",
        ),
        group="http",
    ),
    # Nothing fails: the ratio is zero, and not nothing.
    "S4": incident(
        estate.traffic("billing-svc", 10),
        valued(
            "service:http_request_errors:ratio_rate5m",
            (
                {
                    "__name__": "service:http_request_errors:ratio_rate5m",
                    "service": "billing-svc",
                },
                0,
            ),
            at="10m",
        ),
    ),
    # Every pod of a service is deleted, and its series with it.
    "S5": incident(
        estate.healthy(auth_svc=estate.replicas("auth-svc", *["1x20 stale"] * 3)),
        firing("ServiceDown", {"service": "auth-svc", "priority": "P0"}, at="7m"),
    ),
    # One replica of three is down.
    "S6": incident(
        estate.healthy(
            auth_svc=estate.replicas("auth-svc", UP, UP, estate.constant(0))
        ),
        silent("ServiceDown", at="20m"),
        firing(
            "ServiceReplicasLow", {"service": "auth-svc", "priority": "P2"}, at="6m"
        ),
    ),
    # The node exporter of one machine is down.
    "S7": incident(
        estate.healthy() | {'up{job="node",service="node",instance="a"}': "0x400"},
        silent("ServiceDown", at="20m"),
        firing("ExporterDown", {"service": "node", "priority": "P2"}, at="6m"),
    ),
    # The database takes its exporter along.
    "S8": incident(
        {
            'pg_up{instance="a"}': "1x20 stale",
            'probe_success{job="probes",target="postgres"}': "1x20 0x100",
        },
        firing("DatabaseUnavailable", POSTGRES, at="6m"),
    ),
    # Eleven errors of the payment provider, a month ago.
    "S9": incident(
        {
            'stripe_api_requests_total{instance="a"}': "1000+10x400",
            'stripe_api_errors_total{instance="a",type="api_error"}': "11x400",
        },
        silent("PaymentProcessingDown", at="30m"),
    ),
    # Thirty errors, spread over three pods.
    "S10": incident(
        {
            f'stripe_api_{kind}_total{{instance="{pod}"{more}}}': "0x20 0+0.5x20 10x100"
            for pod in "abc"
            for kind, more in (("requests", ""), ("errors", ',type="api_error"'))
        },
        firing(
            "PaymentProcessingDown",
            {"service": "billing-svc", "priority": "P0"},
            at="9m",
        ),
    ),
    # The payment provider hangs: no error, and no success.
    "S11": weeks(
        {
            'payments_total{result="succeeded"}': (
                f"0+2x{WEEK_MINUTES} {2 * WEEK_MINUTES}x60"
            ),
        },
        silent("PaymentsStalled", at=f"{WEEK_MINUTES}m"),
        firing(
            "PaymentsStalled",
            {"service": "billing-svc", "priority": "P0"},
            at=f"{WEEK_MINUTES + 25}m",
        ),
        group="payments",
    ),
    # 95 of 100 connections.
    "S12": incident(
        {
            'pg_settings_max_connections{instance="a",server="s"}': "103x400",
            'pg_settings_superuser_reserved_connections{instance="a",server="s"}': (
                "3x400"
            ),
            connections("active"): "55x400",
            connections("idle"): "40x400",
        },
        firing(
            "DatabaseConnectionsHigh",
            {"service": "postgres", "priority": "P1"},
            at="6m",
        ),
    ),
    # A container without a limit.
    "S13": incident(
        {
            f'{MEMORY}{{{POD},container="billing-svc"}}': "900x400",
            f'{LIMIT}{{{POD},container="billing-svc"}}': "0x400",
        },
        silent("HighMemoryUsage", at="20m"),
    ),
    # One pod at 90 %, seen as container, pod and node.
    "S14": incident(
        {
            f'{name}{{{labels},container="{container}"}}': f"{size}x400"
            for labels, container in (
                (POD, "billing-svc"),
                (POD, ""),
                ('namespace="",pod=""', ""),
            )
            for name, size in ((MEMORY, 900), (LIMIT, 1000))
        },
        valued(
            'count(ALERTS{alertname="HighMemoryUsage",alertstate="firing"})',
            ({}, 1),
            at="6m",
        ),
    ),
    # Four workers report one queue.
    "S15": incident(
        {
            f'job_queue_depth{{queue="email",instance="{worker}"}}': "1500x400"
            for worker in "abcd"
        },
        valued(
            'count(ALERTS{alertname="QueueBacklog",alertstate="firing"})',
            ({}, 1),
            at="16m",
        ),
    ),
    # Five queues of 900 jobs, and workers that finish one a second.
    "S16": incident(
        {f'job_queue_depth{{queue="{name}"}}': "900x400" for name in "abcde"}
        | {'jobs_processed_total{queue="a",result="done"}': "0+15x400"},
        silent("QueueBacklog", at="30m"),
        firing("QueuesDelayed", {"service": "job-worker", "priority": "P2"}, at="16m"),
    ),
    # Uploads take two seconds, as their objective allows.
    "S17": incident(
        histogram("upload", le_1=0, le_2=6, le_5=6, le_inf=6)
        | histogram("read", le_0_1=94, le_inf=94),
        silent("HighLatency", at="20m"),
    ),
    # Every search takes two and a half, in four per cent of the traffic.
    "S18": incident(
        histogram("search", le_1=0, le_2=0, le_5=4, le_inf=4)
        | histogram("read", le_0_1=96, le_inf=96),
        firing(
            "HighLatency",
            {"service": "market-svc", "operation": "search", "priority": "P1"},
            at="10m",
        ),
    ),
}


@pytest.fixture(scope="module")
def verdicts(
    judge_all: Callable[[Mapping[str, promtool.Scenario]], Mapping[str, str]],
) -> Mapping[str, str]:
    return judge_all(INCIDENTS)


@pytest.mark.parametrize("name", INCIDENTS)
def test_incident_has_the_right_outcome(name: str, verdicts: Mapping[str, str]) -> None:
    assert verdicts[name] == promtool.RIGHT


def test_18_of_18_incidents_come_out_right(verdicts: Mapping[str, str]) -> None:
    right = [name for name, verdict in verdicts.items() if verdict == promtool.RIGHT]
    assert right == [f"S{number}" for number in range(1, 19)]


def test_row_38_a_leak_just_below_the_threshold_pages(
    verdicts: Mapping[str, str],
) -> None:
    assert verdicts["S2"] == promtool.RIGHT


def test_row_39_traffic_that_no_longer_arrives_pages(
    verdicts: Mapping[str, str],
) -> None:
    assert verdicts["S3"] == promtool.RIGHT


def test_row_45_payments_that_neither_fail_nor_succeed_page(
    verdicts: Mapping[str, str],
) -> None:
    assert verdicts["S11"] == promtool.RIGHT
