"""Each of the five lines: when it passes, and every reason for which it does not."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping

import httpx
import pytest

from sightline.verify import checks, formatting
from support import builders, live_systems

HEALTHY = [
    "✅ Prometheus: healthy (version 3.5.3, 7 of 7 targets up)",
    "✅ Grafana: healthy (the console stands in for Grafana, 1 dashboard listed)",
    (
        "✅ Alertmanager: healthy (version 0.33.1, 0 failed notifications in 5m,"
        " heartbeat received 12 s ago)"
    ),
    "✅ All dashboards: loaded (1 served as built, 1 of 1 panels have data)",
    (
        "✅ All alerts: configured (2 rules loaded and equal,"
        " 2 routed to the channels of their priority)"
    ),
]

Break = Callable[[live_systems.Systems], object]


def _lines(report: checks.Report) -> list[str]:
    return [formatting.render_line(check) for check in report.checks]


async def test_healthy_systems_give_five_ticks_with_figures() -> None:
    report = await live_systems.Systems().verify()
    assert _lines(report) == HEALTHY
    assert report.is_ok


async def _broken(break_: Break) -> list[str]:
    systems = live_systems.Systems()
    break_(systems)
    lines = _lines(await systems.verify())
    return [line for line in lines if line not in HEALTHY]


def _stop(name: str) -> Break:
    return lambda systems: systems.stopped.append(getattr(systems, name))


def _runtime(**changes: object) -> Break:
    return lambda systems: systems.prometheus.runtime.update(changes)


def _down(systems: live_systems.Systems) -> None:
    systems.prometheus.targets[0] = live_systems.target(
        "down", "connection refused", job="services", service="auth-svc"
    )


def _fail_rule(systems: live_systems.Systems) -> None:
    systems.rule("Watchdog").update(health="err", lastError="many-to-many matching")


@pytest.mark.parametrize(
    ("break_", "line"),
    [
        pytest.param(
            lambda systems: setattr(systems.prometheus, "is_ready", False),
            "asked Prometheus at http://prometheus for its readiness:"
            " status 503: Not ready",
            id="not ready",
        ),
        pytest.param(
            _down,
            "6 of 7 targets up: auth-svc 1 of 2 up (connection refused)",
            id="a replica down",
        ),
        pytest.param(
            lambda systems: systems.prometheus.targets.pop(0),
            "6 of 7 targets up: auth-svc 1 of 2 up",
            id="a replica withdrawn",
        ),
        pytest.param(
            lambda systems: systems.prometheus.targets.pop(),
            "6 of 7 targets up: redis 0 of 1 up",
            id="an exporter withdrawn",
        ),
        pytest.param(
            _runtime(reloadConfigSuccess=False),
            "the last reload of the configuration failed;"
            " what runs was loaded at 2026-01-01 00:00:00 UTC",
            id="reload failed",
        ),
        pytest.param(
            _runtime(storageRetention="4m"),
            "retention 4m is shorter than the longest window, 5m",
            id="retention too short",
        ),
        pytest.param(
            lambda systems: systems.prometheus.alertmanagers.clear(),
            "no Alertmanager is known to it; alerts go nowhere",
            id="no Alertmanager",
        ),
    ],
)
async def test_prometheus_is_not_healthy(break_: Break, line: str) -> None:
    lines = await _broken(break_)
    # A Prometheus that is not ready fails what is asked of it, too.
    assert lines[0] == f"❌ Prometheus: not healthy: {line}"


async def test_a_failing_rule_is_named_by_both_lines_that_it_concerns() -> None:
    assert await _broken(_fail_rule) == [
        (
            "❌ Prometheus: not healthy: 1 of 3 rules fail:"
            " Watchdog (many-to-many matching)"
        ),
        "❌ All alerts: not configured: Watchdog fails: many-to-many matching",
    ]


async def test_retention_by_size_alone_is_not_checked() -> None:
    assert await _broken(_runtime(storageRetention="10GiB")) == [
        "⚠ Prometheus: not checked: the retention '10GiB' promises no time"
    ]


async def test_stopped_prometheus_fails_every_line_that_needs_it() -> None:
    def reason(asked: str) -> str:
        return (
            f"asked Prometheus at http://prometheus for {asked}:"
            " nothing answers there; is it running?"
        )

    systems = live_systems.Systems()
    systems.stopped.append(systems.prometheus)
    report = await systems.verify()
    states = {check.subject: check.state for check in report.checks}
    assert states == {
        checks.Subject.PROMETHEUS: checks.State.FAILED,
        checks.Subject.GRAFANA: checks.State.PASSED,
        checks.Subject.ALERTMANAGER: checks.State.FAILED,
        checks.Subject.DASHBOARDS: checks.State.FAILED,
        checks.Subject.ALERTS: checks.State.FAILED,
    }
    assert report.checks[0].reason == reason("its readiness")
    assert report.checks[3].reason == reason("its readiness")
    assert report.checks[4].reason == reason("its readiness")


@pytest.mark.parametrize(
    ("break_", "line"),
    [
        pytest.param(
            lambda systems: setattr(systems.alertmanager, "is_ready", False),
            "asked Alertmanager at http://alertmanager for its readiness: status 503",
            id="not ready",
        ),
        pytest.param(
            _stop("alertmanager"),
            "asked Alertmanager at http://alertmanager for its readiness:"
            " nothing answers there; is it running?",
            id="stopped",
        ),
        pytest.param(
            lambda systems: systems.alertmanager.alerts.clear(),
            "Watchdog does not arrive from Prometheus",
            id="no watchdog",
        ),
        pytest.param(
            lambda systems: setattr(
                systems.alertmanager,
                "config",
                systems.alertmanager.config.replace("repeat_interval: 4h", ""),
            ),
            "the loaded configuration is not the built one:"
            " route.repeat_interval: built '4h', loaded None,"
            " route.routes[1].repeat_interval: built '4h', loaded None,"
            " route.routes[2].repeat_interval: built '4h', loaded None,"
            " route.routes[3].repeat_interval: built '4h', loaded None,"
            " route.routes[4].repeat_interval: built '4h', loaded None",
            id="another configuration",
        ),
        pytest.param(
            lambda systems: setattr(
                systems.prometheus,
                "result",
                lambda _: [({"integration": "webhook", "reason": "serverError"}, 2.0)],
            ),
            "notifications failed in the last 5m: webhook (serverError)",
            id="deliveries fail",
        ),
        pytest.param(
            lambda systems: systems.prometheus.results.update(
                {"count(alertmanager_notifications_total)": []}
            ),
            "Prometheus has no count of notifications; is Alertmanager scraped?",
            id="not scraped",
        ),
        pytest.param(
            lambda systems: setattr(systems.receivers, "text", ""),
            "no heartbeat has arrived at the far side yet",
            id="no heartbeat",
        ),
        pytest.param(
            lambda systems: setattr(
                systems.receivers,
                "text",
                f"sightline_last_heartbeat_timestamp_seconds {live_systems.NOW - 181}",
            ),
            "the last heartbeat arrived 181 s ago, expected at most 180 s",
            id="an old heartbeat",
        ),
        pytest.param(
            _stop("receivers"),
            "asked the receivers at http://receivers for its metrics:"
            " nothing answers there; is it running?",
            id="far side stopped",
        ),
    ],
)
async def test_alertmanager_is_not_healthy(break_: Break, line: str) -> None:
    lines = await _broken(break_)
    expected = f"❌ Alertmanager: not healthy: {line}"
    assert [one for one in lines if "Alertmanager: " in one[:20]] == [expected]


async def test_unknown_far_side_is_not_checked_and_never_passed() -> None:
    systems = live_systems.Systems(is_far_side_known=False)
    report = await systems.verify()
    assert formatting.render_line(report.checks[2]) == (
        "⚠ Alertmanager: not checked:"
        " whether the heartbeat arrives at its far side cannot be seen from here"
    )
    assert not report.is_ok
    assert not report.has_failed


async def test_stopped_console_fails_the_lines_of_dashboards() -> None:
    console = "asked the console at http://console for"
    silent = "nothing answers there; is it running?"
    assert await _broken(_stop("console")) == [
        f"❌ Grafana: not healthy: {console} its health: {silent}",
        (f"❌ All dashboards: not loaded: {console} its dashboards: {silent}"),
    ]


async def test_console_that_does_not_reach_prometheus_is_not_healthy() -> None:
    def break_(systems: live_systems.Systems) -> None:
        systems.console.behind.answer = (  # type: ignore[method-assign]  # broken
            lambda *_: httpx.Response(502, json={"error": "gone"})
        )

    assert await _broken(break_) == [
        (
            "❌ Grafana: not healthy: asked Prometheus at http://console/api/prometheus"
            " for the query 'vector(1)': status 502: gone"
        )
    ]


def _change_dashboard(systems: live_systems.Systems) -> None:
    served = dict(systems.console.dashboards["engineering"])
    systems.console.dashboards["engineering"] = served | {"title": "Mine", "version": 7}


def _no_data(number: float | None) -> Break:
    def break_(systems: live_systems.Systems) -> None:
        healthy = systems.prometheus.result

        def result(expr: str) -> list[tuple[Mapping[str, str], float]]:
            if "service=~" in expr:
                return [] if number is None else [({}, number)]
            return healthy(expr)

        systems.prometheus.result = result

    return break_


@pytest.mark.parametrize(
    ("break_", "line"),
    [
        pytest.param(
            lambda systems: systems.console.dashboards.clear(),
            "0 of 1 served as built; not: engineering (not there)",
            id="not served",
        ),
        pytest.param(
            _change_dashboard,
            "0 of 1 served as built; not: engineering (other title)",
            id="changed by hand",
        ),
        pytest.param(
            _no_data(None),
            "0 of 1 panels have data; not: engineering/Error Rate (no data)",
            id="no data",
        ),
        pytest.param(
            _no_data(float("nan")),
            "0 of 1 panels have data;"
            " not: engineering/Error Rate (1 series, none with a number)",
            id="not a number",
        ),
    ],
)
async def test_dashboards_are_not_loaded(break_: Break, line: str) -> None:
    lines = await _broken(break_)
    assert [one for one in lines if "All dashboards" in one] == [
        f"❌ All dashboards: not loaded: {line}"
    ]


def _remove_group(systems: live_systems.Systems) -> None:
    systems.prometheus.groups.clear()


def _remove_rule(systems: live_systems.Systems) -> None:
    group = systems.prometheus.groups[0]
    rules = group["rules"]
    assert isinstance(rules, list)
    rules.remove(systems.rule("HighErrorRate"))


def _add_rule(systems: live_systems.Systems) -> None:
    rules = systems.prometheus.groups[0]["rules"]
    assert isinstance(rules, list)
    rules.append(systems.rule("Watchdog") | {"name": "Mine"})


def _no_series(systems: live_systems.Systems) -> None:
    systems.prometheus.result = lambda expr: (
        [] if "__name__" in expr or "failed" in expr else [({}, 1.0)]
    )


def _change(**changes: object) -> Break:
    return lambda systems: systems.rule("HighErrorRate").update(changes)


def _route_p0_to_p2(systems: live_systems.Systems) -> None:
    document = dict(systems.artifacts.alertmanager)
    document["route"] = {"receiver": "p2"}
    systems.artifacts = dataclasses.replace(systems.artifacts, alertmanager=document)


@pytest.mark.parametrize(
    ("break_", "line"),
    [
        pytest.param(
            _remove_group, "the rule group http is not loaded", id="group missing"
        ),
        pytest.param(_remove_rule, "HighErrorRate is not loaded", id="rule missing"),
        pytest.param(_add_rule, "Mine is loaded in http, but not built", id="extra"),
        pytest.param(
            _change(query="service:http_errors:ratio_rate5m > 0.5"),
            "HighErrorRate differs in its expression",
            id="expression",
        ),
        pytest.param(
            _change(duration=600),
            "HighErrorRate differs in for (600 s, built 120 s)",
            id="for",
        ),
        pytest.param(
            _change(labels={}, annotations={}),
            "HighErrorRate differs in its labels, its annotations",
            id="labels and annotations",
        ),
        pytest.param(
            _change(keepFiringFor=60),
            "HighErrorRate differs in keep_firing_for",
            id="keep_firing_for",
        ),
        pytest.param(
            _change(health="unknown"),
            "1 rule never evaluated: HighErrorRate",
            id="never evaluated",
        ),
        pytest.param(
            lambda systems: systems.prometheus.groups[0].update(interval=60.0),
            "the rule group http is evaluated every 60 s, built with 15 s",
            id="interval",
        ),
        pytest.param(
            _no_series,
            "alerts that cannot fire, for want of series:"
            " service:http_errors:ratio_rate5m (read by HighErrorRate)",
            id="a metric that nobody exposes",
        ),
        pytest.param(
            _route_p0_to_p2,
            "HighErrorRate reaches webhook by p2, expected email, pagerduty, webhook",
            id="routed wrongly",
        ),
    ],
)
async def test_alerts_are_not_configured(break_: Break, line: str) -> None:
    lines = await _broken(break_)
    assert [one for one in lines if "All alerts" in one] == [
        f"❌ All alerts: not configured: {line}"
    ]


async def test_prometheus_may_print_an_expression_in_its_own_way() -> None:
    systems = live_systems.Systems()
    rule = systems.rule("service:http_errors:ratio_rate5m")
    rule["query"] = str(rule["query"]).replace("by (service) (", "by(service)(")
    assert (await systems.verify()).is_ok


async def test_young_rules_are_given_their_first_turn() -> None:
    systems = live_systems.Systems()
    systems.prometheus.runtime["serverTime"] = "2026-01-01T00:00:08Z"
    systems.rule("service:http_errors:ratio_rate5m")["health"] = "unknown"
    _no_series(systems)
    alerts = (await systems.verify()).checks[4]
    assert [one.text for one in alerts.evidence] == [
        "2 rules loaded and equal",
        "1 recording rule loaded and equal",
        "first evaluation of 1 rule due within 48 s",
        "1 metric read by them not recorded yet: service:http_errors:ratio_rate5m",
        "2 routed to the channels of their priority",
    ]
    assert alerts.state is checks.State.PASSED


_STARTED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_SCRAPED_ONCE = (6.0,) * 7
"""After how many seconds each of the seven targets was scraped for the first time."""


def _evaluate(systems: live_systems.Systems, seconds: float) -> None:
    """Lets the last evaluation of all rules be so many seconds after the start."""
    at = (_STARTED + dt.timedelta(seconds=seconds)).isoformat()
    systems.prometheus.groups = [
        {**group, "lastEvaluation": at} for group in systems.prometheus.groups
    ]


def _just_scraped() -> live_systems.Systems:
    """Systems whose Prometheus has scraped each target once, and evaluated before."""
    systems = live_systems.just_started(9.0, _SCRAPED_ONCE)
    _evaluate(systems, 3)
    _no_data(None)(systems)
    return systems


async def test_a_rate_is_given_its_second_scrape_after_a_start() -> None:
    dashboards, alerts = (await _just_scraped().verify()).checks[3:]
    assert [one.text for one in dashboards.evidence] == [
        "1 served as built",
        "0 of 0 panels have data",
        "1 panel too young to have data: engineering/Error Rate",
    ]
    # The last second scrape ends 22 s after the start, and groups run every 15 s.
    assert alerts.evidence[2].text == "first evaluation of 3 rules due within 33 s"


async def test_after_the_second_scrape_and_an_evaluation_nothing_is_excused() -> None:
    systems = live_systems.just_started(40.0, _SCRAPED_ONCE)
    _evaluate(systems, 30)
    _no_data(None)(systems)
    dashboards, alerts = (await systems.verify()).checks[3:]
    assert dashboards.reason == (
        "0 of 1 panels have data; not: engineering/Error Rate (no data)"
    )
    assert [one.text for one in alerts.evidence] == [
        "2 rules loaded and equal",
        "1 recording rule loaded and equal",
        "1 metric read by them, all with series",
        "2 routed to the channels of their priority",
    ]


async def test_a_metric_that_nobody_exposes_is_not_excused_by_a_start() -> None:
    systems = live_systems.just_started(9.0, _SCRAPED_ONCE)
    _no_data(None)(systems)
    _no_series(systems)
    rule = systems.rule("service:http_errors:ratio_rate5m")
    assert "rate(http_requests_total" in str(rule["query"])
    alerts = (await systems.verify()).checks[4]
    assert alerts.reason == (
        "alerts that cannot fire, for want of series:"
        " service:http_errors:ratio_rate5m (read by HighErrorRate)"
    )


def _lacking_source() -> live_systems.Systems:
    """Systems of a spec whose only panel and alert need a job that is elsewhere."""
    declared = live_systems.small_spec()
    elsewhere = builders.exporter("cdn", environments=("elsewhere",))
    signals = {
        name: dataclasses.replace(signal, needs=("cdn",)) if signal.record else signal
        for name, signal in declared.signals.items()
    }
    return live_systems.Systems(
        dataclasses.replace(
            declared, signals=signals, exporters=(*declared.exporters, elsewhere)
        )
    )


async def test_what_is_declared_to_have_no_source_is_named_and_does_not_fail() -> None:
    systems = _lacking_source()
    _no_series(systems)
    dashboards, alerts = (await systems.verify()).checks[3:]
    assert formatting.render_line(dashboards) == (
        "✅ All dashboards: loaded (1 served as built, 0 of 0 panels have data)"
    )
    assert dashboards.evidence[-1].text == (
        "1 panel without a source here, as declared: engineering/Error Rate"
    )
    assert alerts.state is checks.State.PASSED
    assert [one.text for one in alerts.evidence][2:4] == [
        "the alerts read no metric",
        "1 alert without a source here, as declared: HighErrorRate",
    ]


def _with_query(query: str) -> live_systems.Systems:
    declared = live_systems.small_spec()
    signals = {
        name: dataclasses.replace(signal, query=query) if signal.record else signal
        for name, signal in declared.signals.items()
    }
    return live_systems.Systems(dataclasses.replace(declared, signals=signals))


@pytest.mark.parametrize(
    ("history_seconds", "text"),
    [
        (3600.0, "1 panel too young to have data: engineering/Error Rate"),
        (1e9, "0 of 1 panels have data; not: engineering/Error Rate (no data)"),
    ],
)
async def test_comparison_with_last_week_needs_a_history_of_a_week(
    history_seconds: float, text: str
) -> None:
    systems = _with_query("x / x offset 1w")
    _no_data(None)(systems)
    history = "time() - min(prometheus_tsdb_lowest_timestamp_seconds)"
    systems.prometheus.results[history] = [({}, history_seconds)]
    dashboards = (await systems.verify()).checks[3]
    assert dashboards.evidence[-1].text == text
