from collections.abc import Iterable

from sightline.compilers.slo import lints
from sightline.model import findings, names, slos
from support import builders, objectives


def messages(found: Iterable[findings.Finding]) -> list[str]:
    return [finding.message for finding in found]


def test_row_84_a_target_above_what_stands_before_it_is_found() -> None:
    levels = objectives.service_levels(
        objectives.objective("gateway", target=slos.Target.parse("99.95%")),
        objectives.objective(
            "login",
            target=slos.Target.parse("99.99%"),
            depends_on=(names.SloName("gateway"),),
        ),
    )
    assert messages(lints.find_impossible_dependencies(levels)) == [
        (
            "login promises 99.99% and depends on gateway, which promises 99.95%: "
            "a user sees at most 99.94%"
        )
    ]


def test_a_target_below_what_stands_before_it_is_fine() -> None:
    levels = objectives.service_levels(
        objectives.objective("gateway", target=slos.Target.parse("99.95%")),
        objectives.objective("market", depends_on=(names.SloName("gateway"),)),
    )
    assert messages(lints.find_impossible_dependencies(levels)) == []


def test_row_91_unreachable_tiers_are_said() -> None:
    found = lints.find_unreachable_tiers(
        [objectives.objective(target=slos.Target.parse("90%"))]
    )
    assert messages(found) == [
        (
            "x: a budget of 10% burns at most 10 times too fast; these tiers are left "
            "out: 14.4 over 1h"
        )
    ]


def test_row_92_a_bound_that_is_no_bucket_names_the_nearest() -> None:
    objective = objectives.objective(sli=objectives.latency("0.2"))
    finding = lints.find_missing_bucket(objective, [0.1, 0.25, 0.5, 1.0, float("inf")])
    assert finding is not None
    assert finding.severity is findings.FindingSeverity.ERROR
    assert finding.message == (
        "x: expected a bucket of http_request_duration_seconds with the bound 0.2s, "
        "found none; the nearest are 0.1s and 0.25s"
    )


def test_row_94_bounds_are_compared_as_numbers() -> None:
    objective = objectives.objective(sli=objectives.latency("1"))
    assert lints.find_missing_bucket(objective, [float("1.0")]) is None


def test_only_latency_has_a_bound() -> None:
    assert lints.find_missing_bucket(objectives.objective(), []) is None


def test_row_103_a_service_has_an_objective_or_a_written_exemption() -> None:
    declared = builders.declaration(
        services_=[builders.service("api"), builders.service("mail")],
        service_levels=objectives.service_levels(objectives.objective()),
    )
    assert messages(lints.find_unserved(declared)) == [
        "mail has no objective and no exemption"
    ]


def test_row_97_a_retention_shorter_than_the_period_is_found() -> None:
    short = builders.environment(retention=builders.duration("15d"))
    found = lints.find_short_retention([objectives.objective()], short)
    assert messages(found) == [
        (
            "x: expected a retention of at least 35d in the environment production, "
            "found 15d"
        )
    ]


def test_nothing_is_wrong_with_a_plain_objective() -> None:
    declared = objectives.declaration(objectives.objective())
    assert lints.find_all(declared, builders.environment()) == ()
