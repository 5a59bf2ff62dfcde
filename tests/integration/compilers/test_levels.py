"""The levels of the panel tables and of the watchers, judged by promtool in one run.

The number in a test's name is that of the row of the regression list it answers.
"""

from collections.abc import Callable, Mapping

import pytest

from support import estate, promtool
from support.promtool import firing, silent, valued

pytestmark = pytest.mark.integration

BOOK = promtool.Book()

SECURITY = frozenset({"security"})
JOBS = frozenset({"jobs"})
CONTAINERS = frozenset({"containers"})
POSTGRES = frozenset({"postgres"})
MONITORING = frozenset({"monitoring"})
HTTP = frozenset({"http"})

AUTH_P1 = {"service": "auth-svc", "team": "identity", "priority": "P1"}
AUTH_P2 = {"service": "auth-svc", "team": "identity", "priority": "P2"}
GATEWAY_P1 = {"service": "api-gateway", "team": "platform", "priority": "P1"}
GATEWAY_P2 = {"service": "api-gateway", "team": "platform", "priority": "P2"}
WORKER_P2 = {"service": "job-worker", "team": "messaging", "priority": "P2"}
POD = {"service": "billing-svc", "pod": "billing-svc-1", "container": "billing-svc"}
POD_LABELS = 'namespace="skillancer",pod="billing-svc-1",container="billing-svc"'
DAY = 24 * 60 * 60
SCRAPED = {'up{job="services",instance="a"}': "1x400"}


@pytest.fixture(scope="module")
def verdicts(
    judge_all: Callable[[Mapping[str, promtool.Scenario]], Mapping[str, str]],
) -> Mapping[str, str]:
    return judge_all(BOOK.scenarios)


@pytest.fixture
def verdict(request: pytest.FixtureRequest, verdicts: Mapping[str, str]) -> str:
    """What promtool says of the scenario of the test that asks."""
    return verdicts[request.node.name]


def slow_queries(below_100ms: float) -> dict[str, str]:
    name = "db_query_duration_seconds"
    return {
        f'{name}_bucket{{service="billing-svc",le="0.1"}}': f"0+{below_100ms:g}x100",
        f'{name}_bucket{{service="billing-svc",le="0.25"}}': "0+100x100",
        f'{name}_bucket{{service="billing-svc",le="+Inf"}}': "0+100x100",
        f'{name}_count{{service="billing-svc"}}': "0+100x100",
    }


def requests(**rising_below: float) -> dict[str, str]:
    labels = 'service="market-svc",operation="read"'
    name = "http_request_duration_seconds"
    bounds = {
        key.removeprefix("le_").replace("_", ".").replace("inf", "+Inf"): rising
        for key, rising in rising_below.items()
    }
    return {f"{name}_count{{{labels}}}": f"0+{max(bounds.values()):g}x100"} | {
        f'{name}_bucket{{{labels},le="{bound}"}}': f"0+{rising:g}x100"
        for bound, rising in bounds.items()
    }


def queues(per_sample: float) -> dict[str, str]:
    """Five queues of 900 jobs, and how many are finished between two scrapes."""
    return {f'job_queue_depth{{queue="{name}"}}': "900x200" for name in "abcde"} | {
        'jobs_processed_total{queue="a",result="done"}': f"0+{per_sample:g}x200"
    }


def certificate(days: float) -> dict[str, str]:
    labels = 'service="api-gateway",target="web"'
    return {f"probe_ssl_earliest_cert_expiry{{{labels}}}": f"{days * DAY:.0f}x100"}


# Errors and latency


@BOOK.claim(
    estate.traffic("api-gateway", 98) | estate.errors("api-gateway", 2),
    firing("PlatformErrorRateElevated", GATEWAY_P1, at="10m"),
    silent("HighErrorRate", at="10m"),
    groups=HTTP,
)
def test_row_37_the_platform_has_a_rule_of_its_own(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    requests(le_1=0, le_10=0, le_inf=100),
    firing("HighLatency", {"service": "market-svc", "priority": "P1"}, at="10m"),
    groups=HTTP,
)
def test_row_50_requests_beyond_the_last_bucket_fire(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    requests(le_0_1=98, le_1=98, le_2=100, le_inf=100),
    firing("TailLatencyHigh", {"service": "market-svc", "priority": "P1"}, at="10m"),
    silent("HighLatency", at="10m"),
    groups=HTTP,
)
def test_row_66_two_slow_requests_in_a_hundred_fire(verdict: str) -> None:
    assert verdict == promtool.RIGHT


WEEK = 7 * 24 * 60


@BOOK.claim(
    # Ten payments in a night hour, then none: what last week's night had, roughly.
    {'payments_total{result="succeeded"}': f"0+0.2x{WEEK} {WEEK // 5}x60"},
    silent("PaymentsStalled", at=f"{WEEK + 40}m"),
    interval="1m",
    evaluated="5m",
    groups=frozenset({"payments"}),
)
def test_row_45_a_quiet_night_is_silent(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    estate.traffic("api-gateway", 99) | estate.errors("api-gateway", 1),
    *(
        valued(f'count({record}{{slo="platform-availability"}})', ({}, 1), at="6m")
        for record in (
            "slo:sli_error:ratio1h",
            "slo:sli_error:ratio30d",
            "slo:error_budget_remaining:ratio",
        )
    ),
    groups=frozenset({"slo-platform-availability", "slo-platform-availability-period"}),
)
def test_row_02_budget_and_burn_are_recorded(verdict: str) -> None:
    assert verdict == promtool.RIGHT


# Database, memory and queues


@BOOK.claim(
    {
        'db_pool_in_use{service="billing-svc",instance="a"}': "9x100",
        'db_pool_in_use{service="billing-svc",instance="b"}': "1x100",
        'db_pool_size{service="billing-svc",instance="a"}': "10x100",
        'db_pool_size{service="billing-svc",instance="b"}': "10x100",
        'db_pool_in_use{service="auth-svc",instance="c"}': "8x100",
        'db_pool_size{service="auth-svc",instance="c"}': "10x100",
        'pg_stat_activity_count{instance="d",server="s",state="active"}': "10x100",
        'pg_settings_max_connections{instance="d",server="s"}': "103x100",
        'pg_settings_superuser_reserved_connections{instance="d",server="s"}': "3x100",
    },
    firing(
        "ConnectionPoolExhausted",
        {"service": "billing-svc", "team": "payments", "priority": "P1"},
        at="6m",
    ),
    silent("DatabaseConnectionsHigh", at="20m"),
    groups=POSTGRES,
)
def test_row_55_a_full_pool_of_an_idle_server_fires(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {f"container_oom_events_total{{{POD_LABELS}}}": "0x20 1x100"},
    silent("ContainerOutOfMemory", at="5m"),
    firing("ContainerOutOfMemory", POD | {"priority": "P1"}, at="5m30s"),
    silent("ContainerOutOfMemory", at="16m"),
    groups=CONTAINERS,
)
def test_row_58_a_container_killed_for_memory_fires(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {'node_vmstat_oom_kill{service="node",instance="n"}': "0x20 1x100"},
    firing("NodeOutOfMemory", {"service": "node", "priority": "P1"}, at="5m30s"),
    groups=CONTAINERS,
)
def test_row_58_a_process_killed_for_memory_fires(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {
        f"container_memory_working_set_bytes{{{POD_LABELS}}}": "400+0.5x400",
        f"container_spec_memory_limit_bytes{{{POD_LABELS}}}": "1000x400",
    },
    silent("MemoryRunningOut", at="45m"),
    firing("MemoryRunningOut", POD | {"priority": "P2"}, at="90m"),
    silent("MemoryUsageElevated", at="90m"),
    groups=CONTAINERS,
)
def test_row_58_a_leak_fires_long_before_the_limit(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    queues(15),
    firing("QueuesDelayed", WORKER_P2, at="16m"),
    silent("QueueBacklog", at="20m"),
    groups=JOBS,
)
def test_row_60_an_hour_of_work_for_slow_workers_fires(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(queues(300), silent("QueuesDelayed", at="30m"), groups=JOBS)
def test_row_60_the_same_backlog_is_minutes_for_quick_workers(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {
        'job_queue_depth{queue="email"}': "3x100",
        'job_oldest_age_seconds{queue="email",instance="a"}': "0+15x100",
        'job_oldest_age_seconds{queue="email",instance="b"}': "0+15x100",
    },
    silent("JobsTooOld", at="14m"),
    firing("JobsTooOld", WORKER_P2 | {"queue": "email"}, at="16m"),
    groups=JOBS,
)
def test_row_60_a_short_queue_that_stands_still_fires(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    slow_queries(90),
    firing(
        "DatabaseLatencyHigh", {"service": "billing-svc", "priority": "P2"}, at="10m"
    ),
    groups=POSTGRES,
)
def test_row_70_slow_queries_fire(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(slow_queries(97), silent("DatabaseLatencyHigh", at="10m"), groups=POSTGRES)
def test_row_70_quick_queries_are_silent(verdict: str) -> None:
    assert verdict == promtool.RIGHT


# Security


@BOOK.claim(
    {'auth_login_failed_total{reason="bad_password",instance="a"}': "0+15x100"},
    firing("FailedLoginsHigh", AUTH_P2, at="11m"),
    groups=SECURITY,
)
def test_row_73_sixty_failed_logins_a_minute_fire(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {'auth_login_failed_total{reason="bad_password",instance="a"}': "0+10x100"},
    silent("FailedLoginsHigh", at="20m"),
    groups=SECURITY,
)
def test_row_73_forty_failed_logins_a_minute_are_silent(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {
        'auth_blocked_ips{instance="a"}': "11x100",
        'auth_blocked_ips{instance="b"}': "11x100",
    },
    firing("BruteForceAttack", AUTH_P1, at="2m"),
    groups=SECURITY,
)
def test_row_74_eleven_blocked_addresses_fire(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    # One address each, reported by every replica, however often it was blocked.
    {f'auth_blocked_ips{{instance="{one}"}}': "1x100" for one in "abcdefghijkl"},
    silent("BruteForceAttack", at="20m"),
    groups=SECURITY,
)
def test_row_74_one_address_blocked_many_times_is_silent(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {'waf_blocked_requests_total{rule_id="1",attack_type="sqli"}': "0+30x100"},
    firing("WafBlocksHigh", GATEWAY_P2, at="11m"),
    groups=SECURITY,
)
def test_row_75_blocked_requests_fire(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {
        'rate_limit_hits_total{route="/api/search"}': "0+10x100",
        'rate_limit_hits_total{route="/api/login"}': "0+5x100",
    },
    firing("ApiAbuse", GATEWAY_P2, at="11m"),
    groups=SECURITY,
)
def test_row_76_rate_limit_hits_fire(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    SCRAPED
    | {
        'suspicious_ip_hits_total{job="services",instance="a",list="botnet"}': (
            "_x60 1x100"
        )
    },
    silent("SuspiciousIpSeen", at="14m"),
    firing("SuspiciousIpSeen", GATEWAY_P1 | {"list": "botnet"}, at="15m"),
    silent("SuspiciousIpSeen", at="26m"),
    groups=SECURITY,
)
def test_row_77_the_first_hit_ever_fires(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {
        'up{job="services",instance="a"}': "_x60 1x100",
        'process_start_time_seconds{job="services",instance="a"}': "_x60 -9000x100",
        'suspicious_ip_hits_total{job="services",instance="a",list="botnet"}': (
            "_x60 7x100"
        ),
    },
    silent("SuspiciousIpSeen", at="15m"),
    silent("SuspiciousIpSeen", at="20m"),
    groups=SECURITY,
)
def test_row_77_old_hits_that_are_seen_late_are_silent(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    SCRAPED
    | {
        'security_policy_violations_total{job="services",instance="a",policy="p"}': (
            "_x60 1x100"
        ),
        'security_policy_violations_total{job="services",instance="a",policy="q"}': (
            "0x60 1x100"
        ),
    },
    firing(
        "SecurityViolation",
        AUTH_P1 | {"policy": "p"},
        AUTH_P1 | {"policy": "q"},
        at="15m15s",
    ),
    groups=SECURITY,
)
def test_row_78_the_first_violation_ever_fires(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    certificate(29),
    firing("CertificateExpiresWithinMonth", {"priority": "P3"}, at="6m"),
    silent("CertificateNotRenewed", at="6m"),
    groups=SECURITY,
)
def test_row_79_a_certificate_with_29_days_left_is_seen_and_not_sent(
    verdict: str,
) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    certificate(6),
    firing("CertificateExpiresWithinWeek", GATEWAY_P1 | {"target": "web"}, at="6m"),
    silent("CertificateAboutToExpire", at="6m"),
    groups=SECURITY,
)
def test_row_79_a_certificate_with_6_days_left_is_urgent(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {'auth_login_failed_total{reason="bad_password"}': "0+15x100"},
    valued(
        "platform:auth_login_failed:per_minute_rate5m",
        ({"__name__": "platform:auth_login_failed:per_minute_rate5m"}, 60),
        at="10m",
    ),
    groups=SECURITY,
)
def test_row_125_sixty_a_minute_reads_sixty(verdict: str) -> None:
    assert verdict == promtool.RIGHT


TWO_DAYS = 2 * 24 * 60
AT_HOME = {'auth_login_success_total{country="US"}': f"0+9x{TWO_DAYS + 90}"}


@BOOK.claim(
    AT_HOME
    | {
        'auth_login_success_total{country="BR"}': f"1x{TWO_DAYS + 90}",
        'auth_login_success_total{country=""}': f"0+9x{TWO_DAYS + 90}",
    },
    silent("LoginsFromUnusualCountry", at=f"{TWO_DAYS + 60}m"),
    interval="1m",
    evaluated="5m",
    groups=SECURITY,
)
def test_row_126_one_login_long_ago_is_silent(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    AT_HOME
    | {
        # From nowhere, and as on every other day.
        'auth_login_success_total{country="BR"}': f"1x{TWO_DAYS} 1+1x60",
        'auth_login_success_total{country="IN"}': f"0+1x{TWO_DAYS + 60}",
    },
    silent("LoginsFromUnusualCountry", at=f"{TWO_DAYS}m"),
    firing(
        "LoginsFromUnusualCountry",
        AUTH_P2 | {"country": "BR"},
        at=f"{TWO_DAYS + 40}m",
    ),
    interval="1m",
    evaluated="5m",
    groups=SECURITY,
)
def test_row_126_a_country_that_suddenly_logs_in_fires(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {'auth_login_success_total{country="IN"}': "0+1x400"},
    silent("LoginsFromUnusualCountry", at="95m"),
    groups=SECURITY,
)
def test_row_126_the_first_day_has_nothing_to_compare_with(verdict: str) -> None:
    assert verdict == promtool.RIGHT


# The monitoring of the monitoring

_PROMETHEUS_P1 = {"service": "prometheus", "priority": "P1"}


@BOOK.claim(
    {
        'prometheus_rule_evaluation_failures_total{rule_group="http"}': "0x20 4x100",
        'prometheus_notifications_dropped_total{instance="a"}': "0x20 4x100",
        'prometheus_notifications_errors_total{instance="a"}': "0x120",
        'prometheus_notifications_alertmanagers_discovered{instance="a"}': "0x120",
        'prometheus_tsdb_compactions_failed_total{instance="a"}': "0x20 1x100",
        'prometheus_tsdb_head_truncations_failed_total{instance="a"}': "0x120",
        'prometheus_tsdb_mmap_chunk_corruptions_total{instance="a"}': "0x120",
        'alertmanager_notifications_failed_total{integration="email"}': "0x20 4x100",
        'prometheus_config_last_reload_successful{service="prometheus",job="p"}': (
            "0x120"
        ),
    },
    *(
        firing(alert, _PROMETHEUS_P1, at="7m")
        for alert in (
            "RuleEvaluationFailing",
            "AlertsNotSent",
            "NoAlertmanager",
            "StorageFailing",
            "ConfigurationReloadFailed",
        )
    ),
    firing(
        "NotificationsFailing",
        {"service": "alertmanager", "integration": "email", "priority": "P1"},
        at="7m",
    ),
    groups=MONITORING,
)
def test_row_27_each_way_in_which_the_watchers_fail_fires(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {
        "prometheus_target_scrapes_exceeded_sample_limit_total": "0x20 0+1x100",
        "prometheus_target_scrapes_exceeded_body_size_limit_total": "0x120",
        "prometheus_target_scrape_pool_exceeded_label_limits_total": "0x120",
        "prometheus_tsdb_retention_limit_seconds": f"{15 * DAY}x120",
        'prometheus_rule_group_last_duration_seconds{rule_group="g"}': "14x120",
        'prometheus_rule_group_interval_seconds{rule_group="g"}': "15x120",
    },
    *(
        firing(alert, {"service": "prometheus", "priority": "P2"}, at="15m")
        for alert in ("ScrapesOverLimit", "RetentionTooShort", "RuleGroupSlow")
    ),
    groups=MONITORING,
)
def test_row_27_each_limit_that_the_watchers_reach_fires(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {
        f'node_filesystem_{name}{{service="node",instance="a",mountpoint="/",'
        'fstype="ext4"}': f"{size}x120"
        for name, size in (("avail_bytes", 4), ("size_bytes", 100))
    },
    firing("DiskAlmostFull", {"service": "node", "mountpoint": "/"}, at="6m"),
    groups=MONITORING,
)
def test_row_27_a_full_disk_fires(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {
        'up{job="postgres",service="postgres"}': "1x120",
        'up{job="redis",service="redis"}': "0x120",
    },
    valued(
        'count(ALERTS{alertname="ExporterMissing",alertstate="firing",'
        'job=~"postgres|redis"})',
        at="6m",
    ),
    valued(
        'sum by (service, job, team, priority) (ALERTS{alertname="ExporterMissing",'
        'alertstate="firing",job="node"})',
        ({"service": "node", "job": "node", "team": "platform", "priority": "P2"}, 1),
        at="6m",
    ),
    groups=MONITORING,
)
def test_row_27_a_source_that_discovery_does_not_know_fires(verdict: str) -> None:
    assert verdict == promtool.RIGHT


def _cluster(*members: int, up: str = "1") -> dict[str, str]:
    """Gives the series of Alertmanagers that see so many members, one for each."""
    series = {
        f'alertmanager_cluster_members{{job="alertmanager",instance="{at}"}}': (
            f"{seen}x120"
        )
        for at, seen in enumerate(members)
    }
    alive = {
        f'up{{job="alertmanager",service="alertmanager",instance="{at}"}}': "1x120"
        for at in range(len(members))
    }
    lost = 'up{job="alertmanager",service="alertmanager",instance="lost"}'
    return series | alive | {lost: f"{up}x120"}


@BOOK.claim(
    _cluster(2, 2, up="0"),
    firing(
        "ExporterDown",
        {"service": "alertmanager", "job": "alertmanager", "instance": "lost"},
        at="6m",
    ),
    silent("AlertmanagerClusterSplit", at="6m"),
    groups=MONITORING,
)
def test_row_28_a_member_that_is_lost_is_told_of_once(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    _cluster(2, 2),
    firing(
        "AlertmanagerClusterSplit",
        {"service": "alertmanager", "priority": "P2"},
        at="6m",
    ),
    silent("ExporterDown", at="6m"),
    groups=MONITORING,
)
def test_row_28_alertmanagers_that_do_not_see_one_another_fire(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {'up{job="prometheus",service="prometheus",instance="a"}': "1x120"},
    valued(
        'sum by (service, job) (ALERTS{alertname="ExporterMissing",'
        'alertstate="firing",job="prometheus"})',
        ({"service": "prometheus", "job": "prometheus"}, 1),
        at="6m",
    ),
    groups=MONITORING,
)
def test_row_28_a_pair_of_which_discovery_knows_one_fires(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {
        'alertmanager_config_hash{instance="a"}': "1234x120",
        'alertmanager_config_hash{instance="b"}': "1234x120",
        'alertmanager_config_hash{instance="c"}': "1234x20 5678x100",
    },
    silent("AlertmanagersDiffer", at="5m"),
    firing(
        "AlertmanagersDiffer", {"service": "alertmanager", "priority": "P2"}, at="22m"
    ),
    groups=MONITORING,
)
def test_alertmanagers_on_different_files_fire(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {
        'prometheus_notifications_dropped_total{instance="a"}': "0x120",
        'prometheus_notifications_errors_total{alertmanager="1"}': "0x20 0+1x100",
        'prometheus_notifications_errors_total{alertmanager="2"}': "0x120",
    },
    silent("AlertsNotSent", at="20m"),
    groups=MONITORING,
)
def test_alerts_that_one_alertmanager_takes_are_sent(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {
        'prometheus_remote_storage_highest_timestamp_in_seconds{instance="a"}': (
            "0+15x120"
        ),
        'prometheus_remote_storage_queue_highest_sent_timestamp_seconds{instance="a",'
        'remote_name="x"}': "0+15x20 300x100",
    },
    silent("RemoteWriteBehind", at="15m"),
    firing("RemoteWriteBehind", {"service": "prometheus", "priority": "P2"}, at="22m"),
    groups=MONITORING,
)
def test_a_storage_that_gets_nothing_for_minutes_fires(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {
        'redis_up{instance="a"}': "1x20 stale",
        'probe_success{job="probes",target="redis"}': "1x20 0x100",
    },
    firing("CacheUnavailable", {"service": "redis", "priority": "P1"}, at="7m"),
    groups=frozenset({"redis"}),
)
def test_the_cache_that_takes_its_exporter_along_fires(verdict: str) -> None:
    assert verdict == promtool.RIGHT


# Escalation


@BOOK.claim(
    {'pg_up{instance="a"}': "stale"}
    | {'probe_success{job="probes",target="postgres"}': "1x400"},
    firing("DatabaseUnobserved", {"service": "postgres"}, at="6m"),
    silent("EscalatedAlert", at="34m"),
    firing(
        "EscalatedAlert",
        {
            "escalated_alert": "DatabaseUnobserved",
            "service": "postgres",
            "team": "platform",
            "priority": "P1",
            "severity": "warning",
        },
        at="37m",
    ),
    groups=frozenset({"postgres", "escalation"}),
)
def test_row_22_an_alert_that_outlives_its_response_escalates(verdict: str) -> None:
    assert verdict == promtool.RIGHT


@BOOK.claim(
    {'job_queue_depth{queue="email"}': "1500x400"},
    firing("QueueBacklog", {"queue": "email", "priority": "P2"}, at="20m"),
    silent("EscalatedAlert", at="90m"),
    groups=frozenset({"jobs", "escalation"}),
)
def test_row_22_what_promises_no_escalation_has_none(verdict: str) -> None:
    assert verdict == promtool.RIGHT
