"""Burn-rate figures agree with the workbook where it applies, and with its example."""

from sightline.proofs import burns, tiers

PAGE = tiers.Tier(
    slo="x",
    alert="ErrorBudgetBurn",
    budget=0.001,
    factor=14.4,
    long_seconds=3600.0,
    short_seconds=300.0,
    significance=None,
    is_page=True,
)


def test_detection_takes_the_time_of_the_workbook_at_high_traffic() -> None:
    found = burns.detect(PAGE, 144.0, 1e6)

    assert found == burns.Detection(
        burn_rate=144.0,
        per_hour=1e6,
        seconds=420.0,  # the first minute beyond 6 minutes
        budget_spent=144.0 * 420.0 / (30 * 86_400),
        workbook_seconds=360.0,
    )


def test_a_burn_at_the_factor_never_pages() -> None:
    found = burns.detect(PAGE, 14.4, 1e6)

    assert found is not None
    assert found.seconds is None


def test_nothing_burns_faster_than_everything_failing() -> None:
    assert burns.detect(PAGE, 1001.0, 1e6) is None


def test_false_pages_are_the_same_for_the_same_seed() -> None:
    first = burns.count_false_pages([PAGE], 10.0, seed=3)

    assert first == burns.count_false_pages([PAGE], 10.0, seed=3)
    assert first > 1  # one failure in a quiet hour pages, without a guard
