import pytest

from sightline import errors
from sightline.clients import grafana
from support.grafana import holdings, memory

HEALTH = grafana.Health("ok", "13.2.0")
FORMS = [grafana.CLASSIC, grafana.choose(HEALTH, grafana.Api.RESOURCES)]
SPOKEN = pytest.mark.parametrize("spoken", FORMS, ids=["api", "apis"])


@SPOKEN
async def test_folder_is_created_renamed_moved_and_deleted(
    server: memory.MemoryGrafana, reach: grafana.Connection, spoken: grafana.Forms
) -> None:
    server.holds.folders["top"] = holdings.FolderState("Top")
    writer = grafana.GrafanaWriter(reach, spoken)
    reader = grafana.Grafana(reach, spoken)
    made = await writer.change_folder(grafana.CreateFolder(uid="a", title="A"))
    assert (made.title, made.parent_uid) == ("A", grafana.ROOT)
    named = await writer.change_folder(grafana.RenameFolder(folder=made, title="B"))
    moved = await writer.change_folder(
        grafana.MoveFolder(folder=named, parent_uid="top")
    )
    assert await reader.fetch_folder("a") == moved
    assert (moved.title, moved.parent_uid) == ("B", "top")
    assert await writer.delete_folder("a") is True
    assert await writer.delete_folder("a") is False
    assert await reader.fetch_folder("a") is None


@SPOKEN
async def test_folder_with_a_taken_uid_is_refused(
    server: memory.MemoryGrafana, reach: grafana.Connection, spoken: grafana.Forms
) -> None:
    server.holds.folders["a"] = holdings.FolderState("Somebody's")
    writer = grafana.GrafanaWriter(reach, spoken)
    with pytest.raises(errors.NameTaken):
        await writer.change_folder(grafana.CreateFolder(uid="a", title="A"))


async def test_folder_with_a_taken_title_is_refused(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    server.holds.folders["other"] = holdings.FolderState("A")
    writer = grafana.GrafanaWriter(reach, grafana.CLASSIC)
    with pytest.raises(errors.NameTaken, match="same name already exists here"):
        await writer.change_folder(grafana.CreateFolder(uid="a", title="A"))


@SPOKEN
async def test_folder_that_somebody_renamed_meanwhile_is_a_conflict(
    server: memory.MemoryGrafana, reach: grafana.Connection, spoken: grafana.Forms
) -> None:
    """Servers answer 409 or 412; both mean it."""
    writer = grafana.GrafanaWriter(reach, spoken)
    made = await writer.change_folder(grafana.CreateFolder(uid="a", title="A"))
    server.holds.folders["a"].title = "by hand"
    server.holds.folders["a"].version += 1
    with pytest.raises(errors.EditConflict):
        await writer.change_folder(grafana.RenameFolder(folder=made, title="B"))


async def test_folder_that_a_hand_moved_is_found_where_it_is(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    server.holds.folders["archive"] = holdings.FolderState("Archive")
    server.holds.folders["ours"] = holdings.FolderState("Ours")
    server.holds.folders["ours"].parent = "archive"
    reader = grafana.Grafana(reach)
    folder = await reader.fetch_folder("ours")
    assert folder is not None
    assert folder.parent_uid == "archive"
    assert [one.uid for one in await reader.fetch_folders()] == ["archive"]
    assert [one.uid for one in await reader.fetch_folders("archive")] == ["ours"]


async def test_folder_of_files_says_so(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    server.holds.folders["a"] = holdings.FolderState("A", managed_by="terraform")
    folder = await grafana.Grafana(reach).fetch_folder("a")
    assert folder is not None
    assert folder.is_managed
