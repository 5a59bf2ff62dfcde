"""A generated past can be stored on whatever day a stack is started."""

from collections import defaultdict

import numpy as np
import pytest

from sightline.demo.past import incidents, platform, series

DAY = 86_400
SOME_DAY = 1_792_000_000


@pytest.mark.parametrize("day", range(0, 400, 16))
def test_no_alert_begins_again_while_it_fires_whatever_the_day(day: int) -> None:
    past = platform.describe(SOME_DAY + day * DAY, 90)
    told = [*platform._told(past), *platform._noise(past)]
    stretches: dict[tuple[object, ...], list[series.Times]] = defaultdict(list)
    for one in incidents.alert_series(told):
        stretches[one.name, *sorted(one.labels.items())].append(one.times)
    for times in stretches.values():
        assert np.all(np.diff(np.concatenate(times)) > 0)
    assert past.overrun in past.planned
