import json

import httpx
import pytest

from sightline import errors
from sightline.app import build
from sightline.clients import grafana as client
from sightline.deploy import explaining, memories, resources
from sightline.deploy.surfaces import grafana
from sightline.deploy.surfaces.grafana import things
from sightline.model import monitoring
from support.grafana import holdings
from support.grafana.deployed import Deployed

FOLDER = things.folder("ours", "Ours", client.ROOT)
SOURCE = things.data_source(
    client.NewDataSource(
        uid="prom", name="Prometheus", kind="prometheus", url="http://p"
    )
)


def _board(
    uid: str = "executive", folder: str = "ours", **keys: object
) -> resources.Resource:
    document = {"uid": uid, "title": uid.title(), "panels": [], **keys}
    return things.dashboard(uid, document, folder, text=json.dumps(document))


def _identity(kind: str, uid: str) -> resources.Identity:
    return resources.Identity.of(resources.Surface.GRAFANA, kind, uid)


async def test_everything_is_created_once(deployed: Deployed) -> None:
    report = await deployed.apply(FOLDER, SOURCE, _board())
    holds = deployed.server.holds
    assert report.warnings == ()
    assert {uid: one.title for uid, one in holds.folders.items()} == {"ours": "Ours"}
    assert holds.sources["prom"].document["url"] == "http://p"
    board = holds.boards["executive"]
    assert (board.folder, board.message, board.document) == (
        "ours",
        "deployed",
        {"uid": "executive", "title": "Executive", "panels": []},
    )
    (mark,) = holds.annotations
    assert (mark["text"], mark["tags"], mark["time"]) == (
        "production: 3 to create",
        ["sightline", "deployment"],
        1793534400000,
    )
    again = await deployed.plan(FOLDER, SOURCE, _board())
    assert again.pending == ()


async def test_a_dashboard_of_a_hand_comes_back_when_the_first_apply_is_undone(
    deployed: Deployed,
) -> None:
    document = {"uid": "executive", "title": "By hand", "panels": [], "links": []}
    deployed.server.holds.put_board("executive", document=dict(document))
    before = dict(deployed.server.holds.boards["executive"].document)
    await deployed.apply(FOLDER, _board(), _board("other"))
    back = deployed.journal.memory.way_back
    assert back is not None
    await deployed.apply(*back.values())
    assert deployed.server.holds.boards["executive"].document == before
    assert set(deployed.server.holds.boards) == {"executive"}
    assert deployed.server.holds.folders == {}


async def test_a_dashboard_that_grafana_made_another_of_is_told(
    deployed: Deployed,
) -> None:
    deployed.server.holds.makes_of_boards = {"schemaVersion": 43}
    report = await deployed.apply(FOLDER, _board(schemaVersion=42))
    assert report.warnings == (
        (
            "grafana dashboard executive was written and reads back with a difference:"
            " schemaVersion: 42 → 43"
        ),
    )


async def test_skillancers_build_is_applied_and_then_unchanged(
    deployed: Deployed, skillancer: monitoring.Monitoring
) -> None:
    environment = skillancer.environments["production"]
    wanted = grafana.read_artifacts(build.build(skillancer, environment))
    await deployed.apply(*wanted.values())
    assert sorted(deployed.server.holds.boards) == [
        "cdn",
        "database",
        "engineering",
        "executive",
        "security",
        "slo",
    ]
    assert {one.folder for one in deployed.server.holds.boards.values()} == {
        "skillancer"
    }
    assert sorted(deployed.server.holds.sources) == ["alertmanager", "prometheus"]
    assert (await deployed.plan(*wanted.values())).pending == ()


async def test_what_others_keep_in_our_folder_is_named_and_left_alone(
    deployed: Deployed,
) -> None:
    await deployed.apply(FOLDER, _board())
    deployed.server.holds.put_board("theirs", folder="ours")
    deployed.server.holds.put_board("elsewhere")
    plan = await deployed.plan(FOLDER, _board(description="new"))
    assert plan.others == (_identity("dashboard", "theirs"),)
    await deployed.run(plan)
    assert deployed.server.holds.boards["theirs"].version == 1
    assert deployed.server.holds.boards["elsewhere"].version == 1


async def test_what_is_not_declared_any_more_is_deleted(deployed: Deployed) -> None:
    await deployed.apply(FOLDER, SOURCE, _board(), _board("old"))
    await deployed.apply(_board("executive", folder=""))
    holds = deployed.server.holds
    assert (list(holds.boards), holds.folders, holds.sources) == (["executive"], {}, {})


async def test_folder_in_which_others_keep_something_is_not_deleted(
    deployed: Deployed,
) -> None:
    await deployed.apply(FOLDER, _board())
    deployed.server.holds.put_board("theirs", folder="ours")
    with pytest.raises(errors.StageFailed) as raised:
        await deployed.apply()
    assert str(raised.value).splitlines()[0] == (
        "the folder 'ours' is not declared any more, and somebody else keeps theirs in"
        " it: nothing was deleted; move that elsewhere"
    )
    assert list(deployed.server.holds.boards) == ["theirs"]


async def test_edit_by_hand_is_drift_in_words(deployed: Deployed) -> None:
    await deployed.apply(FOLDER, _board())
    deployed.server.holds.edit_board("executive", description="by hand")
    plan = await deployed.plan(FOLDER, _board())
    (change,) = plan.drifted
    assert change.drift is not None
    assert change.drift.lines == ("description: added by hand",)


async def test_dashboard_that_a_hand_moved_is_found_and_comes_back(
    deployed: Deployed,
) -> None:
    await deployed.apply(FOLDER, _board())
    deployed.server.holds.folders["archive"] = holdings.FolderState("Archive")
    deployed.server.holds.boards["executive"].folder = "archive"
    plan = await deployed.plan(FOLDER, _board())
    (change,) = plan.drifted
    assert change.drift is not None
    assert change.drift.lines == ("folder: ours → archive",)
    await deployed.run(plan)
    assert deployed.server.holds.boards["executive"].folder == "ours"


async def test_folder_that_a_hand_renamed_and_moved_comes_back(
    deployed: Deployed,
) -> None:
    await deployed.apply(FOLDER, _board())
    folder = deployed.server.holds.folders["ours"]
    deployed.server.holds.folders["top"] = holdings.FolderState("Top")
    folder.title, folder.parent, folder.version = "Theirs", "top", 5
    await deployed.apply(FOLDER, _board())
    assert (folder.title, folder.parent) == ("Ours", "")


async def test_hand_that_edits_after_the_plan_wins(deployed: Deployed) -> None:
    await deployed.apply(FOLDER, _board())
    plan = await deployed.plan(FOLDER, _board(description="ours"))
    deployed.server.holds.edit_board("executive", description="by hand")
    with pytest.raises(errors.LiveChanged):
        await deployed.run(plan)
    board = deployed.server.holds.boards["executive"]
    assert board.document["description"] == "by hand"


async def test_hand_that_edits_between_the_look_and_the_write_wins(
    deployed: Deployed,
) -> None:
    await deployed.apply(FOLDER, _board())
    plan = await deployed.plan(FOLDER, _board(description="ours"))

    def edit_first(request: httpx.Request) -> httpx.Response:
        deployed.server.holds.edit_board("executive", description="by hand")
        return deployed.server.answer(request)

    deployed.transport.break_next("POST", "/db", edit_first)
    with pytest.raises(errors.LiveChanged, match="changed by someone else"):
        await deployed.run(plan)
    board = deployed.server.holds.boards["executive"]
    assert board.document["description"] == "by hand"


async def test_provisioned_dashboard_that_differs_is_said_to_be_out_of_reach(
    deployed: Deployed,
) -> None:
    deployed.server.holds.put_board("executive", provisioned=True)
    plan = await deployed.plan(_board(folder="", description="new"))
    assert plan.unseen == {
        _identity("dashboard", "executive"): (
            "it differs, and files provision it there, so that the API cannot change"
            " it; take the files away, or deploy to their `directory` instead of with"
            " a `token`"
        )
    }


async def test_provisioned_dashboard_that_is_as_wanted_is_unchanged(
    deployed: Deployed,
) -> None:
    board = _board(folder="")
    deployed.server.holds.put_board("executive", {"panels": []}, provisioned=True)
    plan = await deployed.plan(board)
    assert (explaining.count(plan)["unchanged"], plan.unseen) == (1, {})


async def test_stranger_sees_nothing_and_says_why(deployed: Deployed) -> None:
    deployed.server.tokens.clear()
    plan = await deployed.plan(FOLDER, _board())
    assert set(plan.unseen) == {
        _identity("folder", "ours"),
        _identity("dashboard", "executive"),
    }
    (reason,) = set(plan.unseen.values())
    assert reason == (
        "asked Grafana at http://grafana.test for its dashboards: status 401: Invalid"
        " API key; give the token of a service account that is valid"
    )


async def test_failed_stage_says_what_is_done_and_running_again_goes_on(
    deployed: Deployed,
) -> None:
    boards = [_board(f"d{number}") for number in range(20)]
    plan = await deployed.plan(FOLDER, *boards)
    fault = httpx.Response(500, json={"message": "database is locked"})
    deployed.transport.break_next("POST", "/db", lambda _: fault)
    with pytest.raises(errors.StageFailed, match="database is locked"):
        await deployed.run(plan)
    assert len(deployed.server.holds.boards) < 20
    await deployed.apply(FOLDER, *boards)
    assert len(deployed.server.holds.boards) == 20
    assert {one.version for one in deployed.server.holds.boards.values()} == {1}


async def test_mark_that_fails_is_a_warning(deployed: Deployed) -> None:
    refusal = httpx.Response(403, json={"message": "no"})
    deployed.transport.break_next("POST", "/annotations", lambda _: refusal)
    (warning,) = (await deployed.apply(FOLDER)).warnings
    assert warning == (
        "the deployment was not marked: asked Grafana at http://grafana.test for an"
        " annotation: status 403: no; give the service account a role that may do it"
    )


def test_what_grafana_and_browsers_add_is_no_difference() -> None:
    wanted = _board(panels=[{"id": 1, "title": "A", "description": None}])
    stored = things.dashboard(
        "executive",
        {
            "id": 7,
            "version": 3,
            "uid": "executive",
            "title": "Executive",
            "panels": [{"id": 1, "title": "A", "pluginVersion": "13.2.0", "links": []}],
            "tags": [],
        },
        "ours",
    )
    assert stored.fingerprint == wanted.fingerprint


def test_false_and_zero_say_something() -> None:
    assert _board(editable=False).fingerprint != _board().fingerprint
    assert _board(graphTooltip=0).fingerprint != _board().fingerprint


def test_state_is_empty_without_grafanas_files() -> None:
    nothing: memories.State = {}
    assert grafana.read_artifacts([]) == nothing
