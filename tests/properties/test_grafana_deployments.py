"""Laws of deploying to Grafana, for any two states and any moment of a kill."""

import contextlib
from collections.abc import Callable

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.clients import grafana as client
from sightline.deploy import resources
from sightline.deploy.surfaces.grafana import things
from support import in_memory_surfaces
from support.grafana import deployed

UIDS = ("one", "two", "three")
FOLDER = "ours"


@st.composite
def states(draw: st.DrawFn) -> tuple[resources.Resource, ...]:
    """Some dashboards in our folder or outside, the folder, and a data source."""
    boards = draw(
        st.dictionaries(
            st.sampled_from(UIDS),
            st.tuples(st.integers(0, 2), st.sampled_from(("", FOLDER))),
        )
    )
    found = [
        things.dashboard(
            uid,
            {"uid": uid, "title": uid, "graphTooltip": number},
            folder,
            text=f'{{"uid": "{uid}", "title": "{uid}", "graphTooltip": {number}}}',
        )
        for uid, (number, folder) in boards.items()
    ]
    if draw(st.booleans()) or any(folder for _, folder in boards.values()):
        title = draw(st.sampled_from(("Ours", "Our own")))
        found.append(things.folder(FOLDER, title, client.ROOT))
    if draw(st.booleans()):
        url = draw(st.sampled_from(("http://a", "http://b")))
        source = client.NewDataSource(uid="p", name="p", kind="prometheus", url=url)
        found.append(things.data_source(source))
    return tuple(found)


def _dying(
    answer: Callable[[httpx.Request], httpx.Response], after: int, *, is_told: bool
) -> Callable[[httpx.Request], httpx.Response]:
    """Gives answers until some changes are made; then the client is dead.

    Args:
        answer: Grafana's.
        after: how many changes are made.
        is_told: whether the client still hears of the last of them.
    """
    left = after

    def die(request: httpx.Request) -> httpx.Response:
        nonlocal left
        if request.method == "GET":
            return answer(request)
        if left == 0:
            raise in_memory_surfaces.Killed
        left -= 1
        response = answer(request)
        if left == 0 and not is_told:
            raise in_memory_surfaces.Killed
        return response

    return die


async def _is_reached(
    there: deployed.Deployed, wanted: tuple[resources.Resource, ...]
) -> bool:
    """Whether Grafana holds what is wanted of ours, and nothing else."""
    holds = there.server.holds
    names = {
        *(("folder", uid) for uid in holds.folders),
        *(("data source", uid) for uid in holds.sources),
        *(("dashboard", uid) for uid in holds.boards),
    }
    plan = await there.plan(*wanted)
    return not plan.pending and names == {
        (one.identity.kind, one.identity.name) for one in wanted
    }


@settings(max_examples=40, deadline=None)
@given(before=states(), after=states())
async def test_apply_reaches_any_state_from_any_other(
    before: tuple[resources.Resource, ...], after: tuple[resources.Resource, ...]
) -> None:
    async with deployed.deploying() as there:
        there.transport.judge = None  # the contract has tests of its own
        for wanted in (before, after):
            await there.apply(*wanted)
            assert await _is_reached(there, wanted)


@settings(max_examples=60, deadline=None)
@given(
    before=states(),
    after=states(),
    changes=st.integers(0, 6),
    is_told=st.booleans(),
)
async def test_apply_that_was_killed_anywhere_goes_on_when_it_is_run_again(
    before: tuple[resources.Resource, ...],
    after: tuple[resources.Resource, ...],
    changes: int,
    is_told: bool,  # noqa: FBT001 -- hypothesis draws it
) -> None:
    async with deployed.deploying() as there:
        there.transport.judge = None
        await there.apply(*before)
        answer = there.server.answer
        dying = _dying(answer, changes, is_told=is_told)
        there.server.answer = dying  # type: ignore[assignment, method-assign]
        with contextlib.suppress(in_memory_surfaces.Killed):
            await there.apply(*after)
        there.server.answer = answer  # type: ignore[method-assign]
        plan = await there.plan(*after)
        assert plan.drifted == ()  # our own work is no hand's
        await there.run(plan)
        assert await _is_reached(there, after)
