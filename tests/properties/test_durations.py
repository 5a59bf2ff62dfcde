"""Laws of durations."""

from hypothesis import given
from hypothesis import strategies as st

from sightline.model import units


@given(st.integers(min_value=0, max_value=10**13))
def test_a_written_duration_reads_back_as_itself(milliseconds: int) -> None:
    duration = units.Duration(milliseconds)
    assert units.Duration.parse(str(duration)) == duration


@given(st.text(max_size=12))
def test_any_text_is_a_duration_or_a_value_error(text: str) -> None:
    try:
        duration = units.Duration.parse(text)
    except ValueError:
        return
    assert duration.milliseconds >= 0
