"""What is known of a check's false alarms decides whether it runs unasked."""

from sightline.checks import registry

_LEAST = 0.9


def test_a_check_runs_by_default_unless_it_was_wrong_more_than_once_in_ten() -> None:
    measured = {
        check.name: check.precision.ratio >= _LEAST
        for check in registry.CHECKS
        if check.precision is not None
    }
    by_default = {
        check.name: check.is_default for check in registry.CHECKS if check.precision
    }
    assert measured == by_default
    assert len(measured) == 25
