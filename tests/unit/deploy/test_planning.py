"""What a plan says of every combination of applied, live and wanted."""

from sightline.deploy import changes, memories, observations, planning, plans, resources
from support import deployments
from support.deployments import dashboard, routes, rules

OLD, NEW, HAND = ({"expr": text} for text in ("a", "b", "c"))
PROMETHEUS = resources.Surface.PROMETHEUS


def plan(
    wanted: memories.State,
    live: memories.State,
    applied: memories.State | None = None,
    **details: object,
) -> plans.Plan:
    look = observations.Observation(surface=PROMETHEUS, found=live)
    for name, content in details.items():
        object.__setattr__(look, name, content)
    memory = memories.Memory(applied=applied or {})
    return planning.make_plan("test", wanted, [look], memory)


def only(planned: plans.Plan) -> changes.Change:
    (change,) = planned.changes
    return change


def test_what_is_wanted_and_not_there_is_created() -> None:
    wanted = rules(**NEW)
    assert only(plan(deployments.state(wanted), {})) == changes.Create(after=wanted)


def test_what_is_there_as_wanted_is_unchanged() -> None:
    wanted = rules(**NEW)
    both = deployments.state(wanted)
    assert only(plan(both, both)) == changes.Unchanged(resource=wanted)


def test_what_we_applied_and_nobody_touched_is_updated_without_drift() -> None:
    before, after = rules(**OLD), rules(**NEW)
    live = deployments.state(before)
    assert only(plan(deployments.state(after), live, live)) == changes.Update(
        before=before, after=after, lines=("expr: a → b",)
    )


def test_what_a_hand_changed_since_is_drift_with_both_differences() -> None:
    applied, live, wanted = rules(**OLD), rules(**HAND), rules(**NEW)
    planned = plan(
        deployments.state(wanted),
        deployments.state(live),
        deployments.state(applied),
    )
    assert only(planned) == changes.Update(
        before=live,
        after=wanted,
        lines=("expr: c → b",),
        drift=changes.Drift(lines=("expr: a → c",)),
    )
    assert planned.drifted == planned.pending


def test_a_hand_that_made_what_is_wanted_leaves_nothing_to_do() -> None:
    applied, wanted = rules(**OLD), rules(**NEW)
    both = deployments.state(wanted)
    assert plan(both, both, deployments.state(applied)).pending == ()


def test_what_was_there_before_the_first_apply_is_adopted() -> None:
    live, wanted = rules(**OLD), rules(**NEW)
    change = only(plan(deployments.state(wanted), deployments.state(live)))
    assert change == changes.Update(
        before=live, after=wanted, lines=("expr: a → b",), is_adopted=True
    )


def test_what_we_applied_and_somebody_deleted_is_made_again_as_drift() -> None:
    wanted = rules(**NEW)
    state = deployments.state(wanted)
    assert only(plan(state, {}, state)) == changes.Create(
        after=wanted, drift=changes.Drift(lines=("it was deleted",))
    )


def test_what_we_applied_and_is_not_wanted_any_more_is_deleted() -> None:
    before = rules(**OLD)
    live = deployments.state(before)
    assert only(plan({}, live, live)) == changes.Delete(before=before)


def test_a_deletion_of_what_a_hand_changed_is_drift() -> None:
    applied, live = rules(**OLD), rules(**HAND)
    assert only(
        plan({}, deployments.state(live), deployments.state(applied))
    ) == changes.Delete(before=live, drift=changes.Drift(lines=("expr: a → c",)))


def test_what_nobody_applied_is_left_alone() -> None:
    assert plan({}, deployments.state(rules(**OLD))).changes == ()


def test_what_carries_our_mark_is_deleted_without_a_memory() -> None:
    before = rules(**OLD)
    live = deployments.state(before)
    planned = plan({}, live, ours=frozenset(live))
    assert only(planned) == changes.Delete(before=before)


def test_what_is_stored_and_not_in_effect_is_written_again() -> None:
    wanted = rules(**NEW)
    state = deployments.state(wanted)
    assert only(plan(state, state, idle=frozenset(state))) == changes.Update(
        before=wanted, after=wanted, lines=(), is_idle=True
    )


def test_what_could_not_be_seen_is_neither_changed_nor_unchanged() -> None:
    wanted = deployments.state(rules(**NEW), routes())
    seen = (
        observations.blind(PROMETHEUS, [rules()], "nothing answers there"),
        observations.Observation(surface=resources.Surface.ALERTMANAGER, found={}),
    )
    planned = planning.make_plan("test", wanted, seen, memories.Memory())
    assert [change.identity for change in planned.changes] == [routes().identity]
    assert planned.unseen == {rules().identity: "nothing answers there"}


def test_work_of_an_apply_that_was_killed_is_no_drift() -> None:
    applied, live, wanted = rules(**OLD), rules(**HAND), rules(**NEW)
    memory = memories.Memory(
        applied=deployments.state(applied),
        intended={live.identity: frozenset({live.fingerprint})},
    )
    look = observations.Observation(surface=PROMETHEUS, found=deployments.state(live))
    planned = planning.make_plan("test", deployments.state(wanted), [look], memory)
    assert planned.drifted == ()


def test_the_fingerprint_tells_plans_apart_and_ignores_what_is_unchanged() -> None:
    live = deployments.state(rules(**OLD))
    one = plan(deployments.state(rules(**NEW)), live, live)
    other = plan(deployments.state(rules(**HAND)), live, live)
    same = plan(
        deployments.state(rules(**NEW), dashboard()),
        {**live, **deployments.state(dashboard())},
        live,
    )
    assert one.fingerprint == same.fingerprint
    assert one.fingerprint != other.fingerprint


def test_one_number_has_one_fingerprint_however_it_is_written() -> None:
    assert resources.fingerprint({"a": 1.0, "b": [True]}) == resources.fingerprint(
        {"b": [True], "a": 1}
    )
    assert resources.fingerprint(1) != resources.fingerprint(True)  # noqa: FBT003
    assert resources.fingerprint("1") != resources.fingerprint(1)
