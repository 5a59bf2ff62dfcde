"""Laws of plan and apply, for any two states and any moment of a kill."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.deploy import (
    applying,
    changes,
    memories,
    planning,
    plans,
    resources,
    stages,
)
from support import in_memory_surfaces as memory_surfaces

SURFACES = tuple(resources.Surface)
NAMES = ("one", "two", "three")

identities = st.builds(
    resources.Identity.of,
    st.sampled_from(SURFACES),
    st.sampled_from(("rules", "config")),
    st.sampled_from(NAMES),
)
documents = st.dictionaries(
    st.sampled_from(("expr", "for", "title")), st.integers(0, 2), max_size=3
)


@st.composite
def states(draw: st.DrawFn) -> memories.State:
    drawn = draw(st.dictionaries(identities, documents, max_size=8))
    return {
        key: resources.Resource(
            identity=key,
            # One kind of a surface is written at one time, always.
            phase=resources.Phase(1 + (len(key.surface) + len(key.kind)) % 4),
            document=document,
        )
        for key, document in drawn.items()
    }


class World:
    """Surfaces, and the memory of what was done to them."""

    def __init__(self) -> None:
        self.surfaces = {
            surface: memory_surfaces.MemorySurface(surface) for surface in SURFACES
        }
        self.journal = memory_surfaces.MemoryJournal()

    @property
    def live(self) -> memories.State:
        return {
            key: one
            for surface in self.surfaces.values()
            for key, one in surface.live.items()
        }

    async def plan(self, wanted: memories.State) -> plans.Plan:
        memory = self.journal.memory
        interest = planning.interest(wanted, memory)
        seen = [await one.observe(interest) for one in self.surfaces.values()]
        return planning.make_plan("test", wanted, seen, memory)

    async def apply(self, plan: plans.Plan) -> None:
        await applying.apply(
            plan,
            memory_surfaces.surfaces(self.surfaces.values()),
            self.journal,
            memory_surfaces.SilentWatcher(),
        )

    async def reach(self, wanted: memories.State) -> None:
        await self.apply(await self.plan(wanted))


@settings(max_examples=40)
@given(before=states(), after=states())
async def test_apply_of_a_plan_leads_from_any_state_to_any_other(
    before: memories.State, after: memories.State
) -> None:
    world = World()
    await world.reach(before)
    assert world.live == before
    await world.reach(after)
    assert world.live == after


@settings(max_examples=40)
@given(found=states(), wanted=states())
async def test_a_roll_back_of_the_first_apply_leads_to_what_was_there(
    found: memories.State, wanted: memories.State
) -> None:
    world = World()
    for key, one in found.items():
        world.surfaces[resources.Surface(key.surface)].live[key] = one
    await world.reach(wanted)
    back = world.journal.memory.way_back
    if back is not None:  # there was something to do
        await world.reach(back)
    assert world.live == found


@settings(max_examples=40)
@given(before=states(), after=states())
async def test_a_second_apply_changes_nothing(
    before: memories.State, after: memories.State
) -> None:
    world = World()
    await world.reach(before)
    await world.reach(after)
    again = await world.plan(after)
    assert again.pending == ()
    assert again.stages == ()


@settings(max_examples=40)
@given(
    before=states(),
    after=states(),
    moment=st.integers(0, 5),
    is_before_telling=st.booleans(),
    killed=st.sampled_from(SURFACES),
)
async def test_an_apply_killed_at_any_moment_ends_in_the_wanted_state_when_run_again(
    before: memories.State,
    after: memories.State,
    moment: int,
    is_before_telling: bool,  # noqa: FBT001 - hypothesis draws it
    killed: resources.Surface,
) -> None:
    world = World()
    await world.reach(before)
    surface = world.surfaces[killed]
    surface.changes_until_killed = moment
    surface.is_killed_before_telling = is_before_telling
    with contextlib.suppress(memory_surfaces.Killed):
        await world.reach(after)
    surface.changes_until_killed = None
    again = await world.plan(after)
    assert again.drifted == ()  # what it wrote is its own work, told or not
    await world.apply(again)
    assert world.live == after
    assert (await world.plan(after)).pending == ()


@settings(max_examples=40)
@given(before=states(), after=states(), killed=st.sampled_from(SURFACES))
async def test_an_apply_that_was_killed_can_be_followed_by_another_state(
    before: memories.State, after: memories.State, killed: resources.Surface
) -> None:
    world = World()
    await world.reach(before)
    world.surfaces[killed].changes_until_killed = 1
    with contextlib.suppress(memory_surfaces.Killed):
        await world.reach(after)
    world.surfaces[killed].changes_until_killed = None
    assert (await world.plan(before)).drifted == ()
    await world.reach(before)
    assert world.live == before


@settings(max_examples=40)
@given(before=states(), after=states())
async def test_writing_comes_first_by_phase_and_removal_last_the_other_way(
    before: memories.State, after: memories.State
) -> None:
    world = World()
    await world.reach(before)
    planned = (await world.plan(after)).stages
    written = [one.phase for one in planned if isinstance(one, stages.Write)]
    removed = [one.phase for one in planned if isinstance(one, stages.Remove)]
    assert written == sorted(written)
    assert removed == sorted(removed, reverse=True)
    kinds = [type(one) for one in planned]
    assert kinds == sorted(kinds, key=_ORDER.index)
    assert kinds.count(stages.Finish) == (1 if planned else 0)


_ORDER = (stages.Write, stages.Remove, stages.Announce, stages.Finish)


@settings(max_examples=40)
@given(before=states(), after=states())
async def test_every_pending_change_is_in_exactly_one_stage(
    before: memories.State, after: memories.State
) -> None:
    world = World()
    await world.reach(before)
    plan = await world.plan(after)
    staged = [
        change
        for stage in plan.stages
        if isinstance(stage, stages.Write | stages.Remove)
        for change in stage.changes
    ]
    assert sorted(staged, key=_identity) == sorted(plan.pending, key=_identity)


def _identity(change: changes.Change) -> resources.Identity:
    return change.identity
