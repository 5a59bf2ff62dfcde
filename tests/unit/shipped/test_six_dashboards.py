"""The six shipped dashboards: what each promises to show, and to whom."""

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

import promql_parser
import pytest

from sightline.model import monitoring, names, slos
from sightline.promql import expressions
from support import shipped


@pytest.fixture(scope="module")
def dashboards(skillancer: monitoring.Monitoring) -> dict[str, dict[str, Any]]:
    return shipped.compile_dashboards(skillancer)


@pytest.fixture(scope="module")
def rules(skillancer: monitoring.Monitoring) -> list[Mapping[str, Any]]:
    return shipped.compile_rules(skillancer)


def test_row_107_110_the_six_dashboards_open_at_the_addresses_of_the_guide(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    assert {uid: one["uid"] for uid, one in dashboards.items()} == {
        uid: uid
        for uid in ("cdn", "database", "engineering", "executive", "security", "slo")
    }


GUIDES_PANELS = {
    "executive": [
        "Active Users",
        "Daily Active Users",
        "Revenue (MTD)",
        "Jobs Posted (Today)",
        "Contracts Active",
        "NPS Score",
        "Error Rate",
        "Uptime",
    ],
    "engineering": [
        "Service Health Grid",
        "Request Rate",
        "Error Rate",
        "Response Time (p50)",
        "Response Time (p95)",
        "Response Time (p99)",
        "CPU Usage",
        "Memory Usage",
        "Database Connections",
        "Database Latency",
        "Redis Memory",
        "Queue Depth",
    ],
    "security": [
        "Failed Logins",
        "Successful Logins",
        "Brute Force Attempts",
        "WAF Blocks",
        "API Abuse",
        "Suspicious IPs",
        "Certificate Expiry",
        "Security Violations",
        "Failed Logins by Reason",
        "Failed Logins by Network (top 10)",
        "Geographic Anomalies",
        "Blocked Requests by Rule",
        "Attack Types",
    ],
}


@pytest.mark.parametrize("uid", GUIDES_PANELS)
def test_row_108_109_121_123_every_panel_of_the_guides_tables_is_there(
    dashboards: dict[str, dict[str, Any]], uid: str
) -> None:
    titles = [panel["title"] for panel in shipped.panels(dashboards[uid])]
    assert set(GUIDES_PANELS[uid]) - set(titles) == set()


def test_executive_has_the_guides_panels_and_no_other(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    shown = [
        one for one in shipped.panels(dashboards["executive"]) if one["type"] != "row"
    ]
    assert sorted(one["title"] for one in shown) == sorted(GUIDES_PANELS["executive"])


def test_row_100_no_panel_reads_more_than_a_day_of_raw_samples(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    assert [
        (uid, name)
        for uid, dashboard in dashboards.items()
        for expr in shipped.expressions_of(dashboard)
        for name, length in shipped.raw_ranges(promql_parser.parse(expr))
        if length > dt.timedelta(days=1)
    ] == []


def test_row_100_no_rule_reads_more_than_a_day_of_raw_samples(
    rules: list[Mapping[str, Any]],
) -> None:
    assert [
        (rule.get("alert", rule.get("record")), name)
        for rule in rules
        for name, length in shipped.raw_ranges(promql_parser.parse(rule["expr"]))
        if length > dt.timedelta(days=1)
    ] == []


def test_row_105_the_slo_dashboard_reads_recorded_series_alone(
    dashboards: dict[str, dict[str, Any]], rules: list[Mapping[str, Any]]
) -> None:
    recorded = {rule["record"] for rule in rules if "record" in rule}
    read = {
        name
        for expr in shipped.expressions_of(dashboards["slo"])
        for name in expressions.metric_names(expr)
    }
    assert read - recorded == set()


def test_row_105_the_slo_dashboard_shows_a_burn_for_every_tier(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    titles = {panel["title"] for panel in shipped.panels(dashboards["slo"])}
    assert {f"Burn Rate ({tier.name})" for tier in slos.BURN_TIERS} - titles == set()


def test_every_signal_that_alerts_has_a_panel(
    skillancer: monitoring.Monitoring,
) -> None:
    shown = {
        query.signal
        for dashboard in skillancer.dashboards.values()
        for row in dashboard.rows
        for panel in row.panels
        for query in panel.queries
    }
    alerting = {name for name, signal in skillancer.signals.items() if signal.levels}
    assert alerting - shown == set()


def test_every_recorded_series_that_a_panel_reads_is_recorded(
    dashboards: dict[str, dict[str, Any]], rules: list[Mapping[str, Any]]
) -> None:
    recorded = {rule["record"] for rule in rules if "record" in rule}
    read = {
        name
        for dashboard in dashboards.values()
        for expr in shipped.expressions_of(dashboard)
        for name in expressions.metric_names(expr)
        if ":" in name
    }
    assert read - recorded == set()


def test_row_111_113_active_users_have_one_source_and_are_half_a_minute_old(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    executive = dashboards["executive"]
    (query,) = shipped.find_panel(executive, "Active Users")["targets"]
    assert query["datasource"] == {"type": "prometheus", "uid": "${environment}"}
    assert executive["refresh"] == "30s"


def test_row_112_a_number_that_every_replica_reports_is_not_added_up(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    (query,) = shipped.find_panel(dashboards["executive"], "Active Users")["targets"]
    assert query["expr"] == "(max(skillancer_active_users))"


def test_row_114_115_revenue_is_kept_apart_by_currency(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    (query,) = shipped.find_panel(dashboards["executive"], "Revenue (MTD)")["targets"]
    assert expressions.aggregation_labels(query["expr"]) == ("currency",)
    assert query["legendFormat"] == "{{currency}}"


def test_row_116_124_revenue_says_its_period_its_zone_and_what_the_picker_does(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    text = shipped.find_panel(dashboards["executive"], "Revenue (MTD)")["description"]
    assert "the first of this calendar month" in text
    # The organisation's own zone, to the letter.
    assert "midnight in America/New_York" in text
    assert "time range above does not change it" in text


def test_the_zone_that_panels_name_is_the_organisations(
    skillancer: monitoring.Monitoring,
) -> None:
    assert skillancer.organisation.time_zone == "America/New_York"


def test_row_117_the_score_stands_beside_the_answers_that_it_stands_on(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    score, answers = shipped.find_panel(dashboards["executive"], "NPS Score")["targets"]
    assert "max(skillancer_nps_responses) >= 30" in score["expr"]
    assert answers["legendFormat"] == "answers"


def test_row_118_uptime_is_the_health_endpoint_asked_from_outside(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    (query,) = shipped.find_panel(dashboards["executive"], "Uptime")["targets"]
    names_ = expressions.metric_names(query["expr"])
    assert names_ == {"service:health_probe:max"}


def test_row_81_uptime_by_probe_stands_beside_the_share_of_failed_requests(
    dashboards: dict[str, dict[str, Any]], skillancer: monitoring.Monitoring
) -> None:
    panels = [
        shipped.find_panel(dashboards["executive"], title)
        for title in ("Error Rate", "Uptime")
    ]
    assert panels[0]["gridPos"]["y"] == panels[1]["gridPos"]["y"]
    uptime = skillancer.signals[names.SignalName("platform_uptime")]
    assert "an outage without traffic" in uptime.description
    # No request takes part in it, so it falls where nobody asks as well.
    assert "http_requests" not in panels[1]["targets"][0]["expr"]


def test_row_120_a_panels_own_rate_follows_the_zoom_or_names_its_hour(
    skillancer: monitoring.Monitoring,
) -> None:
    own = [
        query.expr
        for dashboard in skillancer.dashboards.values()
        for row in dashboard.rows
        for panel in row.panels
        for query in panel.queries
        if query.expr and "[" in query.expr
    ]
    assert own
    assert [
        expr for expr in own if "[$__rate_interval]" not in expr and "[1h]" not in expr
    ] == []


def test_row_122_connections_are_one_total_line_and_one_for_each_state(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    database = dashboards["database"]
    (total,) = shipped.find_panel(database, "Database Connections")["targets"]
    assert total["expr"].startswith("instance:pg_connections:ratio")
    (by_state,) = shipped.find_panel(database, "Connections by State")["targets"]
    assert "sum by (state) (pg_stat_activity_count)" in by_state["expr"]


def test_row_125_counts_per_minute_are_multiplied_and_say_so(
    dashboards: dict[str, dict[str, Any]], rules: list[Mapping[str, Any]]
) -> None:
    recorded = {rule["record"]: rule["expr"] for rule in rules if "record" in rule}
    for title in ("Failed Logins", "Successful Logins", "WAF Blocks", "API Abuse"):
        panel = shipped.find_panel(dashboards["security"], title)
        assert panel["fieldConfig"]["defaults"]["unit"] == "cpm"
        (query,) = panel["targets"]
        assert recorded[query["expr"]].endswith("[5m])) * 60"), title


def test_row_127_the_ten_networks_are_an_instant_table(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    title = "Failed Logins by Network (top 10)"
    panel = shipped.find_panel(dashboards["security"], title)
    (query,) = panel["targets"]
    assert panel["type"] == "table"
    assert (query["instant"], query["range"]) == (True, False)
    assert query["expr"].startswith("topk(10, ")


def test_row_128_no_panel_and_no_rule_knows_single_addresses(
    dashboards: dict[str, dict[str, Any]], rules: list[Mapping[str, Any]]
) -> None:
    written = [
        expr for one in dashboards.values() for expr in shipped.expressions_of(one)
    ]
    written += [rule["expr"] for rule in rules]
    assert [expr for expr in written if re.search(r"\bip\b", expr)] == []


def test_every_dashboard_chooses_the_environment_whose_prometheus_all_of_it_asks(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    for dashboard in dashboards.values():
        first = dashboard["templating"]["list"][0]
        assert (first["name"], first["type"]) == ("environment", "datasource")
        assert first["current"]["value"] == "prometheus"
        named = re.findall(r'"uid": "([^"]+)"', json.dumps(dashboard))
        assert set(named) == {"${environment}", dashboard["uid"]}


CHOICES = {
    "cdn": ["pop"],
    "database": ["service", "datname"],
    "engineering": ["service", "instance"],
    "executive": [],
    "security": [],
    "slo": ["service", "slo"],
}


@pytest.mark.parametrize("uid", CHOICES)
def test_what_a_dashboard_shows_much_of_can_be_narrowed(
    dashboards: dict[str, dict[str, Any]], uid: str
) -> None:
    offered = [one["name"] for one in dashboards[uid]["templating"]["list"]]
    assert offered == ["environment", *CHOICES[uid]]


EXPECTED_OF = {
    "database": {
        "connections": "Database Connections",
        "throughput": "Transactions",
        "cache hits": "Buffer Cache Hits",
        "locks": "Locks",
        "deadlocks": "Deadlocks",
        "long transactions": "Longest Transaction",
        "replication lag": "Replication Lag",
        "checkpoints": "Checkpoint Buffers",
        "sizes": "Database Size",
        "slow statements": "Slow Statements",
        "Redis": "Redis Memory",
    },
    "cdn": {
        "requests": "Requests",
        "hit ratio": "Hit Ratio",
        "bandwidth": "Bandwidth",
        "edge errors": "Edge Errors",
        "edge latency": "Edge Latency (p95)",
        "origin errors": "Origin Errors",
        "origin latency": "Origin Latency (p95)",
        "by country": "Requests by Country",
        "by status": "Requests by Status",
    },
    "slo": {
        "compliance": "Compliance",
        "budget left": "Error Budget Left",
        "burn": "Burn Rate (1h)",
    },
}


@pytest.mark.parametrize("uid", EXPECTED_OF)
def test_dashboards_that_the_guide_leaves_open_show_what_their_readers_look_for(
    dashboards: dict[str, dict[str, Any]], uid: str
) -> None:
    titles = {panel["title"] for panel in shipped.panels(dashboards[uid])}
    assert set(EXPECTED_OF[uid].values()) <= titles


def test_every_panel_says_what_it_shows(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    assert [
        (uid, panel["title"])
        for uid, dashboard in dashboards.items()
        for panel in shipped.panels(dashboard)
        if panel["type"] != "row" and len(panel["description"]) < 40
    ] == []


def test_dashboards_link_to_one_another_by_title_and_keep_time_and_choice(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    titles = {f"/d/{uid}": one["title"] for uid, one in dashboards.items()}
    for dashboard in dashboards.values():
        assert dashboard["links"]
        for link in dashboard["links"]:
            assert link["title"] == titles[link["url"]]
            assert link["keepTime"]
            assert link["includeVars"]


def test_a_dashboard_marks_its_own_alerts_and_for_the_chosen_service(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    def marked(uid: str) -> str:
        (annotation,) = dashboards[uid]["annotations"]["list"]
        return str(annotation["expr"])

    assert 'service=~"$service"' in marked("engineering")
    assert "HighErrorRate" in marked("engineering")
    assert "BruteForceAttack" in marked("security")
    assert "HighErrorRate" not in marked("security")
    assert "ErrorBudgetBurn|SLIStalled|SLONotMeasured" in marked("slo")
    assert "PlatformErrorRateElevated" in marked("executive")


def test_a_panel_without_its_source_names_it(
    skillancer: monitoring.Monitoring,
) -> None:
    local = shipped.compile_dashboards(skillancer, "local")["engineering"]
    panel = shipped.find_panel(local, "Containers Out of Memory")
    missing = "cadvisor"
    assert panel["fieldConfig"]["defaults"]["noValue"] == f"no source: {missing}"
    assert panel["description"].endswith(
        f"Missing source: `{missing}` is not part of this environment."
    )


def test_a_panel_with_its_source_names_none(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    assert "no source" not in json.dumps(dashboards)


def test_a_comparison_with_last_week_says_that_it_needs_a_week(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    panel = shipped.find_panel(dashboards["engineering"], "Payments in Ten Minutes")
    text = panel["fieldConfig"]["defaults"]["noValue"]
    assert text == "needs 7d1h of history"


def test_every_query_has_room_for_its_answer_in_the_legend(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    drawn = {"timeseries", "state-timeline", "stat", "gauge", "bargauge"}
    several = [
        (uid, panel["title"])
        for uid, dashboard in dashboards.items()
        for panel in shipped.panels(dashboard)
        if panel["type"] in drawn
        and len(panel["targets"]) > 1
        and any(query["legendFormat"] == "__auto" for query in panel["targets"])
    ]
    assert several == []
