"""Incidents from the regression list, on the built rules, judged by promtool.

The number in a test's name is that of the row it answers.
"""

import pytest

from support import estate, promtool
from support.promtool import firing, silent, valued

pytestmark = pytest.mark.integration

UP = estate.constant(1)
DOWN = estate.constant(0)
GONE_AFTER_5M = "1x20 stale"

AUTH_P0 = {"service": "auth-svc", "team": "identity", "priority": "P0"}
AUTH_P2 = {"service": "auth-svc", "team": "identity", "priority": "P2"}
BILLING_P0 = {"service": "billing-svc", "team": "payments", "priority": "P0"}
BILLING_P2 = {"service": "billing-svc", "team": "payments", "priority": "P2"}
POSTGRES_P0 = {"service": "postgres", "team": "platform", "priority": "P0"}
POSTGRES_P1 = {"service": "postgres", "team": "platform", "priority": "P1"}


class TestServices:
    def test_row_30_all_replicas_gone_fires_with_service_label(
        self, judge: promtool.Judge
    ) -> None:
        gone = estate.replicas("auth-svc", *[GONE_AFTER_5M] * 3)
        judge.check(
            estate.healthy(auth_svc=gone),
            silent("ServiceDown", at="5m"),
            firing("ServiceDown", AUTH_P0, at="7m"),
        )

    def test_row_30_a_service_that_never_reported_fires(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            estate.healthy(auth_svc={}), firing("ServiceDown", AUTH_P0, at="2m")
        )

    def test_row_31_one_of_three_replicas_is_no_page(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            estate.healthy(auth_svc=estate.replicas("auth-svc", UP, UP, DOWN)),
            silent("ServiceReplicasLow", at="4m"),
            firing("ServiceReplicasLow", AUTH_P2, at="6m"),
            silent("ServiceDown", at="20m"),
        )

    def test_row_31_all_replicas_up_is_silent(self, judge: promtool.Judge) -> None:
        judge.check(
            estate.healthy(),
            silent("ServiceReplicasLow", at="20m"),
            silent("ServiceDown", at="20m"),
            silent("ServiceUnhealthy", at="20m"),
        )

    def test_row_31_no_replica_left_is_down_and_not_low(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            estate.healthy(auth_svc=estate.replicas("auth-svc", DOWN, DOWN, DOWN)),
            firing("ServiceDown", AUTH_P0, at="10m"),
            silent("ServiceReplicasLow", at="10m"),
        )

    def test_row_32_a_lost_exporter_is_no_lost_service(
        self, judge: promtool.Judge
    ) -> None:
        exporter = 'up{job="node",service="node",instance="a"}'
        node = {"service": "node", "team": "platform", "priority": "P2"}
        judge.check(
            estate.healthy() | {exporter: DOWN},
            firing("ExporterDown", node, at="6m"),
            silent("ServiceDown", at="20m"),
        )

    def test_row_33_a_service_whose_health_endpoint_fails_is_a_page(
        self, judge: promtool.Judge
    ) -> None:
        probe = 'probe_success{job="service-health",service="auth-svc"}'
        judge.check(
            estate.healthy() | {probe: DOWN},
            firing("ServiceUnhealthy", AUTH_P0, at="3m"),
            silent("ServiceDown", at="3m"),
        )

    def test_row_34_a_restart_within_a_minute_is_silent(
        self, judge: promtool.Judge
    ) -> None:
        restart = estate.replicas("auth-svc", *["1x20 0x2 1x100"] * 3)
        judge.check(
            estate.healthy(auth_svc=restart),
            silent("ServiceDown", at="5m45s"),
            silent("ServiceDown", at="6m30s"),
        )

    def test_row_34_up_and_down_again_stays_one_page(
        self, judge: promtool.Judge
    ) -> None:
        flapping = estate.replicas("auth-svc", *["0x20 1x4 0x100"] * 3)
        judge.check(
            estate.healthy(auth_svc=flapping),
            firing("ServiceDown", AUTH_P0, at="5m"),
            firing("ServiceDown", AUTH_P0, at="6m"),
            firing("ServiceDown", AUTH_P0, at="8m"),
        )

    def test_the_page_ends_when_the_service_is_back(
        self, judge: promtool.Judge
    ) -> None:
        back = estate.replicas("auth-svc", *["0x20 1x100"] * 3)
        judge.check(
            estate.healthy(auth_svc=back),
            firing("ServiceDown", AUTH_P0, at="5m"),
            silent("ServiceDown", at="8m"),
        )


class TestDatabase:
    PROBE = 'probe_success{job="probes",target="postgres"}'
    CONNECTIONS = "pg_stat_activity_count"

    def test_row_35_the_database_that_takes_its_exporter_along_is_a_page(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            {'pg_up{instance="a"}': GONE_AFTER_5M, self.PROBE: "1x20 0x100"},
            silent("DatabaseUnavailable", at="5m"),
            firing("DatabaseUnavailable", POSTGRES_P0, at="6m"),
        )

    def test_row_35_the_exporter_alone_is_no_page(self, judge: promtool.Judge) -> None:
        judge.check(
            {'pg_up{instance="a"}': GONE_AFTER_5M, self.PROBE: UP},
            silent("DatabaseUnavailable", at="20m"),
            firing("DatabaseUnobserved", POSTGRES_P1, at="11m"),
        )

    def test_row_35_the_database_alone_is_a_page(self, judge: promtool.Judge) -> None:
        judge.check(
            {'pg_up{instance="a"}': "1x20 0x100", self.PROBE: "1x20 0x100"},
            firing("DatabaseUnavailable", POSTGRES_P0, at="6m"),
            silent("DatabaseUnobserved", at="20m"),
        )

    def test_row_36_an_outage_of_half_a_minute_is_seen(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            {'pg_up{instance="a"}': "1x19 0 0 0 1x100"},
            firing("DatabaseUnavailable", POSTGRES_P0, at="5m30s"),
        )

    def connections(self, **by_state: float) -> dict[str, str]:
        limits = {
            'pg_settings_max_connections{instance="a",server="s"}': "103x400",
            'pg_settings_superuser_reserved_connections{instance="a",server="s"}': (
                "3x400"
            ),
        }
        return limits | {
            f'{self.CONNECTIONS}{{instance="a",server="s",datname="skillancer",'
            f'state="{state}",usename="app"}}': estate.constant(count)
            for state, count in by_state.items()
        }

    def test_row_52_connections_near_the_limit_fire(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            self.connections(active=95),
            firing("DatabaseConnectionsHigh", POSTGRES_P1, at="6m"),
        )

    def test_row_52_connections_in_plenty_are_silent(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            self.connections(active=60), silent("DatabaseConnectionsHigh", at="20m")
        )

    def test_row_53_connections_of_all_states_count_together(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            self.connections(active=55, idle=40),
            firing("DatabaseConnectionsHigh", POSTGRES_P1, at="6m"),
        )

    def test_row_54_another_database_fills_the_server_too(
        self, judge: promtool.Judge
    ) -> None:
        other = (
            f'{self.CONNECTIONS}{{instance="a",server="s",datname="other",'
            'state="active",usename="batch"}'
        )
        judge.check(
            self.connections(active=1) | {other: "85x400"},
            firing("DatabaseConnectionsHigh", POSTGRES_P1, at="6m"),
        )


class TestErrors:
    RATIO = "service:http_request_errors:ratio_rate5m"

    def test_row_37_a_small_service_that_fails_is_not_lost_in_the_sum(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            estate.traffic("api-gateway", 500) | estate.errors("billing-svc", 10),
            firing("HighErrorRate", BILLING_P0, at="5m"),
        )

    def test_row_40_no_failure_is_zero_and_not_nothing(
        self, judge: promtool.Judge
    ) -> None:
        zero = {"__name__": self.RATIO, "service": "billing-svc"}
        judge.check(
            estate.traffic("billing-svc", 10), valued(self.RATIO, (zero, 0), at="10m")
        )

    def test_row_39_no_traffic_is_no_error_ratio(self, judge: promtool.Judge) -> None:
        judge.check(
            {'http_requests_total{service="billing-svc",status="500"}': "7x100"},
            valued(self.RATIO, at="10m"),
            silent("HighErrorRate", at="10m"),
        )

    def test_row_41_with_all_targets_gone_some_page_still_fires(
        self, judge: promtool.Judge
    ) -> None:
        gone = {
            name: GONE_AFTER_5M for name in estate.healthy() if name.startswith("up{")
        }
        judge.check(
            gone
            | {'http_requests_total{service="auth-svc",status="500"}': "0+9x20 stale"},
            valued(
                'count(ALERTS{alertname="ServiceDown",alertstate="firing"})',
                ({}, len(estate.REPLICAS)),
                at="7m",
            ),
        )

    def test_row_42_one_failure_in_three_requests_is_silent(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            {
                'http_requests_total{service="auth-svc",status="200"}': "0x8 1x5 2x400",
                'http_requests_total{service="auth-svc",status="500"}': "0x10 1x400",
            },
            silent("HighErrorRate", at="5m"),
            silent("ErrorRateElevated", at="8m"),
        )

    def test_row_65_two_percent_is_elevated_and_no_page(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            estate.traffic("billing-svc", 98) | estate.errors("billing-svc", 2),
            firing("ErrorRateElevated", BILLING_P2, at="10m"),
            silent("HighErrorRate", at="20m"),
        )

    def test_row_65_six_percent_is_a_page(self, judge: promtool.Judge) -> None:
        judge.check(
            estate.traffic("billing-svc", 94) | estate.errors("billing-svc", 6),
            firing("HighErrorRate", BILLING_P0, at="10m"),
        )

    def test_just_below_each_level_is_silent(self, judge: promtool.Judge) -> None:
        judge.check(
            estate.traffic("billing-svc", 951)
            | estate.errors("billing-svc", 49)
            | estate.traffic("auth-svc", 9910)
            | estate.errors("auth-svc", 90),
            silent("HighErrorRate", at="20m"),
            firing("ErrorRateElevated", BILLING_P2, at="20m"),
        )


class TestPayments:
    def calls(self, requests: str, **errors_by_type: str) -> dict[str, str]:
        series = {'stripe_api_requests_total{instance="a"}': requests}
        return series | {
            f'stripe_api_errors_total{{instance="a",type="{kind}"}}': errors
            for kind, errors in errors_by_type.items()
        }

    def test_row_43_errors_of_last_month_are_silent(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            self.calls("1000+10x400", api_error="11x400"),
            silent("PaymentProcessingDown", at="30m"),
        )

    def test_row_44_errors_spread_over_instances_fire_once(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            {
                f'stripe_api_{kind}_total{{instance="{instance}"{extra}}}': rising
                for instance in "abc"
                for kind, extra, rising in (
                    ("requests", "", "0+2x400"),
                    ("errors", ',type="api_error"', "0+1x400"),
                )
            },
            firing("PaymentProcessingDown", BILLING_P0, at="5m"),
        )

    def test_row_46_declined_cards_are_no_fault_of_ours(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            self.calls("0+10x400", card_error="0+5x400", api_error="0x400"),
            silent("PaymentProcessingDown", at="30m"),
        )

    def test_row_47_a_failing_provider_pages_within_two_minutes_and_a_half(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            self.calls("0+10x400", api_error="0x40 10+10x400"),
            silent("PaymentProcessingDown", at="10m15s"),
            firing("PaymentProcessingDown", BILLING_P0, at="12m45s"),
        )


class TestContainers:
    LABELS = 'namespace="skillancer",pod="billing-svc-1"'

    def memory(
        self, container: str, used: float, limit: float | None
    ) -> dict[str, str]:
        labels = f'{self.LABELS},container="{container}"'
        name = "container_memory_working_set_bytes"
        series = {f"{name}{{{labels}}}": estate.constant(used)}
        if limit is not None:
            bound = f"container_spec_memory_limit_bytes{{{labels}}}"
            series[bound] = estate.constant(limit)
        return series

    @pytest.mark.parametrize("limit", [0, None])
    def test_row_56_a_container_without_a_limit_is_silent(
        self, judge: promtool.Judge, limit: float | None
    ) -> None:
        judge.check(
            self.memory("billing-svc", 900, limit), silent("HighMemoryUsage", at="20m")
        )

    def test_row_57_a_pod_and_its_cgroups_fire_once(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            self.memory("billing-svc", 900, 1000) | self.memory("", 900, 1000),
            firing(
                "HighMemoryUsage", {"service": "billing-svc", "priority": "P1"}, at="6m"
            ),
        )

    def test_row_68_high_cpu_for_a_quarter_of_an_hour_fires(
        self, judge: promtool.Judge
    ) -> None:
        labels = f'{self.LABELS},container="billing-svc"'
        judge.check(
            {
                f"container_cpu_usage_seconds_total{{{labels}}}": "0+11.25x400",
                f"container_spec_cpu_quota{{{labels}}}": "100000x400",
                f"container_spec_cpu_period{{{labels}}}": "100000x400",
            },
            silent("HighCpuUsage", at="19m"),
            firing("HighCpuUsage", BILLING_P2, at="21m"),
        )

    def test_row_69_eighty_two_percent_is_the_lower_level_only(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            self.memory("billing-svc", 820, 1000),
            firing("MemoryUsageElevated", BILLING_P2, at="6m"),
            silent("HighMemoryUsage", at="20m"),
        )


class TestQueuesAndCache:
    def test_row_59_four_workers_report_one_backlog(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            {
                f'job_queue_depth{{queue="email",instance="{worker}"}}': "1500x400"
                for worker in "abcd"
            },
            firing("QueueBacklog", {"queue": "email", "priority": "P2"}, at="16m"),
        )

    def lookups(self, instance: str, hits: float, misses: float) -> dict[str, str]:
        return {
            f'redis_keyspace_{kind}_total{{instance="{instance}"}}': f"0+{count:g}x400"
            for kind, count in (("hits", hits), ("misses", misses))
        }

    def test_row_61_a_cold_cache_is_not_hidden_by_a_warm_one(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            self.lookups("warm", 90_000, 1_000) | self.lookups("cold", 100, 900),
            firing("CacheHitRatioLow", {"instance": "cold"}, at="36m"),
        )

    def test_row_62_an_idle_cache_is_silent(self, judge: promtool.Judge) -> None:
        judge.check(
            self.lookups("idle", 0, 0.75) | self.lookups("asleep", 0, 0),
            silent("CacheHitRatioLow", at="60m"),
        )

    def test_row_71_redis_without_a_limit_is_silent_and_a_full_one_fires(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            {
                'redis_memory_used_bytes{instance="free"}': "900x400",
                'redis_memory_max_bytes{instance="free"}': "0x400",
                'redis_memory_used_bytes{instance="full"}': "850x400",
                'redis_memory_max_bytes{instance="full"}': "1000x400",
            },
            firing("RedisMemoryHigh", {"instance": "full"}, at="6m"),
        )


class TestLatency:
    def requests(
        self, service: str, operation: str, **rising_below: float
    ) -> dict[str, str]:
        """Gives the buckets of a histogram; `le_0_5=3` is 3 a sample below 500 ms."""
        labels = f'service="{service}",operation="{operation}"'
        name = "http_request_duration_seconds"
        total = max(rising_below.values())
        series = {f"{name}_count{{{labels}}}": f"0+{total:g}x400"}
        for bound, rising in rising_below.items():
            le = bound.removeprefix("le_").replace("_", ".").replace("inf", "+Inf")
            series[f'{name}_bucket{{{labels},le="{le}"}}'] = f"0+{rising:g}x400"
        return series

    def test_row_48_slow_uploads_are_expected(self, judge: promtool.Judge) -> None:
        judge.check(
            self.requests(
                "market-svc", "upload", le_1=0, le_2=95, le_5=100, le_inf=100
            ),
            silent("HighLatency", at="20m"),
            silent("LatencyElevated", at="20m"),
        )

    def test_row_49_a_slow_search_is_not_hidden_by_fast_reads(
        self, judge: promtool.Judge
    ) -> None:
        slow = {"service": "market-svc", "operation": "search", "priority": "P1"}
        judge.check(
            self.requests("market-svc", "search", le_1=0, le_2=0, le_5=4, le_inf=4)
            | self.requests("market-svc", "read", le_0_1=96, le_inf=96),
            firing("HighLatency", slow, at="10m"),
        )

    def test_row_51_an_operation_that_nobody_uses_has_no_latency(
        self, judge: promtool.Judge
    ) -> None:
        judge.check(
            self.requests("market-svc", "read", le_0_1=0, le_inf=0),
            valued(
                "service_operation:http_request_duration_seconds:p95_rate5m", at="10m"
            ),
        )

    def test_row_67_between_the_levels_the_lower_one_fires(
        self, judge: promtool.Judge
    ) -> None:
        slow = {"service": "market-svc", "operation": "read", "priority": "P2"}
        judge.check(
            self.requests("market-svc", "read", le_0_5=50, le_0_8=100, le_inf=100),
            firing("LatencyElevated", slow, at="10m"),
            silent("HighLatency", at="20m"),
        )


def test_row_26_the_watchdog_always_fires(judge: promtool.Judge) -> None:
    watchdog = {"service": "prometheus", "priority": "P3", "severity": "info"}
    judge.check(
        {"up": UP},
        firing("Watchdog", watchdog, at="0s"),
        firing("Watchdog", watchdog, at="1h"),
    )
