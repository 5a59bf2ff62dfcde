"""What an apply does, refuses, and says when it cannot go on."""

import pytest

from sightline import errors
from sightline.deploy import (
    applying,
    changes,
    explaining,
    memories,
    observations,
    planning,
    plans,
    resources,
    stages,
)
from support import deployments
from support import in_memory_surfaces as memory_surfaces
from support.deployments import dashboard, routes, rules

BEFORE = deployments.state(routes(a=1), rules(expr="a"), dashboard("old"))
AFTER = deployments.state(routes(a=2), rules(expr="b"), dashboard("new"))


class World:
    """Three surfaces that hold `BEFORE`, and the plan that leads to `AFTER`."""

    def __init__(self) -> None:
        self.alertmanager, self.prometheus, self.grafana = (
            memory_surfaces.MemorySurface(
                surface,
                {
                    key: one
                    for key, one in BEFORE.items()
                    if key.surface == surface.value
                },
            )
            for surface in (
                resources.Surface.ALERTMANAGER,
                resources.Surface.PROMETHEUS,
                resources.Surface.GRAFANA,
            )
        )
        self.journal = memory_surfaces.MemoryJournal()
        self.journal.applied = dict(BEFORE)
        self.said: list[str] = []

    @property
    def all(self) -> tuple[memory_surfaces.MemorySurface, ...]:
        return self.alertmanager, self.prometheus, self.grafana

    @property
    def live(self) -> memories.State:
        return {key: one for surface in self.all for key, one in surface.live.items()}

    async def plan(self) -> plans.Plan:
        memory = self.journal.memory
        interest = planning.interest(AFTER, memory)
        seen = [await surface.observe(interest) for surface in self.all]
        return planning.make_plan("test", AFTER, seen, memory)

    async def apply(self, plan: plans.Plan) -> applying.Report:
        return await applying.apply(
            plan, memory_surfaces.surfaces(self.all, (self,)), self.journal, self
        )

    def enter(self, number: int, total: int, stage: stages.Stage) -> None:
        self.said.append(f"[{number}/{total}] {explaining.explain_stage(stage)}")

    def land(self, identity: resources.Identity) -> None:
        self.said.append(str(identity))

    async def announce(self, text: str) -> None:
        self.said.append(text)


async def test_explain_says_the_very_stages_that_apply_does() -> None:
    world = World()
    plan = await world.plan()
    report = await world.apply(plan)
    assert world.said == [
        "[1/6] write to alertmanager (routes): config",
        "alertmanager config alertmanager.yml",
        "[2/6] write to prometheus (rules): rules",
        "prometheus rules http.yml",
        "[3/6] write to grafana (dashboards): dashboard",
        "grafana dashboard new",
        "[4/6] remove from grafana (dashboards): dashboard",
        "grafana dashboard old",
        "[5/6] mark the deployment on the dashboards, where there is a Grafana",
        "test: 1 to create, 2 to update, 1 to delete",
        "[6/6] close the apply in the ledger",
    ]
    assert world.live == AFTER
    assert len(report.landed) == 4
    assert world.journal.finished == [AFTER]


async def test_nothing_to_do_leaves_no_trace() -> None:
    world = World()
    await world.apply(await world.plan())
    world.said.clear()
    report = await world.apply(await world.plan())
    assert (report.landed, world.said) == ((), [])
    assert world.journal.finished == [AFTER]


async def test_a_hand_edit_since_the_plan_is_a_conflict_and_is_left_alone() -> None:
    world = World()
    plan = await world.plan()
    edited = rules(expr="mine")
    world.prometheus.live[edited.identity] = edited
    with pytest.raises(errors.LiveChanged) as raised:
        await world.apply(plan)
    assert str(raised.value).splitlines() == [
        "changed by somebody since the plan was made, and left alone:",
        (
            f"    prometheus rules http.yml: planned from"
            f" {rules(expr='a').fingerprint[:12]}, now {edited.fingerprint[:12]}"
        ),
        "done (1):",
        "    alertmanager config alertmanager.yml",
        "not done (3):",
        "    grafana dashboard new",
        "    grafana dashboard old",
        "    prometheus rules http.yml",
        (
            "how to go on: mend what is said above, then run the same command again: it"
            " plans anew and does what is not done; `--rollback` goes back instead"
        ),
    ]
    assert world.prometheus.live[edited.identity] == edited
    assert world.journal.failures == [
        "changed by somebody since the plan was made, and left alone:"
    ]


async def test_what_appeared_since_the_plan_is_a_conflict() -> None:
    world = World()
    plan = await world.plan()
    theirs = dashboard("new", title="theirs")
    world.grafana.live[theirs.identity] = theirs
    with pytest.raises(errors.LiveChanged, match="planned as new, now there as"):
        await world.apply(plan)
    assert world.grafana.live[theirs.identity] == theirs


async def test_a_failed_stage_says_what_is_done_what_is_not_and_how_to_go_on() -> None:
    world = World()
    world.prometheus.refuses = "promtool refuses it"
    with pytest.raises(errors.StageFailed) as raised:
        await world.apply(await world.plan())
    assert str(raised.value).splitlines()[:3] == [
        "promtool refuses it",
        "done (1):",
        "    alertmanager config alertmanager.yml",
    ]
    assert world.grafana.written == []
    world.prometheus.refuses = ""
    await world.apply(await world.plan())
    assert world.live == AFTER


async def test_a_surface_that_went_out_of_sight_stops_the_apply() -> None:
    world = World()
    plan = await world.plan()
    world.alertmanager.blind_for = "nothing answers there"
    with pytest.raises(errors.StageFailed, match="cannot be seen: nothing answers"):
        await world.apply(plan)
    assert world.live == BEFORE


async def test_what_reads_back_with_a_difference_is_told() -> None:
    world = World()
    plan = await world.plan()

    class Migrating(memory_surfaces.MemorySurface):
        def _do(self, change: changes.Pending) -> None:
            super()._do(change)
            if change.identity == rules().identity:
                self.live[change.identity] = rules(expr="of the server")

    world.prometheus = Migrating(world.prometheus.surface, world.prometheus.live)
    report = await world.apply(plan)
    assert report.warnings == (
        (
            "prometheus rules http.yml was written and reads back with a difference:"
            " expr: b → of the server"
        ),
    )
    assert world.journal.finished == [AFTER]


@pytest.mark.parametrize(
    ("look", "told"),
    [
        (
            observations.Observation(
                surface=resources.Surface.PROMETHEUS, found={}, others=()
            ),
            "prometheus rules http.yml was written and is not there",
        ),
        (
            observations.blind(
                resources.Surface.PROMETHEUS, [rules()], "nothing answers"
            ),
            (
                "prometheus rules http.yml was written and cannot be read back:"
                " nothing answers"
            ),
        ),
    ],
)
def test_what_cannot_be_read_back_is_told(
    look: observations.Observation, told: str
) -> None:
    assert explaining.tell_read_back(changes.Create(after=rules()), look) == told


async def test_a_mark_that_cannot_be_left_is_a_warning() -> None:
    world = World()

    async def refuse(text: str) -> None:
        raise errors.ServerUnavailable(f"no annotations: {text}")

    world.announce = refuse  # type: ignore[method-assign]  # this one cannot
    report = await world.apply(await world.plan())
    assert report.warnings == (
        (
            "the deployment was not marked: no annotations: "
            "test: 1 to create, 2 to update, 1 to delete"
        ),
    )
    assert world.journal.finished == [AFTER]
