from hypothesis import given
from hypothesis import strategies as st

from sightline.app import build
from sightline.compilers.grafana import layout, thresholds
from sightline.model import signals
from support import builders

LEVELS = st.lists(
    st.builds(
        lambda above, below, priority: builders.level(
            above=above, below=below, priority=priority
        ),
        above=st.none() | st.integers(0, 50).map(float),
        below=st.none() | st.integers(51, 100).map(float),
        priority=st.sampled_from(signals.Priority),
    ).filter(lambda level: (level.above, level.below) != (None, None)),
    max_size=4,
)
SIZES = st.lists(
    st.builds(layout.Size, width=st.integers(1, 24), height=st.integers(1, 12)),
    max_size=20,
)


@given(LEVELS)
def test_compiling_twice_gives_the_same_bytes(levels: list[signals.Level]) -> None:
    declared = builders.declaration(builders.signal(record="x", levels=tuple(levels)))
    environment = builders.environment()
    assert build.build(declared, environment) == build.build(declared, environment)


@given(LEVELS, st.integers(0, 100))
def test_the_colour_at_a_number_is_that_of_the_worst_level_that_holds(
    levels: list[signals.Level], whole: int
) -> None:
    number = whole + 0.5  # between bounds, which are whole: on them an alert is calm
    colors = {
        signals.Priority.P0: "red",
        signals.Priority.P1: "orange",
        signals.Priority.P2: "yellow",
        signals.Priority.P3: "blue",
    }
    raised = [
        level.priority
        for level in levels
        if (level.above is None or number > level.above)  # type: ignore[operator] # numbers here
        and (level.below is None or number < level.below)  # type: ignore[operator] # numbers here
    ]
    worst = min(raised, key=lambda priority: priority.value, default=None)
    shown = [
        step.color
        for step in thresholds.compile_steps(levels)
        if step.start is None or step.start <= number
    ][-1]
    assert shown == ("green" if worst is None else colors[worst])


@given(SIZES)
def test_panels_stay_on_the_grid_and_never_overlap(sizes: list[layout.Size]) -> None:
    places = layout.place(sizes, top=1)
    cells = [
        (x, y)
        for place in places
        for x in range(place.x, place.x + place.width)
        for y in range(place.y, place.y + place.height)
    ]
    assert len(cells) == len(set(cells))
    assert all(0 <= x < layout.COLUMNS and y >= 1 for x, y in cells)
