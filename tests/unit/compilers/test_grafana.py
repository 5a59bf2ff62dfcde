import json
from typing import Any

import pytest

from sightline.compilers import grafana
from sightline.compilers.grafana import layout, queries, thresholds
from sightline.model import dashboards, names, signals, slos, units
from support import builders

SERVICE = names.LabelName("service")
P0, P1, P2, P3 = signals.Priority


def compile_dashboard(
    dashboard: dashboards.Dashboard, *declared: signals.Signal
) -> dict[str, Any]:
    compiled = grafana.compile_grafana(
        builders.declaration(*declared, dashboards_=(dashboard,)),
        builders.environment(),
    )
    texts = {str(artifact.path): artifact.text for artifact in compiled}
    document: dict[str, Any] = json.loads(
        texts[f"grafana/dashboards/{dashboard.uid}.json"]
    )
    return document


def compile_panel(
    panel: dashboards.Panel, *declared: signals.Signal, filtered: bool = False
) -> dict[str, Any]:
    variables = (builders.service_variable(),) if filtered else ()
    dashboard = builders.dashboard(variables=variables, rows=(builders.row(panel),))
    compiled: dict[str, Any] = compile_dashboard(dashboard, *declared)["panels"][1]
    return compiled


def expression(signal: signals.Signal) -> str:
    panel = builders.panel(builders.query(signal.name))
    text: str = compile_panel(panel, signal, filtered=True)["targets"][0]["expr"]
    return text


def steps(*levels: signals.Level, factor: float = 1) -> list[tuple[float | None, str]]:
    return [
        (step.start, step.color) for step in thresholds.compile_steps(levels, factor)
    ]


def test_levels_above_colour_the_scale_from_calm_to_worst() -> None:
    assert steps(
        builders.level(above=0.05, priority=P0), builders.level(above=0.01, priority=P2)
    ) == [(None, "green"), (0.01, "yellow"), (0.05, "red")]


def test_levels_below_colour_the_scale_from_worst_to_calm() -> None:
    assert steps(
        builders.level(below=0.7, priority=P2), builders.level(below=0.5, priority=P1)
    ) == [(None, "orange"), (0.5, "yellow"), (0.7, "green")]


def test_where_levels_overlap_the_worst_wins() -> None:
    assert steps(
        builders.level(above=0.5, priority=P1), builders.level(above=1.0, priority=P2)
    ) == [(None, "green"), (0.5, "orange")]


def test_a_count_at_its_bound_is_as_calm_as_its_alert() -> None:
    failures = (builders.level(above=0.0, priority=P1),)
    starts = [step.start for step in thresholds.compile_steps(failures, is_whole=True)]
    assert starts == [None, 1.0]
    known = (builders.level(below=1.0, priority=P1),)
    starts = [step.start for step in thresholds.compile_steps(known, is_whole=True)]
    assert starts == [None, 1.0]


def test_a_band_is_calm_on_both_sides() -> None:
    assert steps(builders.level(above=1.0, below=2.0, priority=P3)) == [
        (None, "green"),
        (1.0, "blue"),
        (2.0, "green"),
    ]


def test_a_threshold_per_service_and_a_heartbeat_are_not_drawn() -> None:
    expected = builders.level(below=signals.ReplicaCount.EXPECTED)
    heartbeat = builders.level(above=0.0, heartbeat=True)
    assert steps(expected, heartbeat) == [(None, "green")]


def test_thresholds_follow_the_shown_numbers() -> None:
    assert steps(builders.level(above=0.07, priority=P0), factor=1000) == [
        (None, "green"),
        (70.0, "red"),
    ]


def test_a_recorded_series_takes_the_dashboards_choice_as_a_matcher() -> None:
    signal = builders.signal(by=(SERVICE,), record="service:errors:ratio")
    assert expression(signal) == 'service:errors:ratio{service=~"$service"}'


def test_a_query_is_not_edited_but_its_result_is_chosen_from() -> None:
    signal = builders.signal(by=(SERVICE,), query="sum by (service) (x)")
    assert expression(signal) == (
        '(sum by (service) (x))\nand on (service) up{service=~"$service"}'
    )


def test_a_signal_without_the_variables_label_is_shown_whole() -> None:
    assert expression(builders.signal(record="redis:memory:ratio")) == (
        "redis:memory:ratio"
    )


def test_an_unrecorded_query_for_each_service_shows_all_of_them() -> None:
    signal = builders.signal(each=signals.Each.SERVICE, query='up{service="$service"}')
    dashboard = builders.dashboard(
        rows=(builders.row(builders.panel(builders.query(signal.name))),)
    )
    compiled = grafana.compile_grafana(
        builders.declaration(
            signal,
            services_=(builders.service("a-svc"), builders.service("b-svc")),
            dashboards_=(dashboard,),
        ),
        builders.environment(),
    )
    panel = json.loads(compiled[0].text)["panels"][1]
    assert panel["targets"][0]["expr"] == (
        "(\n"
        '  label_replace((up{service="a-svc"}), "service", "a-svc", "", "")\n'
        "  or\n"
        '  label_replace((up{service="b-svc"}), "service", "b-svc", "", "")\n'
        ")"
    )


@pytest.mark.parametrize(
    ("unit", "grafana_unit", "expr"),
    [
        (units.Unit.RATIO, "percentunit", "x"),
        (units.Unit.SECONDS, "s", "x"),
        (units.Unit.BYTES, "bytes", "x"),
        (units.Unit.CURRENCY, "short", "x"),
        (units.Unit.TIMESTAMP, "dateTimeFromNow", "(x) * 1000"),
    ],
)
def test_units_become_grafanas_with_the_numbers_it_expects(
    unit: units.Unit, grafana_unit: str, expr: str
) -> None:
    panel = compile_panel(
        builders.panel(builders.query("http_error_ratio")),
        builders.signal(unit=unit, record="x"),
    )
    assert panel["fieldConfig"]["defaults"]["unit"] == grafana_unit
    assert panel["targets"][0]["expr"] == expr


def test_a_panel_takes_its_words_from_its_signal_and_names_the_runbooks() -> None:
    signal = builders.signal(levels=(builders.level("HighErrorRate", above=0.05),))
    panel = compile_panel(builders.panel(builders.query(signal.name)), signal)
    assert panel["title"] == "HTTP 5xx ratio"
    assert panel["description"] == (
        "Share of requests that failed.\n\n"
        "Source: requests_total of the services.\n\n"
        "Alerts: [HighErrorRate]"
        "(https://docs.example.com/runbooks/high-error-rate)"
    )


def test_a_table_joins_its_queries_on_their_labels_and_names_its_columns() -> None:
    panel = compile_panel(
        builders.panel(
            builders.query("up", column="Replicas"),
            builders.query("errors", column="Errors"),
            kind=dashboards.PanelKind.TABLE,
        ),
        builders.signal("up", by=(SERVICE,), record="up:sum", unit=units.Unit.COUNT),
        builders.signal("errors", by=(SERVICE,), record="errors:ratio"),
    )
    assert [(query["expr"], query["format"]) for query in panel["targets"]] == [
        ("max by (service) (up:sum)", "table"),
        ("max by (service) (errors:ratio)", "table"),
    ]
    merge, organize = panel["transformations"]
    assert merge["id"] == "merge"
    assert organize["options"]["renameByName"] == {
        "service": "Service",
        "Value #A": "Replicas",
        "Value #B": "Errors",
    }
    assert [
        (override["matcher"]["options"], override["properties"][1]["value"])
        for override in panel["fieldConfig"]["overrides"]
    ] == [("Replicas", "short"), ("Errors", "percentunit")]


def test_identifiers_count_from_one_in_reading_order() -> None:
    panel = builders.panel(builders.query(expr="x"))
    document = compile_dashboard(
        builders.dashboard(
            rows=(builders.row(panel, panel), builders.row(panel, title="Next"))
        )
    )
    assert [one["id"] for one in document["panels"]] == [1, 2, 3, 4, 5]


def test_lines_break_at_24_columns_and_below_the_highest_panel() -> None:
    sizes = [
        layout.Size(width=12, height=4),
        layout.Size(width=6, height=8),
        layout.Size(width=24, height=3),
    ]
    assert layout.place(sizes, top=1) == (
        layout.Place(x=0, y=1, width=12, height=4),
        layout.Place(x=12, y=1, width=6, height=8),
        layout.Place(x=0, y=9, width=24, height=3),
    )


def test_a_collapsed_row_keeps_its_panels_inside() -> None:
    panel = builders.panel(builders.query(expr="x"))
    closed = dashboards.Row(title="Closed", collapsed=True, panels=(panel,))
    document = compile_dashboard(
        builders.dashboard(rows=(closed, builders.row(panel, title="Open")))
    )
    closed_row, open_row, _ = document["panels"]
    assert [one["id"] for one in closed_row["panels"]] == [2]
    assert (closed_row["gridPos"]["y"], open_row["gridPos"]["y"]) == (0, 1)


def test_the_file_cannot_be_edited_in_the_browser() -> None:
    assert compile_dashboard(builders.dashboard())["editable"] is False


def test_queries_are_lettered_beyond_the_alphabet() -> None:
    assert [queries.reference_id(index) for index in (0, 25, 26, 27)] == [
        "A",
        "Z",
        "AA",
        "AB",
    ]


def annotation(*declared: signals.Signal, uid: str = "engineering") -> str:
    panel = builders.panel(*(builders.query(one.name) for one in declared))
    rows = (builders.row(panel),) if declared else ()
    compiled = compile_dashboard(builders.dashboard(uid, rows=rows), *declared)
    text: str = compiled["annotations"]["list"][0]["expr"]
    return text


def test_dashboard_marks_the_alerts_on_what_it_shows() -> None:
    shown = builders.signal(
        levels=(builders.level("B", above=1.0), builders.level("A", above=2.0))
    )
    assert annotation(shown) == (
        'ALERTS{alertstate="firing",severity!="info",alertname=~"A|B"}'
    )


def test_dashboard_whose_numbers_alert_nobody_marks_what_paged() -> None:
    assert annotation() == 'ALERTS{alertstate="firing",severity!="info",priority="P0"}'


def test_slo_dashboard_marks_the_alerts_of_objectives() -> None:
    assert annotation(uid="slo") == (
        'ALERTS{alertstate="firing",severity!="info",'
        'alertname=~"ErrorBudgetBurn|SLIStalled|SLONotMeasured"}'
    )


def scale_steps(scale: dashboards.Scale) -> list[tuple[float | None, str]]:
    compiled = thresholds.compile_scale(scale, slos.ServiceLevels())
    return [(step.start, step.color) for step in compiled]


def test_error_budget_is_coloured_by_the_states_of_the_policy() -> None:
    assert scale_steps(dashboards.Scale.ERROR_BUDGET) == [
        (None, "red"),
        (0.0, "orange"),
        (0.2, "yellow"),
        (0.5, "green"),
    ]


def test_burn_rate_is_coloured_by_the_tiers_that_alert() -> None:
    assert scale_steps(dashboards.Scale.BURN_RATE) == [
        (None, "green"),
        (1.0, "blue"),
        (3.0, "yellow"),
        (6.0, "orange"),
        (14.4, "red"),
    ]


def test_coverage_is_coloured_where_an_objective_counts_as_measured() -> None:
    assert scale_steps(dashboards.Scale.COVERAGE) == [(None, "orange"), (0.95, "green")]


def test_scale_and_digits_of_a_panel_win_over_its_signal() -> None:
    signal = builders.signal(levels=(builders.level(above=0.5),))
    panel = builders.panel(
        builders.query(signal.name), scale=dashboards.Scale.COVERAGE, decimals=3
    )
    defaults = compile_panel(panel, signal)["fieldConfig"]["defaults"]
    assert defaults["decimals"] == 3
    assert [one["color"] for one in defaults["thresholds"]["steps"]] == [
        "orange",
        "green",
    ]


def test_columns_of_a_table_are_labelled_by_what_their_own_query_groups_by() -> None:
    panel = builders.panel(
        builders.query(None, expr="topk(3, sum by (a_b) (rate(x[$__rate_interval])))"),
        kind=dashboards.PanelKind.TABLE,
    )
    (organize,) = compile_panel(panel)["transformations"]
    assert organize["options"]["renameByName"] == {"a_b": "A b"}


def test_panel_without_its_source_says_so_in_place_of_a_number() -> None:
    signal = builders.signal(needs=("cdn",))
    compiled = compile_panel(builders.panel(builders.query(signal.name)), signal)
    assert compiled["fieldConfig"]["defaults"]["noValue"] == "no source: cdn"


def test_choice_hides_no_member_that_has_lost_all_its_series() -> None:
    signal = builders.signal(
        query='count(up{job="$exporter"}) or vector(0)', each=signals.Each.EXPORTER
    )
    panel = builders.panel(builders.query(signal.name))
    dashboard = builders.dashboard(
        variables=(builders.service_variable(),), rows=(builders.row(panel),)
    )
    declared = builders.declaration(
        signal, dashboards_=(dashboard,), exporters=(builders.exporter("redis"),)
    )
    compiled = grafana.compile_grafana(declared, builders.environment())
    (text,) = (one.text for one in compiled if one.path.suffix == ".json")
    expr = json.loads(text)["panels"][1]["targets"][0]["expr"]
    assert "$service" not in expr
    assert 'count(up{job="redis"}) or vector(0)' in expr
